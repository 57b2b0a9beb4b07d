import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ParsedLine } from '../../../../server/collect/parse-record.ts';
import { createLogReader } from '../../../../server/collect/reader.ts';
import { CORPUS } from '../../../support/corpus.ts';
import { type Case, type Score, scoreCase } from './score.ts';

const FOLDER = join(CORPUS, 'cases');
const FILES = ['whyscream', 'msimerson', 'lightmeter', 'fail2ban'];
/** Where we differ on purpose, or the case asks for what its line does not say. */
const EXPLAINED: Readonly<Record<string, string>> = {
  'msimerson/body-40-expired status': 'our status is one word; the rest of the sentence is always the same',
  'lightmeter/parser_test-014 qid': "the case names the next server's queue id, which we call remoteQueueId",
};

function readCases<T>(name: string): T[] {
  const text = readFileSync(join(FOLDER, `${name}.jsonl`), 'utf8').trim();
  return text.split('\n').map((line) => JSON.parse(line) as T);
}

interface CounterCase {
  readonly id: string;
  readonly lines: readonly string[];
  readonly expect_counters: Readonly<Record<string, number>>;
  readonly smtp_labels?: string;
}

/** Counters of the exporter whose cases these are. */
function countersOf(records: readonly ParsedLine[], smtpProgram: string): Record<string, number> {
  const count = (matches: (record: ParsedLine) => boolean) => records.filter(matches).length;
  const screen = records.filter(({ service }) => service === 'postscreen');
  const ranks = screen.flatMap(({ rank }) => (rank === undefined ? [] : [rank]));
  const has = (action: string) =>
    screen.filter((record) => record.action?.startsWith(action) ?? false).length;
  return {
    virtualDelivered: count(({ service, status }) => service === 'virtual' && status === 'sent'),
    smtpMessagesProcessed: count(({ program, status }) => program === smtpProgram && status !== undefined),
    postscreenConnects: screen.filter(({ kind }) => kind === 'connect').length,
    postscreenConnectsRejected: screen.filter(({ kind, stage }) => kind === 'reject' && stage === 'CONNECT')
      .length,
    postscreenRejects: screen.filter(({ kind, stage }) => kind === 'reject' && stage === 'RCPT').length,
    postscreenPasses: has('PASS'),
    postscreenTests: has('PREGREET'),
    postscreenHangups: has('HANGUP'),
    psdnsblRankSampleCount: ranks.length,
    psdnsblRankSampleSum: ranks.reduce((sum, rank) => sum + rank, 0),
  };
}

// Skipped where the collected cases (../shared/corpus/cases) are not beside the repository.
describe.skipIf(!existsSync(FOLDER))("cases of other projects' test suites", () => {
  it.each([
    ['core', 0.98],
    ['extra', 0.98],
  ] as const)('of the fields of tier %s at least %d are met, and every miss has a reason', (tier, share) => {
    const score: Score = { fields: 0, met: 0, misses: [] };
    for (const file of FILES) {
      for (const test of readCases<Case>(file)) if (test.tier === tier) scoreCase(test, score);
    }
    const unexplained = score.misses.filter(
      (miss) => !Object.keys(EXPLAINED).some((known) => miss.startsWith(known)),
    );
    console.info(`${tier}: ${String(score.met)} of ${String(score.fields)} fields`);
    for (const miss of score.misses)
      console.info(`  ${miss}; ${EXPLAINED[miss.split(':')[0] ?? ''] ?? 'unexplained'}`);
    expect(score.fields).toBeGreaterThan(100);
    expect(unexplained).toEqual([]);
    expect(score.met / score.fields).toBeGreaterThanOrEqual(share);
  });

  it.each(existsSync(FOLDER) ? readCases<CounterCase>('hsn723') : [])(
    '$id gives the same counters',
    (test) => {
      const reader = createLogReader({ format: 'auto', source: 'cases', timezone: 'UTC', year: 2026 });
      const records = test.lines.map((line) => reader.record(Buffer.from(line), 0, Buffer.byteLength(line)));
      const label = test.smtp_labels?.replaceAll('"', '') ?? 'smtp';
      expect(countersOf(records, `postfix/${label}`)).toMatchObject(test.expect_counters);
    },
  );
});
