import { describe, expect, it } from 'vitest';
import type { Feed, FeedCoverage } from '../../../../../shared/protocol.ts';
import { LogProof } from '../../../../../server/aggregate/log-proof.ts';
import { Account, SETTLE_MS } from '../../../../../server/detect/foresight/ledger/account.ts';
import { type ClaimFacts, claimOf } from '../../../../../server/detect/foresight/ledger/claim.ts';
import type { Sample } from '../../../../../server/detect/foresight/ledger/hours.ts';
import { parseKept } from '../../../../../server/detect/foresight/ledger/kept.ts';
import { residual } from '../../../../support/ledger-checks.ts';

const HOUR = Date.parse('2026-11-20T03:00:00Z');
const STEP_S = 5;
const none = { accepted: 0, delivered: 0, bounced: 0, expired: 0, discarded: 0, deleted: 0 };
const balance = { ...none, vanished: 0, unseen: 0 };

/** Ten were accepted and one of them waits; `missing` have no place. */
function sample(seconds: number, missing = 0, isCovered = true): Sample {
  return {
    ...{ atMs: HOUR + seconds * 1_000, queued: 1, held: 0, isCovered },
    balance: { ...balance, accepted: 10 + missing, delivered: 9 },
  };
}

/** Takes samples over [from, to). */
function live(account: Account, [from, to]: readonly [number, number], missing = 0, isCovered = true) {
  const kept = [];
  for (let s = from; s < to; s += STEP_S) {
    kept.push(...account.take(sample(s, missing, isCovered)));
    const hour = account.hour();
    if (!hour || residual(hour) !== 0) throw new Error(`does not add up: ${JSON.stringify(hour)}`);
  }
  return kept;
}

const feed = (over: Partial<FeedCoverage> = {}): FeedCoverage => ({
  ...{ expected: 1, fresh: 1, asOfMs: HOUR + 600_000, intervalMs: 5_000 },
  ...over,
});
const coverage = (over: Partial<Record<Feed, FeedCoverage>> = {}): Record<Feed, FeedCoverage> => ({
  ...{ flow: feed(), queue: feed(), access: feed(), filter: feed() },
  ...over,
});
function claim(account: Account, over: Partial<ClaimFacts> = {}) {
  const facts = { account, coverage: coverage(), awaited: undefined, settleMs: SETTLE_MS };
  return claimOf({ ...facts, atMs: HOUR + 600_000, speed: 1, ...over });
}

describe('the account and its claim', () => {
  it('LED-27: what is found after all is taken off the hour in which it was missing, and each hour still adds up', () => {
    const account = new Account();
    live(account, [0, 1_800]);
    live(account, [1_800, 3_600], 2);
    expect(account.hour()?.unaccounted).toBe(2);
    const [ended] = live(account, [3_600, 5_400], 2);
    expect(ended).toMatchObject({ fromMs: HOUR, unaccounted: 2, settling: 0 });
    expect(claim(account)).toMatchObject({ reason: '2 recipients of earlier hours are not accounted for' });
    const corrected = live(account, [5_400, 6_000], 1);
    expect(corrected.map(({ fromMs, unaccounted, settling }) => ({ fromMs, unaccounted, settling }))).toEqual(
      [{ fromMs: HOUR, unaccounted: 1, settling: 1 }],
    );
    expect(corrected.map(residual)).toEqual([0]);
    expect(account.hour()).toMatchObject({ unaccounted: 0, opening: 2 });
    live(account, [6_000, 7_000], 3);
    expect(claim(account)).toMatchObject({
      reason: '3 recipients are not accounted for (1 recipient of earlier hours)',
    });
    live(account, [7_000, 8_000]);
    expect(claim(account)).toMatchObject({ mayBeSaid: true });
  });

  it('LED-28: a clock that is set back proves nothing missing before its time, and keeps the hour', () => {
    const account = new Account();
    live(account, [3_600, 4_000]);
    // Half an hour back: what is missing now is missing two minutes later, not half an hour.
    live(account, [3_590, 3_595], 1);
    expect(account.hour()).toMatchObject({ fromMs: HOUR + 3_600_000, unaccounted: 0 });
    live(account, [3_595, 3_590 + SETTLE_MS / 1_000], 1);
    expect(account.hour()?.unaccounted).toBe(0);
    live(account, [3_590 + SETTLE_MS / 1_000, 3_730], 1);
    expect(account.hour()?.unaccounted).toBe(1);
  });

  it('LED-15: a source that is away stops the time for what is missing: it begins anew when all are back', () => {
    const account = new Account();
    live(account, [0, 300]);
    live(account, [300, 400], 1);
    live(account, [400, 1_000], 1, false);
    live(account, [1_000, 1_000 + SETTLE_MS / 1_000], 1);
    expect(account.hour()?.unaccounted).toBe(0);
    expect(claim(account)).toMatchObject({ reason: 'all sources must have been read for 2 min in a row' });
    live(account, [1_120, 1_130], 1);
    expect(account.hour()).toMatchObject({ unaccounted: 1 });
    expect(account.hour()?.coverage).toBeLessThan(0.6);
    for (const each of ['flow', 'queue'] as const)
      expect(
        claim(new Account(), { account: live1(), coverage: coverage({ [each]: feed({ fresh: 0 }) }) }),
      ).toMatchObject({
        reason: expect.stringMatching(/^the (log|queue listing) is silent or read late$/) as string,
      });
  });

  it('LED-29: the claim reaches back by as much as a loss needs to be found: two listings and the grace', () => {
    const atMs = HOUR + 600_000;
    const slow = coverage({ queue: feed({ asOfMs: atMs - 100_000, intervalMs: 200_000 }) });
    expect(claim(live1(), { coverage: slow })).toEqual({
      ...{ mayBeSaid: true, untilMs: atMs - 300_000 - SETTLE_MS, lagMs: 300_000 + SETTLE_MS },
    });
    expect(claim(live1(), { coverage: coverage({ queue: feed({ expected: 0, fresh: 0 }) }) })).toMatchObject({
      reason: 'nothing lists the queue',
    });
    expect(claim(live1(), { awaited: 'mx1' })).toMatchObject({
      reason: 'mail left the queue of mx1, and its log has not told of that time yet',
    });
  });

  it('LED-13: lines of a host prove the time of their stamps, not that at which they are read', () => {
    const proof = new LogProof();
    proof.await('mx1', HOUR);
    proof.await('mx1', HOUR - 60_000);
    proof.heard('mx1', HOUR - 1);
    proof.heard('mx2', HOUR + 60_000);
    expect(proof.awaited(HOUR + 60_000)).toBe('mx1');
    proof.heard('mx1', HOUR);
    expect(proof.awaited(HOUR + 60_000)).toBeUndefined();
    // A host that logs nothing for half an hour has nothing to tell.
    proof.await('mx1', HOUR);
    expect(proof.awaited(HOUR + 1_799_000)).toBe('mx1');
    expect(proof.awaited(HOUR + 1_800_000)).toBeUndefined();
  });

  it('LED-16: what an earlier run kept in another form, or damaged, is left out', () => {
    expect(parseKept(undefined).size).toBe(0);
    expect(parseKept('{"version":2,"scopes":[]}').size).toBe(0);
    expect(parseKept('{"version":1,"scopes":[["a",').size).toBe(0);
  });
});

function live1(): Account {
  const account = new Account();
  live(account, [0, 600]);
  return account;
}
