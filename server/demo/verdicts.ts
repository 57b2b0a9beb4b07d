import { looksOf } from './looks.ts';
import type { Random } from './random.ts';
import type { FilterAction, Verdict } from './rspamd-lines.ts';

/** What a message is, which the filter has to find out. */
export type Nature = 'ham' | 'spam' | 'pharmacy' | 'flood' | 'notice';

const PLAIN =
  'MIME_GOOD(-0.10){multipart/alternative;text/plain;},ARC_NA(0.00){},FROM_EQ_ENVFROM(0.00){},FROM_HAS_DN(0.00){},MID_RHS_MATCH_FROM(0.00){},MIME_TRACE(0.00){0:+;1:+;2:~;},RCPT_COUNT_ONE(0.00){1;},TO_DN_NONE(0.00){},TO_MATCH_ENVRCPT_ALL(0.00){}';
/** Chances of `reject` and of `add header`; the rest passes. */
const MIX: Readonly<Record<'spam' | 'pharmacy' | 'learnt' | 'flood', readonly [number, number]>> = {
  spam: [0.72, 0.23],
  pharmacy: [0.14, 0.42],
  learnt: [0.82, 0.15],
  flood: [0.5, 0.3],
};

/** Scores per action; their thresholds are 6 and 15. */
const SCORES: Readonly<Record<'no action' | 'add header' | 'reject', readonly [number, number]>> = {
  'no action': [2.1, 5.9],
  'add header': [6.1, 13.5],
  reject: [15.2, 28],
};

/** What the filter makes of a message. `hasLearnt`: it knows the pharmacy pictures by now. */
export function judge(
  { nature, messageId }: { readonly nature: Nature; readonly messageId: string },
  hasLearnt: boolean,
  random: Random,
): Verdict {
  if (nature === 'ham' || nature === 'notice') return friendly(nature, random);
  const [reject, header] = MIX[nature === 'pharmacy' && hasLearnt ? 'learnt' : nature];
  const dice = random.next();
  const action = dice < reject ? 'reject' : dice < reject + header ? 'add header' : 'no action';
  return hostile(action, looksOf(nature, messageId, hasLearnt), random);
}

/** Greylisting as rspamd logs it: `soft reject`, forced, score unchanged. */
export function greylisted(untilUtc: string, random: Random): Verdict {
  const score = random.between(3.6, 4.9);
  const symbols = `HFILTER_HOSTNAME_UNKNOWN(2.50){},GREYLIST(0.00){greylisted;${untilUtc};new record;},${PLAIN}`;
  return {
    action: 'soft reject',
    score,
    symbols,
    forced: 'soft reject "Try again later"; score=nan (set by greylist)',
  };
}

/** A scan that its own time limit ended. */
export function timedOut(): Verdict {
  const forced = 'soft reject "timeout processing message"; score=nan (set by task timeout)';
  return { action: 'soft reject', score: 0, symbols: '', forced };
}

function friendly(nature: Nature, random: Random): Verdict {
  const score = nature === 'notice' ? -0.1 : random.between(-4, 1.8);
  const bayes = score + 0.1;
  const symbol = bayes < 0 ? `BAYES_HAM(${bayes.toFixed(2)}){99.12%;}` : `MISC(${bayes.toFixed(2)}){}`;
  return { action: 'no action', score, symbols: `${symbol},${PLAIN}` };
}

/** The rule weights add up to the score: Bayes takes what the fixed symbols leave. */
function hostile(action: Exclude<FilterAction, 'soft reject'>, symbols: string, random: Random): Verdict {
  const [from, to] = SCORES[action];
  const score = random.between(from, to);
  const bayes = score - weightOf(symbols);
  return {
    action,
    score,
    symbols: `${bayes < 0 ? 'BAYES_HAM' : 'BAYES_SPAM'}(${bayes.toFixed(2)}){99.97%;},${symbols}`,
  };
}

function weightOf(symbols: string): number {
  let sum = 0;
  for (const [, weight] of symbols.matchAll(/\((-?[\d.]+)\)\{/g)) sum += Number(weight);
  return sum;
}
