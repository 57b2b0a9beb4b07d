import { describe, expect, it } from 'vitest';
import { type Labelled, mixOf } from './campaign-mix.ts';
import { driven, MINUTE_MS, START_MS } from './support.ts';

/** All of it within the time for which a mail leads to its campaign. */
const SPAN_MS = 14 * MINUTE_MS;
const MIX = { campaigns: 15, size: 300, ham: 6_000, spam: 2_000, startMs: START_MS, spanMs: SPAN_MS };

interface Score {
  /** Of the mail in campaigns, that of the one that each is about. */
  readonly precision: number;
  /** Of the campaigns' mail, what is in the one found for each. */
  readonly recall: number;
  readonly found: number;
  readonly ham: number;
}

function scoreOf(mails: readonly Labelled[]): Score {
  const { part, hear, until } = driven();
  hear(mails.map(({ verdict }) => verdict));
  until(START_MS + SPAN_MS + MINUTE_MS / 2);
  const byCampaign = new Map<string, Map<number | null, number>>();
  const sizes = new Map<number, number>();
  let ham = 0;
  for (const { verdict, truth, isHam } of mails) {
    if (truth !== null) sizes.set(truth, (sizes.get(truth) ?? 0) + 1);
    const id = part.campaignOf(verdict.messageId, verdict.to[0] ?? '');
    if (id === null) continue;
    if (isHam) ham += 1;
    const counts = byCampaign.get(id) ?? new Map<number | null, number>();
    counts.set(truth, (counts.get(truth) ?? 0) + 1);
    byCampaign.set(id, counts);
  }
  const best = new Map<number, number>();
  let [clustered, right] = [0, 0];
  for (const counts of byCampaign.values()) {
    for (const n of counts.values()) clustered += n;
    const [[truth, n] = [null, 0]] = [...counts]
      .filter(([each]) => each !== null)
      .sort(([, a], [, b]) => b - a);
    right += n;
    if (truth !== null) best.set(truth, Math.max(best.get(truth) ?? 0, n));
  }
  const all = [...sizes.values()].reduce((sum, n) => sum + n, 0);
  const found = [...best.values()].reduce((sum, n) => sum + n, 0);
  return { precision: right / clustered, recall: found / all, found: byCampaign.size, ham };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

describe('telling campaigns apart', () => {
  it.each([
    ['with the subjects that the exporter tells', true],
    ['with what the log tells', false],
  ])(
    'CMP-3: fifteen that change from mail to mail, among newsletters, people’s mail and other spam, %s',
    (name, hasSubjects) => {
      const scores = [1, 2, 3, 4].map((seed) => scoreOf(mixOf({ ...MIX, seed, hasSubjects })));
      const precision = mean(scores.map((score) => score.precision));
      const recall = mean(scores.map((score) => score.recall));
      const counts = scores.map(({ found }) => found).join(', ');
      console.log(
        `${name}: precision ${percent(precision)}, recall ${percent(recall)}, campaigns found of 15: ${counts}`,
      );
      for (const { precision, recall, ham, found } of scores) {
        expect(precision).toBeGreaterThan(0.9);
        expect(recall).toBeGreaterThan(0.88);
        expect(ham).toBe(0);
        expect(found).toBeGreaterThanOrEqual(13);
        expect(found).toBeLessThanOrEqual(17);
      }
      expect(precision).toBeGreaterThan(0.95);
      expect(recall).toBeGreaterThan(0.93);
    },
    60_000,
  );

  it('CMP-4: of ham and unlike spam alone it makes none', () => {
    const mails = mixOf({ ...MIX, campaigns: 0, ham: 8_000, spam: 3_000, seed: 9, hasSubjects: true });
    expect(scoreOf(mails)).toMatchObject({ found: 0, ham: 0 });
  }, 60_000);
});
