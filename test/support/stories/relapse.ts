/** Mornings like that of 2021: the change comes first, in the first trouble and in the relapse. */
import { createCausesPart } from '../../../server/detect/foresight/causes/part.ts';
import type { ForesightPart } from '../../../server/detect/foresight/types.ts';
import type { ForesightViews } from '../../../server/detect/foresight/engine.ts';
import { Claims, clockOf, liveNight, momentOf, type Night, type NightScore, type Spread } from './night.ts';

const MINUTE_MS = 60_000;
const OFFSET = '-04:00';
/** Postfix gives up waiting eight minutes after the change: before that nobody is refused. */
const TROUBLES = [
  ['first', '2021-07-08T06:12:00-04:00', '2021-07-08T06:26:00-04:00'],
  ['relapse', '2021-07-08T08:17:00-04:00', '2021-07-08T08:37:00-04:00'],
] as const;
const MINUTES = 168;

/** From the early morning to the evening, when there is mail to be refused; a filter that does a half to all of what it did. */
export const RELAPSE_SPREAD: Spread = { hours: [0, 12], scale: [1, 2], volume: [0.05, 0.12] };

/** Asked each minute of a trouble. */
export function judgeRelapse(night: Night): NightScore {
  const claims = new Claims();
  const made: { part?: ForesightPart<ForesightViews['causes']> } = {};
  liveNight(
    {
      ...{ scenario: 'relapse-2021', night, minutes: MINUTES },
      parts: ({ tenants, pipeline }) => [(made.part = createCausesPart(tenants, () => pipeline.books))],
    },
    ({ atMs }) => {
      if (atMs % MINUTE_MS !== 0) return;
      for (const [name, from, to] of TROUBLES) {
        if (atMs < momentOf(night, from) || atMs > momentOf(night, to)) continue;
        const refused = made.part?.view().find(({ symptom }) => symptom === 'mail is refused for now');
        claims.ask(
          `${name}: the change is ranked first`,
          refused?.candidates[0]?.kind === 'change',
          () => `${clockOf(atMs, OFFSET)}: ${refused?.verdict ?? 'nothing said'}`,
        );
      }
    },
  );
  return { night, claims: claims.scores() };
}
