/** Legitimate mail held up (metrics 8.6), by two estimators that know nothing of each other: what waits, and what should have come. */
import type { Bounds, HeldEstimate } from '../../../../shared/foresight.ts';

/** Recipients by what the filter made of their mail; `unscanned`: no verdict was seen. */
export interface ByClass {
  readonly clean: number;
  readonly unsure: number;
  readonly spam: number;
  readonly unscanned: number;
}

export interface HeldInput {
  /** On hold, and waiting for longer than they should. */
  readonly hold: ByClass;
  readonly late: ByClass;
  /** Told to come again at the door and not back yet; of them those that came more than once, and as many as are likely to. */
  readonly upstream: { readonly all: number; readonly repeated: number; readonly likely: number };
  /** Spam among final verdicts before the trouble, 0 to 1; null: not known. */
  readonly usualSpam: number | null;
  /** Clean recipients that should have been delivered since it began less those that were; null: nothing usual is known. */
  readonly shortfall: number | null;
  readonly mailboxes: Bounds;
  readonly oldestMs: number | null;
  readonly sinceMs: number | null;
}

/** Of mail that the filter calls spam so many are not, at most (add header and hold rules are blunt). */
const WRONGLY_SPAM = 0.05;
/** Of mail that passes with a low score so many are spam all the same, at most. */
export const WRONGLY_CLEAN = 0.05;
/** Without a usual share: between all and this. */
const MOST_SPAM = 0.9;

/** The range of what is held; each bound with what it rests on. */
export function estimateHeld(input: HeldInput): HeldEstimate {
  const { hold, late, upstream, shortfall, sinceMs } = input;
  const total = sum(hold) + sum(late) + Math.ceil(upstream.likely);
  if (sinceMs === null || total === 0)
    return { state: 'none', reason: 'nothing waits longer than it should' };
  const waiting = byWaiting(input);
  const missing = shortfall === null ? null : Math.min(total, Math.max(0, shortfall));
  const low = missing === null ? waiting.low : Math.min(waiting.low, missing);
  const high = missing === null ? waiting.high : Math.max(waiting.high, missing);
  return {
    state: 'estimate',
    messages: { low: Math.floor(low), high: Math.ceil(Math.min(total, high)) },
    byWaiting: Math.round((waiting.low + waiting.high) / 2),
    byShortfall: missing === null ? null : Math.round(missing),
    mailboxesWaiting: input.mailboxes,
    oldestMs: input.oldestMs,
    sinceMs,
    inputs: inputsOf(input, total),
    reason:
      'estimate from what the filter made of the mail that waits, and from how much clean mail usually comes',
  };
}

function byWaiting({ hold, late, upstream, usualSpam }: HeldInput): {
  readonly low: number;
  readonly high: number;
} {
  const clean = hold.clean + late.clean;
  const unsure = hold.unsure + late.unsure;
  const spam = hold.spam + late.spam;
  const unscanned = hold.unscanned + late.unscanned;
  const [least, most] = usualSpam === null ? [1 - MOST_SPAM, 1] : [1 - usualSpam, 1 - usualSpam];
  return {
    low: clean * (1 - WRONGLY_CLEAN) + unscanned * least * 0.5 + upstream.repeated * 0.5,
    high:
      clean + unsure + spam * WRONGLY_SPAM + unscanned * most + Math.max(upstream.repeated, upstream.likely),
  };
}

function inputsOf(
  { hold, late, upstream, usualSpam, shortfall }: HeldInput,
  total: number,
): readonly string[] {
  const scanned = [hold, late].reduce((n, { clean, unsure, spam }) => n + clean + unsure + spam, 0);
  return [
    `${sum(late)} wait longer than they should, ${sum(hold)} are on hold, ${upstream.all} were told to come again (${Math.round(upstream.likely)} of them are likely to)`,
    `the filter has looked at ${scanned} of ${total}: ${hold.clean + late.clean} clean, ${hold.unsure + late.unsure} unsure, ${hold.spam + late.spam} spam`,
    usualSpam === null
      ? 'the usual spam share is not known'
      : `usual spam share ${Math.round(usualSpam * 100)} %`,
    shortfall === null
      ? 'how much clean mail usually comes is not known'
      : `${Math.round(Math.max(0, shortfall))} fewer clean mails delivered than usual`,
  ];
}

function sum({ clean, unsure, spam, unscanned }: ByClass): number {
  return clean + unsure + spam + unscanned;
}
