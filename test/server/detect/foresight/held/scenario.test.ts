import { describe, expect, it } from 'vitest';
import { LATE_MS } from '../../../../../server/detect/foresight/held/census.ts';
import { createHeldParts } from '../../../../../server/detect/foresight/held/part.ts';
import { createForesightRun, type ForesightRun } from '../../../../support/foresight-run.ts';

const MINUTE_MS = 60_000;
const DOWN = Date.parse('2008-10-07T21:35:00+01:00');

function nightOf(
  seed: number,
  look: (run: ForesightRun, parts: ReturnType<typeof createHeldParts>, atMs: number) => void,
) {
  const parts = createHeldParts(() => run.pipeline.books);
  const run: ForesightRun = createForesightRun({
    ...{ scenario: 'backlog-2008', minutes: 150, volume: 0.2, seed },
    parts: [parts.held, parts.affected],
  });
  run.live(({ atMs }) => {
    if (atMs % (5 * MINUTE_MS) === 0) look(run, parts, atMs);
  });
}

/** Null: it does not know. */
function isWithin(n: number, { low, high }: { readonly low: number; readonly high: number | null }): boolean {
  return n >= low && n <= (high ?? Infinity);
}

describe('legitimate mail held in the night of 2008', () => {
  it('HLD-7, HLD-8: from minute five on the ranges hold the true counts, and only tenants of cluster A are hit', () => {
    const missed: string[] = [];
    const clusters = new Set<string>();
    let asked = 0;
    nightOf(42, (run, { held, affected }, atMs) => {
      if (atMs < DOWN + 5 * MINUTE_MS) return;
      asked += 1;
      for (const key of affected.view().keys())
        clusters.add(run.pipeline.entries.find(({ id }) => id === key)?.cluster ?? 'A');
      const truth = run.simulation.heldTruth(LATE_MS);
      const said = held.view().get('_platform');
      const hit = affected.view().get('_platform');
      const time = new Date(atMs).toISOString().slice(11, 16);
      if (said?.state !== 'estimate' || !hit) return void missed.push(`${time}: ${said?.state}`);
      const facts = {
        messages: isWithin(truth.waiting + truth.retrying, said.messages),
        mailboxes: isWithin(truth.mailboxes, said.mailboxesWaiting),
        affected: isWithin(truth.mailboxes, { ...hit.current, low: 0 }),
        lower: hit.current.low <= (hit.hosted ?? Infinity),
      };
      for (const [name, isRight] of Object.entries(facts))
        if (!isRight) missed.push(`${time} ${name}: ${JSON.stringify({ truth, said, hit })}`);
    });
    expect(asked).toBeGreaterThan(20);
    expect(missed).toEqual([]);
    expect([...clusters]).toEqual(['A']);
  }, 240_000);
});
