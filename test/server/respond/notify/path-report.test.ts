import { describe, expect, it } from 'vitest';
import type { LaneReport } from '../../../../server/respond/notify/outbox.ts';
import type { PathFinding } from '../../../../server/respond/notify/path-check.ts';
import { pathReport, type PathFacts } from '../../../../server/respond/notify/path-report.ts';

const LANE: LaneReport = {
  waiting: 0,
  sent: 0,
  dead: 0,
  lastSentMs: null,
  oldestCreatedMs: null,
  fault: null,
};
const GOOD: PathFinding = { isOk: true, reason: '', dependsOnPlatform: null, isWhole: false };
const DOWN: PathFinding = { ...GOOD, isOk: false, reason: 'ECONNREFUSED' };
const OURS: PathFinding = { ...GOOD, dependsOnPlatform: 'its relay is the watched platform', isWhole: true };
const PART: PathFinding = { ...GOOD, dependsOnPlatform: '1 of its 2 addresses is there' };

function report(findings: readonly (PathFinding | null)[], more: Partial<PathFacts> = {}, lane = LANE) {
  const channels = findings.map((finding, i) => ({
    channel: { id: `c${i}`, type: 'webhook', target: 'https://x.example' },
    ...{ finding, lane },
  }));
  return pathReport({ channels, checkedAtMs: 1, deadMan: null, lost: 0, ...more });
}

describe('the report of the alarm path', () => {
  it.each<[string, readonly (PathFinding | null)[], string]>([
    ['none', [], 'no channel is configured'],
    ['unknown', [null], 'nothing has been checked'],
    ['ok', [GOOD], 'all are reached'],
    ['degraded', [GOOD, DOWN], 'one of two is down'],
    ['degraded', [GOOD, OURS], 'one of two is the platform'],
    ['degraded', [PART], 'a part of the only one is the platform'],
    ['failing', [DOWN], 'the only one is down'],
    ['failing', [OURS], 'the only one is the platform'],
    ['failing', [DOWN, OURS], 'one is down and the other is the platform'],
  ])('is %s when %s: %s [NTF-28]', (state, findings) => {
    expect(report(findings).state).toBe(state);
    expect(report(findings).reason === '').toBe(state === 'ok');
  });

  it('counts a channel that can be reached but takes nothing as failing [NTF-28]', () => {
    const found = report([GOOD], {}, { ...LANE, waiting: 3, fault: 'it answered 500' });
    expect(found).toMatchObject({ state: 'failing', channels: [{ state: 'failing', waiting: 3 }] });
    expect(found.reason).toContain('c0: sending: it answered 500');
  });

  it('says what the outside watch and lost messages have to say [NTF-28]', () => {
    const deadMan = { isOk: false, lastOkMs: null, reason: 'evaluation stands still' };
    expect(report([GOOD], { deadMan })).toMatchObject({
      state: 'degraded',
      reason: 'Outside watch: evaluation stands still.',
    });
    expect(report([GOOD], { lost: 2 }).reason).toContain('2 messages of a run before');
  });
});
