import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ScreenIdentity } from '../../../shared/screens.ts';
import { createAsked } from '../../../client/live/asked.ts';
import { createIdentity, type BlankNotice, type Identity } from '../../../client/live/identity.ts';
import { display, NOW } from '../screen-fixtures.ts';

type Answer = { readonly ok: true; readonly data: ScreenIdentity } | { readonly ok: false };
const LOCAL: ScreenIdentity = { kind: 'local', display: null };
const revoked = display({ revoked: { atMs: NOW, by: 'Kim', reason: 'gone' } });

let identity: Identity;
let nowMs: number;
let asked: ((answer: Answer) => void)[];
let known: ScreenIdentity[];
let blanks: BlankNotice[];

const pass = async (ms: number) => {
  nowMs += ms;
  await vi.advanceTimersByTimeAsync(ms);
};
const answer = async (data: ScreenIdentity | null) => {
  asked.shift()?.(data ? { ok: true, data } : { ok: false });
  await vi.advanceTimersByTimeAsync(0);
};

beforeEach(() => {
  vi.useFakeTimers();
  [nowMs, asked, known, blanks] = [0, [], [], []];
  identity = createIdentity({
    ask: () => new Promise((resolve) => void asked.push(resolve)),
    localMs: () => nowMs,
    onIdentity: (next) => void known.push(next),
    onBlank: (notice) => void blanks.push(notice),
  });
});
afterEach(() => {
  identity.stop();
  vi.useRealTimers();
});

describe('who this screen is', () => {
  it('SCR-64: is asked at the start, and again until it is answered, no more often than every five seconds', async () => {
    identity.start();
    expect(asked).toHaveLength(1);
    await answer(null);
    await pass(4_999);
    expect(asked).toHaveLength(0);
    await pass(1);
    await answer(LOCAL);
    expect(known).toEqual([LOCAL]);
    await pass(60_000);
    expect(asked).toHaveLength(0);
  });

  it('SCR-64: is asked at once when it has long been known, and one question at a time', async () => {
    identity.start();
    await answer(LOCAL);
    await pass(60_000);
    identity.check();
    identity.check();
    await pass(0);
    expect(asked).toHaveLength(1);
  });

  it('SCR-64: is asked again when something has happened while it was asked', async () => {
    identity.start();
    identity.check();
    await answer(LOCAL);
    await pass(5_000);
    await answer({ kind: 'revoked', display: revoked });
    expect(blanks).toHaveLength(1);
  });

  it('SCR-63: leads to a blank screen when it is revoked, with by whom, when and why', () => {
    identity.heard({ kind: 'revoked', display: revoked });
    expect(blanks).toEqual([{ name: 'Night wall left', by: 'Kim', atMs: NOW, reason: 'gone' }]);
    expect(known).toEqual([]);
  });

  it('SCR-63: leads to one also when nothing is known of the screen any more', () => {
    identity.heard({ kind: 'revoked', display: null });
    expect(blanks[0]).toMatchObject({ by: null, reason: 'The server does not know it any more.' });
  });

  it('SCR-63: goes blank at once when it is asked to, and then finds out by whom', async () => {
    identity.blank('revoked');
    expect(blanks).toEqual([{ name: null, by: null, atMs: null, reason: 'revoked' }]);
    await pass(0);
    await answer({ kind: 'revoked', display: revoked });
    expect(blanks.at(-1)).toMatchObject({ by: 'Kim' });
  });

  it('asks nothing any more when it is stopped', async () => {
    identity.start();
    identity.stop();
    await answer(null);
    await pass(60_000);
    expect(asked).toHaveLength(0);
    expect(known).toEqual([]);
  });
});

describe('what the server asks of a screen', () => {
  it('SCR-66: reaches those who do such, until they do not any more, and nobody else', () => {
    const said: string[] = [];
    const { on, feed } = createAsked();
    const off = on('test-sound', ({ reason }) => void said.push(`sound ${reason}`));
    on('reload', ({ reason }) => void said.push(`reload ${reason}`));
    feed({ what: 'test-sound', reason: 'shift' });
    off();
    feed({ what: 'test-sound', reason: 'again' });
    feed({ what: 'blank', reason: 'nobody' });
    expect(said).toEqual(['sound shift']);
  });
});
