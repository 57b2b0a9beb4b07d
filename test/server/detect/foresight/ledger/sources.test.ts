import { describe, expect, it } from 'vitest';
import type { LedgerHour } from '../../../../../shared/foresight.ts';
import { watchLedger } from '../../../../support/ledger-checks.ts';
import { createLedgerRun } from '../../../../support/ledger-run.ts';

const MINUTE = 60_000;
const NIGHT = Date.parse('2026-11-16T02:30:00Z');
const calm = { scenario: 'calm', nowMs: NIGHT, volume: 0.1 } as const;

describe('the ledger and its sources', () => {
  it('LED-13: a log that is read minutes behind its queue makes nobody missing, and all is found when it has caught up', () => {
    const run = createLedgerRun({
      ...{ scenario: 'backlog-2008', minutes: 50, volume: 0.05 },
      logLagMs: (nowMs) => (nowMs < run.startMs + 35 * MINUTE ? 7 * MINUTE : 0),
    });
    const seen = watchLedger(run);
    expect(seen.off).toEqual({});
    expect(seen.claim).toBe('may be said');
    const { accepted: _, ...ends } = run.simulation.truth().ledger;
    expect(run.pipeline.books.conservation?.balance(run.pipeline.scopes.platform)).toMatchObject({
      ...ends,
      vanished: 0,
    });
  }, 120_000);

  it('LED-14: one message taken away behind everybody’s back is one missing, of its tenants, and nothing may be said of them', () => {
    const run = createLedgerRun({ ...calm, minutes: 60, loseAtMs: NIGHT + 10 * MINUTE });
    const seen = watchLedger(run);
    expect(run.lost).not.toBeNull();
    expect(seen.off).toEqual(Object.fromEntries((run.lost?.scopes ?? []).map((scope) => [scope, 1])));
    expect(seen.claim).toBe('1 recipient of earlier hours is not accounted for');
    expect(seen.said).toContain('1 recipient is not accounted for');
    expect(run.rows.get('_platform 2026-11-16T02:00:00.000Z')?.unaccounted).toBe(1);
  }, 60_000);

  it('LED-15: while a log is silent nothing is said to be missing, and no claim is made', () => {
    const isSilent = (nowMs: number) => nowMs > NIGHT + 5 * MINUTE && nowMs < NIGHT + 25 * MINUTE;
    const run = createLedgerRun({
      ...{ ...calm, minutes: 24 },
      isLost: (source, nowMs) => source === 'mail-a' && isSilent(nowMs),
    });
    const seen = watchLedger(run, 'cluster:A');
    expect(seen.off).toEqual({});
    expect(seen.claim).toBe('the log is silent or read late');
    expect(run.ledger.view().get('cluster:A')?.coverage).toBeLessThan(0.7);
  }, 60_000);

  it('LED-16: a restart in mid-hour goes on with the hour, and what was missing before stays so', () => {
    const run = createLedgerRun({
      ...{ ...calm, minutes: 55, loseAtMs: NIGHT + 3 * MINUTE, restartAtMs: NIGHT + 17 * MINUTE },
    });
    const seen = watchLedger(run);
    expect(seen.off['_platform']).toBe(1);
    expect(seen.claim).toBe('1 recipient of earlier hours is not accounted for');
    const whole = createLedgerRun({ ...calm, minutes: 55 });
    watchLedger(whole);
    const [row, unbroken] = [run, whole].map(({ rows }) => rows.get('_platform 2026-11-16T02:00:00.000Z'));
    const { accepted, delivered, bounced, opening } = unbroken as LedgerHour;
    expect(row).toMatchObject({ accepted, bounced, opening, unseen: 0, unaccounted: 1 });
    expect(Math.abs((row?.delivered ?? 0) - delivered)).toBeLessThanOrEqual(1);
  }, 90_000);
});
