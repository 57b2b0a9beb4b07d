import type { Groups } from './groups.ts';
import type { Hides } from './hides.ts';
import type { Noticing } from './noticing.ts';
import type { Points } from './points.ts';
import type { DeskChanges } from './types.ts';

/** Names under which the desk keeps its texts. */
export const KEPT = {
  clock: 'desk.clock',
  groups: 'desk.groups',
  flood: 'desk.flood',
  silences: 'desk.silences',
  maintenance: 'desk.maintenance',
  service: 'desk.service',
} as const;
/** What only drifts (the worst value) is kept so often. */
const DRIFT_MS = 10_000;
/** The clock more often: after a restart it says for how long nobody watched. */
const CLOCK_MS = 4_000;

export interface TextParts {
  readonly points: Points;
  readonly groups: Groups;
  readonly noticing: Noticing;
  readonly hides: Hides;
}

/** What has to be kept, as text. */
export class DeskTexts {
  readonly #parts: TextParts;
  #driftMs = -Infinity;
  #clockMs = -Infinity;

  constructor(parts: TextParts) {
    this.#parts = parts;
  }

  /** What has changed since the last time; with it goes the time up to which it was watched. */
  take(nowMs: number, hasRecords: boolean): Pick<DeskChanges, 'points' | 'kept'> {
    const isAnyAlive = this.#parts.points.alive.size > 0;
    const isDue = isAnyAlive && Math.abs(nowMs - this.#driftMs) >= DRIFT_MS;
    const isClockDue = isAnyAlive && Math.abs(nowMs - this.#clockMs) >= CLOCK_MS;
    const points = this.#parts.points.takeKept(isDue);
    const kept = this.#texts();
    if (isDue) this.#driftMs = nowMs;
    if (!isClockDue && !hasRecords && Object.keys(points).length + Object.keys(kept).length === 0)
      return { points, kept };
    this.#clockMs = nowMs;
    return { points, kept: { ...kept, [KEPT.clock]: String(nowMs) } };
  }

  #texts(): Record<string, string> {
    const { groups, noticing, hides } = this.#parts;
    const kept: Record<string, string> = {};
    if (groups.hasChanged) kept[KEPT.groups] = groups.text();
    if (noticing.hasFloodChanged) kept[KEPT.flood] = noticing.floodText();
    for (const name of hides.changed) kept[KEPT[name]] = hides.text(name);
    groups.hasChanged = false;
    noticing.hasFloodChanged = false;
    hides.changed.clear();
    return kept;
  }
}

/** When a run before watched last; null: there was none. */
export function lastClock(kept: Readonly<Record<string, string>>): number | null {
  const lastMs = Number(kept[KEPT.clock] ?? NaN);
  return Number.isFinite(lastMs) ? lastMs : null;
}
