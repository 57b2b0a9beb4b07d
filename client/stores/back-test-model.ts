/** A back-test in words: over which stretch, of whom, and what it found. All pure. */
import type {
  AlarmScope,
  BackTestFire,
  BackTestReport,
  MetricView,
  RuleView,
  ScopeKind,
} from '../../shared/alarms.ts';
import { durationOf, quantityText } from '../format/number.ts';
import { alarmsLink, tenantLink } from '../links.ts';
import { inUnit } from './alarms-text.ts';
import type { Bounds } from './range.ts';

const DAY_MS = 86_400_000;

export const BACK_TEST_RANGES = ['1d', '7d', '30d', 'own'] as const;
export type BackTestRange = (typeof BACK_TEST_RANGES)[number];
export const RANGE_WORDS: Readonly<Record<BackTestRange, string>> = {
  '1d': 'last day',
  '7d': 'last 7 days',
  '30d': 'last 30 days',
  own: 'from … to …',
};
const DAYS = { '1d': 1, '7d': 7, '30d': 30 } as const;

/** The stretch that is meant, or why it is none. */
export function backTestBounds(
  range: BackTestRange,
  own: { readonly from: string; readonly to: string },
  nowMs: number,
): Bounds | string {
  if (range !== 'own') return { fromMs: nowMs - DAYS[range] * DAY_MS, toMs: nowMs };
  const [fromMs, toMs] = [Date.parse(own.from), Date.parse(own.to)];
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) return 'Give both a beginning and an end.';
  if (toMs <= fromMs) return 'The end must come after the beginning.';
  if (fromMs >= nowMs) return 'That lies in the future: nothing is stored of it.';
  return { fromMs, toMs: Math.min(toMs, nowMs) };
}

/** What is typed as a scope: nothing is everywhere, else one of the rule's kind. */
export function backTestScope(kind: ScopeKind, id: string): AlarmScope | undefined {
  const typed = id.trim();
  return typed === '' || kind === 'platform' ? undefined : { kind, id: typed };
}

/** `4.3 a day, most on 13 May: 9`; what lacks data says so. */
export function rateText({ perDay, worstDay }: Pick<BackTestReport, 'perDay' | 'worstDay'>): string {
  if (perDay === null) return 'no day has enough data to tell how often';
  const often =
    perDay === 0 ? 'none' : perDay < 0.095 ? 'less than 0.1' : String(Number(perDay.toPrecision(2)));
  const most = worstDay && worstDay.fires > 0 ? `, most on ${worstDay.day}: ${worstDay.fires}` : '';
  return `${often} a day${most}`;
}

/** One alarm that would have been, as a line of the report. */
export interface FireRow {
  readonly key: string;
  readonly fire: BackTestFire;
  /** `12 min`, or that it was still up. */
  readonly length: string;
  readonly worst: string;
  /** Where to look at that time. */
  readonly href: string;
}

const AROUND_MS = 30 * 60_000;

function hrefOf({ scope, raisedAtMs, clearedAtMs, rule }: BackTestFire, toMs: number): string {
  if (scope.kind !== 'tenant') return alarmsLink({ tab: 'record', rule });
  const endMs = Math.min(clearedAtMs ?? toMs, raisedAtMs + DAY_MS);
  return tenantLink(scope.id, raisedAtMs - AROUND_MS, Math.min(endMs + AROUND_MS, toMs));
}

/** Lines in the order they came; a number without a known unit is shown as it is. */
export function fireRows(
  report: Pick<BackTestReport, 'fires' | 'toMs'>,
  rules: readonly Pick<RuleView, 'id' | 'metric'>[],
  metrics: readonly MetricView[],
): readonly FireRow[] {
  const unitOf = (id: string) => {
    const metric = rules.find((rule) => rule.id === id)?.metric;
    return metrics.find(({ name }) => name === metric)?.unit ?? 'count';
  };
  return report.fires.map((fire, i) => ({
    key: `${fire.rule} ${fire.scope.id} ${fire.raisedAtMs} ${i}`,
    fire,
    length:
      fire.clearedAtMs === null
        ? 'still up at the end'
        : quantityText(durationOf(fire.clearedAtMs - fire.raisedAtMs)),
    worst: inUnit(unitOf(fire.rule), fire.worst),
    href: hrefOf(fire, report.toMs),
  }));
}

/** A hold that the stored windows cannot tell apart, in a sentence; empty: there is nothing to say. */
export function stepText(stepSeconds: number): string {
  return stepSeconds <= 10
    ? ''
    : `Stored in windows of ${quantityText(durationOf(stepSeconds * 1_000))}: holds shorter than that cannot be told.`;
}
