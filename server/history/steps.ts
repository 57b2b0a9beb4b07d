import { FEEDS, type Feed } from '../../shared/protocol.ts';
import type { Histogram } from '../../shared/histogram.ts';
import { mergeNumbers, type QueueGauge, Window } from '../../shared/window.ts';
import type { CensoredQuantile } from '../aggregate/rolling.ts';
import type { Direction } from '../aggregate/scope.ts';
import type { Recent } from './recent.ts';

/** Of effective lag, as series name them: median, 95 %, 99 %, and the most. */
export const LAG_QUANTILES = [0.5, 0.95, 0.99, 1];

/** Made before, for this step alone. Undefined: nothing was delivered (and nobody waits). */
export interface StepQuantiles {
  /** `LAG_QUANTILES` of what was delivered. */
  readonly delivered: readonly CensoredQuantile[] | undefined;
  /** Of it and of who waits at the end of the step. */
  readonly withWaiting: readonly CensoredQuantile[] | undefined;
}

/** One direction of a step: counters and gauges summed up, histograms as they are. */
export interface StepPart {
  readonly window: Window;
  readonly delivered: readonly Histogram[];
  /** In place of the histograms. */
  readonly quantiles?: StepQuantiles;
}

/** Windows of one direction as part of a step. They are not changed, and must not be afterwards. */
export function stepPart(windows: readonly Window[]): StepPart {
  const delivered = windows.flatMap(({ effectiveLag }) => (effectiveLag.isEmpty ? [] : [effectiveLag]));
  return { window: sumNumbers(windows), delivered };
}

const NOTHING = new Window();

/** Counters and gauges together. */
export function sumNumbers(windows: readonly Window[]): Window {
  const [first = NOTHING] = windows;
  if (windows.length <= 1) return first;
  const sum = new Window();
  for (const window of windows) mergeNumbers(sum, window);
  return sum;
}

/** One step of a series: its windows merged, and what was known of it. */
export interface Step {
  /** Counters and gauges of all directions asked for. */
  readonly window: Window;
  /** By direction, in the order they were asked for. */
  readonly parts: readonly StepPart[];
  /** Who waited at the end of the step. */
  readonly queues: readonly QueueGauge[];
  /** Feeds that a source was to report. */
  readonly expected: ReadonlySet<Feed>;
  /** Feeds whose events of this step are known: no event is zero. */
  readonly covered: ReadonlySet<Feed>;
  /** Feeds whose state at the end of the step is known: no gauge is nobody. What is read afterwards tells events only. */
  readonly gauged: ReadonlySet<Feed>;
  /** Share of the expected reports that came, 0 to 1; null when nothing is known of the step. */
  readonly coverage: number | null;
}

export interface SeriesFrame {
  readonly scope: number;
  readonly directions: readonly Direction[];
  readonly cluster: string;
  readonly fromMs: number;
  readonly stepMs: number;
  readonly steps: number;
}

/** Steps of `stepMs` (whole seconds) from `fromMs` out of the seconds in memory, oldest first. */
export function stepsOf(recent: Recent, frame: SeriesFrame): Step[] {
  const perStep = frame.stepMs / 1000;
  const first = Math.floor(frame.fromMs / 1000);
  return Array.from({ length: frame.steps }, (_, i) => stepOf(recent, frame, first + i * perStep, perStep));
}

function stepOf(recent: Recent, frame: SeriesFrame, first: number, seconds: number): Step {
  const parts = frame.directions.map((direction) =>
    stepPart(windowsOf(recent, { scope: frame.scope, direction }, first, seconds)),
  );
  const window = sumNumbers(parts.map((part) => part.window));
  const known = { expected: new Set<Feed>(), covered: new Set<Feed>() };
  let [reports, fresh] = [0, 0];
  for (let second = first; second < first + seconds; second++) {
    const coverage = recent.coverageAt(second)?.[frame.cluster];
    if (!coverage) continue;
    for (const feed of FEEDS) {
      reports += coverage[feed].expected;
      fresh += coverage[feed].fresh;
      if (coverage[feed].expected > 0) known.expected.add(feed);
      if (coverage[feed].fresh > 0) known.covered.add(feed);
    }
  }
  const queues = parts.flatMap((part) => part.window.queue ?? []);
  const coverage = reports === 0 ? null : fresh / reports;
  return { window, parts, queues, ...known, gauged: known.covered, coverage };
}

function windowsOf(
  recent: Recent,
  of: { scope: number; direction: Direction },
  first: number,
  seconds: number,
): Window[] {
  const windows: Window[] = [];
  for (let second = first; second < first + seconds; second++) {
    const window = recent.ring.at(second, of.scope, of.direction);
    if (window) windows.push(window);
  }
  return windows;
}
