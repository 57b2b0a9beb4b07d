import { REPLAY_SPEEDS, type ReplaySpeed } from './replay-model.ts';

/** What the address of the wall says of the past. */
export interface ReplayAddress {
  readonly atMs: number;
  /** Null: it stands still. */
  readonly speed: ReplaySpeed | null;
  /** Does not go back to live by itself. */
  readonly isStaying: boolean;
}

type Query = Readonly<Record<string, unknown>>;

const EPOCH_MS = /^\d{12,14}$/;
/** Without a zone the same text would mean another hour elsewhere. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** Reads a moment: epoch ms, or RFC 3339 with a zone. */
export function momentOf(text: unknown): number | null {
  if (typeof text !== 'string') return null;
  // A plus of a zone that was not escaped has become a blank.
  const repaired = text.replace(/ (?=\d\d:\d\d$)/, '+');
  const atMs = EPOCH_MS.test(text) ? Number(text) : RFC_3339.test(repaired) ? Date.parse(repaired) : NaN;
  return Number.isFinite(atMs) ? atMs : null;
}

/** A moment to the second, as addresses have it: `2026-11-21T03:12:00Z`. */
export function momentText(atMs: number): string {
  return new Date(Math.floor(atMs / 1_000) * 1_000).toISOString().replace('.000Z', 'Z');
}

/** Null: the wall is live. */
export function replayOf(query: Query): ReplayAddress | null {
  const atMs = momentOf(query.at);
  if (atMs === null) return null;
  const speed = REPLAY_SPEEDS.find((known) => String(known) === query.speed) ?? null;
  return { atMs, speed, isStaying: query.stay === '1' };
}

/** The query that `replayOf` reads back. */
export function queryOfReplay(address: ReplayAddress | null): Record<string, string> {
  if (!address) return {};
  return {
    at: momentText(address.atMs),
    ...(address.speed === null ? {} : { speed: String(address.speed) }),
    ...(address.isStaying ? { stay: '1' } : {}),
  };
}

/** Whether two addresses mean the same to the second. */
export function isSameReplay(a: ReplayAddress | null, b: ReplayAddress | null): boolean {
  return JSON.stringify(queryOfReplay(a)) === JSON.stringify(queryOfReplay(b));
}
