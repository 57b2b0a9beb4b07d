import { planDeeds } from './scenario.ts';
import type { Scenario } from './scenario.ts';

/** Nothing happens. */
export const calm: Scenario = {
  id: 'calm',
  title: 'A quiet day',
  summary: 'Normal traffic of about 40 tenants on three clusters, day and night: no alarm should rise.',
  startsAtMs: 'now',
  utcOffsetMinutes: 0,
  plan: (world, startMs) =>
    planDeeds(world, startMs, [
      { at: 0, text: 'A quiet day begins: nothing is planned, nothing is broken.' },
    ]),
};
