import type { Direction } from '../../aggregate/scope.ts';
import { BLOCKS, DIGEST_TIERS, type DigestStep, readDigest } from '../digest.ts';
import { type StepPart, stepPart } from '../steps.ts';
import type { Tier, WindowReader } from '../store.ts';

/** Gaps between digests that are read one by one; more of them are read as one. */
const MAX_GAPS = 8;

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Digested {
  /** By place of the step. */
  readonly made: ReadonlyMap<number, DigestStep>;
  /** What has to be read from windows, oldest first. */
  readonly gaps: readonly Span[];
}

export interface DigestFrame {
  readonly scope: string;
  readonly tier: Tier;
  readonly firstMs: number;
  readonly stepMs: number;
  readonly steps: number;
}

/** Steps that digests have ready, and where there are none. */
export function readDigested(reader: WindowReader, frame: DigestFrame): Digested {
  const { firstMs, stepMs, steps } = frame;
  const end = firstMs + steps * stepMs;
  const tier = DIGEST_TIERS.find((each) => each === frame.tier);
  const made = new Map<number, DigestStep>();
  const gaps: Span[] = [];
  let knownToMs = firstMs;
  if (tier !== undefined) {
    const blockMs = BLOCKS[tier].slots * tier * 1000;
    const asked = { tier, stepMs, fromMs: firstMs, toMs: end };
    for (const { fromMs, bytes } of reader.digests?.(frame.scope, asked) ?? []) {
      if (fromMs > knownToMs) gaps.push({ fromMs: knownToMs, toMs: fromMs });
      knownToMs = fromMs + blockMs;
      const place = (fromMs - firstMs) / stepMs;
      for (const [i, step] of readDigest(bytes, tier, stepMs / 1000).entries())
        if (place + i >= 0 && place + i < steps) made.set(place + i, step);
    }
  }
  if (knownToMs < end) gaps.push({ fromMs: knownToMs, toMs: end });
  return { made, gaps: gaps.length > MAX_GAPS ? [hullOf(gaps)] : gaps };
}

/** By direction. */
export function digestedParts(step: DigestStep, directions: readonly Direction[]): readonly StepPart[] {
  return directions.map((direction) => step[direction] ?? stepPart([]));
}

function hullOf(gaps: readonly Span[]): Span {
  return { fromMs: gaps[0]?.fromMs ?? 0, toMs: gaps.at(-1)?.toMs ?? 0 };
}
