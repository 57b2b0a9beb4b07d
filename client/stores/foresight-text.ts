/** What is foreseen of one scope, in words. A range stays a range, and what is not known is said to be. All pure. */
import type {
  AffectedMailboxes,
  Bounds,
  DrainForecast,
  ForecastScore,
  HeldEstimate,
  LedgerHour,
  LedgerView,
} from '../../shared/foresight.ts';
import { dayText, minuteText } from '../format/time.ts';

/** A line to read, and what it rests on. */
export interface Told {
  readonly text: string;
  readonly why: string;
}

const MINUTE_MS = 60_000;
/** Above this a time of day alone could be read as today's. */
const SAME_DAY_MS = 20 * 3_600_000;
const FIGURES = 3;

const formatter = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** `1,917,470`: every figure. */
export function exact(n: number): string {
  return formatter.format(n);
}

/** Three significant figures: an estimate is not known better. A lower bound is never rounded up, an upper never down. */
export function estimated(n: number, way: 'floor' | 'ceil' | 'round' = 'round'): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, Math.abs(n)))) - FIGURES + 1);
  return exact(Math[way](n / step) * step);
}

/** `21:35`, with the weekday when it is not of today. */
export function momentText(atMs: number, nowMs: number): string {
  const day = Math.abs(atMs - nowMs) > SAME_DAY_MS ? `${dayText(atMs).split(' ')[0] ?? ''} ` : '';
  return day + minuteText(atMs);
}

const endOfMinute = (atMs: number) => Math.ceil(atMs / MINUTE_MS) * MINUTE_MS;
const startsLower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

function pace(perMinute: number): string {
  if (perMinute <= 0) return 'as much comes as goes';
  return perMinute < 1 ? 'growing by less than 1 a minute' : `growing by ${estimated(perMinute)} a minute`;
}

function forecastText({ fromMs, toMs }: { fromMs: number; toMs: number }, nowMs: number): string {
  const between = `${momentText(Math.max(fromMs, nowMs), nowMs)} and ${momentText(endOfMinute(toMs), nowMs)}`;
  if (toMs < nowMs) return `should have been clear by ${momentText(endOfMinute(toMs), nowMs)}`;
  return `clear between ${between}`;
}

/** When the queue will be over it: between two times, never at one. */
export function drainText(drain: DrainForecast, nowMs: number): Told {
  const why = drain.reason;
  if (drain.state === 'clear') return { text: 'clear', why };
  if (drain.state === 'forecast')
    return {
      text: forecastText(drain, nowMs),
      why: [`${exact(drain.waiting)} wait`, why, ...drain.assumes.map((each) => `if ${each}`)].join('; '),
    };
  if (drain.state === 'growing')
    return { text: pace(drain.perMinute), why: `${exact(drain.waiting)} wait; ${why}` };
  const wait = drain.waiting === null ? 'how many wait is not known' : `${exact(drain.waiting)} wait`;
  return { text: `no estimate yet: ${why.replace(/^no estimate yet: /, '')}`, why: wait };
}

/** How good such forecasts have been: it is to be seen before one is believed. */
export function scoreText(score: ForecastScore | null): string {
  if (!score || score.n === 0) return 'no forecast has come due yet';
  const held = Math.round(score.insideShare * score.n);
  return `forecasts held in ${held} of ${score.n}, off by ${Math.round(score.medianErrorShare * 100)} %`;
}

function rangeText({ low, high }: Bounds): string {
  const least = estimated(low, 'floor');
  if (high === null) return `at least ${least}`;
  const most = estimated(high, 'ceil');
  return least === most ? `about ${least}` : `${least} to ${most}`;
}

/** Legitimate mail that is held up. */
export function heldText(held: HeldEstimate): Told {
  if (held.state === 'none') return { text: 'no legitimate mail held', why: held.reason };
  if (held.state === 'unknown') return { text: 'legitimate mail held: not known', why: held.reason };
  const text = `${rangeText(held.messages)} legitimate mails held (estimate)`;
  return { text, why: [...held.inputs, held.reason].join('; ') };
}

const mostText = (high: number | null): string =>
  high === null ? 'not known' : `not known, at most ${estimated(high, 'ceil')}`;

/** Mailboxes that are hit now: seen to be, and at most. Null: nobody is known to be hit. */
export function affectedText(affected: AffectedMailboxes | null): Told {
  if (!affected) return { text: 'no mailbox known to be hit', why: '' };
  const { current, cumulative, hosted, reason } = affected;
  const of = hosted === null ? ' mailboxes' : ` of ${exact(hosted)} mailboxes`;
  const seen = `hit: ${estimated(current.low, 'floor')} seen`;
  // What is at most all of them is not rounded beyond all of them.
  const most = current.high === null ? null : Math.min(Math.ceil(current.high), hosted ?? Infinity);
  const high = most === null || most === hosted ? most : Number(estimated(most, 'ceil').replaceAll(',', ''));
  const bound = high === null ? null : exact(Math.min(high, hosted ?? Infinity));
  const since = `since it began ${cumulative.low > 0 ? rangeText(cumulative) : mostText(cumulative.high)}`;
  const why = `${reason}; ${since}`;
  // None seen is not none: who was told to come again has not told us for whom.
  if (current.low === 0)
    return { text: `hit mailboxes: not known${bound === null ? '' : `, at most ${bound}${of}`}`, why };
  const text = bound === null ? `${seen}${of}; no upper bound` : `${seen}, at most ${bound}${of}`;
  return { text, why };
}

/** Whether it may be said that no mail was lost. Null: it has not been asked yet. */
export function claimText(claim: LedgerView['claim'] | null, nowMs: number): Told {
  const said = 'whether no mail was lost';
  if (!claim) return { text: `${said}: not known yet`, why: '' };
  if (claim.mayBeSaid) return { text: `No mail lost up to ${momentText(claim.untilMs, nowMs)}`, why: '' };
  return { text: `${said} cannot be said: ${startsLower(claim.reason)}`, why: '' };
}

/** Where the mail of the hour is, in recipients; what is empty is left out, what is missing never. */
export function ledgerText(hour: LedgerHour): string {
  const { opening, accepted, delivered, bounced, expired, discarded, deleted, held, queued } = hour;
  const ways = { delivered, bounced, expired, discarded, deleted, held, queued };
  const where = Object.entries(ways).flatMap(([way, n]) => (n > 0 ? [`${exact(n)} ${way}`] : []));
  const came = `${exact(opening)} open when the hour began, ${exact(accepted)} accepted`;
  const said = [missingText(hour.unaccounted), ...settlingText(hour.settling), ...unseenText(hour)];
  return [came, ...where, ...said].join(' · ');
}

/** What is in the queue or in the log only for a moment. */
function settlingText(n: number): readonly string[] {
  if (n === 0) return [];
  return n > 0 ? [`${exact(n)} on the way between queue and log`] : [`${exact(-n)} in queue and log at once`];
}

function missingText(n: number): string {
  if (n === 0) return 'nothing unaccounted for';
  return n > 0 ? `${exact(n)} not accounted for now` : `${exact(-n)} more went than came`;
}

function unseenText({ unseen, coverage }: LedgerHour): readonly string[] {
  const gaps = unseen > 0 ? [`${exact(unseen)} not seen from beginning to end`] : [];
  if (coverage === null) return [...gaps, 'how much was heard is not known'];
  return coverage < 1 ? [...gaps, `${Math.floor(coverage * 100)} % of the hour was heard`] : gaps;
}
