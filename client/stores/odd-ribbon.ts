/** What was strange in the numbers of a chart, as a ribbon along its time and in words. It says look: it calls nobody. All pure. */
import type { AnomaliesView, AnomalyRecord } from '../../shared/foresight.ts';
import { shortDayText } from '../format/axis.ts';
import { minuteText } from '../format/time.ts';
import type { PanelDef } from './panels.ts';
import type { Bounds } from './range.ts';

/** How a stretch of the ribbon looks; each has a pattern of its own. */
export type OddLook = 'up' | 'down' | 'rare' | 'flat' | 'missing';
export interface OddRun extends Bounds {
  readonly look: OddLook;
  readonly record: AnomalyRecord;
}
export interface OddRibbon {
  readonly runs: readonly OddRun[];
  /** When nobody looked: that nothing is marked there means nothing. */
  readonly unwatched: readonly Bounds[];
  /** `not asked`: there is no answer (yet); `not watched`: no detector looks at these numbers. */
  readonly state: 'known' | 'not asked' | 'not watched';
}

/** What detectors call a number that a chart draws under another name. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  flow: ['acceptedPerMinute', 'deliveredPerMinute'],
};
/** So much later than it was last seen, how it ended is not known. */
const SEEN_MS = 15 * 60_000;
/** Detectors look once a minute: what is younger is not a gap. */
const LOOK_MS = 3 * 60_000;

/** The metrics behind a chart. */
export function metricsOf({ id, lines, compared }: PanelDef): readonly string[] {
  return [...new Set([...lines.map(({ metric }) => metric), compared, ...(ALSO[id] ?? [])])];
}

export function lookOf({ kind, direction }: Pick<AnomalyRecord, 'kind' | 'direction'>): OddLook {
  if (kind === 'missing') return 'missing';
  if (kind === 'flat-line') return 'flat';
  if (kind === 'rare-count') return 'rare';
  return direction === 'down' ? 'down' : 'up';
}

/** In words, as the pattern says it. */
export const LOOK_WORDS: Readonly<Record<OddLook, string>> = {
  up: 'higher than usual',
  down: 'lower than usual',
  rare: 'more of what is rare',
  flat: 'does not move any more',
  missing: 'not known any more',
};

/** The ribbon of one chart over what is shown. Null: what was strange has not been answered. */
export function ribbonOf(panel: PanelDef, view: AnomaliesView | null, within: Bounds): OddRibbon {
  if (!view) return { runs: [], unwatched: [within], state: 'not asked' };
  const metrics = metricsOf(panel);
  if (!metrics.some((metric) => view.metrics.includes(metric)))
    return { runs: [], unwatched: [within], state: 'not watched' };
  const runs = view.findings
    .filter(({ metric }) => metrics.includes(metric))
    .map((record) => ({
      fromMs: Math.max(record.fromMs, within.fromMs),
      toMs: Math.min(endOf(record, view.asOfMs), within.toMs),
      look: lookOf(record),
      record,
    }))
    .filter(({ fromMs, toMs }) => fromMs < toMs);
  return { runs, unwatched: gapsOf(view, within), state: 'known' };
}

const endOf = ({ toMs, seenMs, fromMs }: AnomalyRecord, asOfMs: number): number =>
  Math.max(toMs ?? (asOfMs - seenMs > SEEN_MS ? seenMs : asOfMs), fromMs + 60_000);

/** Stretches of the range up to now in which nobody looked. */
export function gapsOf(
  { watched, asOfMs }: Pick<AnomaliesView, 'watched' | 'asOfMs'>,
  within: Bounds,
): readonly Bounds[] {
  const endMs = Math.min(within.toMs, asOfMs);
  const gaps: Bounds[] = [];
  let atMs = within.fromMs;
  for (const { fromMs, toMs } of watched) {
    if (fromMs - atMs > LOOK_MS) gaps.push({ fromMs: atMs, toMs: Math.min(fromMs, endMs) });
    atMs = Math.max(atMs, toMs);
  }
  if (endMs - atMs > LOOK_MS) gaps.push({ fromMs: atMs, toMs: endMs });
  return gaps.filter(({ fromMs, toMs }) => fromMs < toMs);
}

/** What is marked at an instant. */
export function oddAt({ runs }: OddRibbon, atMs: number): readonly OddRun[] {
  return runs.filter(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs);
}

/** `03:12 – 03:40`, with the day when it is not of today; and whether it goes on or nobody knows how it ended. */
export function whenText(
  { fromMs, toMs, seenMs }: AnomalyRecord,
  { asOfMs, timeZone }: { readonly asOfMs: number; readonly timeZone: string },
): string {
  const isToday = shortDayText(fromMs, timeZone) === shortDayText(asOfMs, timeZone);
  const day = isToday ? '' : `${shortDayText(fromMs, timeZone)} `;
  const from = day + minuteText(fromMs, timeZone);
  if (toMs !== null) return `${from} – ${minuteText(toMs, timeZone)}`;
  if (asOfMs - seenMs <= SEEN_MS) return `since ${from}, goes on`;
  return `from ${from}, last seen ${minuteText(seenMs, timeZone)}: how it ended is not known`;
}

/** All that a run says, for a readout and for those who hear it. */
export function runText(
  { record, look }: Pick<OddRun, 'record' | 'look'>,
  at: { readonly asOfMs: number; readonly timeZone: string },
): string {
  return `${LOOK_WORDS[look]}: ${record.text} (${whenText(record, at)})`;
}

/** The ribbon of a chart in a sentence. */
export function ribbonText({ runs, unwatched, state }: OddRibbon): string {
  if (state === 'not asked') return 'Whether anything was strange is not known';
  if (state === 'not watched') return 'No detector looks at these numbers';
  const strange = runs.length === 0 ? 'Nothing strange marked' : `${runs.length} strange, worth a look`;
  return unwatched.length === 0 ? strange : `${strange}; part of the time nobody looked`;
}
