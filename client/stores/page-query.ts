/** All that a tenant's page shows, as its address says it: `?from=...&to=...` or `?range=24h`, and how to look at it. */
import { COMPARE_KINDS, type CompareKind, type DirectionName } from '../../shared/history.ts';
import { DEFAULT_RANGE, LEAST_SPAN_MS, LIVE_NAMES, MOST_SPAN_MS, type Range } from './range.ts';

export interface PageQuery {
  readonly range: Range;
  readonly direction: DirectionName | 'both';
  readonly compare: readonly CompareKind[];
  /** Lines that were switched off, `panel.metric`. */
  readonly hidden: readonly string[];
  readonly zone: 'local' | 'utc';
  /** Lag on a linear scale; else logarithmic. */
  readonly isLagLinear: boolean;
  readonly tablesBy: 'destination' | 'provider';
  /** What else moved then is asked; null: nothing is. */
  readonly look: Look | null;
}

/** A moment, or a stretch, of one metric; null: of all of them. */
export interface Look {
  readonly metric: string | null;
  readonly fromMs: number;
  readonly toMs: number;
}

export const DEFAULT_QUERY: PageQuery = {
  range: DEFAULT_RANGE,
  direction: 'both',
  compare: [],
  hidden: [],
  zone: 'local',
  isLagLinear: false,
  tablesBy: 'destination',
  look: null,
};

/** As vue-router has it; a name that is given twice is a list. */
export type RawQuery = Readonly<
  Record<string, string | null | undefined | readonly (string | null | undefined)[]>
>;

const textOf = (raw: RawQuery, name: string): string | null => {
  const value = raw[name];
  return typeof value === 'string' ? value : Array.isArray(value) ? (value[0] ?? null) : null;
};
const listOf = (raw: RawQuery, name: string): readonly string[] =>
  (textOf(raw, name) ?? '').split(',').filter(Boolean);

/** Epoch ms, or RFC 3339 with a zone: without one the same link would mean another hour elsewhere. */
export function instantOf(text: string): number | null {
  if (/^\d{12,14}$/.test(text)) return Number(text);
  const isWhole = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)$/.test(text);
  const atMs = isWhole ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? null : atMs;
}

function fixedRange(from: string | null, to: string | null): Range | string {
  const fromMs = instantOf(from ?? '');
  const toMs = instantOf(to ?? '');
  if (fromMs === null) return `“from” is not a time: ${from ?? 'it is missing'}`;
  if (toMs === null) return `“to” is not a time: ${to ?? 'it is missing'}`;
  if (toMs <= fromMs) return '“to” is not after “from”';
  if (toMs - fromMs < LEAST_SPAN_MS) return `shorter than ${LEAST_SPAN_MS / 1_000} seconds`;
  if (toMs - fromMs > MOST_SPAN_MS) return 'longer than three years';
  return { kind: 'fixed', fromMs, toMs };
}

function rangeOf(raw: RawQuery): Range | string {
  const [from, to, name] = [textOf(raw, 'from'), textOf(raw, 'to'), textOf(raw, 'range')];
  if (from !== null || to !== null) return fixedRange(from, to);
  if (name === null) return DEFAULT_RANGE;
  const live = LIVE_NAMES.find((known) => known === name);
  return live ? { kind: 'live', name: live } : `“range” is none of ${LIVE_NAMES.join(', ')}: ${name}`;
}

/** `queueDepth.1194472800000-1194472860000`; the metric may be missing. */
function lookOf(raw: RawQuery): Look | null | string {
  const text = textOf(raw, 'look');
  if (text === null) return null;
  const [, metric = '', from, to] = /^(?:([A-Za-z0-9]{1,64})\.)?(\d{12,14})-(\d{12,14})$/.exec(text) ?? [];
  const [fromMs, toMs] = [Number(from), Number(to)];
  if (!(fromMs < toMs)) return `“look” is not metric.from-to: ${text}`;
  return { metric: metric === '' ? null : metric, fromMs, toMs };
}

const lookText = ({ metric, fromMs, toMs }: Look): string =>
  `${metric === null ? '' : `${metric}.`}${fromMs}-${toMs}`;

/** What an address asks for. `faults`: what could not be understood, in words; there the usual is shown instead, and said so. */
export function parsePageQuery(raw: RawQuery): {
  readonly query: PageQuery;
  readonly faults: readonly string[];
} {
  const faults: string[] = [];
  const range = rangeOf(raw);
  if (typeof range === 'string') faults.push(range);
  const asked = listOf(raw, 'compare');
  const compare = COMPARE_KINDS.filter((kind) => asked.includes(kind));
  if (compare.length < new Set(asked).size) faults.push(`“compare” knows ${COMPARE_KINDS.join(', ')} only`);
  const dir = textOf(raw, 'dir');
  if (dir !== null && dir !== 'in' && dir !== 'out') faults.push(`“dir” is neither in nor out: ${dir}`);
  const look = lookOf(raw);
  if (typeof look === 'string') faults.push(look);
  const query: PageQuery = {
    range: typeof range === 'string' ? DEFAULT_RANGE : range,
    direction: dir === 'in' || dir === 'out' ? dir : 'both',
    compare,
    hidden: listOf(raw, 'hide'),
    zone: textOf(raw, 'tz') === 'utc' ? 'utc' : 'local',
    isLagLinear: textOf(raw, 'lag') === 'linear',
    tablesBy: textOf(raw, 'by') === 'provider' ? 'provider' : 'destination',
    look: typeof look === 'string' ? null : look,
  };
  return { query, faults };
}

/** The same in an address, as short as it can be said; `parsePageQuery` takes it back unchanged. */
export function printPageQuery(query: PageQuery): Record<string, string> {
  const { range, direction, compare, hidden } = query;
  const isDefault =
    range.kind === 'live' && DEFAULT_RANGE.kind === 'live' && range.name === DEFAULT_RANGE.name;
  return {
    ...(range.kind === 'fixed'
      ? { from: new Date(range.fromMs).toISOString(), to: new Date(range.toMs).toISOString() }
      : isDefault
        ? {}
        : { range: range.name }),
    ...(direction !== 'both' && { dir: direction }),
    ...(compare.length > 0 && { compare: compare.join(',') }),
    ...(hidden.length > 0 && { hide: hidden.join(',') }),
    ...(query.zone === 'utc' && { tz: 'utc' }),
    ...(query.isLagLinear && { lag: 'linear' }),
    ...(query.tablesBy === 'provider' && { by: 'provider' }),
    ...(query.look && { look: lookText(query.look) }),
  };
}
