import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../../server/demo/random.ts';
import { estimateHeld, type HeldInput } from '../../../../../server/detect/foresight/held/estimate.ts';
import { CleanFlow } from '../../../../../server/detect/foresight/held/clean-flow.ts';
import { Upstream } from '../../../../../server/detect/foresight/held/upstream.ts';

const NOTHING = { clean: 0, unsure: 0, spam: 0, unscanned: 0 };
const input = (over: Partial<HeldInput>): HeldInput => ({
  ...{ hold: NOTHING, late: NOTHING, upstream: { all: 0, repeated: 0, likely: 0 } },
  ...{ usualSpam: 0.3, shortfall: null, mailboxes: { low: 0, high: 0 }, oldestMs: null, sinceMs: 0 },
  ...over,
});

describe('the estimate of legitimate mail held', () => {
  it('HLD-1: is a range, never a bare number, and says what it rests on', () => {
    const held = estimateHeld(
      input({ late: { clean: 800, unsure: 100, spam: 2_000, unscanned: 0 }, shortfall: 950 }),
    );
    if (held.state !== 'estimate') throw new Error(held.state);
    expect(held.messages.low).toBeGreaterThan(700);
    expect(held.messages.low).toBeLessThanOrEqual(800);
    expect(held.messages.high).toBeGreaterThanOrEqual(950);
    expect(held.messages.high).toBeLessThan(1_200);
    expect(held.inputs.join(' ')).toContain('800 clean, 100 unsure, 2000 spam');
    expect(held).toMatchObject({ byShortfall: 950 });
  });

  it('HLD-2: what the filter calls spam is not legitimate, what it has not seen is split by the usual share', () => {
    const spam = estimateHeld(input({ hold: { ...NOTHING, spam: 1_000 } }));
    const unseen = estimateHeld(input({ hold: { ...NOTHING, unscanned: 1_000 } }));
    if (spam.state !== 'estimate' || unseen.state !== 'estimate') throw new Error('no estimate');
    expect(spam.messages.high).toBeLessThanOrEqual(60);
    expect(unseen.messages.high).toBe(700);
  });

  it('HLD-3: no more can be held than waits, and nothing held is said as such', () => {
    const random = createRandom(3);
    for (let i = 0; i < 500; i++) {
      const some = () => Math.floor(random.next() * 500);
      const late = { clean: some(), unsure: some(), spam: some(), unscanned: some() };
      const repeated = some();
      const held = estimateHeld(
        input({
          late,
          upstream: { all: repeated + 900, repeated, likely: repeated + 10 },
          shortfall: some() * 10,
        }),
      );
      if (held.state !== 'estimate') throw new Error(held.state);
      const total = late.clean + late.unsure + late.spam + late.unscanned + repeated + 10;
      expect(held.messages.low).toBeLessThanOrEqual(held.messages.high ?? 0);
      expect(held.messages.high).toBeLessThanOrEqual(total);
    }
    expect(estimateHeld(input({})).state).toBe('none');
    expect(estimateHeld(input({ sinceMs: null, late: { ...NOTHING, clean: 3 } })).state).toBe('none');
  });

  it('HLD-4: without anything usual it says so and rests on what waits alone', () => {
    const held = estimateHeld(input({ late: { ...NOTHING, clean: 100 }, usualSpam: null }));
    expect(held).toMatchObject({ state: 'estimate', byShortfall: null });
    if (held.state === 'estimate') expect(held.inputs).toContain('the usual spam share is not known');
  });
});

describe('clean mail that did not come', () => {
  const minute = (n: number) => n * 60_000;

  it('HLD-5: is what usually comes less what came, and what comes after all is taken off again', () => {
    const flow = new CleanFlow();
    for (let m = 0; m < 30; m++) {
      for (let i = 0; i < 40; i++) flow.delivered(minute(m));
      flow.advance(minute(m), false, null);
    }
    expect(flow.shortfall).toBeNull();
    for (let m = 30; m < 40; m++) flow.advance(minute(m), true, null);
    expect(flow.shortfall).toBeGreaterThan(330);
    expect(flow.shortfall).toBeLessThanOrEqual(400);
    for (let m = 40; m < 50; m++) {
      for (let i = 0; i < 80; i++) flow.delivered(minute(m));
      flow.advance(minute(m), true, null);
    }
    expect(flow.shortfall).toBeLessThan(60);
  });

  it('HLD-5: is not known of a tenant that was not seen before its trouble', () => {
    const flow = new CleanFlow();
    flow.advance(minute(1), true, null);
    expect(flow.shortfall).toBeNull();
  });
});

describe('mail told to come again', () => {
  it('HLD-6: who came more than once is likely to be a server, who never comes is not counted on', () => {
    const upstream = new Upstream('salt');
    const at = (n: number) => ({ owner: 1, atMs: n * 60_000 });
    for (let i = 0; i < 300; i++) upstream.refused(`bot${i}@x.example`, 'a@aurora.example', at(0));
    for (let i = 0; i < 30; i++) upstream.refused(`good${i}@x.example`, 'a@aurora.example', at(0));
    expect(upstream.counts(60_000).get(1)).toEqual({ all: 330, repeated: 0, likely: 330 });
    for (let i = 0; i < 30; i++) upstream.refused(`good${i}@x.example`, 'a@aurora.example', at(10));
    for (let i = 0; i < 100; i++) upstream.refused(`new${i}@x.example`, 'a@aurora.example', at(39));
    const later = upstream.counts(40 * 60_000).get(1);
    expect(later).toMatchObject({ all: 430, repeated: 30 });
    expect(later?.likely).toBeLessThan(60);
    for (let i = 0; i < 30; i++) upstream.taken(`GOOD${i}@x.example`, 'a@aurora.example');
    expect(upstream.counts(41 * 60_000).get(1)).toMatchObject({ repeated: 0 });
    expect(upstream.counts(5 * 3_600_000).size).toBe(0);
  });
});
