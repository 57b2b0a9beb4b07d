import { z } from 'zod';
import { burnLevels } from './burn-levels.ts';
import { type Fault, faultsOfRule } from './check-rule.ts';
import { OffEntry, RuleEntry, RulesFile } from './rule-schema.ts';
import { STOCK_RULES } from './stock-rules.ts';
import type { Rule } from './types.ts';
import { type Path, readYaml, type YamlText } from './yaml-lines.ts';

export type RulesResult =
  | { readonly ok: true; readonly rules: readonly Rule[] }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Reads a rules file; refused with every fault and its line. What switches a stock rule off becomes that rule, switched off. */
export function parseRules(text: string, path = 'rules', stock: readonly Rule[] = STOCK_RULES): RulesResult {
  const yaml = readYaml(text, path);
  if ('faults' in yaml) return { ok: false, faults: yaml.faults };
  const file = RulesFile.safeParse(yaml.value);
  if (!file.success)
    return { ok: false, faults: file.error.issues.flatMap((issue) => told(issue, [], yaml)) };
  const entries = (file.data.rules ?? []).map((raw, i) => readEntry(raw, ['rules', i], yaml, stock));
  const rules = entries.flatMap(({ rule }) => rule ?? []);
  const faults = [
    ...entries.flatMap((entry) => entry.faults),
    ...doubles(file.data.rules ?? [], yaml, stock),
  ];
  return faults.length > 0 ? { ok: false, faults: sorted(faults) } : { ok: true, rules };
}

/** By line. */
function sorted(faults: readonly string[]): readonly string[] {
  const lineOf = (fault: string) => Number(/:(\d+):/.exec(fault)?.[1] ?? 0);
  return [...new Set(faults)].sort((a, b) => lineOf(a) - lineOf(b));
}

interface Entry {
  readonly rule?: Rule;
  readonly faults: readonly string[];
}

function readEntry(raw: unknown, path: Path, yaml: YamlText, stock: readonly Rule[]): Entry {
  const off = OffEntry.safeParse(raw);
  if (off.success) return switchedOff(off.data.id, path, yaml, stock);
  const parsed = RuleEntry.safeParse(raw);
  const name = nameOf(raw, path);
  const tell = (fault: Fault) =>
    `${yaml.at([...path, ...fault.path])}: ${name}: ${fault.path.map(String).join('.')}: ${fault.text}`;
  if (!parsed.success) {
    const { issues } = parsed.error;
    const beyond = faultsBeyond(raw, issues);
    return { faults: [...issues.flatMap((issue) => told(issue, path, yaml, name)), ...beyond.map(tell)] };
  }
  const faults = faultsOfRule(parsed.data);
  return faults.length > 0 ? { faults: faults.map(tell) } : { rule: ruleOf(parsed.data), faults: [] };
}

/** What else is wrong with a rule whose form is wrong: with that mended, the rest can be looked at. */
function faultsBeyond(raw: unknown, issues: readonly z.core.$ZodIssue[]): Fault[] {
  const mended = structuredClone(raw);
  for (const issue of issues) mend(mended, issue);
  const parsed = RuleEntry.safeParse(mended);
  if (!parsed.success) return [];
  const isTold = ({ path }: Fault) =>
    issues.some((issue) => issue.path.length > 0 && issue.path.every((key, i) => path[i] === key));
  return faultsOfRule(parsed.data).filter((fault) => !isTold(fault));
}

/** Unknown keys are taken out; what is out of its range is moved into it; the rest is left to its default. */
function mend(raw: unknown, issue: z.core.$ZodIssue): void {
  const holder = issue.path.slice(0, -1).reduce<unknown>(childOf, raw);
  if (issue.code === 'unrecognized_keys') {
    const owner = issue.path.reduce<unknown>(childOf, raw);
    if (isRecord(owner)) for (const key of issue.keys) Reflect.deleteProperty(owner, key);
    return;
  }
  const key = issue.path.at(-1);
  if (key === undefined || !isRecord(holder)) return;
  if (issue.code === 'too_small') holder[String(key)] = Number(issue.minimum) + (issue.inclusive ? 0 : 0.5);
  else if (issue.code === 'too_big')
    holder[String(key)] = Number(issue.maximum) - (issue.inclusive ? 0 : 0.5);
  else Reflect.deleteProperty(holder, key);
}

function childOf(parent: unknown, key: PropertyKey): unknown {
  return isRecord(parent) ? parent[String(key)] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function switchedOff(id: string, path: Path, yaml: YamlText, stock: readonly Rule[]): Entry {
  const rule = stock.find((candidate) => candidate.id === id);
  if (rule) return { rule: { ...rule, enabled: false }, faults: [] };
  return {
    faults: [`${yaml.at([...path, 'id'])}: rule '${id}': there is no stock rule of this id to switch off`],
  };
}

function nameOf(raw: unknown, path: Path): string {
  const id: unknown = typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : undefined;
  return typeof id === 'string' ? `rule '${id}'` : `rule ${Number(path[1]) + 1}`;
}

function told(issue: z.core.$ZodIssue, base: Path, yaml: YamlText, name?: string): string[] {
  const where = (path: Path) =>
    [...(name === undefined ? [] : [name]), ...(path.length > 0 ? [path.map(String).join('.')] : [])].join(
      ': ',
    ) || 'the file';
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(
      (key) => `${yaml.at([...base, ...issue.path, key])}: ${where(issue.path)}: unknown key '${key}'`,
    );
  return [`${yaml.at([...base, ...issue.path])}: ${where(issue.path)}: ${issue.message}`];
}

/** Two rules of one id, or of one title: nobody could tell which of them fired. */
function doubles(raws: readonly unknown[], yaml: YamlText, stock: readonly Rule[]): string[] {
  const faults: string[] = [];
  const ids = new Map<string, number>();
  const titles = new Map<string, string>();
  const named = raws.map(
    (raw) => z.looseObject({ id: z.string(), title: z.string().optional() }).safeParse(raw).data,
  );
  const replaced = new Set(named.flatMap((entry) => entry?.id ?? []));
  for (const { id, title } of stock) if (!replaced.has(id)) titles.set(title.toLowerCase(), id);
  named.forEach((entry, i) => {
    if (!entry) return;
    const line = (key: string) => yaml.at(['rules', i, key]);
    const first = ids.get(entry.id);
    if (first !== undefined)
      faults.push(`${line('id')}: two rules have the id '${entry.id}' (the first is rule ${first + 1})`);
    else ids.set(entry.id, i);
    const title = entry.title?.trim().toLowerCase();
    const owner = title === undefined ? undefined : titles.get(title);
    if (owner !== undefined && owner !== entry.id)
      faults.push(`${line('title')}: rule '${entry.id}' has the title of rule '${owner}'`);
    else if (title !== undefined) titles.set(title, entry.id);
  });
  return faults;
}

/** The levels of a burn rule are the priorities of its pairs: its windows are its hold times. */
function ruleOf(entry: RuleEntry): Rule {
  const levels =
    entry.when.kind === 'burn'
      ? burnLevels(entry.when.pairs.map(({ priority }) => priority))
      : entry.levels.map(withoutUndefined);
  const { only, except, when, guards, ...rest } = entry;
  return {
    ...rest,
    levels,
    when: withoutUndefined(when) as Rule['when'],
    guards: guards.map(withoutUndefined),
    ...(only ? { only: withoutUndefined(only) } : {}),
    ...(except ? { except: withoutUndefined(except) } : {}),
  };
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Defined<T>;
}
