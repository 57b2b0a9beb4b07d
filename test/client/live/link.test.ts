import { describe, expect, it } from 'vitest';
import { DISCONNECTED_AFTER_MS } from '../../../shared/protocol.ts';
import { linkPhase, UNLINKED, type LinkFacts } from '../../../client/live/link.ts';
import { outageOf, type OutageFacts } from '../../../client/live/outage.ts';

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
  const base: OutageFacts = {
    phase: 'live',
    isOnline: true,
    reach: 'unknown',
    flow: 'coming',
    isBlind: false,
    heardAtDateMs: 7,
  };
  const title = (change: Partial<OutageFacts>) => outageOf({ ...base, ...change })?.title;

  it('is nothing while all is well or has not begun', () => {
    expect(outageOf(base)).toBeNull();
    expect(outageOf({ ...base, phase: 'connecting', heardAtDateMs: null })).toBeNull();
  });

  it.each([
    ['nothing is known of it yet', { reach: 'unknown' }, 'SERVER DOWN'],
    ['its machine refuses', { reach: 'refused' }, 'SERVER DOWN'],
    ['nothing comes back', { reach: 'silent' }, 'SERVER DOES NOT ANSWER'],
    ['it answers other questions', { reach: 'answers' }, 'LIVE CONNECTION LOST'],
    ['the screen has no network', { reach: 'refused', isOnline: false }, 'THIS SCREEN IS OFFLINE'],
  ] as const)('when the server is silent and %s (WAL-122)', (_, facts, expected) => {
    for (const phase of ['stale', 'disconnected'] as const) {
      expect(title({ ...facts, phase })).toBe(expected);
      expect(outageOf({ ...base, ...facts, phase })?.sinceMs).toBe(7);
    }
  });

  it.each([
    ['the server beats but sends no numbers', { flow: 'stalled' }, 'NO NEW NUMBERS'],
    ['numbers come, but old ones', { flow: 'late' }, 'NUMBERS COME LATE'],
    ['every source has gone silent', { isBlind: true }, 'ALL SOURCES ARE SILENT'],
    ['another version is served', { phase: 'version-mismatch' }, 'OTHER VERSION'],
  ] as const)('when %s (WAL-122)', (_, facts, expected) => {
    expect(title(facts)).toBe(expected);
  });

  it('has no two causes of the same words but one that is not known yet (WAL-122)', () => {
    const reaches = ['refused', 'silent', 'answers'] as const;
    const details = reaches.map((reach) => outageOf({ ...base, phase: 'stale', reach })?.detail);
    expect(new Set(details).size).toBe(reaches.length);
  });
});
