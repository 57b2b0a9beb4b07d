/** A story of the demo platform through the pipeline and chosen parts of foresight, in simulated time and without files. */
import type { PlatformEvent } from '../../shared/foresight.ts';
import { createForesightFacts } from '../../server/detect/foresight/facts.ts';
import type { Season } from '../../server/detect/foresight/season.ts';
import {
  FORESIGHT_STEP_MS,
  type ForesightFacts,
  type ForesightPart,
} from '../../server/detect/foresight/types.ts';
import { type AlarmRun, type AlarmRunOptions, createAlarmRun, Holds } from './alarm-run.ts';

/** Nothing is known of what is usual: the first day of an installation. */
export const NO_SEASON: Season = { usual: () => null };

export interface ForesightRunOptions extends AlarmRunOptions {
  readonly parts: readonly ForesightPart<unknown>[];
  readonly season?: Season;
  /** Events beside those of the story. */
  readonly events?: readonly PlatformEvent[];
}

export interface ForesightRun extends AlarmRun {
  /** Lives on to the end; `look` is called after each step of the parts. */
  live(look: (facts: ForesightFacts) => void): void;
}

/** Parts hear each event and are asked at each step, with the alarms that the stock rules raise. */
export function createForesightRun(options: ForesightRunOptions): ForesightRun {
  const { parts, season = NO_SEASON } = options;
  const run = createAlarmRun({
    stepMs: FORESIGHT_STEP_MS,
    ...options,
    tap: (event, nowMs) => parts.forEach((part) => part.event?.(event, nowMs)),
  });
  const events: PlatformEvent[] = [...(options.events ?? [])];
  const holds = new Holds();
  const factsAt = createForesightFacts({
    ...{ live: run.pipeline, speed: 1, season },
    events: (atMs) => events.filter((event) => event.atMs <= atMs),
    alarms: () =>
      holds.raises
        .filter(({ clearedAtMs }) => clearedAtMs === null)
        .map(({ rule, scope, scopeKind, atMs }) => ({
          ...{ rule, scope: { kind: scopeKind, id: scope } },
          ...{ sinceMs: atMs, raisedAtMs: atMs },
        })),
  });
  return {
    ...run,
    live(look) {
      run.run(
        ({ nowMs, verdicts }) => {
          events.push(...run.simulation.takeEvents());
          holds.observe(verdicts, nowMs);
          const facts = factsAt(nowMs);
          parts.forEach((part) => part.advance(facts));
          look(facts);
        },
        () => holds.alive,
      );
    },
  };
}
