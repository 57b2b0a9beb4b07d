/** Right answers of foresight over many nights like the three stories, each at another hour, of another size, by another seed. */
import type { NightScore } from '../support/stories/night.ts';
import { judgeNight, ratesOf, STORIES, wrongOnes } from '../support/stories/rates.ts';
import { table } from './child.ts';

/** `MAILVIGIL_BENCH_SEEDS=10 npm run bench stories` for fewer nights of each; `..._FROM` begins at another seed, `..._PART=leak-2007` is one story. */
const SEEDS = Number(process.env['MAILVIGIL_BENCH_SEEDS'] ?? 100);
const FROM = Number(process.env['MAILVIGIL_BENCH_FROM'] ?? 1);
const ONLY = process.env['MAILVIGIL_BENCH_PART'];

export function benchStories(): Promise<void> {
  const stories = STORIES.filter((story) => ONLY === undefined || story === ONLY);
  if (stories.length === 0) throw new Error(`MAILVIGIL_BENCH_PART: one of ${STORIES.join(', ')}`);
  for (const story of stories) {
    const startedMs = performance.now();
    const scores = Array.from({ length: SEEDS }, (_, i) => {
      if (i > 0 && i % 10 === 0) process.stderr.write(`${story}: ${i} nights of ${SEEDS}\n`);
      return judgeNight(story, FROM + i);
    });
    const seconds = (performance.now() - startedMs) / 1_000;
    console.log(`\n${story}: ${SEEDS} nights, ${(seconds / SEEDS).toFixed(1)} s each`);
    printRates(scores);
  }
  return Promise.resolve();
}

function printRates(scores: readonly NightScore[]): void {
  const share = (right: number, of: number) => `${right} of ${of} (${((100 * right) / of).toFixed(1)} %)`;
  console.log(
    table([
      ['claim', 'nights right throughout', 'moments right'],
      ...ratesOf(scores).map(({ claim, nights, rightNights, moments, rightMoments }) => [
        claim,
        share(rightNights, nights),
        moments === nights ? '' : share(rightMoments, moments),
      ]),
    ]),
  );
  const wrong = wrongOnes(scores);
  console.log(wrong.length === 0 ? 'none was wrong' : ['wrong, each at its first:', ...wrong].join('\n  '));
}
