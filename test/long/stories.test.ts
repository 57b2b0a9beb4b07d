import { describe, expect, it } from 'vitest';
import { judgeNight, ratesOf, STORIES, type Story, wrongOnes } from '../support/stories/rates.ts';

/** A night of 2008 takes half a minute: `MAILVIGIL_TEST_NIGHTS=10 npm run test:long` has a quarter of an hour of them. */
const NIGHTS = Number(process.env['MAILVIGIL_TEST_NIGHTS'] ?? 0);
const FROM_SEED = 501;
/** Share of the moments of ten nights at which a claim has to be right; those not named here: all of them. */
const LEAST: Readonly<Record<Story, Readonly<Record<string, number>>>> = {
  'leak-2007': { 'its messages are counted within 2 %': 0.8, 'there is never a second campaign': 0.8 },
  'backlog-2008': {
    'the range of held mail holds the true count': 0.97,
    'the range of mailboxes with mail waiting holds the true count': 0.97,
    'cluster A is what they share': 0.97,
    // At night a small platform has too few mails of it to say anything.
    'the cable service is told as not hit': 0.8,
  },
  'relapse-2021': {
    'first: the change is ranked first': 0.9,
    'relapse: the change is ranked first': 0.9,
  },
  'drain-2008': {
    'the platform: the end is within what is said': 0.9,
    'cluster A: the end is within what is said': 0.9,
  },
};

describe.skipIf(NIGHTS === 0)('nights like each story', () => {
  it.each(STORIES)(
    'FOR-16: %s at other hours and of other sizes is told right as often as is promised',
    (story) => {
      const scores = Array.from({ length: NIGHTS }, (_, i) => judgeNight(story, FROM_SEED + i));
      for (const line of wrongOnes(scores)) process.stdout.write(`  ${line}\n`);
      const rates = ratesOf(scores);
      for (const { claim, moments, rightMoments, nights, rightNights } of rates)
        process.stdout.write(`  ${rightNights}/${nights} nights, ${rightMoments}/${moments}: ${claim}\n`);
      const low = rates.filter(
        ({ claim, moments, rightMoments }) => rightMoments < (LEAST[story][claim] ?? 1) * moments,
      );
      expect(rates.length).toBeGreaterThan(1);
      expect(low).toEqual([]);
    },
    900_000,
  );
});
