/** Ids of the rules that a specification states: lines like `**COL-3** ...`, in order. */
export function statedRules(specification: string): readonly string[] {
  return [...specification.matchAll(/^\s*(?:[-*]\s+)?\*\*([A-Z]{3}-\d+)\b/gm)].map((match) => match[1]!);
}

/** Ids that tests cite, in titles or comments; only those whose prefix the specification uses (`UTF-8` is no rule). */
export function citedRules(tests: Iterable<string>, stated: readonly string[]): ReadonlySet<string> {
  const prefixes = new Set(stated.map((id) => id.slice(0, 3)));
  const cited = [...tests].flatMap((text) =>
    [...text.matchAll(/\b[A-Z]{3}-\d+\b/g)].map((match) => match[0]),
  );
  return new Set(cited.filter((id) => prefixes.has(id.slice(0, 3))));
}

export interface RuleFaults {
  readonly untested: readonly string[];
  readonly unknown: readonly string[];
  readonly statedTwice: readonly string[];
}

/** What is wrong between a specification and the tests. */
export function ruleFaults(specification: string, tests: Iterable<string>): RuleFaults {
  const stated = statedRules(specification);
  const cited = citedRules(tests, stated);
  return {
    untested: stated.filter((id) => !cited.has(id)),
    unknown: [...cited].filter((id) => !stated.includes(id)).sort(),
    statedTwice: stated.filter((id, place) => stated.indexOf(id) !== place),
  };
}
