import { describe, expect, it } from 'vitest';
import { Window } from '../../../shared/window.ts';
import { AppError } from '../../../server/base/errors.ts';
import {
  BLOCKS,
  DIGEST_TIERS,
  type DigestTier,
  encodeDigest,
  readDigest,
} from '../../../server/history/digest.ts';
import { seriesOf } from '../../../server/history/query/series.ts';
import { METRICS } from '../../../server/history/series.ts';
import type { WindowReader } from '../../../server/history/store.ts';
import { MemoryWindows } from '../../support/memory-windows.ts';
import { createRandom, pick } from '../../support/random.ts';
import { randomWindow } from '../../support/random-window.ts';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-11-21T00:00:00Z');
const NAMES = Object.keys(METRICS);
const blockMsOf = (tier: DigestTier) => BLOCKS[tier].slots * tier * 1000;

/** As `randomWindow`, its states at some time of a slot. */
function windowAt(random: () => number, fromMs: number, lengthMs: number): Window {
  const window = randomWindow(Math.floor(random() * 1e6));
  const atMs = fromMs + Math.floor(random() * lengthMs);
  if (window.queue) window.queue = { ...window.queue, atMs };
  if (window.access) window.access = { ...window.access, atMs };
  return window;
}

/** Windows in some slots of two blocks, with holes in what was heard. */
function fill(tier: DigestTier, random: () => number): MemoryWindows {
  const windows = new MemoryWindows();
  const lengthMs = tier * 1000;
  const endMs = START + 2 * blockMsOf(tier);
  for (let slotMs = START; slotMs < endMs; slotMs += lengthMs)
    for (const direction of [0, 1] as const)
      if (random() < 0.7) windows.add('a', direction, slotMs, windowAt(random, slotMs, lengthMs));
  const feeds = ['flow', 'filter', 'access', ...(random() < 0.5 ? (['queue'] as const) : [])] as const;
  const states = ['fresh', 'fresh', 'silent', 'late', 'imported'] as const;
  for (let fromMs = START - lengthMs; fromMs < endMs;) {
    const toMs = fromMs + Math.ceil(random() * 20) * lengthMs;
    windows.cover(fromMs, toMs, { feeds, state: pick(random, states) });
    fromMs = toMs + (random() < 0.2 ? lengthMs * 3 : 0);
  }
  // Coarser tiers would be read in place of this one.
  for (const other of [60, 3_600] as const) if (other !== tier) windows.rolledUpToMs[other] = 0;
  if (tier === 3_600) windows.deletedToMs[10] = windows.deletedToMs[60] = endMs + DAY_MS;
  return windows;
}

/** The same reader, with digests of some blocks. */
function withDigests(windows: MemoryWindows, blocks: readonly number[]): WindowReader & { asked: number } {
  const reader = {
    asked: 0,
    range: windows.range.bind(windows),
    instant: windows.instant.bind(windows),
    coverage: windows.coverage.bind(windows),
    extent: windows.extent.bind(windows),
    digests: (scope: string, { tier, fromMs, toMs }: { tier: number; fromMs: number; toMs: number }) => {
      const of = DIGEST_TIERS.find((each) => each === tier)!;
      const all = blocks.map((block) => START + block * blockMsOf(of));
      const within = all.filter((beginMs) => beginMs < toMs && beginMs + blockMsOf(of) > fromMs);
      reader.asked += within.length;
      return within.map((beginMs) => {
        const stored = windows.range(of, scope, beginMs, beginMs + blockMsOf(of));
        return { fromMs: beginMs, bytes: encodeDigest(of, beginMs, stored) };
      });
    },
  };
  return reader;
}

describe('digests of blocks of windows', () => {
  const cases = DIGEST_TIERS.flatMap((tier) => BLOCKS[tier].steps.map((seconds) => [tier, seconds] as const));

  it.each(cases)('of %i s: steps of %i s say of every metric what the windows say', (tier, seconds) => {
    const random = createRandom(tier + seconds);
    for (let round = 0; round < 6; round++) {
      const windows = fill(tier, random);
      const toMs = START + 2 * blockMsOf(tier) - Math.floor(random() * blockMsOf(tier));
      const fromMs = START + Math.floor(random() * (blockMsOf(tier) / 2));
      const points = Math.ceil((toMs - fromMs) / (seconds * 1000)) + 1;
      const query = { scope: { kind: 'tenant', id: 'a' }, metrics: NAMES, fromMs, toMs, points } as const;
      const asked = { ...query, ...pick(random, [{}, { direction: 'in' }, { direction: 'out' }] as const) };
      const reader = withDigests(windows, pick(random, [[0], [1], [0, 1]]));
      const expected = seriesOf(windows, asked, [{ id: 'a' }], toMs + DAY_MS);
      expect([expected.tierSeconds, expected.stepMs]).toEqual([tier, seconds * 1000]);
      expect(seriesOf(reader, asked, [{ id: 'a' }], toMs + DAY_MS)).toEqual(expected);
      expect(reader.asked).toBeGreaterThan(0);
    }
  });

  it('a block with many holes between its digests is read as well', () => {
    const random = createRandom(5);
    const windows = new MemoryWindows();
    const endMs = START + DAY_MS;
    for (let slotMs = START; slotMs < endMs; slotMs += 60_000)
      windows.add('a', 0, slotMs, windowAt(random, slotMs, 60_000));
    windows.cover(START, endMs);
    windows.rolledUpToMs[3_600] = 0;
    const scope = { kind: 'tenant', id: 'a' } as const;
    const asked = { scope, metrics: NAMES, fromMs: START, toMs: endMs, points: 800 };
    const odd = Array.from({ length: 12 }, (_, i) => 2 * i + 1);
    expect(seriesOf(withDigests(windows, odd), asked, [], endMs)).toEqual(
      seriesOf(windows, asked, [], endMs),
    );
  });

  it('an empty block has nothing in it, and a window without anything is one', () => {
    expect(readDigest(encodeDigest(60, START, []), 60, 120)).toEqual(
      Array.from({ length: 30 }, () => [null, null]),
    );
    const parts = [new Window(), null] as const;
    const [first] = readDigest(encodeDigest(60, START, [{ scope: 'a', slotMs: START, parts }]), 60, 120);
    expect(first?.[0]?.window.isEmpty).toBe(true);
    expect(first?.[1]).toBeNull();
  });

  it('has no ages of who waits: to read them is a fault and not nobody', () => {
    const window = new Window();
    const waiting = new Window().lag;
    waiting.add(5_000);
    const counts = { incoming: 1, active: 0, deferred: 0, hold: 0, corrupt: 0 };
    window.queue = { atMs: START, ...counts, oldestMs: 5_000, waiting };
    const parts = [window, null] as const;
    const [first] = readDigest(encodeDigest(60, START, [{ scope: 'a', slotMs: START, parts }]), 60, 60);
    expect(first?.[0]?.window.queue?.incoming).toBe(1);
    expect(() => first?.[0]?.window.queue?.waiting.count).toThrow('a digest has no histograms');
  });

  it('HIS-22: damaged bytes are refused, or are another digest', () => {
    const random = createRandom(8);
    const stored = fill(3_600, random).range(3_600, 'a', START, START + DAY_MS);
    const bytes = encodeDigest(3_600, START, stored);
    let refused = 0;
    for (let n = 0; n < 500; n++) {
      const damaged = bytes.slice(0, random() < 0.5 ? Math.floor(random() * bytes.length) : bytes.length);
      for (let hits = 1 + random() * 3; hits > 0 && damaged.length > 0; hits--)
        damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
      try {
        readDigest(damaged, 3_600, 10_800);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(250);
  });
});
