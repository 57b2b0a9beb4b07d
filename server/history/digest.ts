/**
 * A digest: what series are made of, for one scope and a whole block of slots, without the histograms behind it.
 * Counters and gauges of each slot, and the quantiles of effective lag for each step that fits the block.
 * It can be made anew from the windows at any time, and says exactly what they say.
 */
import { bucketOf, Histogram, valueOf } from '../../shared/histogram.ts';
import { mergeNumbers, Window } from '../../shared/window.ts';
import { type CensoredQuantile, effectiveQuantilesBoth } from '../aggregate/rolling.ts';
import { ByteReader, ByteWriter, damaged } from './codec-bytes.ts';
import { readCounts, readGauges, writeCounts, writeGauges } from './codec-numbers.ts';
import { LAG_QUANTILES, type StepPart, stepPart, type StepQuantiles } from './steps.ts';
import type { StoredWindow } from './store.ts';

/** Tiers of which digests are made. */
export const DIGEST_TIERS = [60, 3_600] as const;
export type DigestTier = (typeof DIGEST_TIERS)[number];

interface Block {
  /** Slots of a block: an hour of minutes, a day of hours. */
  readonly slots: number;
  /** Steps of which it has quantiles, seconds; part of the form. */
  readonly steps: readonly number[];
}
export const BLOCKS: Readonly<Record<DigestTier, Block>> = {
  60: { slots: 60, steps: [60, 120, 300, 600, 1_200, 1_800] },
  3_600: { slots: 24, steps: [3_600, 7_200, 10_800, 21_600, 43_200, 86_400] },
};

/** One step of a block, by direction; null: nothing happened. */
export type DigestStep = readonly [StepPart | null, StepPart | null];

const FORM = 1;
const DELIVERED = 1;
const WITH_WAITING = 2;
const DIRECTIONS = [0, 1] as const;
/** What stands before a number that is not the middle of a bucket. */
const EXACT = 0;
/** Added to a bucket: the lowest is -1. */
const BUCKET_BASE = 2;

const scratch = new ByteWriter();

/** `stored`: the windows of a block that begins at `fromMs`, with effective lag and gauges. */
export function encodeDigest(tier: DigestTier, fromMs: number, stored: readonly StoredWindow[]): Uint8Array {
  const { slots, steps } = BLOCKS[tier];
  const bySlot = new Map(stored.map((each) => [(each.slotMs - fromMs) / (tier * 1000), each]));
  scratch.reset();
  scratch.byte(FORM);
  for (let slot = 0; slot < slots; slot++)
    for (const direction of DIRECTIONS) writeSlot(bySlot.get(slot)?.parts[direction] ?? null);
  for (const seconds of steps) {
    const start = scratch.begin();
    const perStep = seconds / tier;
    for (let first = 0; first < slots; first += perStep)
      for (const direction of DIRECTIONS)
        writeLag(
          Array.from({ length: perStep }, (_, i) => bySlot.get(first + i)).flatMap(
            (each) => each?.parts[direction] ?? [],
          ),
        );
    scratch.end(start);
  }
  return scratch.take();
}

/** The steps of a block, oldest first. */
export function readDigest(bytes: Uint8Array, tier: DigestTier, stepSeconds: number): readonly DigestStep[] {
  const { slots, steps } = BLOCKS[tier];
  const reader = new ByteReader(bytes);
  if (reader.byte() !== FORM) throw damaged('a digest is of an unknown form');
  const perStep = stepSeconds / tier;
  const sums = Array.from({ length: slots / perStep }, (): [Window | null, Window | null] => [null, null]);
  for (let slot = 0; slot < slots; slot++) {
    const sum = sums[Math.floor(slot / perStep)];
    for (const direction of DIRECTIONS) if (sum) sum[direction] = readSlot(reader, sum[direction]);
  }
  let made: readonly DigestStep[] | undefined;
  for (const seconds of steps) {
    const end = reader.part();
    if (seconds === stepSeconds) {
      made = sums.map(([first, second]) => [partOf(reader, first), partOf(reader, second)]);
      reader.mustBeAt(end);
    } else reader.at = end;
  }
  reader.mustBeAt(reader.end);
  if (!made) throw new RangeError(`a digest of ${tier} s has no steps of ${stepSeconds} s`);
  return made;
}

function writeSlot(window: Window | null): void {
  const start = scratch.begin();
  if (window) {
    writeCounts(scratch, window);
    writeGauges(scratch, window, false);
  }
  scratch.end(start);
}

/** Used within one call only: its counters stay zero. */
const gauges = new Window();

/** Adds a slot to what is there of its step. */
function readSlot(reader: ByteReader, before: Window | null): Window | null {
  const end = reader.part();
  if (reader.at === end) return before;
  const sum = before ?? new Window();
  readCounts(reader, sum);
  gauges.queue = gauges.queuePeak = gauges.access = null;
  readGauges(reader, gauges, end, GONE);
  if (before) mergeNumbers(sum, gauges);
  else {
    sum.queue = gauges.queue;
    sum.queuePeak = gauges.queuePeak;
    sum.access = gauges.access;
  }
  return sum;
}

/** Stands for what a digest does not have: who reads it is told so, and gets no empty histogram. */
const GONE = Histogram.fromPacked(
  {
    unpack: () => {
      throw new Error('a digest has no histograms');
    },
    addTo: () => {
      throw new Error('a digest has no histograms');
    },
  },
  0,
);

function writeLag(windows: readonly Window[]): void {
  const { delivered, window } = stepPart(windows);
  const made = effectiveQuantilesBoth(delivered, window.queue ? [window.queue.waiting] : [], LAG_QUANTILES);
  const isOther = made.withWaiting !== made.delivered;
  scratch.byte((made.delivered ? DELIVERED : 0) | (isOther ? WITH_WAITING : 0));
  if (made.delivered) writeQuantiles(made.delivered);
  if (isOther && made.withWaiting) writeQuantiles(made.withWaiting);
}

function partOf(reader: ByteReader, window: Window | null): StepPart | null {
  const has = reader.byte();
  const delivered = (has & DELIVERED) !== 0 ? readQuantiles(reader) : undefined;
  const withWaiting = (has & WITH_WAITING) !== 0 ? readQuantiles(reader) : delivered;
  if (!window) return null;
  const quantiles: StepQuantiles = { delivered, withWaiting };
  return { window, delivered: [], quantiles };
}

/** Whether each is a floor, and its value: mostly the middle of a bucket, which is a small number. */
function writeQuantiles(quantiles: readonly CensoredQuantile[]): void {
  scratch.byte(quantiles.reduce((mask, { isFloor }, i) => mask | (isFloor ? 1 << i : 0), 0));
  for (const { valueMs } of quantiles) {
    const bucket = bucketOf(valueMs);
    if (valueOf(bucket) === valueMs) {
      scratch.varint(bucket + BUCKET_BASE);
      continue;
    }
    scratch.varint(EXACT);
    scratch.number(valueMs);
  }
}

function readQuantiles(reader: ByteReader): readonly CensoredQuantile[] {
  const floors = reader.byte();
  return LAG_QUANTILES.map((_, i) => {
    const bucket = reader.varint();
    const valueMs = bucket === EXACT ? reader.number() : valueOf(bucket - BUCKET_BASE);
    return { valueMs, isFloor: (floors & (1 << i)) !== 0 };
  });
}
