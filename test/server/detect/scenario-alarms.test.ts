/** The three nights of the demo platform under the stock rules, in simulated time: what is raised, and how long after it began. */
import { describe, expect, it } from 'vitest';
import { type Night, runNight } from '../../support/alarm-night.ts';

const MINUTE_MS = 60_000;
const STEP_MS = 5_000;
/** Smaller than the platform, so that a night takes a minute; each tenant's numbers are the less certain for it. */
const VOLUME = 0.4;

interface Expected {
  readonly rule: string;
  readonly priority?: string;
  /** What it tells of, and when that began. */
  readonly what: string;
  readonly beganAt: string;
  readonly withinMinutes: number;
}

/** Delay of each, printed; NaN where it was not raised. */
function delaysOf(night: Night, expected: readonly Expected[]): Record<string, number> {
  const delays = expected.map(({ rule, priority, what, beganAt }) => {
    const beganMs = Date.parse(beganAt);
    const raisedMs = night.raisedAt(rule, beganMs, priority) ?? NaN;
    return [`${what}: ${rule}${priority ? ` (${priority})` : ''}`, (raisedMs - beganMs) / MINUTE_MS] as const;
  });
  for (const [name, minutes] of delays) process.stdout.write(`  ${name} after ${minutes.toFixed(1)} min\n`);
  return Object.fromEntries(delays);
}

function expectAll(night: Night, expected: readonly Expected[]): void {
  const late = Object.entries(delaysOf(night, expected)).flatMap(([name, minutes], i) =>
    minutes <= (expected[i]?.withinMinutes ?? 0) ? [] : [`${name}: ${minutes} min`],
  );
  expect(late).toEqual([]);
}

describe('the nights of the demo platform', () => {
  it('RUL-30: backlog-2008 raises filter trouble, unreachable mailboxes, effective lag, held mail and lost telemetry', () => {
    const lostFrom = Date.parse('2008-10-07T22:00:00+01:00');
    const night = runNight({
      ...{ scenario: 'backlog-2008', minutes: 75, volume: VOLUME, stepMs: STEP_MS },
      // Not part of the story: the log of another cluster breaks off in the middle of the trouble.
      isLost: (source, nowMs) => source === 'mail-c' && nowMs > lostFrom,
    });
    expectAll(night, [
      { rule: 'told-to-come-again', what: 'filter at its limit', beganAt: '2008-10-07T21:23:00+01:00', withinMinutes: 10 },
      { rule: 'access', priority: 'critical', what: 'mailboxes unreachable', beganAt: '2008-10-07T21:35:00+01:00', withinMinutes: 6 },
      { rule: 'inbound-lag', priority: 'high', what: 'mail waits', beganAt: '2008-10-07T21:35:00+01:00', withinMinutes: 10 },
      { rule: 'inbound-lag', priority: 'critical', what: 'mail waits', beganAt: '2008-10-07T21:35:00+01:00', withinMinutes: 20 },
      { rule: 'held-mail', what: 'mail held', beganAt: '2008-10-07T21:45:00+01:00', withinMinutes: 25 },
      { rule: 'telemetry-lost', what: 'log of cluster C breaks off', beganAt: '2008-10-07T22:00:00+01:00', withinMinutes: 2 },
    ]); // prettier-ignore
    const clusters = new Set(
      night.notices
        .filter(({ rule }) => rule === 'inbound-lag' || rule === 'access')
        .map(({ cluster }) => cluster),
    );
    expect([...clusters]).toEqual(['A']);
  }, 600_000);

  it('RUL-30: relapse-2021 raises filter trouble, and the same alarm again when the change strikes again', () => {
    const night = runNight({ scenario: 'relapse-2021', minutes: 155, volume: VOLUME, stepMs: STEP_MS });
    expectAll(night, [
      { rule: 'told-to-come-again', what: 'filter loops', beganAt: '2021-07-08T06:00:00-04:00', withinMinutes: 15 },
      { rule: 'told-to-come-again', what: 'relapse', beganAt: '2021-07-08T08:07:00-04:00', withinMinutes: 15 },
    ]); // prettier-ignore
    const relapse = night.notices.find(
      ({ rule, kind, atMs }) =>
        rule === 'told-to-come-again' && kind === 'raised' && atMs > Date.parse('2021-07-08T08:07:00-04:00'),
    );
    expect(relapse).toMatchObject({ cluster: 'B' });
  }, 600_000);

  it('RUL-30: leak-2007 pages nobody: what foresees is not part of the rules, and mail flows as ever', () => {
    const night = runNight({ scenario: 'leak-2007', minutes: 60, volume: VOLUME, stepMs: STEP_MS });
    expect(night.notices.filter(({ priority }) => priority === 'high' || priority === 'critical')).toEqual(
      [],
    );
  }, 600_000);
});
