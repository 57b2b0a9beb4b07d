import type { Rate } from '../stream.ts';
import type { World } from '../world.ts';

/** What can be chosen on the command line and in the demo's panel. */
export const SCENARIO_IDS = ['calm', 'leak-2007', 'backlog-2008', 'relapse-2021'] as const;
export type ScenarioId = (typeof SCENARIO_IDS)[number];

/** A story the platform lives through; traffic goes on as ever before, beside and after it. */
export interface Scenario {
  readonly id: ScenarioId;
  readonly title: string;
  readonly summary: string;
  readonly startsAtMs: number | 'now';
  /** Zone of the hosts' stamps and of people's day. */
  readonly utcOffsetMinutes: number;
  /** Plans the deeds of the story. */
  readonly plan: (world: World, startMs: number) => void;
}

/** One deed of a story, and what is said of it. */
export interface Deed {
  /** RFC 3339, or minutes after the start. */
  readonly at: string | number;
  readonly text?: string;
  readonly run?: () => void;
}

/** Puts the deeds of a story on the agenda. */
export function planDeeds(world: World, startMs: number, deeds: readonly Deed[]): void {
  for (const { at, text, run } of deeds) {
    const atMs = typeof at === 'number' ? startMs + at * 60_000 : Date.parse(at) + world.variation.shiftMs;
    world.scheduler.at(atMs, () => {
      run?.();
      if (text !== undefined) world.tell(text);
    });
  }
}

/** The rate of a story's attack at another time of the day, and of another size. */
export function varied(world: World, rate: Rate): Rate {
  const { shiftMs, scale } = world.variation;
  return (nowMs) => scale * rate(nowMs - shiftMs);
}

/** A rate that goes straight from point to point and is nothing before the first and after the last. */
export function through(
  points: readonly (readonly [at: string, perSecond: number])[],
): (nowMs: number) => number {
  const marks = points.map(([at, perSecond]) => ({ atMs: Date.parse(at), perSecond }));
  return (nowMs) => {
    const next = marks.findIndex((mark) => mark.atMs > nowMs);
    const to = marks[next];
    const from = marks[next - 1];
    if (!to || !from) return 0;
    return from.perSecond + ((to.perSecond - from.perSecond) * (nowMs - from.atMs)) / (to.atMs - from.atMs);
  };
}
