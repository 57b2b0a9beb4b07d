import { expect, it } from 'vitest';
import type { LedgerHour } from '../../shared/foresight.ts';
import { watchLedger } from '../support/ledger-checks.ts';
import { createLedgerRun, type LedgerRun } from '../support/ledger-run.ts';

const HOURS = 7 * 24;
const FROM = Date.parse('2026-11-16T00:00:00Z');
const week = {
  scenario: 'calm',
  ...{ nowMs: FROM, volume: 0.03, stepMs: 30_000 },
  minutes: HOURS * 60,
} as const;

function rowsOf({ rows }: LedgerRun, scope: string): LedgerHour[] {
  return [...rows].filter(([key]) => key.startsWith(`${scope} `)).map(([, hour]) => hour);
}
const sumOf = (hours: readonly LedgerHour[], of: 'accepted' | 'delivered' | 'bounced' | 'expired') =>
  hours.reduce((sum, hour) => sum + hour[of], 0);

it('LED-24: a week of the demo platform closes in each hour of every tenant, and agrees with what really happened', () => {
  const run = createLedgerRun(week);
  const seen = watchLedger(run);
  expect(seen.off).toEqual({});
  expect(seen.claim).toBe('may be said');
  expect(
    [...run.rows.values()].filter(({ unaccounted, unseen }) => unaccounted !== 0 || unseen !== 0),
  ).toEqual([]);
  const hours = [...rowsOf(run, '_platform'), run.ledger.view().get('_platform')!];
  expect(hours.length).toBeGreaterThanOrEqual(HOURS);
  const { accepted, ...ends } = run.simulation.truth().ledger;
  const balance = run.pipeline.books.conservation!.balance(run.pipeline.scopes.platform);
  expect(balance).toMatchObject({ ...ends, vanished: 0, unseen: 0 });
  // What came in this very moment has not been taken up by its queue manager yet.
  expect(Math.abs(accepted - balance.accepted)).toBeLessThanOrEqual(5);
  // Rows begin with the first look; nothing lies between two of them.
  const before = (of: 'accepted' | 'delivered' | 'bounced' | 'expired') => balance[of] - sumOf(hours, of);
  expect(before('accepted')).toBe(
    hours[0]!.opening + before('delivered') + before('bounced') + before('expired'),
  );
  expect(before('delivered')).toBeLessThan(100);
  process.stdout.write(`  ${JSON.stringify(balance)}; rows ${run.rows.size}\n`);
}, 1_800_000);

it('LED-25: one message taken away behind everybody’s back in mid-week is exactly one, in one hour, of its tenants', () => {
  const run = createLedgerRun({ ...week, loseAtMs: FROM + 84 * 3_600_000 });
  const seen = watchLedger(run);
  const scopes = run.lost?.scopes ?? [];
  expect(seen.off).toEqual(Object.fromEntries(scopes.map((scope) => [scope, 1])));
  expect(seen.said).toContain('1 recipient is not accounted for');
  for (const scope of scopes) {
    const off = rowsOf(run, scope).filter(({ unaccounted }) => unaccounted !== 0);
    expect(off.map(({ unaccounted }) => unaccounted)).toEqual([1]);
  }
  expect([...run.rows.values()].filter(({ unaccounted }) => unaccounted !== 0)).toHaveLength(scopes.length);
  // It is said for a day.
  expect(seen.claim).toBe('may be said');
  process.stdout.write(`  taken away: ${run.lost?.queueId}, of ${scopes.join(', ')}\n`);
}, 1_800_000);
