import { type Coverage, SPARK_POINTS, SPARK_STEP_MS } from '../../../shared/protocol.ts';
import { COUNTERS, type Counts, type QueueGauge, queueTotal, type Window } from '../../../shared/window.ts';
import { countBeyond, effectiveQuantile, ROLLING_MS } from '../../aggregate/rolling.ts';
import { UNATTRIBUTED } from '../../attribute/directory.ts';
import { type StepPart, stepPart } from '../steps.ts';
import { PLATFORM, type StoredWindow, type Tier, type WindowReader } from '../store.ts';
import { isMilterSeen } from './columns.ts';
import { coverageAt, sourcesAt } from './coverage-at.ts';
import { CoverageBook, GAUGE_AGE_MS, type Known } from './coverage.ts';
import { extentsOf } from './steps.ts';
import type { Extents } from './tier.ts';
import { groupByScope, readInstant } from './top.ts';
import type { MomentQuery, PastLag, PastMoment, PastQueue, PastScope, TenantRef } from './types.ts';

const DAY_MS = 86_400_000;
const EVERYTHING = { lag: true, gauges: true } as const;

/** What was kept of all tenants at a moment; undefined when windows of that time are too coarse, or none are kept. */
export function gatherMoment(
  reader: WindowReader,
  query: MomentQuery,
  tenants: readonly TenantRef[],
): PastMoment | undefined {
  const tier = tierAt(query.atMs - ROLLING_MS, extentsOf(reader));
  if (tier === undefined) return undefined;
  const atMs = Math.floor(query.atMs / (tier * 1000)) * tier * 1000;
  const runs = reader.coverage(atMs - DAY_MS, atMs + 1);
  const gather = createGather(reader, { tier, atMs, limitsMs: query.limitsMs, runs });
  const clusters = new Set(tenants.flatMap(({ cluster }) => cluster ?? []));
  const coverage: Coverage = coverageAt(runs, ['', ...clusters], atMs);
  return {
    atMs,
    tierSeconds: tier,
    tenants: tenants.map(({ id, cluster = '' }) => gather(id, cluster)),
    platform: gather(PLATFORM, ''),
    unattributed: gather(UNATTRIBUTED, ''),
    coverage,
    sources: sourcesAt(runs, atMs),
    milterSeen: isMilterSeen(reader, atMs),
    missing: missingAt(tier, runs.length > 0),
  };
}

/** Five-minute sums need windows of a minute at most. */
function tierAt(fromMs: number, extents: Extents): Tier | undefined {
  const oldest = (tier: Tier) => extents[tier]?.oldestMs ?? Infinity;
  if (oldest(10) <= fromMs) return 10;
  if (oldest(60) <= fromMs) return 60;
  // The first minutes ever kept have less than five minutes before them, which is all that the wall knew then as well.
  const isFirst = oldest(10) <= oldest(60) + 60_000;
  return isFirst && oldest(10) <= fromMs + ROLLING_MS ? 10 : undefined;
}

function missingAt(tier: Tier, isCovered: boolean): string[] {
  return [
    'when the level of a tile began',
    'why a source was not heard',
    'sparklines between two minutes',
    ...(tier === 10 ? [] : ['states between two minutes']),
    ...(isCovered ? [] : ['which sources were heard']),
  ];
}

interface Frame {
  readonly tier: Tier;
  readonly atMs: number;
  readonly limitsMs: readonly number[];
  readonly runs: ReturnType<WindowReader['coverage']>;
}

/** A part of the five minutes that is one stored window long. */
interface Piece {
  readonly beginMs: number;
  readonly endMs: number;
}

/** Reads the five minutes once for everybody; the function returned makes one scope's part of them. */
function createGather(reader: WindowReader, { tier, atMs, limitsMs, runs }: Frame) {
  const fromMs = atMs - ROLLING_MS;
  const pieces = piecesOf(tier, fromMs, atMs);
  const sums = groupByScope(readPieces(reader, pieces));
  const earlier = { beginMs: fromMs - tier * 1000, endMs: fromMs };
  const before = groupByScope(
    reader.instant(tier, earlier.beginMs, earlier.endMs, { lag: false, gauges: true }),
  );
  const knownOf = memo((cluster) => {
    const book = new CoverageBook(runs, cluster);
    const step = ({ beginMs, endMs }: Piece) => book.step(beginMs, endMs);
    return { now: step({ beginMs: fromMs, endMs: atMs }), before: step(earlier), pieces: pieces.map(step) };
  });
  return (scope: string, cluster: string): PastScope => {
    const stored = sums.get(scope) ?? [];
    const known = knownOf(cluster);
    const parts = [partOf(stored, 0), partOf(stored, 1)] as const;
    const queues = parts.flatMap(({ window }) => lastQueue(window, atMs) ?? []);
    const access = parts[0].window.access;
    const isRecent = access !== null && access.atMs >= atMs - GAUGE_AGE_MS;
    return {
      counts: [aboveZero(parts[0].window.counts), aboveZero(parts[1].window.counts)],
      lag: [lagOf(parts[0], atMs, limitsMs), lagOf(parts[1], atMs, limitsMs)],
      queue: isQueueKnown(known.now) ? sumQueues(queues) : null,
      access: isRecent && known.now.gauged.has('access') ? access : null,
      depthBefore: isQueueKnown(known.before) ? depthAt(before.get(scope) ?? [], earlier) : null,
      spark: pieces.flatMap((piece, i) => sparkOf(stored, piece, known.pieces[i])).slice(-SPARK_POINTS),
    };
  };
}

/** Whole minutes, and finer windows at both ends: the same sums out of fewer windows. */
function piecesOf(tier: Tier, fromMs: number, toMs: number): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let beginMs = fromMs; beginMs < toMs;) {
    const isWhole = beginMs % 60_000 === 0 && beginMs + 60_000 <= toMs;
    const endMs = beginMs + (isWhole ? 60_000 : tier * 1000);
    pieces.push({ beginMs, endMs });
    beginMs = endMs;
  }
  return pieces;
}

function readPieces(reader: WindowReader, pieces: readonly Piece[]): readonly StoredWindow[] {
  return pieces.flatMap(({ beginMs, endMs }) => {
    const tier = endMs - beginMs === 60_000 ? 60 : 10;
    return readInstant(reader, tier, { fromMs: beginMs, toMs: endMs }, EVERYTHING);
  });
}

function memo<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const before = made.get(key);
    if (before !== undefined) return before;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}

function partOf(stored: readonly StoredWindow[], direction: 0 | 1): StepPart {
  return stepPart(stored.flatMap(({ parts }) => parts[direction] ?? []));
}

/** Most are zero, and all of them travel between threads. */
function aboveZero(counts: Counts): Partial<Counts> {
  const some: Partial<Counts> = {};
  for (const name of COUNTERS) if (counts[name] > 0) some[name] = counts[name];
  return some;
}

function isQueueKnown({ expected, gauged }: Known): boolean {
  return gauged.has(expected.has('queue') ? 'queue' : 'flow');
}

/** Who waited at a moment; what is older is of a queue that has emptied since. */
function lastQueue({ queue }: Window, atMs: number): QueueGauge | null {
  return queue && queue.atMs >= atMs - GAUGE_AGE_MS ? queue : null;
}

function sumQueues(queues: readonly QueueGauge[]): PastQueue {
  let [depth, ready, hold] = [0, 0, 0];
  let oldestMs: number | null = null;
  for (const queue of queues) {
    depth += queueTotal(queue);
    ready += queue.incoming + queue.active;
    hold += queue.hold;
    if (queue.oldestMs !== null) oldestMs = Math.max(oldestMs ?? 0, queue.oldestMs);
  }
  return { depth, ready, hold, oldestMs };
}

function lagOf({ window, delivered }: StepPart, atMs: number, limitsMs: readonly number[]): PastLag | null {
  const waiting = lastQueue(window, atMs)?.waiting;
  const lag = effectiveQuantile(delivered, waiting ? [waiting] : [], 0.95);
  if (!lag) return null;
  const all = waiting ? [...delivered, waiting] : delivered;
  const isLate = lag.valueMs > Math.min(...limitsMs);
  // Nothing is asked of what lies beyond a limit that the percentile does not reach.
  const beyond = limitsMs.map((limitMs) => (isLate ? countBeyond(all, limitMs) : 0));
  return { valueMs: lag.valueMs, isFloor: lag.isFloor, beyond };
}

/** Queue depth at the end of a piece, out of those of its windows that reach to it. */
function depthAt(stored: readonly StoredWindow[], { beginMs, endMs }: Piece): number {
  let depth = 0;
  for (const { slotMs, parts } of stored) {
    if (slotMs < beginMs || slotMs >= endMs) continue;
    for (const part of parts) {
      const queue = part && lastQueue(part, endMs);
      // A minute that has not been made yet comes in pieces, of which the last one counts.
      if (queue && (queue.atMs >= endMs - 10_000 || endMs - beginMs <= 10_000)) depth += queueTotal(queue);
    }
  }
  return depth;
}

/** As many points as the piece is long. */
function sparkOf(stored: readonly StoredWindow[], piece: Piece, known: Known | undefined): (number | null)[] {
  const points = (piece.endMs - piece.beginMs) / SPARK_STEP_MS;
  const depth = known && isQueueKnown(known) ? depthAt(stored, piece) : null;
  return new Array<number | null>(points).fill(depth);
}
