import { describe, expect, it } from 'vitest';
import { createEvaluator, KEEP_EVERY_MS } from '../../../../server/detect/rules/evaluate.ts';
import { keyOf, type Rule, type Verdict } from '../../../../server/detect/rules/types.ts';
import { NOW, ruleOf, SaidFacts, setOf, share } from '../../../support/facts.ts';
import { createRandom } from '../../../support/random.ts';

const LAG = ruleOf(`scope: tenant
when: {kind: level, metric: lagP95Ms}
guards: [{metric: messagesBeyond, above: 2}]
levels: [{priority: high, above: 300000}, {priority: critical, above: 900000}]`);
const ACCESS = ruleOf(`scope: tenant
when: {kind: level, metric: accessPercent}
levels: [{priority: high, below: 99}, {priority: critical, below: 95}]`);
const DEFERRED = ruleOf(`scope: tenant
when: {kind: share, metric: deferralPercent, minimumN: 20}
levels: [{priority: medium, above: 25}]`);
const RATE = ruleOf(`scope: tenant
when: {kind: rate, metric: queueDepth, overSeconds: 300}
levels: [{priority: medium, above: 10}]`);
const SPAM = ruleOf(`scope: tenant
when: {kind: tails, metric: spamPercent, hours: 24, minimumHours: 6, minimumN: 50}
levels: [{priority: medium, above: 3, below: 0.2}]`);
const BURN = ruleOf(`scope: tenant
when: {kind: burn, metric: lagP95Ms, badAbove: 60000, objectivePercent: 99, pairs: [{priority: medium, longMinutes: 60, shortMinutes: 5, factor: 14.4}]}`);
const SILENT = ruleOf(`scope: source
when: {kind: no-data}
levels: [{priority: high, holdSeconds: 60}]`);
const DIFFERS = ruleOf(`scope: source
when: {kind: peers, metric: deferralPercent, minimumPeers: 3, minimumN: 100}
levels: [{priority: low, above: 5}]`);

const aurora = (rule: Rule) => keyOf(rule.id, { kind: rule.scope, id: 'aurora' });

/** The verdict on aurora when somebody waits for it. */
function judge(rule: Rule, facts: SaidFacts, evaluator = createEvaluator({ rules: setOf(rule) })): Verdict {
  const verdicts = evaluator.evaluate(facts, facts.atMs, new Set([aurora(rule)]));
  const verdict = verdicts.find(({ key }) => key === aurora(rule));
  if (!verdict) throw new Error('no verdict');
  return verdict;
}

function lag(value: number | null, late = 9): SaidFacts {
  return new SaidFacts()
    .say('lagP95Ms', 'aurora', { value, n: 400, isFloor: true })
    .say('messagesBeyond@300000', 'aurora', late)
    .say('messagesBeyond@900000', 'aurora', late);
}

describe('a level', () => {
  it.each([
    [200_000, -1, true],
    [240_000, -1, true],
    [250_000, -1, false],
    [300_000, -1, false],
    [300_001, 0, false],
    [900_001, 1, false],
  ])(
    'RUL-10: at %d is place %d, clear %s: raised beyond the limit, clear at four fifths of the lowest',
    (value, level, isClear) => {
      expect(judge(LAG, lag(value))).toMatchObject({ level, isClear, noData: null });
    },
  );

  it.each([
    [99.3, -1, true],
    [99.1, -1, false],
    [98.9, 0, false],
    [94, 1, false],
  ])(
    'RUL-10: of success at %d percent is place %d, clear %s: what lacks to 100 counts',
    (value, level, isClear) => {
      expect(judge(ACCESS, new SaidFacts().say('accessPercent', 'aurora', value))).toMatchObject({
        level,
        isClear,
      });
    },
  );

  it('RUL-11: is not reached while a guard does not hold, and that alone clears nothing', () => {
    expect(judge(LAG, lag(400_000, 2))).toMatchObject({ level: -1, isClear: false });
  });

  it('RUL-11: counts what is beyond its own limit', () => {
    const facts = lag(1_000_000).say('messagesBeyond@900000', 'aurora', 1);
    expect(judge(LAG, facts).level).toBe(0);
  });

  it('RUL-12: says it in words an operator reads', () => {
    expect(judge(LAG, lag(372_000)).reason).toBe('lag ≥ 6.2 min, over 5 min');
  });

  it('RUL-13: without data is neither reached nor clear, whether the scope or the number is silent', () => {
    const facts = lag(900_001);
    facts.silent.set('aurora', 'sources silent');
    expect(judge(LAG, facts)).toMatchObject({ level: -1, isClear: false, noData: 'sources silent' });
    const quiet = new SaidFacts().say('lagP95Ms', 'aurora', { value: null, n: null, noData: 'not heard' });
    expect(judge(LAG, quiet)).toMatchObject({ level: -1, isClear: false, noData: 'not heard' });
  });

  it('RUL-13: with nothing to measure is in order; access is not, as nobody tried', () => {
    expect(judge(LAG, lag(null))).toMatchObject({ level: -1, isClear: true, noData: null });
    expect(judge(ACCESS, new SaidFacts())).toMatchObject({ level: -1, isClear: false, noData: null });
  });

  it('RUL-13: two users who get in do not say that access is good again; three do', () => {
    const at = (n: number) => judge(ACCESS, new SaidFacts().say('accessPercent', 'aurora', share(n, n)));
    expect(at(2)).toMatchObject({ level: -1, isClear: false });
    expect(at(3)).toMatchObject({ level: -1, isClear: true });
  });

  it('RUL-14: tells only of what is not normal, and of what somebody waits for', () => {
    const facts = lag(400_000).say('lagP95Ms', 'boreal', 1);
    const evaluator = createEvaluator({ rules: setOf(LAG) });
    const keys = (alive: string[]) =>
      evaluator.evaluate(facts, NOW, new Set(alive)).map(({ scope }) => scope.id);
    expect(keys([])).toEqual(['aurora']);
    expect(keys([keyOf('it', { kind: 'tenant', id: 'boreal' })])).toEqual(['aurora', 'boreal']);
  });

  it('RUL-14: says nothing of what is no longer watched, so that it is closed', () => {
    const facts = lag(400_000);
    const evaluator = createEvaluator({ rules: setOf(LAG) });
    evaluator.evaluate(facts, NOW, new Set());
    facts.watch(['boreal']);
    expect(evaluator.evaluate(facts, NOW, new Set([aurora(LAG)]))).toEqual([]);
  });

  it('RUL-15: applies where `only` and `except` say', () => {
    const facts = lag(400_000).say('lagP95Ms', 'boreal', 400_000).say('messagesBeyond@300000', 'boreal', 9);
    const where = (more: object) =>
      createEvaluator({ rules: setOf({ ...LAG, ...more }) })
        .evaluate(facts, NOW, new Set())
        .map(({ scope }) => scope.id);
    expect(where({ only: { ids: ['boreal'] } })).toEqual(['boreal']);
    expect(where({ except: { ids: ['boreal'] } })).toEqual(['aurora']);
    expect(where({ only: { clusters: ['B'] } })).toEqual([]);
  });
});

describe('a share', () => {
  it('RUL-16: is reached only when few messages could not have made it by chance', () => {
    const at = (part: number, n: number) =>
      judge(DEFERRED, new SaidFacts().say('deferralPercent', 'aurora', share(part, n)));
    expect(at(10, 25).level).toBe(-1);
    expect(at(160, 400).level).toBe(0);
    expect(at(19, 19).level).toBe(-1);
    expect(at(60, 400)).toMatchObject({ level: -1, isClear: true });
    expect(at(90, 400)).toMatchObject({ level: -1, isClear: false });
  });
});

describe('a rate', () => {
  const run = (value: (second: number) => number, seconds: number, from = NOW) => {
    const evaluator = createEvaluator({ rules: setOf(RATE) });
    const facts = new SaidFacts();
    let verdict: Verdict | undefined;
    for (let second = 0; second <= seconds; second += 5) {
      facts.atMs = from + second * 1000;
      verdict = judge(RATE, facts.say('queueDepth', 'aurora', value(second)), evaluator);
    }
    return { verdict, evaluator, facts };
  };

  it('RUL-17: is the change a minute over the whole time looked back on', () => {
    const { verdict } = run((second) => second / 4, 600);
    expect(verdict?.reading.value).toBeCloseTo(15, 1);
    expect(verdict).toMatchObject({ level: 0, reading: { unit: 'per-minute', limit: 10 } });
    expect(run(() => 5_000, 600).verdict).toMatchObject({ level: -1, isClear: true });
  });

  it('RUL-17: is no data before that time was seen, and again after the clock went back', () => {
    expect(run((second) => second, 200).verdict?.noData).toMatch(/less than 5 min/);
    const { evaluator, facts } = run((second) => second, 600);
    facts.atMs = NOW - 7_200_000;
    expect(judge(RATE, facts.say('queueDepth', 'aurora', 3), evaluator).noData).toMatch(/less than/);
  });
});

describe('tails', () => {
  const HOURS = 3_600_000;

  function seen(hours: number, at: (slot: number) => number = () => 100): ReturnType<typeof createEvaluator> {
    const evaluator = createEvaluator({ rules: setOf(SPAM) });
    const facts = new SaidFacts();
    for (let slot = 0; slot < hours * 6; slot++) {
      facts.atMs = NOW + slot * 600_000;
      evaluator.evaluate(facts.say('spamPercent', 'aurora', share(at(slot), 1_000)), facts.atMs, new Set());
    }
    return evaluator;
  }
  const now = (part: number, n = 1_000, atMs = NOW + 8 * HOURS) => {
    const facts = new SaidFacts().say('spamPercent', 'aurora', share(part, n));
    facts.atMs = atMs;
    return facts;
  };

  it('RUL-18: are held against the own median, on both sides, by the bound that is certain', () => {
    expect(judge(SPAM, now(400), seen(8)).level).toBe(0);
    expect(judge(SPAM, now(310), seen(8)).level).toBe(-1);
    expect(judge(SPAM, now(5), seen(8)).level).toBe(0);
    expect(judge(SPAM, now(15), seen(8)).level).toBe(-1);
    expect(judge(SPAM, now(110), seen(8))).toMatchObject({ level: -1, isClear: true });
    expect(judge(SPAM, now(16, 40), seen(8)).level).toBe(-1);
  });

  it('RUL-18: say nothing before enough was seen, nor after the clock went back before it', () => {
    expect(judge(SPAM, now(400), seen(5)).noData).toMatch(/after 6 h/);
    expect(judge(SPAM, now(400, 1_000, NOW + 2 * HOURS), seen(8)).noData).toMatch(/after 6 h/);
  });

  it('RUL-18: of nothing are not divided by nothing', () => {
    const verdict = judge(
      SPAM,
      now(10),
      seen(8, () => 0),
    );
    expect(verdict.reading.value).toBeCloseTo(1);
    expect(
      judge(
        SPAM,
        now(200),
        seen(8, () => 0),
      ).level,
    ).toBe(0);
  });

  it('RUL-19: remember through a restart, once in ten minutes, and forget what is not theirs', () => {
    const before = seen(8);
    const kept = before.takeKept(NOW);
    expect(before.takeKept(NOW + KEEP_EVERY_MS)).toBeUndefined();
    const after = createEvaluator({ rules: setOf(SPAM), kept });
    expect(judge(SPAM, now(400), after)).toEqual(judge(SPAM, now(400), seen(8)));
    for (const wrong of ['', '{', '[]', 'null', '{"version":1,"rules":{"it":{"signature":1}}}'])
      expect(judge(SPAM, now(400), createEvaluator({ rules: setOf(SPAM), kept: wrong })).noData).toMatch(
        /after 6 h/,
      );
    const other = { ...SPAM, when: { ...SPAM.when, hours: 12 } } as Rule;
    expect(judge(other, now(400), createEvaluator({ rules: setOf(other), kept })).noData).toMatch(
      /after 6 h/,
    );
  });

  it('RUL-19: remember through a change of other rules', () => {
    const evaluator = seen(8);
    evaluator.useRules(setOf({ ...SPAM, title: 'Renamed' }));
    expect(judge(SPAM, now(400), evaluator).level).toBe(0);
  });
});

describe('burn', () => {
  /** `flags`: a letter a minute: good, bad, unknown. */
  function burnt(flags: string): { evaluator: ReturnType<typeof createEvaluator>; facts: SaidFacts } {
    const evaluator = createEvaluator({ rules: setOf(BURN) });
    const facts = new SaidFacts();
    [...flags, 'g'].forEach((flag, minute) => {
      facts.atMs = NOW + minute * 60_000;
      facts.silent.clear();
      if (flag === 'u') facts.silent.set('aurora', 'silent');
      facts.say('lagP95Ms', 'aurora', flag === 'b' ? 90_000 : 500);
      evaluator.evaluate(facts, facts.atMs, new Set());
    });
    return { evaluator, facts };
  }
  const verdict = (flags: string) => {
    const { evaluator, facts } = burnt(flags);
    return judge(BURN, facts, evaluator);
  };

  it('RUL-20: holds while both windows burn, and not when one of them has recovered', () => {
    const burning = verdict(`${'g'.repeat(50)}${'b'.repeat(10)}`);
    expect(burning).toMatchObject({ level: 0, isClear: false });
    // The number is of one of them; the other burns faster.
    expect(JSON.stringify(burning)).toMatch(/in the lesser of .+ and /);
    expect(verdict(`${'g'.repeat(52)}${'b'.repeat(8)}`)).toMatchObject({ level: -1 });
    expect(verdict(`${'b'.repeat(50)}${'g'.repeat(10)}`)).toMatchObject({ level: -1, isClear: true });
  });

  it('RUL-20: knows at least half of the long window, and what is unknown is not good', () => {
    expect(verdict('b'.repeat(29)).noData).toMatch(/less than half/);
    expect(
      verdict(`${'u'.repeat(25)}${'b'.repeat(5)}${'g'.repeat(25)}${'b'.repeat(5)}`).reading.value,
    ).toBeCloseTo(28.6, 0);
  });

  it('RUL-20: knows nothing of a bad minute with less behind it than the rule asks for', () => {
    const rule = { ...BURN, when: { ...BURN.when, minimumN: 20 } } as Rule;
    const evaluator = createEvaluator({ rules: setOf(rule) });
    const facts = new SaidFacts();
    const live = (n: number, minutes: number) => {
      for (let minute = 0; minute < minutes; minute++) {
        facts.atMs += 60_000;
        evaluator.evaluate(facts.say('lagP95Ms', 'aurora', { value: 90_000, n }), facts.atMs, new Set());
      }
      return judge(rule, facts, evaluator);
    };
    expect(live(19, 60).noData).toMatch(/less than half/);
    expect(live(20, 60).level).toBe(0);
  });

  it('RUL-19: remembers minutes through a restart, and forgets those of a future that has not come', () => {
    const { evaluator, facts } = burnt(`${'g'.repeat(50)}${'b'.repeat(10)}`);
    const kept = evaluator.takeKept(facts.atMs);
    const again = createEvaluator({ rules: setOf(BURN), kept });
    expect(judge(BURN, facts, again)).toEqual(judge(BURN, facts, evaluator));
    facts.atMs -= 30 * 60_000;
    expect(judge(BURN, facts, again).level).toBe(-1);
    facts.atMs -= 24 * 3_600_000;
    expect(judge(BURN, facts, again).noData).toMatch(/less than half/);
  });
});

describe('silence and difference', () => {
  const SOURCES = ['aurora', 'b', 'c', 'd'];

  it('RUL-21: silence is a condition of its own, with its reason', () => {
    const facts = new SaidFacts('source', SOURCES);
    facts.silent.set('aurora', 'lost: the file is gone');
    expect(judge(SILENT, facts)).toMatchObject({ level: 0, noData: null, reason: 'lost: the file is gone' });
    facts.silent.clear();
    expect(judge(SILENT, facts)).toMatchObject({ level: -1, isClear: true });
  });

  it('RUL-22: one of several differs from the median of the others, if enough of them can be compared', () => {
    const facts = new SaidFacts('source', SOURCES);
    for (const id of SOURCES) facts.say('deferralPercent', id, share(20, 1_000));
    facts.say('deferralPercent', 'aurora', share(300, 1_000));
    const evaluator = createEvaluator({ rules: setOf(DIFFERS) });
    expect(evaluator.evaluate(facts, NOW, new Set()).map(({ scope }) => scope.id)).toEqual(['aurora']);
    for (const id of ['b', 'c']) facts.say('deferralPercent', id, share(1, 50));
    facts.atMs += 1;
    expect(judge(DIFFERS, facts).noData).toMatch(/fewer than 3/);
  });
});

describe('a rule that cannot be judged', () => {
  it('RUL-23: gives no data with its reason, and the others are judged as ever', () => {
    const broken = { ...ACCESS, id: 'broken' };
    const facts = lag(400_000).say('accessPercent', 'aurora', NaN);
    const evaluator = createEvaluator({ rules: setOf(broken, LAG) });
    const verdicts = evaluator.evaluate(
      facts,
      NOW,
      new Set([keyOf('broken', { kind: 'tenant', id: 'aurora' })]),
    );
    expect(verdicts.map(({ rule, noData, level }) => [rule.id, noData === null, level])).toEqual([
      ['broken', false, -1],
      ['it', true, 0],
    ]);
    expect([...evaluator.faults.keys()]).toEqual(['broken']);
  });

  it('RUL-24: judges the same in any order of rules and of scopes', () => {
    const rules = [LAG, ACCESS, DEFERRED, SPAM, BURN].map((rule, i) => ({ ...rule, id: `r${i}` }));
    const ids = ['aurora', 'boreal', 'cirrus'];
    const forward = createEvaluator({ rules: setOf(...rules) });
    const backward = createEvaluator({ rules: setOf(...[...rules].reverse()) });
    const random = createRandom(7);
    const [one, other] = [new SaidFacts(), new SaidFacts('tenant', [...ids].reverse())];
    for (let minute = 0; minute < 200; minute++) {
      for (const id of ids) {
        const value = random() < 0.3 ? 400_000 * random() : 1_000 * random();
        for (const facts of [one, other])
          facts
            .say('lagP95Ms', id, value)
            .say('messagesBeyond@300000', id, 5)
            .say('accessPercent', id, 90 + value / 40_000)
            .say('deferralPercent', id, share(Math.floor(value / 4_000), 100))
            .say('spamPercent', id, share(Math.floor(value / 4_000), 100));
      }
      const atMs = NOW + minute * 300_000;
      one.atMs = other.atMs = atMs;
      const sorted = (verdicts: readonly Verdict[]) => [...verdicts].sort((a, b) => (a.key < b.key ? -1 : 1));
      expect(sorted(forward.evaluate(one, atMs, new Set()))).toEqual(
        sorted(backward.evaluate(other, atMs, new Set())),
      );
    }
  });
});
