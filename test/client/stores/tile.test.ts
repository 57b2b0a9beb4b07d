import { describe, expect, it } from 'vitest';
import type { WallRow } from '../../../shared/protocol.ts';
import { feedFreshness } from '../../../client/live/freshness.ts';
import { ageLine, readingText } from '../../../client/stores/reading.ts';
import { placesOf, tileOf, tilesOf, tileSpeech, UNATTRIBUTED } from '../../../client/stores/tile.ts';
import { feed, feeds, row, T0, tenants } from '../fixtures.ts';

const none = feed({ expected: 0, fresh: 0, asOfMs: null });
const entry = { id: 'aurora', name: 'Aurora Broadband' };
const now = { serverMs: T0, speed: 1 };
const tile = (change: Partial<WallRow> = {}, coverage = feeds(), at = now) => ({
  ...tileOf(entry, row(change), feedFreshness(coverage, at), at),
  shortName: 'Aurora',
});
const lag = {
  level: 'critical',
  signal: 'lag',
  reason: 'lag ≥ 6.2 min',
  lagP95Ms: 372_000,
  isLagFloor: true,
} as const;
const texts = (t: ReturnType<typeof tile>) =>
  t.readings.map((reading) => `${reading.letter} ${readingText(reading)}`);

describe('a tile', () => {
  it('in order says OK and has no worst signal', () => {
    expect(tile()).toMatchObject({ level: 'ok', word: 'OK', glyph: '', headline: null, age: '0s' });
  });

  it('in trouble has a level, a letter, a word and the number (WAL-3)', () => {
    const trouble = tile(lag);
    expect(trouble).toMatchObject({ level: 'critical', glyph: 'L', word: 'LAG' });
    expect(trouble.headline && readingText(trouble.headline)).toBe('≥ 6.2 min');
  });

  it.each([
    ['queue', 'Q', '120'],
    ['spam', 'S', '3.20 %'],
    ['lag', 'L', '4.2 s'],
    ['access', 'A', '99.9 %'],
  ] as const)('worst in %s shows that number large', (signal, glyph, text) => {
    const worst = tile({ level: 'high', signal });
    expect(worst.glyph).toBe(glyph);
    expect(worst.headline && readingText(worst.headline)).toBe(text);
  });

  it.each([
    ['bounce', 'B'],
    ['hold', 'H'],
  ] as const)('worst in %s, which has no number of its own here, shows the word', (signal, glyph) => {
    expect(tile({ level: 'medium', signal })).toMatchObject({
      glyph,
      word: signal.toUpperCase(),
      headline: null,
    });
  });

  it('always shows the same four numbers in the same order', () => {
    expect(texts(tile())).toEqual(['Q 120', 'L 4.2 s', 'S 3.20 %', 'A 99.9 %']);
    expect(texts(tile(lag))).toEqual(['Q 120', 'L ≥ 6.2 min', 'S 3.20 %', 'A 99.9 %']);
  });

  it('never shows a zero for want of data (WAL-1)', () => {
    const blank = tile({
      queueDepth: null,
      spamPercent: null,
      spamN: 0,
      lagP95Ms: null,
      accessPercent: null,
    });
    expect(texts(blank)).toEqual(['Q — no data', 'L — no mail', 'S — no verdicts', 'A — no logins']);
  });

  it('shows no number that cannot be true', () => {
    const absurd = tile({ queueDepth: -3, spamPercent: 101, lagP95Ms: Number.NaN, accessPercent: -0.1 });
    expect(texts(absurd)).toEqual(['Q — invalid', 'L — invalid', 'S — invalid', 'A — invalid']);
  });

  it('does not say that there was no mail when not all sources are there to know', () => {
    const partial = tile({ lagP95Ms: null }, feeds({ flow: feed({ expected: 2, fresh: 1 }) }));
    expect(texts(partial)[1]).toBe('L — no data');
  });

  it('says no source where nothing is configured that could know', () => {
    expect(texts(tile({}, feeds({ access: none })))[3]).toBe('A — no source');
  });
});

describe('the age of what a tile shows', () => {
  const later = (ms: number) => tile(lag, feeds(), { serverMs: T0 + ms, speed: 1 });

  it('is told when late', () => {
    const late = later(15_000);
    expect(late).toMatchObject({ level: 'critical', age: '15s', ageState: 'late' });
    expect(late.headline?.note).toBe('15s');
    expect(late.headline && ageLine(late.headline)).toBe('late, 15s old');
  });

  it('makes the state unknown when lost, and says what it was (WAL-2)', () => {
    const lost = later(130_000);
    expect(lost).toMatchObject({
      level: 'no-data',
      signal: 'data',
      glyph: '?',
      word: 'LOST 2m',
      headline: null,
    });
    expect(lost.reason).toBe('was CRITICAL: lag ≥ 6.2 min');
    expect(lost.readings[1]).toMatchObject({ state: 'lost', note: 'LOST 2m' });
  });

  it('does not make a tile look in order whose log is lost', () => {
    expect(tile({}, feeds({ flow: feed({ asOfMs: T0 - 70_000 }) })).level).toBe('no-data');
  });

  it('leaves a trouble in place that rests on other telemetry than what was lost', () => {
    const queue = tile({ level: 'high', signal: 'queue' }, feeds({ access: feed({ asOfMs: T0 - 70_000 }) }));
    expect(queue.level).toBe('high');
    expect(queue.readings[3]).toMatchObject({ state: 'lost' });
  });

  it('takes back a trouble without a number when its telemetry is lost', () => {
    const bounce = tile(
      { level: 'medium', signal: 'bounce' },
      feeds({ flow: feed({ asOfMs: T0 - 70_000 }) }),
    );
    expect(bounce.level).toBe('no-data');
  });

  it('is the age of the oldest feed behind the tile', () => {
    expect(tile({}, feeds({ queue: feed({ asOfMs: T0 - 7_000 }) })).age).toBe('7s');
  });
});

describe('a tile without data', () => {
  it('says since when', () => {
    const blind = {
      level: 'no-data',
      signal: 'data',
      sinceMs: T0 - 250_000,
      queueDepth: null,
      lagP95Ms: null,
    } as const;
    expect(tile(blind)).toMatchObject({ level: 'no-data', word: 'NO DATA 4m' });
    expect(texts(tile(blind))[1]).toBe('L — no data');
  });

  it('says so when its sources never spoke', () => {
    const silent = feed({ asOfMs: null });
    const all = feeds({ flow: silent, queue: silent, filter: silent, access: silent });
    expect(tile({}, all)).toMatchObject({ level: 'no-data', word: 'NO DATA', age: '' });
  });

  it('says so when it has no source at all', () => {
    const all = feeds({ flow: none, queue: none, filter: none, access: none });
    expect(tile({ level: 'no-data', signal: 'data' }, all).word).toBe('NO SOURCE');
  });
});

describe('what a tile says aloud', () => {
  it('is its state in words and every number', () => {
    expect(tileSpeech(tile(lag))).toBe(
      'Aurora Broadband: critical, lag ≥ 6.2 min; queue 120, lag p95 at least 6.2 min, spam 3.20 %, access 99.9 %, data 0s old',
    );
  });
});

describe('the places of the tiles', () => {
  const list = [{ id: UNATTRIBUTED, name: 'Unattributed' }, ...tenants(3)];

  it('are those of the directory, with the mail of nobody last (WAL-4)', () => {
    expect(placesOf(list).map(({ entry: { id } }) => id)).toEqual(['t0', 't1', 't2', UNATTRIBUTED]);
  });

  it('do not depend on how bad things are (WAL-4)', () => {
    const rows = [
      row(),
      row(),
      row({ level: 'high', signal: 'queue' }),
      row({ level: 'critical', signal: 'lag' }),
    ];
    const tiles = tilesOf(placesOf(list), rows, new Map(), now);
    expect(tiles.map(({ id }) => id)).toEqual(['t0', 't1', 't2', UNATTRIBUTED]);
  });

  it('give each tenant its own row and the coverage of its own cluster', () => {
    const clustered = [
      { id: 'a', name: 'A', cluster: 'X' },
      { id: 'b', name: 'B' },
    ];
    const fresh = feedFreshness(feeds(), now);
    const rows = [row({ queueDepth: 1 }), row({ queueDepth: 2 })];
    const tiles = tilesOf(placesOf(clustered), rows, new Map([['X', fresh]]), now);
    expect(tiles.map(({ word }) => word)).toEqual(['OK', 'NO SOURCE']);
    expect(tiles[0]?.readings[0]?.quantity?.value).toBe('1');
  });
});
