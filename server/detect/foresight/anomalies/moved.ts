/** What else moved at that time: ranked by how strange it is and how near in time it began. A ranking, never a cause. */
import type {
  AnomalyRecord,
  ForesightScope,
  MovedThing,
  PlatformEvent,
} from '../../../../shared/foresight.ts';
import type { ScopeInfo } from '../types.ts';

/** What is asked about. */
export interface Anchor {
  readonly scope: ForesightScope;
  /** Null: of all of its numbers. */
  readonly metric: string | null;
  readonly fromMs: number;
  readonly toMs: number;
  /** So far before and after it things count as near. */
  readonly marginMs: number;
}
export interface Movables {
  readonly records: readonly AnomalyRecord[];
  readonly events: readonly PlatformEvent[];
  readonly scopes: readonly ScopeInfo[];
}

/** Listed at most. */
export const MOST_MOVED = 60;
/** A change is made to move something; people tell of it later, and of other things. */
const STRANGE_EVENT: Readonly<Record<PlatformEvent['kind'], number>> = {
  change: 1,
  ticket: 0.6,
  'abuse-report': 0.6,
  note: 0.5,
};
const RELATIONS: readonly MovedThing['relation'][] = [
  ...(['the same', 'its cluster', 'its tenant', 'same cluster', 'the platform', 'elsewhere'] as const),
];
const MINUTE_MS = 60_000;

/** The most telling first; what began outside of the window, and what is asked about itself, are none. */
export function rankMoved(
  anchor: Anchor,
  movables: Movables,
): { readonly moved: readonly MovedThing[]; readonly more: number } {
  const things = [...numbersOf(anchor, movables), ...eventsOf(anchor, movables)];
  const ranked = things.sort(
    (a, b) =>
      b.score - a.score ||
      RELATIONS.indexOf(a.relation) - RELATIONS.indexOf(b.relation) ||
      Math.abs(a.afterMs) - Math.abs(b.afterMs) ||
      (a.id < b.id ? -1 : 1),
  );
  return { moved: ranked.slice(0, MOST_MOVED), more: Math.max(0, ranked.length - MOST_MOVED) };
}

/** 1 within what is asked about, falling to 0 at the end of the margin; null: beyond it. */
export function nearness(
  atMs: number,
  { fromMs, toMs, marginMs }: Pick<Anchor, 'fromMs' | 'toMs' | 'marginMs'>,
): { readonly near: number; readonly afterMs: number } | null {
  const afterMs = atMs < fromMs ? atMs - fromMs : atMs > toMs ? atMs - toMs : 0;
  const near = 1 - Math.abs(afterMs) / marginMs;
  return near > 0 ? { near, afterMs } : null;
}

/** Numbers of one scope that went missing together are one thing: nobody told of any of them. */
function joinMissing(records: readonly AnomalyRecord[]): readonly AnomalyRecord[] {
  const missing = records.filter(({ kind }) => kind === 'missing');
  const together = Map.groupBy(missing, ({ scope, fromMs }) => `${scope.kind} ${scope.id} ${fromMs}`);
  const joined = [...together.values()].flatMap(([first, ...more]) =>
    first && more.length > 0
      ? { ...first, text: `${more.length + 1} numbers: not known any more` }
      : (first ?? []),
  );
  return [...records.filter(({ kind }) => kind !== 'missing'), ...joined];
}

function numbersOf(anchor: Anchor, { records, scopes }: Movables): readonly MovedThing[] {
  return joinMissing(records).flatMap((record) => {
    const { scope, metric, fromMs, toMs, score: strange } = record;
    const isItself = scope.kind === anchor.scope.kind && scope.id === anchor.scope.id;
    const place = nearness(fromMs, anchor);
    if (!place || (isItself && (anchor.metric === null || anchor.metric === metric))) return [];
    const relation = relationOf(anchor.scope, scope, scopes);
    return [
      {
        ...{ id: record.id, what: 'number' as const, relation, scope, metric },
        ...{ text: record.text, fromMs, toMs, direction: record.direction },
        ...scored(strange, place),
      },
    ];
  });
}

/** Tickets and reports of one tenant are one thing: what is in them is theirs. */
function eventsOf(anchor: Anchor, { events, scopes }: Movables): readonly MovedThing[] {
  const near = events.flatMap((event) => {
    const place = nearness(event.atMs, anchor);
    return place ? [{ event, place }] : [];
  });
  const groups = Map.groupBy(near, ({ event: { kind, id, tenant } }) =>
    kind === 'ticket' || kind === 'abuse-report' ? `${kind} ${tenant ?? ''}` : `${kind} ${id}`,
  );
  return [...groups.entries()].map(([id, group]) => {
    const [best] = group.toSorted((a, b) => b.place.near - a.place.near);
    if (!best) throw new Error('a group has at least one member');
    const scope = scopeOf(best.event, scopes);
    const atMs = best.event.atMs;
    return {
      ...{
        id,
        what: 'event' as const,
        relation: relationOf(anchor.scope, scope, scopes),
        scope,
        metric: null,
      },
      ...{ text: eventText(best.event, group.length), fromMs: atMs, toMs: atMs, direction: null },
      ...scored(STRANGE_EVENT[best.event.kind], best.place),
    };
  });
}

function eventText({ kind, text, components = [] }: PlatformEvent, n: number): string {
  const word = kind === 'abuse-report' ? 'report of spam' : kind;
  if (kind === 'ticket' || kind === 'abuse-report')
    return n === 1 ? `${word} of a customer` : `${n} ${word.replace(/^(report|ticket)/, '$1s')} of customers`;
  return `${word}: ${text}${components.length > 0 ? ` (${components.join(', ')})` : ''}`;
}

function scopeOf(event: PlatformEvent, scopes: readonly ScopeInfo[]): ForesightScope {
  const touched = event.components?.find((name) => name.startsWith('cluster:'))?.slice('cluster:'.length);
  const known = scopes.find(({ kind, id }) =>
    event.tenant === undefined
      ? kind === 'cluster' && id === touched
      : kind === 'tenant' && id === event.tenant,
  );
  const { kind, id, name } = known ?? { kind: 'platform', id: '', name: 'the platform' };
  return { kind, id, name };
}

function relationOf(
  of: ForesightScope,
  other: ForesightScope,
  scopes: readonly ScopeInfo[],
): MovedThing['relation'] {
  const clusterOf = ({ kind, id }: ForesightScope) =>
    kind === 'cluster'
      ? id
      : (scopes.find((scope) => scope.kind === kind && scope.id === id)?.cluster ?? null);
  if (of.kind === other.kind && of.id === other.id) return 'the same';
  if (other.kind === 'platform') return 'the platform';
  const [own, theirs] = [clusterOf(of), clusterOf(other)];
  if (own === null || own !== theirs) return 'elsewhere';
  if (other.kind === 'cluster') return 'its cluster';
  return of.kind === 'cluster' ? 'its tenant' : 'same cluster';
}

function scored(
  strange: number,
  { near, afterMs }: { readonly near: number; readonly afterMs: number },
): Pick<MovedThing, 'score' | 'strange' | 'near' | 'afterMs' | 'reason'> {
  const score = strange * near;
  const minutes = Math.round(Math.abs(afterMs) / MINUTE_MS);
  const when = minutes === 0 ? 'at that time' : `${minutes} min ${afterMs < 0 ? 'before' : 'after'}`;
  const reason = `${when}; strange ${strange.toFixed(2)} × near ${near.toFixed(2)} = ${score.toFixed(2)}`;
  return { score, strange, near, afterMs, reason };
}
