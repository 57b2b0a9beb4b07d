import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Histogram } from '../../../../shared/histogram.ts';
import { addCounts, emptyCounts } from '../../../../shared/window.ts';
import { openHistoryDatabase } from '../../../../server/history/sql/open.ts';
import { createSqlWindowReader } from '../../../../server/history/sql/reader.ts';
import { createSyncWriter } from '../../../../server/history/sql/writer.ts';
import { DEFAULT_RETENTION, type Tier } from '../../../../server/history/store.ts';
import { samplesOf } from '../../../../server/history/query/samples.ts';
import type { SamplesQuery } from '../../../../server/history/query/types.ts';
import { gatherMoment } from '../../../../server/history/query/wall.ts';
import { MemoryWindows, windowOf } from '../../../support/memory-windows.ts';
import { createRandom } from '../../../support/random.ts';
import { batchOf, deltaOf } from '../store-contract.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse('2026-11-21T00:00:00Z');
const TENANTS = [
  { id: 'aurora', cluster: 'A' },
  { id: 'boreal', cluster: 'B' },
];
const METRICS = ['lagP95Ms', 'delivered', 'deferralPercent', 'queueDepth', 'messagesBeyond@60000'];

let windows: MemoryWindows;
beforeEach(() => {
  windows = new MemoryWindows();
});

function ask(change: Partial<SamplesQuery> = {}) {
  const query = { scope: { kind: 'tenant', id: 'aurora' }, metrics: METRICS, stepMs: MINUTE } as const;
  const answer = samplesOf(windows, { ...query, fromMs: START, toMs: START + 2 * HOUR, ...change }, TENANTS);
  const column = (name: string) => answer.columns[name]!;
  return {
    ...answer,
    value: (name: string, i: number) => {
      const value = column(name).value[i]!;
      return Number.isNaN(value) ? null : value;
    },
    why: (name: string, i: number) => answer.reasons[column(name).whyNot[i]!]!,
    /** Step that ends then. */
    at: (time: string) => (Date.parse(`2026-11-21T${time}Z`) - answer.firstMs) / answer.stepMs - 1,
  };
}

/** Two hours of mail in every slot, in and out, and who waits. */
function fill(random = createRandom(7)) {
  const int = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const lags: { readonly atMs: number; readonly lagMs: number }[] = [];
  for (let slotMs = START; slotMs < START + 2 * HOUR; slotMs += 10_000) {
    const lagMs = Array.from({ length: int(0, 3) }, () => int(1, 300_000));
    lags.push(...lagMs.map((lag) => ({ atMs: slotMs, lagMs: lag })));
    const counts = { delivered: lagMs.length, deferred: int(0, 2), bounced: int(0, 1) };
    windows.add('aurora', 0, slotMs, windowOf(counts, { lagMs, waitingAt: [slotMs + 9_000, int(1, 40)] }));
    windows.add('aurora', 1, slotMs, windowOf({ delivered: int(0, 2) }));
  }
  windows.cover(START, START + 2 * HOUR, { feeds: ['flow', 'queue'] });
  return lags;
}

describe('samples of the past', () => {
  it('BTE-1: are the numbers of the wall at that moment, over the five minutes before it', () => {
    fill();
    const samples = ask();
    for (const time of ['00:05:00', '00:31:00', '01:17:00', '02:00:00']) {
      const i = samples.at(time);
      const atMs = Date.parse(`2026-11-21T${time}Z`);
      const wall = gatherMoment(windows, { atMs, limitsMs: [0, 60_000] }, TENANTS)!.tenants[0]!;
      expect(samples.value('lagP95Ms', i)).toBe(wall.lag[0]!.valueMs);
      expect(samples.columns['lagP95Ms']!.isFloor[i]).toBe(wall.lag[0]!.isFloor ? 1 : 0);
      expect(samples.value('messagesBeyond@60000', i)).toBe(wall.lag[0]!.beyond[1]);
      expect(samples.value('queueDepth', i)).toBe(wall.queue!.depth);
      const counts = addAll(wall.counts);
      expect(samples.value('delivered', i)).toBe(counts.delivered);
      const whole = counts.delivered + counts.deferred + counts.bounced;
      expect(samples.value('deferralPercent', i)).toBeCloseTo((100 * counts.deferred) / whole, 9);
      expect(samples.columns['deferralPercent']!.n[i]).toBe(whole);
      expect(samples.columns['deferralPercent']!.part[i]).toBe(counts.deferred);
    }
  });

  it('BTE-1: are the same whether they are made from windows of ten seconds or of a minute', () => {
    fill();
    const [fine, coarse] = [ask({ stepMs: 10_000 }), ask()];
    for (const time of ['00:01:00', '00:05:00', '00:44:00', '01:59:00'])
      for (const name of METRICS)
        expect([name, time, coarse.value(name, coarse.at(time))]).toEqual([
          ...[name, time, fine.value(name, fine.at(time))],
        ]);
  });

  it('BTE-1: out of a store on disk, rolled up or not, are those of the windows that were put into it', async () => {
    fill();
    const db = await openHistoryDatabase(':memory:', START);
    onTestFinished(() => db.close());
    const writer = createSyncWriter({ db, retention: DEFAULT_RETENTION });
    const stored = windows
      .range(10 as Tier, 'aurora', START, START + 2 * HOUR)
      .flatMap(({ slotMs, parts }) =>
        parts.flatMap((part, way) => (part ? [deltaOf('aurora', slotMs, part, way as 0 | 1)] : [])),
      );
    const nowMs = START + 2 * HOUR;
    writer.write(batchOf(nowMs, { windows: stored, coverage: windows.coverage(START, nowMs) }));
    const reader = createSqlWindowReader(db);
    const query = { scope: { kind: 'tenant', id: 'aurora' }, fromMs: START, toMs: nowMs } as const;
    const asked = { ...query, metrics: [...METRICS, 'policyRefusedPercent', 'lagMaxMs'] };
    for (const stepMs of [10_000, 60_000, 3_600_000] as const) {
      const truth = samplesOf(windows, { ...asked, stepMs }, TENANTS);
      expect(samplesOf(reader, { ...asked, stepMs }, TENANTS)).toEqual(truth);
    }
    while (writer.care(nowMs + HOUR));
    const truth = samplesOf(windows, { ...asked, stepMs: 60_000 }, TENANTS);
    expect(samplesOf(reader, { ...asked, stepMs: 60_000 }, TENANTS)).toEqual(truth);
  });

  it('BTE-1: in slices are what they are in one piece', () => {
    fill();
    const whole = ask();
    const second = ask({ fromMs: START + HOUR });
    for (const name of METRICS)
      expect([...second.columns[name]!.value]).toEqual([...whole.columns[name]!.value.slice(60)]);
  });

  it.each([10_000, 60_000] as const)(
    'BTE-1: of a state that was looked at after its slot, as where time runs fast, count for that slot, step %i ms',
    (stepMs) => {
      for (let slotMs = START; slotMs < START + HOUR; slotMs += 10_000) {
        // One look a minute, at its end.
        const lookedMs = Math.floor(slotMs / MINUTE) * MINUTE + MINUTE;
        windows.add(
          'aurora',
          0,
          slotMs,
          windowOf({}, { waitingAt: [lookedMs, 1 + (slotMs - START) / 10_000] }),
        );
      }
      windows.cover(START, START + 2 * HOUR, { feeds: ['flow', 'queue'] });
      const samples = ask({ stepMs });
      const last = (i: number) => ((i + 1) * stepMs) / 10_000;
      for (let i = 0; i < HOUR / stepMs; i++)
        expect([i, samples.value('queueDepth', i)]).toEqual([i, last(i)]);
      // And for no longer than one that was looked at in its slot.
      expect(samples.value('queueDepth', (HOUR + MINUTE) / stepMs)).toBe(0);
    },
  );

  it('BTE-2: of an hour are an average five minutes of it; who waits and how late mail was is not averaged', () => {
    const lags = fill();
    const hours = ask({ stepMs: 3_600_000 });
    const first = new Histogram();
    for (const { atMs, lagMs } of lags) if (atMs < START + HOUR) first.add(lagMs);
    const fine = ask({ stepMs: 10_000 });
    const sum = [...Array(12)].reduce<number>(
      (all, _, i) => all + fine.value('delivered', 30 * (i + 1) - 1)!,
      0,
    );
    expect(hours.value('delivered', 0)).toBeCloseTo(sum / 12, 9);
    expect(hours.value('queueDepth', 0)).toBe(fine.value('queueDepth', fine.at('01:00:00')));
    expect(hours.value('deferralPercent', 0)).toBeGreaterThan(0);
    expect(hours.steps).toBe(2);
  });

  it('BTE-3: are not known, and not zero, where nothing is kept, and where sources were silent', () => {
    windows.add('aurora', 0, START + 10 * MINUTE, windowOf({ delivered: 5 }, { lagMs: [1_000] }));
    windows.add('boreal', 0, START + 90 * MINUTE, windowOf({ delivered: 5 }, { lagMs: [1_000] }));
    windows.cover(START, START + HOUR, { feeds: ['flow'] });
    windows.cover(START + HOUR, START + 90 * MINUTE, { feeds: ['flow'], state: 'silent' });
    const samples = ask();
    expect(samples.value('delivered', samples.at('00:11:00'))).toBe(5);
    expect(samples.value('delivered', samples.at('00:20:00'))).toBe(0);
    expect(samples.value('lagP95Ms', samples.at('00:20:00'))).toBeNull();
    expect(samples.why('lagP95Ms', samples.at('00:20:00'))).toBe('');
    for (const [time, why] of [
      ['00:05:00', 'nothing is kept of that time'],
      ['01:20:00', 'sources were silent then'],
      ['01:50:00', 'nothing is kept of that time'],
    ] as const) {
      const i = samples.at(time);
      expect([time, samples.value('delivered', i), samples.reasons[samples.whyNot[i]!]]).toEqual([
        time,
        null,
        why,
      ]);
    }
  });

  it('BTE-3: of lag are not known while nobody could say who waits', () => {
    fill();
    windows.runs.length = 0;
    windows.cover(START, START + HOUR, { feeds: ['flow'] });
    windows.cover(START, START + 2 * HOUR, { source: 'queue', feeds: ['queue'], state: 'silent' });
    const samples = ask();
    const i = samples.at('00:30:00');
    expect([samples.value('lagP95Ms', i), samples.why('lagP95Ms', i)]).toEqual([
      ...[null, 'who waited then is not known'],
    ]);
    expect(samples.why('queueDepth', i)).toBe('the queue is not heard');
    expect(samples.value('delivered', i)).toBeGreaterThan(0);
  });
});

function addAll(parts: readonly object[]) {
  const sum = emptyCounts();
  for (const part of parts) addCounts(sum, { ...emptyCounts(), ...part });
  return sum;
}
