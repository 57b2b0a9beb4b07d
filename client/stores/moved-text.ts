/** What else moved, in words. "Nothing" is said only where somebody looked. All pure. */
import type { AnomalyRecord, MovedThing, MovedView } from '../../shared/foresight.ts';
import { momentText, spanText } from '../format/axis.ts';
import { clockText } from '../format/time.ts';
import type { Look } from './page-query.ts';
import type { Bounds } from './range.ts';

/** From this share on it counts as looked at all of the time. */
const ALL = 0.99;
const MINUTE_MS = 60_000;

/** Whose it is, as seen from the tenant of the page. */
export const RELATION_WORDS: Readonly<Record<MovedThing['relation'], string>> = {
  'the same': 'this tenant',
  'its cluster': 'its cluster',
  'its tenant': 'a tenant of it',
  'same cluster': 'on the same cluster',
  'the platform': 'all of them together',
  elsewhere: 'elsewhere',
};

/** What it is asked about: a minute is told by its beginning. */
export function aboutText({ fromMs, toMs }: Look, timeZone: string): string {
  return toMs - fromMs <= MINUTE_MS
    ? `at ${momentText(fromMs, timeZone).replace(/:\d\d$/, '')}`
    : spanText(fromMs, toMs, timeZone);
}

/** Empty: somebody looked all of the time. */
export function shareText(share: number): string {
  if (share >= ALL) return '';
  if (share <= 0) return 'Most detectors were not ready at that time: there may have been more.';
  return `Somebody looked in ${Math.floor(share * 100)} % of that time only: there may have been more.`;
}

export function emptyMovedText({ watchedShare, marginMs }: MovedView): string {
  const margin = Math.round(marginMs / MINUTE_MS);
  if (watchedShare >= ALL) return `Nothing else moved, from ${margin} minutes before to ${margin} after.`;
  if (watchedShare <= 0) return 'Nobody looked at that time: what else moved is not known.';
  return `Nothing else is known to have moved. ${shareText(watchedShare)}`;
}

/** `03:12:00`, and what became of it. */
export function sinceWords({ fromMs, toMs, what }: MovedThing, timeZone: string): string {
  if (what === 'event') return clockText(fromMs, timeZone);
  return toMs === null
    ? `${clockText(fromMs, timeZone)}, no end known`
    : `${clockText(fromMs, timeZone)} – ${clockText(toMs, timeZone)}`;
}

/** Why a list of strange things is empty. */
export function emptyOddText(gaps: readonly Bounds[], { fromMs, toMs }: Bounds): string {
  const unseenMs = gaps.reduce((sum, gap) => sum + gap.toMs - gap.fromMs, 0);
  if (unseenMs <= 0) return 'Nothing strange: every number was as it usually is.';
  if (unseenMs >= (toMs - fromMs) * ALL) return 'Not known: nobody looked at that time, or it is not kept.';
  return 'Nothing strange is known; part of the time nobody looked, and the ribbon is dashed there.';
}

/** Numbers that went missing together are one thing: nobody told of any of them. */
export function withMissingJoined(findings: readonly AnomalyRecord[]): readonly AnomalyRecord[] {
  const missing = findings.filter(({ kind }) => kind === 'missing');
  const together = Map.groupBy(missing, ({ fromMs, toMs }) => `${fromMs} ${toMs}`);
  const joined = [...together.values()].flatMap(([first, ...more]) => {
    if (!first || more.length === 0) return first ?? [];
    const label = [first, ...more].map((one) => one.label).join(', ');
    return { ...first, label, text: `${label}: not known any more` };
  });
  return [...findings.filter(({ kind }) => kind !== 'missing'), ...joined];
}

/** What goes on before what is over, the strangest first. */
export function strangestFirst(findings: readonly AnomalyRecord[]): readonly AnomalyRecord[] {
  const over = ({ toMs }: AnomalyRecord) => (toMs === null ? 0 : 1);
  return [...findings].sort((a, b) => over(a) - over(b) || b.score - a.score || b.fromMs - a.fromMs);
}
