import { backlog2008 } from './backlog-2008.ts';
import { calm } from './calm.ts';
import { leak2007 } from './leak-2007.ts';
import { relapse2021 } from './relapse-2021.ts';
import type { Scenario, ScenarioId } from './scenario.ts';

/** All stories, in the order in which they are offered. */
export const SCENARIOS: readonly Scenario[] = [calm, leak2007, backlog2008, relapse2021];

/** The story with this id. */
export function scenarioById(id: ScenarioId): Scenario {
  const scenario = SCENARIOS.find((candidate) => candidate.id === id);
  if (!scenario) throw new RangeError(`no scenario ${id}`);
  return scenario;
}
