import { describe, expect, it } from 'vitest';
import { metricInfo, METRIC_INFOS } from '../../../../server/detect/rules/metrics.ts';
import { BASIS_METRICS } from '../../../../server/history/readings.ts';
import { parseRules } from '../../../../server/detect/rules/rule-file.ts';
import { describeRule, rulesText } from '../../../../server/detect/rules/rule-text.ts';
import { STOCK_RULES } from '../../../../server/detect/rules/stock-rules.ts';
import { loaded, ruleOf } from '../../../support/facts.ts';

const LEVELS = 'levels: [{priority: high, above: 300000, holdSeconds: 60}]';
const LAG = `scope: tenant\nwhen: {kind: level, metric: lagP95Ms}\n${LEVELS}`;

function faultsOf(text: string, before = 'id: it\ntitle: It\naction: look'): readonly string[] {
  const lines = [...before.split('\n'), ...text.trim().split('\n')];
  const file = `rules:\n${lines.map((line, i) => `${i === 0 ? '  - ' : '    '}${line}`).join('\n')}\n`;
  const result = parseRules(file, 'rules.yaml');
  return result.ok ? [] : result.faults;
}

describe('a rules file', () => {
  it.each([
    ['an unknown key', `${LAG}\nholds: 3`, /rules.yaml:8: rule 'it': unknown key 'holds'/],
    [
      'an unknown metric',
      LAG.replace('lagP95Ms', 'lagp95'),
      /:6: .*no metric 'lagp95'; did you mean lagP95Ms\?/,
    ],
    [
      'a metric that its scope does not have',
      LAG.replace('scope: tenant', 'scope: source'),
      /lagP95Ms is not known of a source, only of tenant, cluster, platform/,
    ],
    ['no level', 'scope: tenant\nwhen: {kind: level, metric: lagP95Ms}', /there is no level/],
    ['a level without a limit', LAG.replace(LEVELS, 'levels: [{priority: high}]'), /level high has no limit/],
    [
      'a level on another side',
      LAG.replace(LEVELS, 'levels: [{priority: high, above: 300000}, {priority: critical, below: 9}]'),
      /level critical is on another side than level high/,
    ],
    [
      'levels that do not ascend',
      LAG.replace(LEVELS, 'levels: [{priority: critical, above: 3}, {priority: high, above: 4}]'),
      /levels ascend: high does not come after critical/,
    ],
    [
      'a level that is not stricter',
      LAG.replace(LEVELS, 'levels: [{priority: high, above: 900}, {priority: critical, above: 300}]'),
      /level critical \(above 300\) is not stricter than level high \(above 900\)/,
    ],
    [
      'a limit that is never passed',
      'scope: tenant\nwhen: {kind: level, metric: spamPercent}\nlevels: [{priority: low, above: 100}]',
      /:7: .*above 100 % never holds: spamPercent is between 0 and 100 %/,
    ],
    [
      'a limit that is always passed',
      'scope: tenant\nwhen: {kind: level, metric: spamPercent}\nlevels: [{priority: low, above: -1}]',
      /above -1 % always holds/,
    ],
    [
      'two sides that cover everything',
      'scope: tenant\nwhen: {kind: level, metric: spamPercent}\nlevels: [{priority: low, above: 20, below: 30}]',
      /above 20 and below 30 together hold always/,
    ],
    [
      'a guard that contradicts',
      `${LAG}\nguards: [{metric: lagP95Ms, below: 200000}]`,
      /the guard contradicts level high: the rule would never fire/,
    ],
    [
      'a guard of two limits that are never both so',
      `${LAG}\nguards: [{metric: accepted, above: 9, below: 5}]`,
      /above 9 and below 5 are never both so/,
    ],
    ['a guard that says nothing', `${LAG}\nguards: [{metric: accepted, above: -1}]`, /above -1 always holds/],
    [
      'a share of what is no share',
      'scope: tenant\nwhen: {kind: share, metric: queueDepth, minimumN: 9}\nlevels: [{priority: low, above: 1}]',
      /queueDepth is no share: there is nothing to divide it by/,
    ],
    [
      'a share of nothing',
      'scope: tenant\nwhen: {kind: share, metric: bouncePercent, minimumN: 0}\nlevels: [{priority: low, above: 1}]',
      /minimumN: is 0: a share of nothing would be divided by nothing/,
    ],
    ['an hold time of more than a day', LAG.replace('60', '86401'), /holdSeconds: is longer than a day/],
    ['a clear ratio of 0', `${LAG}\nclearRatio: 0`, /clearRatio: is not above 0/],
    ['a clear ratio above 1', `${LAG}\nclearRatio: 1.2`, /clearRatio: is above 1/],
    ['two peers', peers(2), /minimumPeers: is below 3/],
    ['an empty `only`', `${LAG}\nonly: {ids: []}`, /only: names nothing/],
    [
      'an `except` that leaves nothing of `only`',
      `${LAG}\nonly: {ids: [a]}\nexcept: {ids: [a, b]}`,
      /takes out everything/,
    ],
    ['an objective of 100 %', burn('100', '14', 60, 5), /allows no bad minute/],
    ['a factor that cannot be reached', burn('90', '10', 60, 5), /10 times 10 % is never reached/],
    ['a short window that is not shorter', burn('99', '14', 60, 60), /60 is not shorter than longMinutes 60/],
    ['levels of a burn rule', `${burn('99', '14', 60, 5)}\n${LEVELS}`, /the levels of a burn rule are/],
    [
      'times of a median that hold half of the time',
      'scope: tenant\nwhen: {kind: tails, metric: spamPercent}\nlevels: [{priority: low, above: 0.9}]',
      /holds half of the time/,
    ],
    [
      'a limit of silence',
      'scope: source\nwhen: {kind: no-data}\nlevels: [{priority: low, above: 1}]',
      /silence has no limit/,
    ],
    ['a condition of no kind', LAG.replace('kind: level', 'kind: levels'), /is not a condition|Invalid/],
  ])('RUL-1: with %s is refused, and the line is named', (_, text, expected) => {
    expect(faultsOf(text).join('\n')).toMatch(expected);
  });

  it('RUL-1: two rules of one id, or of one title, are refused', () => {
    const result = parseRules(`rules:
  - {id: a, title: Late, scope: tenant, action: x, when: {kind: level, metric: lagP95Ms}, levels: [{priority: low, above: 9}]}
  - {id: a, title: Other, scope: tenant, action: x, when: {kind: level, metric: lagP95Ms}, levels: [{priority: low, above: 9}]}
  - {id: b, title: LATE, scope: tenant, action: x, when: {kind: level, metric: lagP95Ms}, levels: [{priority: low, above: 9}]}
  - {id: c, title: Mail arrives late, scope: tenant, action: x, when: {kind: level, metric: lagP95Ms}, levels: [{priority: low, above: 9}]}
`);
    expect(result.ok ? [] : result.faults).toEqual([
      "rules:3: two rules have the id 'a' (the first is rule 1)",
      "rules:4: rule 'b' has the title of rule 'a'",
      "rules:5: rule 'c' has the title of rule 'inbound-lag'",
    ]);
  });

  it('RUL-2: tells every fault of every rule at once, those behind a wrong form too', () => {
    const faults = faultsOf(
      'bogus: 1\nscope: tenant\nwhen: {kind: share, metric: lagP95, minimumN: 0}\nlevels: [{priority: low, holdSeconds: 99999}]\nclearRatio: 7',
    );
    const expected = [
      /bogus/,
      /divided by nothing/,
      /no metric 'lagP95'/,
      /longer than a day/,
      /no limit/,
      /above 1/,
    ];
    for (const each of expected) expect(faults.join('\n')).toMatch(each);
  });

  it('RUL-2: with aliases, or that is no YAML, is refused and never thrown at', () => {
    expect(parseRules('rules: &a [*a]').ok).toBe(false);
    expect(parseRules('rules: [').ok).toBe(false);
    expect(parseRules('- 1').ok).toBe(false);
    expect(parseRules('rules: 7').ok).toBe(false);
    expect(parseRules('').ok).toBe(true);
  });
});

describe('what is in force', () => {
  it('RUL-3: is the stock rules, changed and added to by the file', () => {
    const { set, views, faults } = loaded(`rules:
  - {id: held-mail, enabled: false}
  - {id: spam-share, title: Spam, scope: tenant, action: x, when: {kind: level, metric: spamPercent}, levels: [{priority: low, above: 90}]}
  - {id: mine, title: Mine, scope: platform, action: x, when: {kind: level, metric: queueDepth}, levels: [{priority: low, above: 90}]}
`);
    expect(faults).toEqual([]);
    expect(set.rules).toHaveLength(STOCK_RULES.length + 1);
    expect(set.rules.find(({ id }) => id === 'held-mail')?.enabled).toBe(false);
    expect(set.rules.find(({ id }) => id === 'spam-share')?.when.kind).toBe('level');
    const view = (id: string) => views.find((each) => each.id === id);
    expect(view('spam-share')).toMatchObject({ isStock: true, isChanged: true });
    expect(view('mine')).toMatchObject({ isStock: false, isChanged: false, priorities: ['low'] });
    expect(view('access')).toMatchObject({ isStock: true, isChanged: false });
  });

  it('RUL-3: switching off what is no stock rule is a fault', () => {
    expect(loaded('rules: [{id: nothing, enabled: false}]').faults).toEqual([
      "rules:1: rule 'nothing': there is no stock rule of this id to switch off",
    ]);
  });
});

describe('stock rules', () => {
  it('RUL-4: have no fault, and reading what is written gives the same rules', () => {
    expect(parseRules(rulesText(STOCK_RULES))).toEqual({ ok: true, rules: STOCK_RULES });
  });

  it('RUL-4: are at most twelve for a tenant, each with what to do first', () => {
    expect(STOCK_RULES.filter(({ scope }) => scope === 'tenant').length).toBeLessThanOrEqual(12);
    for (const { action, title } of STOCK_RULES) expect(action.length, title).toBeGreaterThan(30);
  });
});

describe('words', () => {
  it('RUL-5: say what a rule does, with limits and times', () => {
    const rule = ruleOf(`${LAG}\nguards: [{metric: accepted, above: 20}]`);
    expect(describeRule(rule)).toBe(
      'lag, 95th percentile, above 5 min for 1 min (high), and accepted, 5 minutes above 20; clears at 4 min for 5 min',
    );
  });
});

describe('the catalogue of metrics', () => {
  it('RUL-6: has every metric of mail that can be read, once', () => {
    for (const name of BASIS_METRICS) expect(metricInfo(name)?.name, name).toBe(name);
    expect(new Set(METRIC_INFOS.map(({ name }) => name)).size).toBe(METRIC_INFOS.length);
  });
});

function peers(minimumPeers: number): string {
  return `scope: source\nwhen: {kind: peers, metric: deferralPercent, minimumPeers: ${minimumPeers}, minimumN: 9}\nlevels: [{priority: low, above: 3}]`;
}

function burn(objective: string, factor: string, long: number, short: number): string {
  return `scope: tenant\nwhen: {kind: burn, metric: lagP95Ms, badAbove: 60000, objectivePercent: ${objective}, pairs: [{priority: low, longMinutes: ${long}, shortMinutes: ${short}, factor: ${factor}}]}`;
}
