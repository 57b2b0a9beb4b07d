/** One night like a story of the demo platform: at another hour, of another size, by another seed; and what was claimed in it. */
import type { ForesightFacts, ForesightPart } from '../../../server/detect/foresight/types.ts';
import type { ScenarioId } from '../../../server/demo/scenarios/scenario.ts';
import { createRandom } from '../../../server/demo/random.ts';
import { createForesightRun, type ForesightRun } from '../foresight-run.ts';

const MINUTE_MS = 60_000;
/** Half as often as a server does: it costs half as much, and is the harder test. */
const STEP_MS = 10_000;
const LIST_MS = 60_000;

export interface Night {
  readonly seed: number;
  /** Later than in the story. */
  readonly shiftMinutes: number;
  /** Size of what makes the trouble, 1 as in the story. */
  readonly scale: number;
  readonly volume: number;
}

/** Hours and sizes that a story is moved through. */
export interface Spread {
  readonly hours: readonly [from: number, to: number];
  readonly scale: readonly [from: number, to: number];
  readonly volume: readonly [from: number, to: number];
}

/** The same seed gives the same night. Sizes are spread by their logarithm. */
export function nightOf(seed: number, { hours, scale, volume }: Spread): Night {
  const random = createRandom(seed * 7_919 + 13);
  const logarithmic = ([from, to]: readonly [number, number]) =>
    Math.exp(random.between(Math.log(from), Math.log(to)));
  return {
    seed,
    shiftMinutes: Math.round(random.between(...hours) * 60),
    scale: logarithmic(scale),
    volume: logarithmic(volume),
  };
}

/** The story as it was. */
export function plainNight(seed: number, volume: number): Night {
  return { seed, shiftMinutes: 0, scale: 1, volume };
}

export interface NightRun {
  readonly scenario: ScenarioId;
  readonly night: Night;
  /** After the start of the story. */
  readonly minutes: number;
  /** Made when the pipeline is there. */
  readonly parts: (run: ForesightRun) => readonly ForesightPart<unknown>[];
}

/** `look` at each step of the parts; no rules are judged, as these parts ask for no alarms. */
export function liveNight(
  { scenario, night, minutes, parts }: NightRun,
  look: (facts: ForesightFacts, run: ForesightRun) => void,
): ForesightRun {
  const made: { list: readonly ForesightPart<unknown>[] } = { list: [] };
  const all: ForesightPart<unknown> = {
    event: (event, nowMs) => made.list.forEach((part) => part.event?.(event, nowMs)),
    advance: (facts) => made.list.forEach((part) => part.advance(facts)),
    view: () => null,
  };
  const run = createForesightRun({
    ...{ scenario, minutes, seed: night.seed, volume: night.volume, parts: [all] },
    variation: { shiftMs: night.shiftMinutes * MINUTE_MS, scale: night.scale },
    rules: { version: 1, rules: [] },
    ...{ stepMs: STEP_MS, listMs: LIST_MS },
  });
  made.list = parts(run);
  run.live((facts) => look(facts, run));
  return run;
}

/** A moment of the story, in this night. */
export function momentOf(night: Night, time: string): number {
  return Date.parse(time) + night.shiftMinutes * MINUTE_MS;
}

/** How one claim fared in one night. */
export interface ClaimScore {
  readonly claim: string;
  readonly asked: number;
  readonly right: number;
  /** What was said and what was true, the first time that it was wrong. */
  readonly wrong: string | null;
}

/** Claims of one night, each asked once or at many moments. */
export class Claims {
  readonly #scores = new Map<string, { asked: number; right: number; wrong: string | null }>();

  ask(claim: string, isRight: boolean, explain: () => string): void {
    const score = this.#scores.get(claim) ?? { asked: 0, right: 0, wrong: null };
    this.#scores.set(claim, score);
    score.asked += 1;
    if (isRight) score.right += 1;
    else score.wrong ??= explain();
  }

  scores(): readonly ClaimScore[] {
    return [...this.#scores].map(([claim, score]) => ({ claim, ...score }));
  }
}

export interface NightScore {
  readonly night: Night;
  readonly claims: readonly ClaimScore[];
}

/** Hour of the platform’s day, for people. */
export function clockOf(atMs: number, offset: string): string {
  const sign = offset.startsWith('-') ? -1 : 1;
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  return new Date(atMs + sign * (hours * 60 + minutes) * MINUTE_MS).toISOString().slice(11, 16);
}
