import { messageOf } from '../../base/errors.ts';
import { judgeBurn } from './conditions/burn.ts';
import { judgeLevel, judgeShare } from './conditions/level.ts';
import { judgeNoData } from './conditions/no-data.ts';
import { type Asked, type Judge, type Outcome, type RuleOf, unknown } from './conditions/outcome.ts';
import { judgePeers } from './conditions/peers.ts';
import { judgeRate } from './conditions/rate.ts';
import { reasonOf } from './conditions/reason.ts';
import { judgeTails } from './conditions/tails.ts';
import { isGuardMet } from './limits.ts';
import { LIMITED_METRIC, limitedMetric } from './metrics.ts';
import {
  keyOf,
  type Evaluator,
  type Facts,
  type Rule,
  type RuleSet,
  type ScopeFacts,
  type Verdict,
} from './types.ts';

/** What must survive a restart changes each minute; it is asked for no more often than this. */
export const KEEP_EVERY_MS = 600_000;
const KEPT_VERSION = 1;

export interface EvaluatorOptions {
  readonly rules: RuleSet;
  /** Text of `takeKept` of a run before. */
  readonly kept?: string | undefined;
}

/** Rules that could not be judged at the last evaluation, with the reason. */
export interface FaultyRules {
  readonly faults: ReadonlyMap<string, string>;
}

/** Judges all rules at all scopes. A fault in one rule is that rule's alone. */
export function createEvaluator(options: EvaluatorOptions): Evaluator & FaultyRules {
  return new Rules(options);
}

/** One look at everything. */
interface Looked {
  readonly facts: Facts;
  readonly nowMs: number;
  readonly alive: ReadonlySet<string>;
}

/** Where a rule applies, as long as the scopes stay the same. */
interface Places {
  readonly scopes: readonly ScopeFacts[];
  readonly places: readonly number[];
  readonly keys: readonly string[];
  readonly known: ReadonlySet<string>;
}

/** A rule ready to be judged. */
interface Prepared {
  readonly rule: Rule;
  /** Equal conditions may use what another version of the rule remembers. */
  readonly signature: string;
  readonly judge: Judge;
  /** By level: names under which the guards are read. */
  readonly guardNames: readonly (readonly string[])[];
  places: Places | undefined;
}

class Rules implements Evaluator, FaultyRules {
  readonly faults = new Map<string, string>();
  #prepared: readonly Prepared[] = [];
  #kept: Kept;
  #keptAtMs = -Infinity;

  constructor({ rules, kept }: EvaluatorOptions) {
    this.#kept = readKept(kept);
    this.useRules(rules);
  }

  useRules(rules: RuleSet): void {
    const before = new Map(this.#prepared.map((prepared) => [prepared.rule.id, prepared]));
    this.faults.clear();
    this.#prepared = rules.rules.flatMap((rule) =>
      rule.enabled ? [this.#prepare(rule, before.get(rule.id))] : [],
    );
  }

  evaluate(facts: Facts, nowMs: number, alive: ReadonlySet<string>): readonly Verdict[] {
    this.faults.clear();
    const verdicts: Verdict[] = [];
    const seen = { alive: 0 };
    for (const prepared of this.#prepared) this.#judgeRule(prepared, { facts, nowMs, alive }, verdicts, seen);
    if (seen.alive < alive.size) this.#tellOfTheUnlisted({ facts, nowMs, alive }, verdicts);
    return verdicts;
  }

  takeKept(nowMs: number): string | undefined {
    const isDue = nowMs - this.#keptAtMs >= KEEP_EVERY_MS || nowMs < this.#keptAtMs;
    if (!isDue || !this.#prepared.some(({ judge }) => judge.isChanged?.())) return undefined;
    this.#keptAtMs = nowMs;
    const kept: Record<string, KeptRule> = {};
    for (const { rule, judge, signature } of this.#prepared)
      if (judge.keep) kept[rule.id] = { signature, points: judge.keep() };
    return JSON.stringify({ version: KEPT_VERSION, rules: kept });
  }

  #prepare(rule: Rule, before: Prepared | undefined): Prepared {
    const signature = JSON.stringify([rule.scope, rule.when]);
    const judge = judgeOf(rule);
    const kept = before
      ? { signature: before.signature, points: before.judge.keep?.() ?? {} }
      : this.#kept[rule.id];
    if (kept?.signature === signature) judge.takeUp?.(kept.points);
    const guardNames = rule.levels.map((level) =>
      rule.guards.map(({ metric }) =>
        metric === LIMITED_METRIC ? limitedMetric(metric, level.above ?? level.below ?? 0) : metric,
      ),
    );
    return { rule, signature, judge, guardNames, places: undefined };
  }

  #judgeRule(
    prepared: Prepared,
    { facts, nowMs, alive }: Looked,
    verdicts: Verdict[],
    seen: { alive: number },
  ): void {
    const { rule } = prepared;
    const { scopes, places, keys } = placesOf(prepared, facts);
    // One object for all points of the rule: thousands are asked for each second.
    const asked = {
      facts,
      nowMs,
      scope: scopes[0] as ScopeFacts,
      place: 0,
      isAlive: false,
      guard: () => true,
    };
    const mutable: Mutable<Asked> = asked;
    mutable.guard = (level) => guardOf(prepared, level, facts, mutable.place);
    for (let i = 0; i < places.length; i++) {
      const place = places[i] ?? 0;
      const key = keys[i] ?? '';
      mutable.place = place;
      mutable.scope = scopes[place] as ScopeFacts;
      mutable.isAlive = alive.has(key);
      if (mutable.isAlive) seen.alive += 1;
      const outcome = this.#judgeOne(prepared, mutable);
      if (outcome) verdicts.push(verdictOf(rule, key, mutable, outcome));
    }
  }

  #judgeOne({ rule, judge }: Prepared, asked: Asked): Outcome | null {
    try {
      const why =
        rule.when.kind === 'no-data' || rule.when.kind === 'burn'
          ? null
          : asked.facts.noData(rule.scope, asked.place);
      return why === null ? judge.judge(asked) : unknown(why, asked, 'count');
    } catch (error) {
      const reason = `the rule cannot be judged: ${messageOf(error)}`;
      this.faults.set(rule.id, reason);
      return unknown(reason, asked, 'count');
    }
  }

  /**
   * Points that somebody waits for and that are not listed. A destination is listed only while mail goes there, and sources
   * only once they were asked: of these nothing is known. What is no longer watched gets no verdict, and so is closed.
   */
  #tellOfTheUnlisted({ facts, nowMs, alive }: Looked, verdicts: Verdict[]): void {
    for (const key of alive) {
      const prepared = this.#prepared.find(({ rule }) => key.startsWith(`${rule.id} ${rule.scope} `));
      if (!prepared || prepared.places?.known.has(key)) continue;
      const { rule } = prepared;
      const id = key.slice(`${rule.id} ${rule.scope} `.length);
      const scope: ScopeFacts = { kind: rule.scope, id, name: id, cluster: null, mailboxes: null };
      const why = applies(rule, scope) ? whyUnlisted(facts, rule.scope) : null;
      const outcome = why === null ? null : unknown(why, { isAlive: true }, 'count');
      if (outcome) verdicts.push(verdictOf(rule, key, { scope, nowMs }, outcome));
    }
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function judgeOf(rule: Rule): Judge {
  switch (rule.when.kind) {
    case 'level':
      return judgeLevel(rule as RuleOf<'level'>);
    case 'share':
      return judgeShare(rule as RuleOf<'share'>);
    case 'rate':
      return judgeRate(rule as RuleOf<'rate'>);
    case 'tails':
      return judgeTails(rule as RuleOf<'tails'>);
    case 'burn':
      return judgeBurn(rule as RuleOf<'burn'>);
    case 'peers':
      return judgePeers(rule as RuleOf<'peers'>);
    case 'no-data':
      return judgeNoData(rule as RuleOf<'no-data'>);
  }
}

function placesOf(prepared: Prepared, facts: Facts): Places {
  const { rule } = prepared;
  const scopes = facts.scopes(rule.scope);
  if (prepared.places?.scopes === scopes) return prepared.places;
  const places = scopes.flatMap((scope, place) => (applies(rule, scope) ? [place] : []));
  const keys = places.map((place) => keyOf(rule.id, scopes[place] as ScopeFacts));
  return (prepared.places = { scopes, places, keys, known: new Set(keys) });
}

/** Why a scope that is watched may be missing; null: it is not watched. */
function whyUnlisted(facts: Facts, kind: Rule['scope']): string | null {
  if (kind === 'destination') return 'no mail goes there now';
  return kind === 'source' && facts.scopes(kind).length === 0 ? 'no source was asked yet' : null;
}

/** Whether a rule is meant for a scope. */
export function applies({ only, except }: Pick<Rule, 'only' | 'except'>, scope: ScopeFacts): boolean {
  if (only && !isNamed(only, scope)) return false;
  return !except || !isNamed(except, scope);
}

function isNamed(
  { ids = [], clusters = [] }: NonNullable<Rule['only']>,
  { id, cluster }: ScopeFacts,
): boolean {
  return ids.includes(id) || (cluster !== null && clusters.includes(cluster));
}

/** Whether all guards of a level hold; the reason when one of them is not known. */
function guardOf(
  { rule, guardNames }: Prepared,
  level: number,
  facts: Facts,
  place: number,
): boolean | string {
  const names = guardNames[level] ?? [];
  for (const [i, guard] of rule.guards.entries()) {
    const { value, noData } = facts.read(names[i] ?? guard.metric, rule.scope, place);
    if (noData !== undefined) return noData;
    if (value === null || !isGuardMet(guard, value)) return false;
  }
  return true;
}

function verdictOf(
  rule: Rule,
  key: string,
  { scope, nowMs }: Pick<Asked, 'scope' | 'nowMs'>,
  outcome: Outcome,
): Verdict {
  const { level, isClear, noData, value, unit, limit, side, n, isFloor } = outcome;
  const metric = 'metric' in rule.when ? rule.when.metric : 'no-data';
  return {
    ...{ key, rule, level, isClear, noData },
    scope: { kind: scope.kind, id: scope.id },
    reading: { metric, value, unit, limit, side, n, isFloor, atMs: nowMs },
    reason: reasonOf(rule, outcome, scope),
  };
}

interface KeptRule {
  readonly signature: string;
  readonly points: Readonly<Record<string, unknown>>;
}
type Kept = Readonly<Record<string, KeptRule | undefined>>;

/** What another version wrote, or what is not ours, is left aside: medians and minutes are seen anew. */
function readKept(text: string | undefined): Kept {
  if (text === undefined) return {};
  try {
    const kept = JSON.parse(text) as { version?: unknown; rules?: Kept } | null;
    return kept?.version === KEPT_VERSION ? (kept.rules ?? {}) : {};
  } catch {
    return {};
  }
}
