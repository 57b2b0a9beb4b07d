import { describe, expect, it } from 'vitest';
import { CoverageRuns } from '../../../server/history/coverage-runs.ts';
import type { SourceReport } from '../../../shared/protocol.ts';

const report = (over: Partial<SourceReport> = {}): SourceReport => ({
  id: 'mx1',
  type: 'log',
  feeds: ['flow'],
  target: '/var/log/mail.log',
  state: 'ok',
  intervalMs: 5_000,
  counters: { lines: 0, events: 0, unparsed: 0, foreign: 0, bytes: 0, dropped: {} },
  ...over,
});
const plain = (runs: CoverageRuns) =>
  runs.take().map(({ source, state, fromMs, toMs }) => [source, state, fromMs, toMs]);

describe('coverage runs', () => {
  it('HIS-2: a source that goes on as it was lengthens its run; another state begins another', () => {
    const runs = new CoverageRuns();
    for (let atMs = 0; atMs <= 5_000; atMs += 1_000) runs.note([report()], atMs);
    expect(plain(runs)).toEqual([['mx1', 'fresh', 0, 5_000]]);
    runs.note([report({ type: 'postqueue' })], 6_000);
    runs.note([report({ type: 'postqueue', state: 'lost' })], 7_000);
    expect(plain(runs)).toEqual([
      ['mx1', 'fresh', 0, 6_000],
      ['mx1', 'silent', 7_000, 7_000],
    ]);
    expect(plain(runs)).toEqual([]);
  });

  it('HIS-3: a log that is read on from where it had stopped covers the time between late; a queue does not', () => {
    const runs = new CoverageRuns();
    const both = (state: SourceReport['state'], atMs: number) =>
      runs.note([report({ state }), report({ id: 'q', type: 'postqueue', state })], atMs);
    both('ok', 0);
    for (let atMs = 1_000; atMs < 60_000; atMs += 1_000) both('failing', atMs);
    both('ok', 60_000);
    const told = plain(runs);
    expect(told).toContainEqual(['mx1', 'late', 0, 60_000]);
    expect(told).toContainEqual(['mx1', 'silent', 1_000, 59_000]);
    expect(told).toContainEqual(['q', 'silent', 1_000, 59_000]);
    expect(told.filter(([source, state]) => source === 'q' && state === 'late')).toEqual([]);
  });

  it('HIS-3: so does the log of a process that was away, from what its predecessor left', () => {
    const before = new CoverageRuns();
    before.note([report()], 0);
    before.note([report()], 1_000);
    const after = new CoverageRuns(before.state());
    after.note([report({ state: 'late' })], 100_000);
    after.note([report()], 101_000);
    expect(plain(after)).toEqual([
      ['mx1', 'silent', 100_000, 100_000],
      ['mx1', 'late', 1_000, 101_000],
      ['mx1', 'fresh', 101_000, 101_000],
    ]);
  });

  it('HIS-3: a log that catches up for the first time covers late what was written since it was followed', () => {
    const runs = new CoverageRuns();
    for (let atMs = 0; atMs < 30_000; atMs += 1_000) runs.note([report({ state: 'late' })], atMs);
    runs.note([report()], 30_000);
    expect(plain(runs)).toEqual([
      ['mx1', 'silent', 0, 29_000],
      ['mx1', 'late', 0, 30_000],
      ['mx1', 'fresh', 30_000, 30_000],
    ]);
  });

  it('HIS-2: between two looks further apart than ten seconds nothing is known', () => {
    const runs = new CoverageRuns();
    runs.note([report({ type: 'postqueue' })], 0);
    runs.note([report({ type: 'postqueue' })], 11_000);
    expect(plain(runs)).toEqual([
      ['mx1', 'fresh', 0, 0],
      ['mx1', 'fresh', 11_000, 11_000],
    ]);
  });
});
