import type { ScopeKind } from '../../shared/alarms.ts';
import { loadRuleSet } from '../../server/detect/rules/rule-set.ts';
import { parseRules } from '../../server/detect/rules/rule-file.ts';
import type { Facts, Reading, Rule, RuleSet, ScopeFacts } from '../../server/detect/rules/types.ts';

export const NOW = Date.parse('2026-11-21T03:00:00Z');

/** Facts as a test says them: one number, or a whole reading, by `metric scope`. */
export class SaidFacts implements Facts {
  atMs = NOW;
  readonly readings = new Map<string, Reading>();
  readonly silent = new Map<string, string>();
  readonly #kind: ScopeKind;
  #scopes: ScopeFacts[] = [];

  constructor(kind: ScopeKind = 'tenant', ids: readonly string[] = ['aurora', 'boreal', 'cirrus']) {
    this.#kind = kind;
    this.#scopes = ids.map((id) => ({
      ...{ kind, id, name: id.toUpperCase(), cluster: id < 'c' ? 'A' : 'B', mailboxes: 100 },
    }));
  }

  say(metric: string, scope: string, reading: number | null | Reading): this {
    const whole = typeof reading === 'object' && reading !== null ? reading : { value: reading, n: null };
    this.readings.set(`${metric} ${scope}`, whole);
    return this;
  }

  scopes(kind: ScopeKind): readonly ScopeFacts[] {
    return kind === this.#kind ? this.#scopes : [];
  }

  /** These are watched from now on. */
  watch(ids: readonly string[]): void {
    this.#scopes = this.#scopes.filter(({ id }) => ids.includes(id));
  }

  read(metric: string, kind: ScopeKind, place: number): Reading {
    const scope = this.scopes(kind)[place];
    return this.readings.get(`${metric} ${scope?.id ?? ''}`) ?? { value: null, n: null };
  }

  noData(kind: ScopeKind, place: number): string | null {
    return this.silent.get(this.scopes(kind)[place]?.id ?? '') ?? null;
  }
}

/** A share as readings have it. */
export function share(part: number, n: number): Reading {
  return { value: (100 * part) / n, n, part };
}

/** A rule of a file with what every rule has filled in. */
export function ruleOf(text: string): Rule {
  const lines = text.trim().split('\n');
  const file = ['rules:', '  - id: it', '    title: It', '    action: look', ...lines.map((l) => `    ${l}`)];
  const result = parseRules(file.join('\n'));
  if (!result.ok) throw new Error(result.faults.join('\n'));
  const [rule] = result.rules;
  if (!rule) throw new Error('no rule');
  return rule;
}

export function setOf(...rules: readonly Rule[]): RuleSet {
  return { version: 1, rules };
}

/** Rules of a file together with the stock rules. */
export function loaded(text: string): ReturnType<typeof loadRuleSet> {
  return loadRuleSet(text, 2);
}
