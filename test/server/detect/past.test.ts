import { beforeEach, describe, expect, it } from 'vitest';
import type { SourceReport, WallRow } from '../../../shared/protocol.ts';
import { DEFAULT_THRESHOLDS } from '../../../server/base/config.ts';
import type { MailEvent } from '../../../server/collect/event.ts';
import { lagLimits, wallAtMoment } from '../../../server/detect/past.ts';
import { decodeWindow } from '../../../server/history/codec.ts';
import { gatherMoment } from '../../../server/history/query/wall.ts';
import { createPipeline, type Pipeline } from '../../../server/pipeline.ts';
import { at, TENANTS } from '../../support/books.ts';
import { MemoryWindows } from '../../support/memory-windows.ts';
import { createRandom, pick } from '../../support/random.ts';

const START = at('10:00:00');
const LIMITS = DEFAULT_THRESHOLDS;

let nowMs: number;
let states: Record<'log' | 'queue', SourceReport['state']>;
let windows: MemoryWindows;
let pipeline: Pipeline;
let shown: Map<number, { rows: readonly WallRow[]; platform: Pipeline['state']['platform'] }>;

const report = (id: 'log' | 'queue', feeds: SourceReport['feeds']): SourceReport => ({
  ...{ id, type: 'log', feeds, target: id, state: states[id], asOfMs: nowMs, intervalMs: 1_000 },
  counters: { lines: 0, events: 0, unparsed: 0, foreign: 0, bytes: 0, dropped: {} },
});

beforeEach(() => {
  nowMs = START;
  states = { log: 'ok', queue: 'ok' };
  windows = new MemoryWindows();
  shown = new Map();
  pipeline = createPipeline({
    tenants: TENANTS,
    limits: LIMITS,
    clock: { now: () => nowMs, speed: 1 },
    reports: () => [report('log', ['flow', 'access'])],
    kept: { ledger: [], state: {} },
  });
});

/** Ticks and commits each second; remembers what the wall showed. */
function run(untilMs: number, eachSecond: (second: number) => void): void {
  for (; nowMs < untilMs; nowMs += 1_000) {
    eachSecond(nowMs);
    pipeline.tick(nowMs);
    const { rows, platform } = pipeline.state;
    shown.set(nowMs, { rows, platform });
    commit();
  }
  commit();
}

function commit(): void {
  const batch = pipeline.batch([]);
  for (const { scope, direction, slotMs, bytes } of batch.windows)
    windows.add(scope, direction, slotMs, decodeWindow(bytes));
  for (const run of batch.coverage) {
    const same = windows.runs.findIndex(
      ({ source, state, fromMs }) => source === run.source && state === run.state && fromMs === run.fromMs,
    );
    windows.runs.splice(same < 0 ? windows.runs.length : same, same < 0 ? 0 : 1, run);
  }
}

function wallAt(atMs: number) {
  const moment = gatherMoment(windows, { atMs, limitsMs: lagLimits(LIMITS) }, TENANTS);
  return moment && wallAtMoment(moment, pipeline.entries, LIMITS);
}

let serial = 0;
function message(atMs: number, random: () => number): readonly MailEvent[] {
  const origin = { host: 'mx1', source: 'log', instance: 'postfix', queueId: `Q${serial++}` };
  const to = `u@${pick(random, ['aurora', 'boreal', 'cirrus'])}.example`;
  const status = pick(random, ['sent', 'sent', 'sent', 'sent', 'deferred', 'bounced'] as const);
  const delayMs = Math.floor(random() * 400_000);
  const arrived: MailEvent[] = [
    { ...origin, atMs, kind: 'accepted', via: 'smtpd' },
    {
      ...origin,
      ...{ atMs, kind: 'queue-active', from: 'a@far.example', fromDomain: 'far.example' },
      ...{ sizeBytes: 1, recipientCount: 1 },
    },
  ];
  const toDomain = to.slice(2);
  const attempted: MailEvent = {
    ...origin,
    ...{ atMs, kind: 'attempt', to, toDomain, relay: 'x', delayMs, dsn: '4.2.2', status },
    ...{ reason: 'mailbox full', service: 'lmtp' },
  };
  return status === 'sent' && random() < 0.5 ? [attempted] : [...arrived, attempted];
}

const seen = ({
  level,
  signal,
  reason,
  queueDepth,
  lagP95Ms,
  isLagFloor,
  spamPercent,
  accessPercent,
}: WallRow) => ({
  ...{ level, signal, reason, queueDepth, lagP95Ms, isLagFloor, spamPercent, accessPercent },
});

describe('the wall at a moment', () => {
  it('HIS-60: shows of stored windows what it showed then', () => {
    const random = createRandom(11);
    run(START + 1_500_000, (second) => {
      for (let n = Math.floor(random() * 3); n > 0; n--)
        for (const event of message(second, random)) pipeline.event(event);
    });
    let levels = new Set<string>();
    // Never more is known than what the wall showed at the last second of the slot.
    for (const atMs of [START + 600_000, START + 610_000, START + 1_230_000, START + 1_490_000]) {
      const past = wallAt(atMs + 3_456);
      const then = shown.get(atMs - 1_000)!;
      expect(past?.atMs).toBe(atMs);
      expect(past?.rows.map(seen)).toEqual(then.rows.map(seen));
      expect(past?.platform).toEqual({ ...then.platform, oldestWaitingMs: expect.anything() });
      expect(past?.sparks[0]).toHaveLength(60);
      expect(past?.sparks.map((points) => points.at(-1))).toEqual(then.rows.map((row) => row.queueDepth));
      levels = new Set([...levels, ...(past?.rows ?? []).map(({ level }) => level)]);
    }
    expect(levels.size).toBeGreaterThan(1);
  });

  it('HIS-61: a tenant whose sources were silent then has no data, whatever came later', () => {
    const random = createRandom(3);
    const busy = (second: number) => {
      for (const event of message(second, random)) pipeline.event(event);
    };
    run(START + 400_000, busy);
    states.log = 'lost';
    run(START + 500_000, () => undefined);
    states.log = 'ok';
    run(START + 600_000, busy);
    const [then, later] = [wallAt(START + 460_000)!, wallAt(START + 590_000)!];
    expect(then.rows.map(({ level }) => level)).toEqual(['no-data', 'no-data', 'no-data', 'no-data']);
    expect(then.rows.map(({ queueDepth }) => queueDepth)).toEqual([null, null, null, null]);
    expect(then.coverage['']?.flow).toMatchObject({ expected: 1 });
    expect(later.rows.map(({ level }) => level)).not.toContain('no-data');
  });

  it('HIS-62: answers from minutes when nothing finer is kept, says so, and nothing where nothing is kept', () => {
    const random = createRandom(5);
    run(START + 900_000, (second) => {
      for (const event of message(second, random)) pipeline.event(event);
    });
    windows.deletedToMs[10] = START + 900_000;
    const past = wallAt(START + 725_000)!;
    expect([past.atMs, past.tierSeconds]).toEqual([START + 720_000, 60]);
    expect(past.missing).toContain('states between two minutes');
    expect(past.rows.map(seen)).toEqual(shown.get(START + 719_000)!.rows.map(seen));
    expect(wallAt(START - 3_600_000)).toBeUndefined();
  });
});
