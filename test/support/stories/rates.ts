/** Rates of right answers over many nights, and the wrong ones with what was said and what was true. */
import { BACKLOG_SPREAD, judgeBacklogNight } from './backlog.ts';
import { DRAIN_SPREAD, judgeDrainNight } from './drain.ts';
import { judgeLeak, LEAK_SPREAD } from './leak.ts';
import { type Night, nightOf, type NightScore } from './night.ts';
import { judgeRelapse, RELAPSE_SPREAD } from './relapse.ts';

export const STORIES = ['leak-2007', 'backlog-2008', 'relapse-2021', 'drain-2008'] as const;
export type Story = (typeof STORIES)[number];

const JUDGES: Readonly<Record<Story, (seed: number) => NightScore>> = {
  'leak-2007': (seed) => judgeLeak(nightOf(seed, LEAK_SPREAD)),
  'backlog-2008': (seed) => judgeBacklogNight(nightOf(seed, BACKLOG_SPREAD)),
  'relapse-2021': (seed) => judgeRelapse(nightOf(seed, RELAPSE_SPREAD)),
  'drain-2008': (seed) => judgeDrainNight(nightOf(seed, DRAIN_SPREAD)),
};

/** One variation of a story. */
export function judgeNight(story: Story, seed: number): NightScore {
  return JUDGES[story](seed);
}

export interface ClaimRate {
  readonly claim: string;
  readonly nights: number;
  /** Right at every moment that it was asked at. */
  readonly rightNights: number;
  readonly moments: number;
  readonly rightMoments: number;
}

export function ratesOf(scores: readonly NightScore[]): readonly ClaimRate[] {
  const rates = new Map<
    string,
    { nights: number; rightNights: number; moments: number; rightMoments: number }
  >();
  for (const { claims } of scores)
    for (const { claim, asked, right } of claims) {
      const rate = rates.get(claim) ?? { nights: 0, rightNights: 0, moments: 0, rightMoments: 0 };
      rates.set(claim, rate);
      rate.nights += 1;
      if (right === asked) rate.rightNights += 1;
      rate.moments += asked;
      rate.rightMoments += right;
    }
  return [...rates].map(([claim, rate]) => ({ claim, ...rate }));
}

/** A line for each claim that was wrong in a night. */
export function wrongOnes(scores: readonly NightScore[]): readonly string[] {
  return scores.flatMap(({ night, claims }) =>
    claims.flatMap(({ claim, asked, right, wrong }) =>
      wrong === null
        ? []
        : [`${nightText(night)}: ${claim}: wrong ${asked - right} of ${asked} times; ${wrong}`],
    ),
  );
}

function nightText({ seed, shiftMinutes, scale, volume }: Night): string {
  const hours = (shiftMinutes / 60).toFixed(1);
  return `seed ${seed} (${shiftMinutes < 0 ? '' : '+'}${hours} h, size ${scale.toFixed(2)}, volume ${volume.toFixed(2)})`;
}
