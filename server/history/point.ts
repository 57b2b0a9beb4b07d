import type { Feed } from '../../shared/protocol.ts';
import { addCounts, type Counts, emptyCounts } from '../../shared/window.ts';
import { type CensoredQuantile, effectiveQuantiles } from '../aggregate/rolling.ts';
import { LAG_QUANTILES, type Step, type StepPart } from './steps.ts';

export interface SeriesContext {
  /** Without a filter of its own, spam is what milter rejects in Postfix' log tell, once there has been one. */
  readonly milterSeen: boolean;
  /** Steps behind one point of a share or a lag: at fine steps a minute is looked back on. */
  readonly trail: number;
}

const LAG_NAMES = ['p50', 'p95', 'p99', 'max'] as const;
export type LagName = (typeof LAG_NAMES)[number];

/** One point of a series: a step and the ones it looks back on. Sums are made once, when a metric first asks for them. */
export class Point {
  readonly step: Step;
  readonly milterSeen: boolean;
  readonly #trail: readonly Step[];
  #counts: Counts | null = null;
  /** Null: nothing was delivered and nobody waits. */
  #lag: readonly CensoredQuantile[] | null | undefined;

  constructor(steps: readonly Step[], i: number, { milterSeen, trail }: SeriesContext) {
    const step = steps[i];
    if (!step) throw new RangeError(`no step ${i}`);
    this.step = step;
    this.milterSeen = milterSeen;
    this.#trail = steps.slice(Math.max(0, i - trail + 1), i + 1);
  }

  /** Feed that tells who waits: a listing where there is one, else the log. */
  get queueFeed(): Feed {
    return this.step.expected.has('queue') ? 'queue' : 'flow';
  }

  /** A source of the filter's own verdicts is configured. */
  get hasFilter(): boolean {
    return this.step.expected.has('filter');
  }

  /** Sums of this step and those it looks back on. */
  get counts(): Counts {
    return (this.#counts ??= sumOf(this.#trail));
  }

  /** As on the tile: of inbound mail; of outbound where there is no other. Undefined: nothing was delivered and nobody waits. */
  lag(name: LagName): CensoredQuantile | undefined {
    if (this.#lag === undefined) this.#lag = this.#makeLag() ?? null;
    return this.#lag?.[LAG_NAMES.indexOf(name)];
  }

  #makeLag(): readonly CensoredQuantile[] | undefined {
    for (const [place, part] of this.step.parts.entries()) {
      const lag = part.quantiles ? this.#lagMade(part) : this.#lagOf(part, place);
      if (lag) return lag;
    }
    return undefined;
  }

  #lagOf({ window }: StepPart, place: number): readonly CensoredQuantile[] | undefined {
    const waiting = window.queue && this.step.queues.includes(window.queue) ? [window.queue.waiting] : [];
    const delivered = this.#trail.flatMap((step) => step.parts[place]?.delivered ?? []);
    return effectiveQuantiles(delivered, waiting, LAG_QUANTILES);
  }

  #lagMade({ window, quantiles }: StepPart): readonly CensoredQuantile[] | undefined {
    if (this.#trail.length > 1) throw new Error('quantiles of several steps cannot be added up');
    const isWaiting = window.queue !== null && this.step.queues.includes(window.queue);
    return isWaiting ? quantiles?.withWaiting : quantiles?.delivered;
  }
}

function sumOf(steps: readonly Step[]): Counts {
  const [only] = steps;
  if (only && steps.length === 1) return only.window.counts;
  const sum = emptyCounts();
  for (const { window } of steps) addCounts(sum, window.counts);
  return sum;
}
