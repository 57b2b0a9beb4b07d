/** Rules as people read them: in words, and as they stand in the file. */
import { stringify } from 'yaml';
import { clearAbove, clearBelow } from './limits.ts';
import { metricInfo } from './metrics.ts';
import { limitShown, span } from './shown.ts';
import type { Level, MetricInfo, Rule } from './types.ts';

/** A rule in words: `lag, 95th percentile, above 5 min for 3 min (high); clears at 4 min for 5 min`. */
export function describeRule(rule: Rule): string {
  const { when, guards, levels, clearForSeconds } = rule;
  const unit = unitOf(rule);
  const reached = levels
    .map((level) => `${limitsOf(level, unit)}${held(level.holdSeconds)} (${level.priority})`.trim())
    .join(', ');
  const also = guards.map((guard) => {
    const info = metricInfo(guard.metric);
    return `${info?.label ?? guard.metric} ${limitsOf(guard, info?.unit ?? 'count')}`;
  });
  const what = when.kind === 'burn' ? whatOf(rule) : `${whatOf(rule)} ${reached}`;
  const with_ = also.length > 0 ? `, and ${also.join(', and ')}` : '';
  return `${what}${with_}; clears ${clearsAt(rule, unit)}for ${span(clearForSeconds)}`;
}

function whatOf({ when }: Rule): string {
  if (when.kind === 'no-data') return 'nothing is heard of it';
  const label = metricInfo(when.metric)?.label ?? when.metric;
  switch (when.kind) {
    case 'level':
      return `${label},`;
    case 'share':
      return `${label} (certain, of ${when.minimumN} or more),`;
    case 'rate':
      return `change of ${label} over ${span(when.overSeconds)},`;
    case 'tails':
      return `${label} against its own median of ${when.hours} h (of ${when.minimumN} or more, after ${when.minimumHours} h),`;
    case 'peers':
      return `${label} against the median of the others (${when.minimumPeers} or more, of ${when.minimumN} or more each),`;
    case 'burn':
      return `${label} ${badOf(when)} in so many minutes that ${pairsOf(when)}`;
  }
}

type Burn = Extract<Rule['when'], { kind: 'burn' }>;

function badOf({ metric, badAbove, badBelow }: Burn): string {
  const unit = metricInfo(metric)?.unit ?? 'count';
  return badAbove === undefined
    ? `below ${limitShown(badBelow ?? 0, unit)}`
    : `above ${limitShown(badAbove, unit)}`;
}

function pairsOf({ pairs, objectivePercent }: Burn): string {
  const all = pairs.map(
    ({ priority, factor, longMinutes, shortMinutes }) =>
      `${factor} times what ${objectivePercent} % allows is burnt in ${span(longMinutes * 60)} and ${span(shortMinutes * 60)} both (${priority})`,
  );
  return all.join(', or ');
}

/** Unit of the limits of its levels. */
function unitOf({ when }: Rule): MetricInfo['unit'] {
  if (when.kind === 'rate') return 'per-minute';
  if (when.kind === 'tails' || when.kind === 'peers' || when.kind === 'burn') return 'times';
  return when.kind === 'no-data' ? 'state' : (metricInfo(when.metric)?.unit ?? 'count');
}

function limitsOf({ above, below }: Pick<Level, 'above' | 'below'>, unit: MetricInfo['unit']): string {
  const parts = [
    ...(above === undefined ? [] : [`above ${limitShown(above, unit)}`]),
    ...(below === undefined ? [] : [`below ${limitShown(below, unit)}`]),
  ];
  return parts.join(' or ');
}

function held(seconds: number): string {
  return seconds === 0 ? '' : ` for ${span(seconds)}`;
}

function clearsAt({ when, levels, clearRatio }: Rule, unit: MetricInfo['unit']): string {
  const [lowest] = levels;
  if (!lowest || when.kind === 'no-data') return '';
  if (when.kind === 'burn') return `at ${Math.round(clearRatio * 100)} % of the factors `;
  const max =
    when.kind === 'level' || when.kind === 'share' ? (metricInfo(when.metric)?.max ?? Infinity) : Infinity;
  const { above, below } = lowest;
  const parts = [
    ...(above === undefined ? [] : [limitShown(clearAbove(above, clearRatio), unit)]),
    ...(below === undefined
      ? []
      : [limitShown(Number(clearBelow(below, clearRatio, max).toPrecision(6)), unit)]),
  ];
  return `at ${parts.join(' and ')} `;
}

/** Rules as a file. Reading it gives the same rules. */
export function rulesText(rules: readonly Rule[]): string {
  return stringify({ rules: rules.map(plain) }, { lineWidth: 110 });
}

/** One rule as it stands in the file. */
export function ruleSource(rule: Rule): string {
  return stringify([plain(rule)], { lineWidth: 110 });
}

/** Without what would be filled in anyway. */
function plain(rule: Rule): Record<string, unknown> {
  const { enabled, guards, levels, runbook, clearRatio, clearForSeconds, keepFiringSeconds, action } = rule;
  const { id, title, scope, only, except, when } = rule;
  return {
    ...{ id, title },
    ...(enabled ? {} : { enabled }),
    scope,
    ...(only ? { only } : {}),
    ...(except ? { except } : {}),
    when,
    ...(guards.length > 0 ? { guards } : {}),
    ...(when.kind === 'burn' ? {} : { levels }),
    ...{ clearRatio, clearForSeconds, keepFiringSeconds, action },
    ...(runbook === null ? {} : { runbook }),
  };
}
