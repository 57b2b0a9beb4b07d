/** A search of the message journal as its address says it. */
import {
  RECORD_STATUSES,
  type MessageQuery,
  type RecordStatus,
  type ScopeRef,
} from '../../shared/history.ts';
import { fieldsOf, TEXT_FIELDS, toldText, understand } from './message-text.ts';
import { momentOf } from './replay-url.ts';

export const LAST_SPANS = {
  '15m': 900_000,
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
} as const;
export type LastName = keyof typeof LAST_SPANS;

/** All that is kept, what came last, or a fixed stretch. */
export type TimeChoice =
  | { readonly kind: 'any' }
  | { readonly kind: 'last'; readonly name: LastName }
  | { readonly kind: 'fixed'; readonly fromMs: number | null; readonly toMs: number | null };

/** What the form says. */
export interface MessageSearch {
  readonly text: string;
  readonly scope: ScopeRef;
  /** None: all. */
  readonly statuses: readonly RecordStatus[];
  readonly time: TimeChoice;
  readonly relay: string;
  readonly provider: string;
  readonly minDelayMs: number | null;
}

export const EVERYTHING: MessageSearch = {
  text: '',
  scope: { kind: 'platform' },
  statuses: [],
  time: { kind: 'any' },
  relay: '',
  provider: '',
  minDelayMs: null,
};

/** Entries of one answer. */
export const PAGE_ROWS = 100;

type Raw = Readonly<Record<string, unknown>>;
const textIn = (raw: Raw, name: string): string => {
  const value = raw[name];
  return typeof value === 'string' ? value.trim() : '';
};

function scopeIn(raw: Raw): ScopeRef {
  const tenant = textIn(raw, 'tenant');
  if (tenant) return { kind: 'tenant', id: tenant };
  const cluster = textIn(raw, 'cluster');
  return cluster ? { kind: 'cluster', id: cluster } : { kind: 'platform' };
}

const isLast = (name: string): name is LastName => Object.hasOwn(LAST_SPANS, name);

function timeIn(raw: Raw): TimeChoice {
  const name = textIn(raw, 'last');
  if (isLast(name)) return { kind: 'last', name };
  const fromMs = momentOf(textIn(raw, 'from'));
  const toMs = momentOf(textIn(raw, 'to'));
  return fromMs === null && toMs === null ? { kind: 'any' } : { kind: 'fixed', fromMs, toMs };
}

/** Links from other pages name fields; in the form they stand in the box. `from`, `to`, `relay`, `provider` mean other things there. */
function textFrom(raw: Raw): string {
  const linked = TEXT_FIELDS.filter((field) => !['from', 'to', 'relay', 'provider'].includes(field));
  const told = linked.flatMap((field) => {
    const value = textIn(raw, field);
    return value === '' ? [] : [toldText(field, value)];
  });
  return [textIn(raw, 'q'), ...told].filter(Boolean).join(' ');
}

/** Reads an address; what is not understood in it is as if it was not there. */
export function searchOf(raw: Raw): MessageSearch {
  const asked = textIn(raw, 'status').split(',');
  const delay = Number(textIn(raw, 'minDelayMs') || NaN);
  return {
    text: textFrom(raw),
    scope: scopeIn(raw),
    statuses: RECORD_STATUSES.filter((status) => asked.includes(status)),
    time: timeIn(raw),
    relay: textIn(raw, 'relay'),
    provider: textIn(raw, 'provider'),
    minDelayMs: Number.isFinite(delay) && delay > 0 ? delay : null,
  };
}

/** The query that `searchOf` reads back. */
export function queryOfSearch(search: MessageSearch): Record<string, string> {
  const { text, scope, statuses, time, relay, provider, minDelayMs } = search;
  const all: Record<string, string> = {
    q: text.trim(),
    tenant: scope.kind === 'tenant' ? scope.id : '',
    cluster: scope.kind === 'cluster' ? scope.id : '',
    status: statuses.join(','),
    last: time.kind === 'last' ? time.name : '',
    from: time.kind === 'fixed' && time.fromMs !== null ? String(time.fromMs) : '',
    to: time.kind === 'fixed' && time.toMs !== null ? String(time.toMs) : '',
    relay: relay.trim(),
    provider: provider.trim(),
    minDelayMs: minDelayMs === null ? '' : String(minDelayMs),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

function timesOf(time: TimeChoice, nowMs: number): { fromMs?: number; toMs?: number } {
  if (time.kind === 'any') return {};
  if (time.kind === 'last') return { fromMs: nowMs - LAST_SPANS[time.name] };
  return {
    ...(time.fromMs === null ? {} : { fromMs: time.fromMs }),
    ...(time.toMs === null ? {} : { toMs: time.toMs }),
  };
}

/** What the server is asked. A field of the form wins over the same thing in the box. */
export function messageQuery(search: MessageSearch, nowMs: number, cursor?: string): MessageQuery {
  const { relay, provider, ...fields } = fieldsOf(understand(search.text));
  const asked = { relay: search.relay.trim() || relay, provider: search.provider.trim() || provider };
  return {
    scope: search.scope,
    ...timesOf(search.time, nowMs),
    ...fields,
    ...(asked.relay ? { relay: asked.relay } : {}),
    ...(asked.provider ? { provider: asked.provider } : {}),
    ...(search.statuses.length > 0 ? { status: search.statuses } : {}),
    ...(search.minDelayMs === null ? {} : { minDelayMs: search.minDelayMs }),
    limit: PAGE_ROWS,
    ...(cursor === undefined ? {} : { cursor }),
  };
}

/** `5 min`, `90s`, `1.5 h`, `300` (seconds), or null when it is none of these. */
export function delayOf(text: string): number | null {
  const match = /^(\d+(?:[.,]\d+)?)\s*(ms|s|sec|m|min|h|d)?$/i.exec(text.trim());
  if (!match) return null;
  const units: Record<string, number> = { ms: 1, s: 1e3, sec: 1e3, m: 6e4, min: 6e4, h: 36e5, d: 864e5 };
  const unit = units[(match[2] ?? 's').toLowerCase()] ?? 1e3;
  const ms = Number((match[1] ?? '').replace(',', '.')) * unit;
  return ms > 0 ? Math.round(ms) : null;
}
