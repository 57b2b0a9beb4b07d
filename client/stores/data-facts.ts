/** What must be said of the data behind the charts: how fine, how old, how complete. All pure. */
import type { SeriesAnswer } from '../../shared/history.ts';
import { ageText, percentOf, quantityText } from '../format/number.ts';
import { lengthText, momentText } from '../format/axis.ts';
import { freshnessOf, type Now } from '../live/freshness.ts';
import { coverOf, knownFrom } from './grid.ts';
import type { Bounds } from './range.ts';

export interface DataFact {
  readonly id: 'step' | 'age' | 'coverage' | 'kept' | 'nothing' | 'note';
  readonly text: string;
  /** `bad` must be seen at once. */
  readonly state: 'plain' | 'warn' | 'bad';
}

export interface FactsOf {
  readonly answer: SeriesAnswer;
  readonly bounds: Bounds;
  readonly isLive: boolean;
  readonly now: Now | null;
  readonly timeZone: string;
}

function ageFact({ answer, isLive, now, timeZone }: FactsOf): DataFact {
  const { asOfMs, stepMs, tierSeconds } = answer;
  if (asOfMs === null) return { id: 'age', text: 'age unknown: nothing was ever complete', state: 'warn' };
  const text = `complete up to ${momentText(asOfMs, timeZone)}`;
  if (!isLive || !now) return { id: 'age', text, state: 'plain' };
  const intervalMs = Math.max(stepMs, tierSeconds * 1_000);
  const { state, ageMs } = freshnessOf({ expected: 1, fresh: 1, asOfMs, intervalMs }, now);
  const age = `${ageText(ageMs ?? 0)} old`;
  if (state === 'fresh') return { id: 'age', text: `${text} · ${age}`, state: 'plain' };
  return {
    id: 'age',
    text: `${state === 'lost' ? 'STALE' : 'late'}: ${age}, ${text}`,
    state: state === 'lost' ? 'bad' : 'warn',
  };
}

/** Steps that lie before the newest complete one: what is not over cannot be missing yet. */
function pastShares({ answer, bounds }: FactsOf): readonly (number | null)[] {
  const { coverage, fromMs, stepMs, asOfMs } = answer;
  const endMs = Math.min(bounds.toMs, asOfMs ?? bounds.toMs);
  return coverage.filter((_, i) => fromMs + (i + 1) * stepMs <= endMs + stepMs);
}

function coverageFacts(of: FactsOf): readonly DataFact[] {
  const shares = pastShares(of);
  const kinds = shares.map(coverOf);
  if (!kinds.some((kind) => kind !== 'none'))
    return [
      {
        id: 'nothing',
        text: 'Nothing is known of this time: it was not kept, or nobody watched.',
        state: 'bad',
      },
    ];
  const known = shares.map((share) => share ?? 0);
  const mean = known.reduce((sum, share) => sum + share, 0) / Math.max(1, known.length);
  const gaps = kinds.filter((kind) => kind === 'none').length;
  const partial = kinds.filter((kind) => kind === 'partial').length;
  const parts = [
    ...(gaps > 0 ? [`${gaps} of ${kinds.length} steps without data`] : []),
    ...(partial > 0 ? [`${partial} partial`] : []),
  ];
  const text = `coverage ${quantityText(percentOf(100 * mean))}`;
  return [
    {
      id: 'coverage',
      text: parts.length > 0 ? `${text}: ${parts.join(', ')}` : text,
      state: parts.length > 0 ? 'warn' : 'plain',
    },
  ];
}

/** All that is to be said, the plain things first. */
export function dataFacts(of: FactsOf): readonly DataFact[] {
  const { answer, bounds, timeZone } = of;
  const { fromMs, stepMs, coverage, tierSeconds } = answer;
  const from = knownFrom({ fromMs, stepMs, values: coverage });
  const answeredFrom = from ?? (fromMs >= bounds.fromMs + stepMs ? fromMs : null);
  const tier = tierSeconds === 1 ? 'seconds in memory' : `${lengthText(tierSeconds * 1_000)} windows`;
  return [
    { id: 'step', text: `step ${lengthText(stepMs)} from ${tier}`, state: 'plain' },
    ageFact(of),
    ...coverageFacts(of),
    ...(answeredFrom === null || !coverage.some((share) => coverOf(share) !== 'none')
      ? []
      : [
          {
            id: 'kept',
            text: `Kept since ${momentText(answeredFrom, timeZone)}; nothing is known before`,
            state: 'warn',
          } as const,
        ]),
    ...(answer.notes ?? []).map((text) => ({ id: 'note', text, state: 'plain' }) as const),
  ];
}

/** Name of a file that holds what is shown: `mailvigil-aurora-lag-20070514T192000Z-20070514T193500Z.png`. */
export function fileName(
  tenant: string,
  what: string,
  { fromMs, toMs }: Bounds,
  ending: 'png' | 'csv',
): string {
  const stamp = (atMs: number) => new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, '');
  const safe = (text: string) => text.replace(/[^A-Za-z0-9_.]+/g, '-');
  return `mailvigil-${safe(tenant)}-${safe(what)}-${stamp(fromMs)}-${stamp(toMs)}.${ending}`;
}

/** How many points to ask for: no more than can be drawn, no finer than is kept for long, in round numbers so that a wink of the window asks for nothing new. */
export function pointsFor(widthPx: number, { fromMs, toMs }: Bounds): number {
  const spanMs = toMs - fromMs;
  const finestMs = spanMs <= 300_000 ? 1_000 : 10_000;
  const drawable = Math.max(50, Math.floor(widthPx / 50) * 50);
  return Math.max(2, Math.min(1_000, drawable, Math.floor(spanMs / finestMs) + 1));
}

/** How often to ask again for what moves, real ms: at the pace of its steps, within reason. */
export function paceMs(stepMs: number, speed: number): number {
  return Math.min(60_000, Math.max(2_000, Math.max(5_000, stepMs) / Math.max(1, speed)));
}
