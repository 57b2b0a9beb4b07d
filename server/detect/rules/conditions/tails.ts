import { metricInfo } from '../metrics.ts';
import { shown } from '../shown.ts';
import { boundsOf, holdAgainst, type Judge, type RuleOf, unknown, valueOf } from './outcome.ts';

/** A sample each ten minutes. */
const SAMPLE_MS = 600_000;
const SAMPLES_PER_HOUR = 3_600_000 / SAMPLE_MS;
/** Medians below this are taken for this: nothing is divided by nothing. In the unit of the metric. */
export const LEAST_REFERENCE = 1;

/** Samples by slot of ten minutes, oldest first. */
interface Past {
  slots: number[];
  values: number[];
  median: number;
}

/** Times its own median of the last hours, both sides; shares by the bound that is certain. */
export function judgeTails(rule: RuleOf<'tails'>): Judge {
  const { metric, hours, minimumHours, minimumN } = rule.when;
  const unit = metricInfo(metric)?.unit ?? 'count';
  const pasts = new Map<string, Past>();
  let isChanged = false;

  function pastOf(id: string): Past {
    let past = pasts.get(id);
    if (!past) pasts.set(id, (past = { slots: [], values: [], median: 0 }));
    return past;
  }

  return {
    judge(asked) {
      const past = pastOf(asked.scope.id);
      const slot = Math.floor(asked.nowMs / SAMPLE_MS);
      forgetFuture(past, slot);
      const got = valueOf(rule, metric, asked);
      if ('outcome' in got) return got.outcome;
      const { reading, value } = got;
      const isEnough = reading.n === null || reading.n >= minimumN;
      if (isEnough && past.slots.at(-1) !== slot) {
        takeSample(past, slot, value, hours * SAMPLES_PER_HOUR);
        isChanged = true;
      }
      if (past.slots.length < minimumHours * SAMPLES_PER_HOUR)
        return unknown(`its own median is known after ${minimumHours} h of data`, asked, 'times');
      const reference = Math.max(past.median, LEAST_REFERENCE);
      const { low, high } = isEnough ? boundsOf(reading, value) : { low: -Infinity, high: Infinity };
      const { n, isFloor = false } = reading;
      const bounds = { low: low / reference, high: high / reference };
      const against = `its median of ${hours} h, ${shown(past.median, unit)}; now ${shown(value, unit)}`;
      const held = { value: value / reference, bounds, max: Infinity, n, isFloor };
      return holdAgainst(rule, { ...held, unit: 'times', against }, asked);
    },
    isChanged: () => isChanged,
    keep() {
      isChanged = false;
      return Object.fromEntries([...pasts].map(([id, { slots, values }]) => [id, encode(slots, values)]));
    },
    takeUp(kept) {
      for (const [id, text] of Object.entries(kept)) {
        const past = decode(text);
        if (past) pasts.set(id, past);
      }
    },
  };
}

function takeSample(past: Past, slot: number, value: number, most: number): void {
  past.slots.push(slot);
  past.values.push(value);
  while (past.slots.length > most || (past.slots[0] ?? slot) <= slot - most) {
    past.slots.shift();
    past.values.shift();
  }
  past.median = medianOf(past.values);
}

function forgetFuture(past: Past, slot: number): void {
  if ((past.slots.at(-1) ?? slot) <= slot) return;
  while ((past.slots.at(-1) ?? slot) > slot) {
    past.slots.pop();
    past.values.pop();
  }
  past.median = medianOf(past.values);
}

/** The middle one, or the middle of the two. 0 of nothing. */
export function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}

/** `slot:value` of the first, then steps: `2945321:4.2,1:4.3,1:0`. Three significant figures are enough for a median. */
function encode(slots: readonly number[], values: readonly number[]): string {
  return slots
    .map((slot, i) => `${slot - (slots[i - 1] ?? 0)}:${Number((values[i] ?? 0).toPrecision(3))}`)
    .join(',');
}

function decode(text: unknown): Past | undefined {
  if (typeof text !== 'string' || text === '') return undefined;
  const slots: number[] = [];
  const values: number[] = [];
  let slot = 0;
  for (const pair of text.split(',')) {
    const [step = NaN, value = NaN] = pair.split(':').map(Number);
    if (!Number.isFinite(step) || !Number.isFinite(value)) return undefined;
    slots.push((slot += step));
    values.push(value);
  }
  return { slots, values, median: medianOf(values) };
}
