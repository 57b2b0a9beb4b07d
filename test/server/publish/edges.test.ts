import { describe, expect, it } from 'vitest';
import { Instant } from '../../../server/publish/instant.ts';
import { createRateLimit } from '../../../server/publish/rate-limit.ts';
import { isLoopback, refusalOf } from '../../../server/publish/request-guard.ts';
import { reportScreens } from '../../../server/publish/screens.ts';
import { localOperator } from '../../../server/base/permissions.ts';

describe('a rate limit', () => {
  it('admits so many calls a window and all again in the next', () => {
    const admit = createRateLimit(2, 1_000);
    expect([0, 1, 2, 999, 1_000, 1_001, 1_002].map(admit)).toEqual([
      true,
      true,
      false,
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('the guard of requests', () => {
  it.each([
    ['a page of ours', { host: 'localhost:8025', origin: 'http://localhost:8025' }, undefined],
    ['a program that sends no origin', { host: '127.0.0.1:8025' }, undefined],
    ['a name in capitals', { host: 'LocalHost' }, undefined],
    ['a page of another port', { host: 'localhost:8025', origin: 'http://localhost:3000' }, 'foreign-origin'],
    ['a page without an origin of its own', { host: 'localhost', origin: 'null' }, 'foreign-origin'],
    ['a name that is not ours', { host: 'evil.example', origin: 'http://evil.example' }, 'foreign-host'],
    ['a name that only begins like ours', { host: 'localhost.evil.example' }, 'foreign-host'],
    ['no name at all', {}, 'foreign-host'],
  ])('on loopback treats %s rightly', (_, headers, refusal) => {
    expect(refusalOf(headers, '127.0.0.1', [])).toBe(refusal);
  });

  it('asks for no particular name on an address that others can reach anyway', () => {
    expect(refusalOf({ host: 'wall.example' }, '0.0.0.0', [])).toBeUndefined();
    expect(
      refusalOf({ host: 'wall.example', origin: 'https://wall.example' }, '0.0.0.0', []),
    ).toBeUndefined();
    expect(refusalOf({ host: 'wall.example', origin: 'https://evil.example' }, '0.0.0.0', [])).toBe(
      'foreign-origin',
    );
  });

  it.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.0.2.1', false],
  ])('knows whether %s is loopback: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});

describe('an instant in a URL', () => {
  it.each([
    ['1795222800000', 1_795_222_800_000],
    ['2026-11-21T03:00:00Z', Date.UTC(2026, 10, 21, 3)],
    ['2026-11-21T03:00:00.250+01:00', Date.UTC(2026, 10, 21, 2, 0, 0, 250)],
  ])('%s is %i', (text, atMs) => {
    expect(Instant.parse(text)).toBe(atMs);
  });

  it.each(['', '1795222800', '2026-11-21', '2026-11-21T03:00:00', '2026-13-21T03:00:00Z', 'now', '1e12'])(
    '%s is refused: it can be read in two ways, or in none',
    (text) => {
      expect(Instant.safeParse(text).success).toBe(false);
    },
  );
});

describe('the report of screens', () => {
  it('has one line per room, and one for a screen that shows nothing', () => {
    const screen = { principal: localOperator, connectedMonotonicMs: 100, told: null };
    const busy = {
      ...screen,
      id: 'a',
      rooms: new Map([['wall', { seq: 7, monotonicMs: 150 }] as const, ['sources', undefined] as const]),
    };
    const idle = { ...screen, id: 'b', rooms: new Map() };
    const common = {
      ...{ connectedAtMs: 10_100, paintedSeq: null, paintedAtMs: null, told: null },
      ...{ displayId: null, name: null, place: null },
    };
    expect(reportScreens([busy, idle], (monotonicMs) => 10_000 + monotonicMs)).toEqual([
      { ...common, id: 'a', room: 'wall', paintedSeq: 7, paintedAtMs: 10_150 },
      { ...common, id: 'a', room: 'sources' },
      { ...common, id: 'b', room: '' },
    ]);
  });
});
