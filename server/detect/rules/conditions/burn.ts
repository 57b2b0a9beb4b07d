import { metricInfo } from '../metrics.ts';
import { limitShown, shown, span, wordOf } from '../shown.ts';
import { BAD, type Flag, GOOD, Minutes, UNKNOWN } from './minutes.ts';
import { type Asked, isFineWithout, type Judge, type Outcome, type RuleOf, unknown } from './outcome.ts';

type BurnRule = RuleOf<'burn'>;
type Pair = BurnRule['when']['pairs'][number];

/** How fast both windows of a pair burn, times what the objective allows; null: less than half of one is known. */
interface Burn {
  readonly pair: Pair;
  readonly long: number | null;
  readonly short: number | null;
}

interface Point {
  readonly minutes: Minutes;
  /** Of the minute in which they were made: they change only when a minute is over. */
  burns: readonly Burn[];
  madeAt: number;
}

/** Share of bad minutes against what the objective allows, in a long and a short window both. */
export function judgeBurn(rule: BurnRule): Judge {
  const { pairs } = rule.when;
  const length = Math.max(...pairs.map(({ longMinutes }) => longMinutes));
  const points = new Map<string, Point>();
  let isChanged = false;

  function pointOf(id: string): Point {
    let point = points.get(id);
    if (!point) points.set(id, (point = { minutes: new Minutes(length), burns: [], madeAt: -1 }));
    return point;
  }

  return {
    judge(asked) {
      const point = pointOf(asked.scope.id);
      const minute = Math.floor(asked.nowMs / 60_000);
      point.minutes.note(minute, flagOf(rule, asked));
      if (point.madeAt !== minute) {
        point.madeAt = minute;
        point.burns = pairs.map((pair) => burnOf(pair, point.minutes, rule.when.objectivePercent));
        isChanged = true;
      }
      return outcomeOf(rule, point.burns, asked);
    },
    isChanged: () => isChanged,
    keep() {
      isChanged = false;
      return Object.fromEntries([...points].map(([id, { minutes }]) => [id, minutes.encode()]));
    },
    takeUp(kept) {
      for (const [id, text] of Object.entries(kept)) {
        const minutes = typeof text === 'string' ? Minutes.decode(text, length) : undefined;
        if (minutes) points.set(id, { minutes, burns: [], madeAt: -1 });
      }
    },
  };
}

function flagOf({ when, scope }: BurnRule, { facts, place }: Asked): Flag {
  if (facts.noData(scope, place) !== null) return UNKNOWN;
  const { value, n, noData } = facts.read(when.metric, scope, place);
  if (noData !== undefined) return UNKNOWN;
  if (value === null) return isFineWithout(when.metric) ? GOOD : UNKNOWN;
  const isBad =
    (when.badAbove !== undefined && value > when.badAbove) ||
    (when.badBelow !== undefined && value < when.badBelow);
  if (isBad && when.minimumN !== undefined && n !== null && n < when.minimumN) return UNKNOWN;
  return isBad ? BAD : GOOD;
}

function burnOf(pair: Pair, minutes: Minutes, objectivePercent: number): Burn {
  const allowed = 1 - objectivePercent / 100;
  const rate = (length: number): number | null => {
    const { known, bad } = minutes.count(length);
    return known * 2 < length ? null : bad / known / allowed;
  };
  return { pair, long: rate(pair.longMinutes), short: rate(pair.shortMinutes) };
}

/** The rate by which both windows burn at least. */
function rateOf({ long, short }: Burn): number | null {
  return long === null || short === null ? null : Math.min(long, short);
}

/** One calm window is enough: both must burn. What is not known is not calm. */
function isCalm({ pair, long, short }: Burn, clearRatio: number): boolean {
  const limit = pair.factor * clearRatio;
  return (short !== null && short <= limit) || (long !== null && long <= limit);
}

function outcomeOf(rule: BurnRule, burns: readonly Burn[], asked: Asked): Outcome | null {
  const known = burns.filter((burn) => rateOf(burn) !== null);
  const [first] = known;
  if (!first) return unknown('less than half of the minutes are known', asked, 'times');
  const worst = worstOf(rule, known, asked);
  if (typeof worst === 'string') return unknown(worst, asked, 'times');
  if (!worst && !asked.isAlive) return null;
  const { pair } = worst ?? first;
  return {
    level: worst ? placeOf(rule, worst) : -1,
    isClear: !worst && burns.every((burn) => isCalm(burn, rule.clearRatio)),
    ...{ noData: null, unit: 'times', isFloor: false, side: 'above' },
    value: rateOf(worst ?? first),
    n: pair.longMinutes,
    limit: pair.factor,
    against: againstOf(rule, pair),
  };
}

function placeOf({ levels }: BurnRule, { pair }: Burn): number {
  return levels.findIndex(({ priority }) => priority === pair.priority);
}

/** The pair of the highest priority that burns; why that is not known. */
function worstOf(rule: BurnRule, burns: readonly Burn[], asked: Asked): Burn | undefined | string {
  let worst: Burn | undefined;
  for (const burn of burns) {
    if ((rateOf(burn) ?? 0) <= burn.pair.factor) continue;
    const met = asked.guard(placeOf(rule, burn));
    if (typeof met === 'string') return met;
    if (met && (!worst || placeOf(rule, burn) > placeOf(rule, worst))) worst = burn;
  }
  return worst;
}

function againstOf({ when }: BurnRule, pair: Pair): string {
  const unit = metricInfo(when.metric)?.unit ?? 'count';
  const bad =
    when.badAbove === undefined
      ? `below ${limitShown(when.badBelow ?? 0, unit)}`
      : `above ${limitShown(when.badAbove, unit)}`;
  const windows = `${span(pair.longMinutes * 60)} and ${span(pair.shortMinutes * 60)}`;
  const allowed = shown(100 - when.objectivePercent, 'percent');
  return `what is allowed (${allowed} of minutes with ${wordOf(when.metric)} ${bad}), in the lesser of ${windows}`;
}
