import { describe, expect, it } from 'vitest';
import { DISCONNECTED_AFTER_MS } from '../../../shared/protocol.ts';
import { linkPhase, UNLINKED, type LinkFacts } from '../../../client/live/link.ts';
import { outageOf } from '../../../client/live/outage.ts';

const heard = (change: Partial<LinkFacts> = {}): LinkFacts => ({
  isConnected: true,
  heardAtMs: 0,
  heardAtDateMs: 0,
  isMismatched: false,
  ...change,
});

describe('the link', () => {
  it('is connecting until the server was heard for the first time', () => {
    expect(linkPhase(UNLINKED, 60_000)).toBe('connecting');
  });

  it('is stale by silence alone, though the connection claims to stand (LIV-4)', () => {
    expect(linkPhase(heard(), DISCONNECTED_AFTER_MS)).toBe('live');
    expect(linkPhase(heard(), DISCONNECTED_AFTER_MS + 1)).toBe('stale');
  });

  it('is disconnected soon after the connection broke, but not for a blink', () => {
    expect(linkPhase(heard({ isConnected: false }), 1_000)).toBe('live');
    expect(linkPhase(heard({ isConnected: false }), 3_000)).toBe('disconnected');
  });

  it('says so within ten seconds either way (WAL-5)', () => {
    expect(linkPhase(heard(), 9_000)).not.toBe('live');
    expect(linkPhase(heard({ isConnected: false }), 9_000)).not.toBe('live');
  });

  it('of another version is that and nothing else', () => {
    expect(linkPhase(heard({ isMismatched: true }), 0)).toBe('version-mismatch');
  });
});

describe('what the screen says of itself', () => {
  const base = { phase: 'live', isOnline: true, isStalled: false, heardAtDateMs: 7 } as const;

  it('is nothing while all is well or has not begun', () => {
    expect(outageOf(base)).toBeNull();
    expect(outageOf({ ...base, phase: 'connecting', heardAtDateMs: null })).toBeNull();
  });

  it('tells a server that is down from a screen that is offline', () => {
    expect(outageOf({ ...base, phase: 'stale' })).toMatchObject({ title: 'SERVER DOWN', sinceMs: 7 });
    expect(outageOf({ ...base, phase: 'disconnected' })).toMatchObject({ title: 'SERVER DOWN' });
    expect(outageOf({ ...base, phase: 'disconnected', isOnline: false })).toMatchObject({
      title: 'THIS SCREEN IS OFFLINE',
    });
  });

  it('tells a server that beats but sends no numbers', () => {
    expect(outageOf({ ...base, isStalled: true })).toMatchObject({ title: 'NO NEW NUMBERS' });
  });

  it('tells another version', () => {
    expect(outageOf({ ...base, phase: 'version-mismatch' })).toMatchObject({ title: 'OTHER VERSION' });
  });
});
