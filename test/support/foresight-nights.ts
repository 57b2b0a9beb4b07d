/** Nights of the demo platform with one seed each, and what the causes part said of them. */
import type { SharedCause } from '../../shared/foresight.ts';
import { createCausesPart } from '../../server/detect/foresight/causes/part.ts';
import type { ForesightPart } from '../../server/detect/foresight/types.ts';
import type { ScenarioId } from '../../server/demo/scenarios/scenario.ts';
import { createForesightRun } from './foresight-run.ts';

export interface CauseNight {
  readonly scenario: ScenarioId;
  readonly seed: number;
  readonly minutes: number;
  readonly volume: number;
}

/** A part that needs the pipeline, which needs the part. */
export function lazyPart<V>(make: () => ForesightPart<V>): ForesightPart<V> {
  let made: ForesightPart<V> | undefined;
  const part = () => (made ??= make());
  return {
    event: (event, nowMs) => part().event?.(event, nowMs),
    advance: (facts) => part().advance(facts),
    view: () => part().view(),
  };
}

/** `look` each simulated minute. */
export function runCauses(
  night: CauseNight,
  look: (causes: readonly SharedCause[], atMs: number) => void,
): void {
  const part = lazyPart(() => createCausesPart(run.tenants, () => run.pipeline.books));
  const run = createForesightRun({ ...night, parts: [part] });
  run.live(({ atMs }) => {
    if (atMs % 60_000 === 0) look(part.view(), atMs);
  });
}

export interface CauseVerdict {
  readonly seed: number;
  readonly isRight: boolean;
  readonly said: string;
}

/** Whether cluster A is named for the mail that waits from minute ten on, and Virgo's cable service as not hit. */
export function judgeBacklog(seed: number, volume: number): CauseVerdict {
  const down = Date.parse('2008-10-07T21:35:00+01:00');
  const wrong: string[] = [];
  let asked = 0;
  runCauses({ scenario: 'backlog-2008', seed, minutes: 50, volume }, (causes, atMs) => {
    if (atMs < down + 10 * 60_000) return;
    asked += 1;
    const waits = causes.find(({ symptom }) => symptom === 'mail waits');
    const [best] = waits?.candidates ?? [];
    const isHitCable = waits?.hit.some(({ id }) => id === 'virgo/cable') ?? false;
    if (best?.id !== 'cluster:A' || isHitCable) wrong.push(waits?.verdict ?? 'nothing said');
  });
  return { seed, isRight: asked > 0 && wrong.length === 0, said: wrong[0] ?? 'cluster A' };
}

/** Whether the change is ranked first, in the first trouble. */
export function judgeChange(seed: number, volume: number): CauseVerdict {
  const changed = Date.parse('2021-07-08T06:00:00-04:00');
  const wrong: string[] = [];
  let asked = 0;
  runCauses({ scenario: 'relapse-2021', seed, minutes: 35, volume }, (causes, atMs) => {
    if (atMs < changed + 14 * 60_000) return;
    const refused = causes.find(({ symptom }) => symptom === 'mail is refused for now');
    asked += 1;
    if (refused?.candidates[0]?.kind !== 'change') wrong.push(refused?.verdict ?? 'nothing said');
  });
  return { seed, isRight: asked > 0 && wrong.length === 0, said: wrong[0] ?? 'the change' };
}
