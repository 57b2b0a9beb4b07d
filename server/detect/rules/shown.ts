import type { Unit } from '../../../shared/alarms.ts';
import { duration } from '../signals.ts';
import { metricInfo } from './metrics.ts';

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A value as an operator reads it: `6.2 min`, `31 %`, `412`. */
export function shown(value: number, unit: Unit): string {
  if (unit === 'ms') return duration(value);
  if (unit === 'percent') return `${figures(value)} %`;
  if (unit === 'per-minute') return `${figures(value)} a minute`;
  if (unit === 'times') return `${figures(value)} times`;
  if (unit === 'bytes') return bytes(value);
  return figures(value);
}

/** A span of time in seconds: `3 min`, `90 s`. */
export function span(seconds: number): string {
  if (seconds === 0) return 'at once';
  if (seconds % 3_600 === 0) return `${seconds / 3_600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** A limit: round numbers stay round. */
export function limitShown(value: number, unit: Unit): string {
  return unit === 'ms' && value % 1_000 === 0 && value > 0 ? span(value / 1_000) : shown(value, unit);
}

/** What the metric is, in a word or a few: `lag` of `lag, 95th percentile`. */
export function wordOf(metric: string): string {
  return (metricInfo(metric)?.label ?? metric).split(',')[0] ?? metric;
}

/** Three significant figures, whole numbers whole. */
function figures(value: number): string {
  return Number.isInteger(value) || Math.abs(value) >= 1_000
    ? String(Math.round(value))
    : String(Number(value.toPrecision(3)));
}

function bytes(value: number): string {
  const power = Math.min(BYTE_UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  return `${figures(value / 1_000 ** power)} ${BYTE_UNITS[power] ?? 'B'}`;
}
