import { describe, expect, it } from 'vitest';
import type { LedgerHour } from '../../../../../shared/foresight.ts';
import { Account, SETTLE_MS } from '../../../../../server/detect/foresight/ledger/account.ts';
import type { Sample } from '../../../../../server/detect/foresight/ledger/hours.ts';
import { createLedgerPart } from '../../../../../server/detect/foresight/ledger/part.ts';
import { createForesightRun } from '../../../../support/foresight-run.ts';

const HOUR = Date.parse('2026-11-20T03:00:00Z');
const balance = {
  accepted: 0,
  delivered: 0,
  bounced: 0,
  expired: 0,
  discarded: 0,
  deleted: 0,
  vanished: 0,
  unseen: 0,
};
const sample = (
  seconds: number,
  over: Partial<Omit<Sample, 'balance'>> & { balance?: Partial<typeof balance> },
): Sample => ({
  ...{ queued: 0, held: 0, isCovered: true },
  ...over,
  atMs: HOUR + seconds * 1_000,
  balance: { ...balance, ...over.balance },
});

describe('the hour of the ledger', () => {
  it('LED-7: what is on its way between log and queue is not missing, what stays away for two minutes is', () => {
    const account = new Account();
    for (let s = 0; s < 300; s += 5) {
      const isBetween = s % 60 < 30;
      account.take(sample(s, { balance: { accepted: 10, delivered: 9 }, queued: isBetween ? 0 : 1 }));
      expect(account.hour()?.unaccounted).toBe(0);
    }
    for (let s = 300; s <= 300 + SETTLE_MS / 1_000 + 5; s += 5)
      account.take(sample(s, { balance: { accepted: 10, delivered: 9 } }));
    expect(account.hour()).toMatchObject({ accepted: 0, unaccounted: 1, queued: 0 });
  });

  it('LED-8: an hour closes with what it opened, and the next opens with what was left', () => {
    const account = new Account();
    let ended: LedgerHour | null = null;
    for (let s = 0; s <= 3_600; s += 5) {
      const accepted = Math.floor(s / 10);
      const queued = Math.min(20, accepted);
      ended =
        account.take(sample(s, { balance: { accepted, delivered: accepted - queued }, queued }))[0] ?? ended;
    }
    expect(ended).toMatchObject({
      opening: 0,
      accepted: 359,
      delivered: 339,
      queued: 20,
      unaccounted: 0,
      coverage: 1,
    });
    expect(account.hour()).toMatchObject({ fromMs: HOUR + 3_600_000, opening: 20, accepted: 1 });
  });

  it('LED-9: a demo platform’s hour closes for every tenant, and agrees with what really happened', () => {
    const ledger = createLedgerPart();
    const run = createForesightRun({ scenario: 'backlog-2008', minutes: 45, volume: 0.2, parts: [ledger] });
    const off = new Set<string>();
    let claims = 0;
    run.live((facts) => {
      for (const [key, hour] of ledger.view())
        if (hour.unaccounted !== 0) off.add(`${key}: ${hour.unaccounted}`);
      if (ledger.claim('_platform', facts).mayBeSaid) claims += 1;
    });
    expect([...off]).toEqual([]);
    expect(claims).toBeGreaterThan(100);
    const seen = run.pipeline.books.conservation?.balance(run.pipeline.scopes.platform);
    const { accepted, delivered, bounced } = run.simulation.truth().ledger;
    // The run begins to look when the platform has run for a moment already.
    expect(Math.abs((seen?.accepted ?? 0) - accepted)).toBeLessThanOrEqual(5);
    expect(Math.abs((seen?.delivered ?? 0) - delivered)).toBeLessThanOrEqual(5);
    expect(seen?.bounced).toBe(bounced);
    expect(seen?.unseen).toBe(0);
  }, 120_000);

  it('LED-10: “no mail lost” is not said while a source is silent, nor before anything is counted', () => {
    const ledger = createLedgerPart();
    const from = Date.parse('2026-11-21T00:10:00Z');
    const run = createForesightRun({
      ...{ scenario: 'calm', minutes: 20, volume: 0.1, parts: [ledger] },
      isLost: (source, nowMs) => source.endsWith('-a') && nowMs > from,
    });
    const reasons = new Map<string, string>();
    run.live((facts) => {
      for (const key of ['cluster:A', 'cluster:B']) {
        const claim = ledger.claim(key, facts);
        reasons.set(key, claim.mayBeSaid ? 'may be said' : claim.reason);
      }
    });
    expect(reasons.get('cluster:A')).toMatch(/silent|lost|no data/);
    expect(reasons.get('cluster:B')).toBe('may be said');
  }, 60_000);
});
