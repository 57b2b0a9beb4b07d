/** The bar of the time line: which range it shows, where a moment lies on it, and what is kept of that range. */
import type { SeriesAnswer, StoragePart } from '../../shared/history.ts';
import { dayText, minuteText } from '../format/time.ts';

export const SPANS = [
  { label: '1 h', ms: 3_600_000 },
  { label: '24 h', ms: 86_400_000 },
  { label: '7 d', ms: 7 * 86_400_000 },
  { label: '90 d', ms: 90 * 86_400_000 },
] as const;

/** A range of time, ms. */
export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The range around a moment: the last stretch before now while the moment lies in it, else the moment in its middle. */
export function rangeAround(atMs: number, spanMs: number, nowMs: number): Range {
  if (atMs >= nowMs - spanMs) return { fromMs: nowMs - spanMs, toMs: nowMs };
  return { fromMs: atMs - spanMs / 2, toMs: atMs + spanMs / 2 };
}

/** Moves a range, not beyond now. */
export function panRange(range: Range, byMs: number, nowMs: number): Range {
  const by = Math.min(byMs, Math.max(0, nowMs - range.toMs));
  return { fromMs: range.fromMs + by, toMs: range.toMs + by };
}

export function isInside(range: Range, atMs: number): boolean {
  return atMs >= range.fromMs && atMs <= range.toMs;
}

/** Place of a moment on the bar, 0 to 1; outside it may be less or more. */
export function shareOf(range: Range, atMs: number): number {
  return (atMs - range.fromMs) / (range.toMs - range.fromMs);
}

/** The moment at a place of the bar, kept on the bar and before now. */
export function momentAt(range: Range, share: number, nowMs: number): number {
  const kept = Math.min(1, Math.max(0, share));
  return Math.min(nowMs, range.fromMs + kept * (range.toMs - range.fromMs));
}

/** One stretch of what is kept, on the bar. */
export interface KeptBand {
  readonly name: string;
  /** 0 to 1. */
  readonly from: number;
  readonly to: number;
  readonly oldestMs: number;
}

/** Tiers the wall can be made from, finest first. */
const TIERS = ['10s', '1m', '1h'];

/** What of the range is kept, finest first; tiers that hold nothing of it are left out. */
export function keptBands(parts: readonly StoragePart[], range: Range, nowMs: number): readonly KeptBand[] {
  return TIERS.flatMap((name) => {
    const part = parts.find((known) => known.name === name);
    if (!part || part.oldestMs === null || part.oldestMs >= range.toMs) return [];
    const from = Math.max(0, shareOf(range, part.oldestMs));
    const to = Math.min(1, shareOf(range, nowMs));
    return from < to ? [{ name, from, to, oldestMs: part.oldestMs }] : [];
  });
}

/** The oldest moment of which anything is kept; null: nothing is, or it is not known. */
export function keptFromMs(parts: readonly StoragePart[]): number | null {
  const oldest = parts
    .filter((part) => TIERS.includes(part.name))
    .flatMap((part) => (part.oldestMs === null ? [] : [part.oldestMs]));
  return oldest.length === 0 ? null : Math.min(...oldest);
}

/** Shares of the bar in which not all sources reported. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /** Nobody reported at all. */
  readonly isBlind: boolean;
}

/** Coverage as gaps, neighbours of one kind joined. Where nothing is known of a step nothing is claimed. */
export function coverageGaps(answer: SeriesAnswer, range: Range): readonly Gap[] {
  const gaps: Gap[] = [];
  answer.coverage.forEach((share, i) => {
    if (share === null || share >= 1) return;
    const from = Math.max(0, shareOf(range, answer.fromMs + i * answer.stepMs));
    const to = Math.min(1, shareOf(range, answer.fromMs + (i + 1) * answer.stepMs));
    if (from >= to) return;
    const isBlind = share === 0;
    const last = gaps.at(-1);
    if (last && last.isBlind === isBlind && from - last.to < 1e-9) gaps[gaps.length - 1] = { ...last, to };
    else gaps.push({ from, to, isBlind });
  });
  return gaps;
}

/** Line through the known values as an SVG path in a box of 1000 by 100, a gap where there is no data. */
export function linePath(
  values: readonly (number | null)[],
  answer: Pick<SeriesAnswer, 'fromMs' | 'stepMs'>,
  range: Range,
): string {
  const top = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 1);
  let isDrawing = false;
  return values
    .map((value, i) => {
      if (value === null) {
        isDrawing = false;
        return '';
      }
      const x = shareOf(range, answer.fromMs + (i + 0.5) * answer.stepMs) * 1_000;
      const command = isDrawing ? 'L' : 'M';
      isDrawing = true;
      return `${command}${x.toFixed(1)} ${(96 - (value / top) * 92).toFixed(1)}`;
    })
    .filter(Boolean)
    .join('');
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const TICK_STEPS = [10 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS, DAY_MS, 7 * DAY_MS];
const MOST_TICKS = 9;

export interface Tick {
  readonly share: number;
  readonly text: string;
}

/** Marks at round local times, a day named where it begins. `offsetMs` is what local time is ahead of UTC. */
export function ticksOf(range: Range, offsetMs: number, most = MOST_TICKS): readonly Tick[] {
  const span = range.toMs - range.fromMs;
  const step = TICK_STEPS.find((candidate) => span / candidate <= most) ?? 14 * DAY_MS;
  const first = Math.ceil((range.fromMs + offsetMs) / step) * step - offsetMs;
  const ticks: Tick[] = [];
  for (let atMs = first; atMs < range.toMs; atMs += step) {
    const isDay = step >= DAY_MS || (atMs + offsetMs) % DAY_MS === 0;
    const day = dayText(atMs).split(' ').slice(0, 3).join(' ');
    ticks.push({ share: shareOf(range, atMs), text: isDay ? day : minuteText(atMs) });
  }
  return ticks;
}
