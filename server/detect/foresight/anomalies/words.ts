import type { Found } from './series.ts';

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** `delivered a minute: 12, usual here 180 to 240`. */
export function textOf(label: string, unit: string, { kind, value, usual }: Found): string {
  if (kind === 'missing') return `${label}: not known any more`;
  if (kind === 'flat-line')
    return `${label}: exactly ${shown(value ?? 0, unit)} for long, as if nobody counted`;
  const now = `${label}: ${shown(value ?? 0, unit)}`;
  return usual ? `${now}, usual here ${shown(usual.low, unit)} to ${shown(usual.high, unit)}` : now;
}

function shown(value: number, unit: string): string {
  const [n, mark] =
    unit === 'ms'
      ? value < 90_000
        ? [value / 1_000, ' s']
        : [value / 60_000, ' min']
      : [value, unit === 'percent' ? ' %' : ''];
  return `${n >= 100 ? whole.format(n) : Math.round(n * 10) / 10}${mark}`;
}
