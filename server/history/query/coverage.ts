import type { CoverageRun } from '../../../shared/history.ts';
import { FEEDS, type Feed } from '../../../shared/protocol.ts';
import { SLOT_MS } from '../store.ts';

/** What was known in one step. Terms as in `Step`. */
export interface Known {
  readonly expected: ReadonlySet<Feed>;
  readonly covered: ReadonlySet<Feed>;
  readonly gauged: ReadonlySet<Feed>;
  readonly coverage: number | null;
}

/** A feed is known of a step when at least this share of its reports came (metrics: below it, null). */
const ENOUGH = 0.5;
/** States are kept once per 10 s slot, so the last of a step may be as old as this. */
export const GAUGE_AGE_MS = 20_000;

type Span = readonly [fromMs: number, toMs: number];
interface SourceTimes {
  readonly feeds: readonly Feed[];
  /** Merged and in order: when it was known at all, when its events are known, when it was heard as things happened. */
  readonly any: readonly Span[];
  readonly covered: readonly Span[];
  readonly heard: readonly Span[];
}

/** What runs of coverage tell about the tenants of one cluster (`''`: any). */
export class CoverageBook {
  readonly #sources: readonly SourceTimes[];
  /** Of a step in which nothing was missing. */
  readonly #whole: Known;
  /** Until when anything is known; null: nothing is. */
  readonly knownToMs: number | null;

  constructor(runs: readonly CoverageRun[], cluster: string) {
    const bySource = new Map<string, CoverageRun[]>();
    for (const run of runs) {
      if (cluster !== '' && run.cluster !== '' && run.cluster !== cluster) continue;
      const key = `${run.source}\n${run.feeds.join()}`;
      const known = bySource.get(key);
      if (known) known.push(run);
      else bySource.set(key, [run]);
    }
    this.#sources = [...bySource.values()].map(timesOf);
    const ends = this.#sources.flatMap(({ covered }) => covered.at(-1)?.[1] ?? []);
    this.knownToMs = ends.length > 0 ? Math.max(...ends) : null;
    const all = new Set(this.#sources.flatMap(({ feeds }) => feeds));
    this.#whole = { expected: all, covered: all, gauged: all, coverage: 1 };
  }

  /** When the state of a step that ends at `toMs` was last kept: the slot that is still open has none yet. */
  gaugeEndMs(toMs: number): number {
    return Math.min(toMs, Math.floor((this.knownToMs ?? 0) / SLOT_MS) * SLOT_MS);
  }

  /** One step. Time between two runs of a source counts as not covered, unless the whole step is such time: then nothing is known of it. */
  step(fromMs: number, toMs: number): Known {
    return this.#isWhole(fromMs, toMs) ? this.#whole : this.#add(fromMs, toMs);
  }

  /** Every source was heard throughout, as in most steps. */
  #isWhole(fromMs: number, toMs: number): boolean {
    const gaugeEndMs = this.gaugeEndMs(toMs);
    if (this.#whole.expected.size === 0 || toMs <= fromMs || gaugeEndMs <= fromMs) return false;
    return this.#sources.every(
      ({ covered, heard }) =>
        overlap(covered, fromMs, toMs) === toMs - fromMs &&
        overlap(heard, gaugeEndMs - GAUGE_AGE_MS, gaugeEndMs) > 0,
    );
  }

  #add(fromMs: number, toMs: number): Known {
    const expected = new Map<Feed, number>();
    const covered = new Map<Feed, number>();
    const gauged = new Map<Feed, { expected: number; heard: number }>();
    const gaugeEndMs = this.gaugeEndMs(toMs);
    for (const source of this.#sources) {
      if (overlap(source.any, fromMs, toMs) === 0) continue;
      const [first, last] = extentOf(source.any);
      const [beginMs, endMs] = [Math.max(fromMs, first), Math.min(toMs, last)];
      const coveredMs = overlap(source.covered, beginMs, endMs);
      const isHeard = gaugeEndMs > fromMs && overlap(source.heard, gaugeEndMs - GAUGE_AGE_MS, gaugeEndMs) > 0;
      for (const feed of source.feeds) {
        expected.set(feed, (expected.get(feed) ?? 0) + endMs - beginMs);
        covered.set(feed, (covered.get(feed) ?? 0) + coveredMs);
        const heard = gauged.get(feed) ?? { expected: 0, heard: 0 };
        gauged.set(feed, { expected: heard.expected + 1, heard: heard.heard + Number(isHeard) });
      }
    }
    return {
      expected: new Set(expected.keys()),
      covered: pick((feed) => isEnough(covered.get(feed) ?? 0, expected.get(feed) ?? 0)),
      gauged: pick((feed) => isEnough(gauged.get(feed)?.heard ?? 0, gauged.get(feed)?.expected ?? 0)),
      coverage: shareOf(covered, expected),
    };
  }
}

function timesOf(runs: readonly CoverageRun[]): SourceTimes {
  const spans = (isWanted: (run: CoverageRun) => boolean) => merged(runs.filter(isWanted).map(spanOf));
  return {
    feeds: runs[0]?.feeds ?? [],
    any: spans(() => true),
    covered: spans(({ state }) => state !== 'silent'),
    heard: spans(({ state }) => state === 'fresh' || state === 'imported'),
  };
}

/** A run of one look still covers its moment. */
function spanOf({ fromMs, toMs }: CoverageRun): Span {
  return [fromMs, Math.max(toMs, fromMs + 1)];
}

/** Spans that touch or nearly do become one: between two looks at a source nothing was missed. */
const NEAR_MS = 2_000;
function merged(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort((a, b) => a[0] - b[0]);
  const all: [number, number][] = [];
  for (const [fromMs, toMs] of sorted) {
    const last = all.at(-1);
    if (last && fromMs <= last[1] + NEAR_MS) last[1] = Math.max(last[1], toMs);
    else all.push([fromMs, toMs]);
  }
  return all;
}

function extentOf(spans: readonly Span[]): Span {
  return [spans[0]?.[0] ?? 0, spans.at(-1)?.[1] ?? 0];
}

function overlap(spans: readonly Span[], fromMs: number, toMs: number): number {
  let sum = 0;
  for (let i = firstEndingAfter(spans, fromMs); i < spans.length; i++) {
    const [begin, end] = spans[i] ?? [toMs, toMs];
    if (begin >= toMs) break;
    sum += Math.min(end, toMs) - Math.max(begin, fromMs);
  }
  return sum;
}

function firstEndingAfter(spans: readonly Span[], atMs: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.[1] ?? 0) > atMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

function isEnough(part: number, whole: number): boolean {
  return whole > 0 && part >= ENOUGH * whole;
}

function pick(isKnown: (feed: Feed) => boolean): ReadonlySet<Feed> {
  return new Set(FEEDS.filter(isKnown));
}

function shareOf(part: ReadonlyMap<Feed, number>, whole: ReadonlyMap<Feed, number>): number | null {
  const sum = (map: ReadonlyMap<Feed, number>) => [...map.values()].reduce((a, b) => a + b, 0);
  const expected = sum(whole);
  // Four digits are more than a picture shows, and 1 stays 1.
  return expected > 0 ? Math.round((10_000 * sum(part)) / expected) / 10_000 : null;
}
