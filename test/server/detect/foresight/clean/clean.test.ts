import { describe, expect, it } from 'vitest';
import { createDirectory } from '../../../../../server/attribute/directory.ts';
import type { MailEvent } from '../../../../../server/collect/event.ts';
import { createRandom } from '../../../../../server/demo/random.ts';
import { Cohort, HASHES } from '../../../../../server/detect/foresight/clean/cohort.ts';
import { createCleanPart } from '../../../../../server/detect/foresight/clean/part.ts';
import type { ForesightFacts } from '../../../../../server/detect/foresight/types.ts';

const DAY = 86_400_000;
const START = 20_000;

/** `n` addresses with mail each second day; a few have their first spam each day. */
function learnt(n: number, days: number, most = 10_000): { cohort: Cohort; hashes: readonly number[] } {
  const random = createRandom(3);
  const hashes = Array.from({ length: n }, () => Math.floor(random.next() * HASHES));
  const cohort = new Cohort(most);
  for (let day = START; day < START + days; day++) {
    cohort.turn(day);
    hashes.forEach((hash, i) => {
      if ((day + i) % 2 === 0) cohort.heard(hash, day, { isSpam: false, atMs: day * DAY });
    });
    if (day >= START + 14) spam(cohort, hashes.slice(day - START - 14, day - START - 13), day);
  }
  cohort.turn(START + days);
  return { cohort, hashes: hashes.slice(days) };
}
function spam(cohort: Cohort, hashes: readonly number[], day: number): void {
  for (const hash of hashes) cohort.heard(hash, day, { isSpam: true, atMs: day * DAY + 1 });
}

describe('addresses that never had spam', () => {
  it('CAN-34: are learnt over two weeks; before that, and of a few, nothing is said', () => {
    expect(learnt(500, 10).cohort.view()).toMatchObject({ size: 0, state: 'insufficient' });
    expect(learnt(100, 30).cohort.view()).toMatchObject({ state: 'insufficient' });
    expect(learnt(1_000, 30).cohort.view()).toMatchObject({ state: 'quiet', hits: 0, usual: 1 });
  });

  it('CAN-35: a usual number of first hits is usual; many on one day are to be looked at', () => {
    const day = START + 30;
    const calm = learnt(1_000, 30);
    spam(calm.cohort, calm.hashes.slice(0, 2), day);
    expect(calm.cohort.view()).toMatchObject({ hits: 2, state: 'quiet' });
    const leak = learnt(1_000, 30);
    spam(leak.cohort, leak.hashes.slice(0, 25), day);
    expect(leak.cohort.view()).toMatchObject({ hits: 25, state: 'hit' });
    expect(leak.cohort.view().p).toBeLessThan(1e-9);
  });

  it('CAN-34: an address that had spam once is not clean again, and hits once', () => {
    const { cohort, hashes } = learnt(1_000, 30);
    const size = cohort.size();
    spam(cohort, hashes.slice(0, 1), START + 30);
    spam(cohort, hashes.slice(0, 1), START + 30);
    expect(cohort.view()).toMatchObject({ hits: 1, size: size - 1 });
  });

  it('CAN-36: memory is bounded by looking at a fair sample, which is told; nobody who is silent is kept', () => {
    const { cohort } = learnt(4_000, 30, 1_000);
    const { size, share } = cohort.view();
    expect(share).toBe(0.25);
    expect(size).toBeGreaterThan(850);
    expect(size).toBeLessThanOrEqual(1_000);
    expect(cohort.dropped).toBeGreaterThan(500);
    cohort.turn(START + 120);
    expect(cohort.size()).toBe(0);
  });

  it('CAN-36: what was learnt survives a restart, and what is damaged is learnt anew', () => {
    const { cohort } = learnt(1_000, 30);
    const again = new Cohort(10_000);
    again.restore(cohort.save());
    expect(again.view()).toEqual(cohort.view());
    for (const broken of ['', '[]', '[1,2,3,4,5,6]', '[-1,0,0,0,0,""]']) {
      const none = new Cohort(10_000);
      none.restore(broken);
      expect(none.size()).toBe(0);
    }
  });
});

describe('cohorts of tenants', () => {
  const directory = createDirectory([
    { id: 'virgo', name: 'Virgo', domains: ['virgo.example'] },
    { id: 'aurora', name: 'Aurora', domains: ['aurora.example'] },
  ]);
  const verdict = (to: readonly string[], day: number, action: string) =>
    ({ kind: 'verdict', to, action, atMs: day * DAY, messageId: '', host: 'h' }) as unknown as MailEvent;
  const facts = (day: number) => ({ atMs: day * DAY }) as unknown as ForesightFacts;
  const people = Array.from({ length: 400 }, (_, i) => `p${i}@virgo.example`);

  it('CAN-37: each tenant has its own; addresses are kept as salted hashes, and mail that was put off counts for nothing', () => {
    const part = createCleanPart({ directory, salt: 's' });
    part.advance(facts(START));
    expect(part.takeKept?.()).toBeUndefined();
    for (let day = START; day < START + 25; day++) {
      part.advance(facts(day));
      part.event?.(verdict(people, day, 'no action'), 0);
      part.event?.(verdict(people, day, 'soft reject'), 0);
      part.event?.(verdict(['x@aurora.example', 'y@stranger.example'], day, 'reject'), 0);
    }
    part.advance(facts(START + 25));
    part.event?.(verdict(people.slice(0, 30), START + 25, 'reject'), 0);
    part.advance(facts(START + 25.5));
    expect(part.view()).toMatchObject([
      { store: 'Virgo', kind: 'clean', state: 'hit', size: 400, distinctHits: 30, tenants: ['virgo'] },
    ]);
    // Six hours have not gone by since: only an end in peace keeps it.
    expect(part.takeKept?.()).toBeDefined();
    part.advance(facts(START + 25.6));
    expect(part.takeKept?.()).toBeUndefined();
    const kept = part.takeKept?.(true) ?? '';
    expect(kept).not.toContain('virgo.example');
    const again = createCleanPart({ directory, salt: 's' }, kept);
    again.advance(facts(START + 25.5));
    expect(again.view()[0]).toMatchObject({ store: 'Virgo', state: 'hit', size: 400 });
  });
});
