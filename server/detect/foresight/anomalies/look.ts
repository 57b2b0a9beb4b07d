/** What was strange, and what else moved then: out of what is kept and what is known now. */
import type {
  AnomaliesView,
  AnomalyRecord,
  ForesightScope,
  MovedView,
  PlatformEvent,
} from '../../../../shared/foresight.ts';
import type { Clock } from '../../../base/clock.ts';
import { rankMoved } from './moved.ts';
import { type AnomaliesPart, RARE, WATCHED } from './part.ts';
import { ANOMALY_ROW } from './told.ts';
import { joinStretches, type Stretch, STRETCH_MS, WATCH_ROW, watchedShare } from './watch.ts';
import { EVENT_ROW } from '../event-book.ts';
import { keyOf, type ScopeInfo } from '../types.ts';
import type { ForesightRow, ForesightStore } from '../../../history/foresight-store.ts';
import { ownJsonOf } from '../../../base/json.ts';

export interface LookDeps {
  readonly store: ForesightStore;
  readonly clock: Clock;
  /** Absent: nobody looks. */
  readonly part: AnomaliesPart | undefined;
  readonly scopes: () => readonly ScopeInfo[];
  readonly events: () => readonly PlatformEvent[];
}
export interface MovedQuery extends Stretch {
  readonly metric: string | null;
  readonly marginMs: number;
}

/** Findings with a longer life are looked up among those that go on only. */
const LONGEST_MS = 3 * 86_400_000;
const MAX_ROWS = 2_000;
const MAX_STRETCHES = 5_000;

/** Strange things of one scope over a range, and when anybody looked. */
export async function anomaliesOf(deps: LookDeps, scope: ScopeInfo, range: Stretch): Promise<AnomaliesView> {
  const key = keyOf(scope);
  const { fromMs, toMs } = range;
  const [rows, watched] = await Promise.all([
    deps.store.rows({
      ...{ kind: ANOMALY_ROW, scope: key, toMs },
      ...{ fromMs: fromMs - LONGEST_MS, limit: MAX_ROWS },
    }),
    watchedIn(deps, range),
  ]);
  const all = merged(rows, deps.part?.records(key) ?? []);
  const findings = all.filter((one) => one.fromMs < toMs && (one.toMs ?? one.seenMs) >= fromMs);
  return {
    ...{ scope: named(scope), fromMs, toMs, asOfMs: deps.clock.now() },
    metrics: deps.part ? [...WATCHED, ...RARE] : [],
    findings: findings.toSorted((a, b) => a.fromMs - b.fromMs),
    watched,
    isCut: rows.length >= MAX_ROWS,
  };
}

/** What else moved in the range and around it, ranked. */
export async function movedBeside(deps: LookDeps, scope: ScopeInfo, query: MovedQuery): Promise<MovedView> {
  const { fromMs, toMs, metric, marginMs } = query;
  const around = { fromMs: fromMs - marginMs, toMs: toMs + marginMs };
  const asked = { ...around, limit: MAX_ROWS };
  const [rows, told, watched] = await Promise.all([
    deps.store.rows({ kind: ANOMALY_ROW, ...asked }),
    deps.store.rows({ kind: EVENT_ROW, ...asked }),
    watchedIn(deps, around),
  ]);
  const records = merged(rows, deps.part?.records() ?? []);
  const events = new Map<string, PlatformEvent>();
  for (const event of [...told.flatMap(({ text }) => ownJsonOf<PlatformEvent>(text) ?? []), ...deps.events()])
    events.set(event.id, event);
  const anchor = { scope: named(scope), metric, fromMs, toMs, marginMs };
  const { moved, more } = rankMoved(anchor, { records, events: [...events.values()], scopes: deps.scopes() });
  const asOfMs = deps.clock.now();
  // What has not come yet nobody could have looked at.
  const past = { fromMs: around.fromMs, toMs: Math.min(around.toMs, asOfMs - STEP_MS) };
  return { ...anchor, asOfMs, moved, more, watchedShare: watchedShare(watched, past) };
}
/** The detectors look once a minute. */
const STEP_MS = 2 * 60_000;

async function watchedIn({ store, part }: LookDeps, range: Stretch): Promise<readonly Stretch[]> {
  const rows = await store.rows({
    ...{ kind: WATCH_ROW, scope: '', limit: MAX_STRETCHES },
    ...{ fromMs: range.fromMs - STRETCH_MS, toMs: range.toMs },
  });
  const kept = rows.flatMap(({ atMs, text }) => {
    const to = ownJsonOf<{ readonly toMs: number }>(text);
    return to ? [{ fromMs: atMs, toMs: to.toMs }] : [];
  });
  const now = part?.watching();
  return joinStretches(now ? [...kept, now] : kept, range);
}

/** What is known now counts more than what was written of it. */
function merged(rows: readonly ForesightRow[], live: readonly AnomalyRecord[]): readonly AnomalyRecord[] {
  const byId = new Map<string, AnomalyRecord>();
  for (const { text } of rows)
    for (const record of ownJsonOf<readonly AnomalyRecord[]>(text) ?? []) byId.set(record.id, record);
  for (const record of live) byId.set(record.id, record);
  return [...byId.values()];
}

function named({ kind, id, name }: ScopeInfo): ForesightScope {
  return { kind, id, name };
}
