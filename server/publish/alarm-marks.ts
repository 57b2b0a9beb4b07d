/** Alarms as marks on charts: out of the record of one scope, when they were up. Pure. */
import { PRIORITIES, type Priority, type TransitionRecord } from '../../shared/alarms.ts';
import type { ChartMark } from '../../shared/history.ts';

/** So far before a range the record has to be read, for alarms that were up at its beginning. */
export const MARK_LOOK_BACK_MS = 24 * 3_600_000;
/** A chart with more is not read any more. */
export const MAX_ALARM_MARKS = 100;
/** Alarms of one rule closer together than this share of the range are one mark: they would lie on each other. */
const MERGED_SHARE = 0.01;

export interface MarksAsked {
  /** Of one scope, in any order; what lies outside of the range does no harm. */
  readonly records: readonly TransitionRecord[];
  readonly fromMs: number;
  readonly toMs: number;
  /** What is later has not happened yet: an alarm that is up is drawn to here. */
  readonly nowMs: number;
  /** Title of a rule; undefined: it is gone, and its id has to do. */
  readonly titleOf: (rule: string) => string | undefined;
}

export interface AlarmMarks {
  readonly marks: readonly ChartMark[];
  /** Marks left out because they were too many: the least urgent, then the oldest. */
  readonly left: number;
}

/** Stretch of time in which an alarm was up. */
interface Span {
  readonly rule: string;
  readonly alarmId: string;
  readonly fromMs: number;
  /** Null: it still was when the record ends. */
  readonly toMs: number | null;
  readonly priority: Priority;
  readonly reason: string;
  readonly count: number;
}

const ENDS: ReadonlySet<string> = new Set(['returned', 'closed', 'resolved']);
const BEGINS: ReadonlySet<string> = new Set(['raised', 'reraised']);

const higher = (a: Priority, b: Priority) => (PRIORITIES.indexOf(a) >= PRIORITIES.indexOf(b) ? a : b);

/** From when it is raised until its condition is over; raised again it is another stretch of the same alarm. */
function stepSpan(span: Span | undefined, record: TransitionRecord): Span | undefined {
  const { kind, atMs, alarmId, rule, priority, reason } = record;
  const isUp = span?.toMs === null;
  if (BEGINS.has(kind) && !isUp)
    return { rule, alarmId, fromMs: atMs, toMs: null, priority, reason, count: 1 };
  if (!span || !isUp) return span;
  if (kind === 'priority') return { ...span, priority: higher(span.priority, priority), reason };
  return ENDS.has(kind) ? { ...span, toMs: atMs } : span;
}

function spansOf(records: readonly TransitionRecord[]): readonly Span[] {
  const open = new Map<string, Span>();
  const done: Span[] = [];
  for (const record of records.toSorted((a, b) => a.seq - b.seq || a.atMs - b.atMs)) {
    if (record.alarmId === '') continue;
    const before = open.get(record.alarmId);
    const after = stepSpan(before, record);
    if (!after) continue;
    if (before && after.fromMs !== before.fromMs) done.push(before);
    open.set(record.alarmId, after);
  }
  return [...done, ...open.values()];
}

/** Alarms of one rule that lie on each other, or so near that nobody could tell them apart. */
function merged(spans: readonly Span[], gapMs: number): readonly Span[] {
  const byRule = new Map<string, Span[]>();
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const list = byRule.get(span.rule) ?? [];
    byRule.set(span.rule, list);
    const last = list.at(-1);
    if (!last || (last.toMs !== null && span.fromMs - last.toMs > gapMs)) {
      list.push(span);
      continue;
    }
    const toMs = last.toMs === null || span.toMs === null ? null : Math.max(last.toMs, span.toMs);
    const priority = higher(last.priority, span.priority);
    list[list.length - 1] = { ...last, toMs, priority, count: last.count + span.count };
  }
  return [...byRule.values()].flat();
}

function markOf(span: Span, asked: MarksAsked): ChartMark {
  const { rule, alarmId, priority, reason, count } = span;
  const often = count > 1 ? ` × ${count}` : '';
  return {
    atMs: Math.max(asked.fromMs, span.fromMs),
    toMs: Math.min(asked.toMs, span.toMs ?? asked.nowMs),
    kind: 'alarm',
    text: `${asked.titleOf(rule) ?? rule}${often} (${priority}): ${reason}`,
    href: `/alarms/${encodeURIComponent(alarmId)}`,
  };
}

/** The marks of a range, in the order of time. */
export function alarmMarks(asked: MarksAsked): AlarmMarks {
  const { fromMs, toMs, nowMs } = asked;
  const within = spansOf(asked.records).filter(
    (span) => span.fromMs <= Math.min(toMs, nowMs) && (span.toMs ?? nowMs) >= fromMs,
  );
  const spans = merged(within, (toMs - fromMs) * MERGED_SHARE);
  const urgent = spans.toSorted(
    (a, b) => PRIORITIES.indexOf(b.priority) - PRIORITIES.indexOf(a.priority) || b.fromMs - a.fromMs,
  );
  const kept = urgent.slice(0, MAX_ALARM_MARKS).toSorted((a, b) => a.fromMs - b.fromMs);
  return { marks: kept.map((span) => markOf(span, asked)), left: spans.length - kept.length };
}
