import { describe, expect, it } from 'vitest';
import type { BackTestReport, BackTestRequest } from '../../../../shared/alarms.ts';
import { AppError } from '../../../../server/base/errors.ts';
import { type BackTestDeps, createBackTests } from '../../../../server/detect/back-test/back-tests.ts';
import type { HistoryQueries } from '../../../../server/history/query/port.ts';
import { samplesOf } from '../../../../server/history/query/samples.ts';
import { extentsOf } from '../../../../server/history/query/steps.ts';
import type { SamplesQuery } from '../../../../server/history/query/types.ts';
import { MemoryWindows, windowOf } from '../../../support/memory-windows.ts';
import { until } from '../../../support/until.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (text: string) => Date.parse(text);
const FROM = at('2026-05-12T12:00:00Z');
const TO = at('2026-05-14T18:00:00Z');
const TENANTS = [
  { id: 'aurora', name: 'Aurora', cluster: 'A', mailboxes: 100 },
  { id: 'boreal', name: 'Boreal', cluster: 'B', mailboxes: 100 },
];

const lagRule = (change = '', scope = 'tenant') => `rules:
  - id: lag
    title: Lag of mail
    scope: ${scope}
    when: { kind: level, metric: lagP95Ms }
    levels:
      - { priority: high, above: 300000, holdSeconds: 180 }
      - { priority: critical, above: 900000, holdSeconds: 180 }
    clearForSeconds: 300
    action: look${change}
`;

interface Late {
  readonly fromMs: number;
  readonly toMs: number;
  readonly lagMs: number;
  readonly scope?: string;
}

/** Two days in which a message a minute takes two seconds, but for those times. */
function past(late: readonly Late[], [fromMs, toMs] = [FROM - HOUR, TO] as const) {
  const windows = new MemoryWindows();
  for (let minuteMs = fromMs; minuteMs < toMs; minuteMs += MINUTE)
    for (const scope of ['aurora', 'boreal']) {
      const hit = late.find(
        (it) => minuteMs >= it.fromMs && minuteMs < it.toMs && (it.scope ?? 'aurora') === scope,
      );
      const window = windowOf({ delivered: 1 }, { lagMs: [hit?.lagMs ?? 2_000] });
      windows.add(scope, 0, minuteMs, window);
      windows.add(`cluster:${scope === 'aurora' ? 'A' : 'B'}`, 0, minuteMs, window);
    }
  windows.cover(fromMs, toMs, { feeds: ['flow'] });
  return windows;
}

function start(windows: MemoryWindows, change: Partial<BackTestDeps> = {}) {
  const asked: SamplesQuery[] = [];
  const queries = {
    samples: (query: SamplesQuery) => (
      asked.push(query),
      Promise.resolve(samplesOf(windows, query, TENANTS))
    ),
    extents() {
      const extents = extentsOf(windows);
      const oldest = (tier: 10 | 60 | 3_600) => extents[tier]?.oldestMs ?? null;
      return Promise.resolve({ oldestMs: { 10: oldest(10), 60: oldest(60), 3_600: oldest(3_600) } });
    },
  } as Partial<HistoryQueries> as HistoryQueries;
  const backTests = createBackTests({
    ...{ queries: () => queries, tenants: () => TENANTS, zone: 'Europe/London' },
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    ...change,
  });
  const request = (text: string, more: Partial<BackTestRequest> = {}) => ({
    text,
    fromMs: FROM,
    toMs: TO,
    ...more,
  });
  const over = (id: string) =>
    until(() => (backTests.report(id)?.state === 'running' ? undefined : backTests.report(id)), {
      what: 'the end of the back-test',
      everyMs: 5,
    }) as Promise<BackTestReport>;
  const run = (text: string, more?: Partial<BackTestRequest>) =>
    over(backTests.start(request(text, more)).id);
  return { backTests, asked, request, over, run };
}

const THIRTEENTH = {
  fromMs: at('2026-05-13T15:36:00Z'),
  toMs: at('2026-05-13T16:20:00Z'),
  lagMs: 400_000,
};

describe('a back-test', () => {
  it('BTE-4: says when the rule would have fired, how long, how badly, and in words', async () => {
    const { run } = start(
      past([THIRTEENTH, { ...THIRTEENTH, fromMs: at('2026-05-13T16:00:00Z'), lagMs: 1e6 }]),
    );
    const report = await run(lagRule());
    expect(report).toMatchObject({ state: 'done', progress: 1, stepSeconds: 60, moreFires: 0, reason: '' });
    expect(report.fires).toHaveLength(1);
    const [fire] = report.fires;
    expect(fire).toMatchObject({
      ...{ rule: 'lag', scope: { kind: 'tenant', id: 'aurora' }, scopeName: 'Aurora', priority: 'high' },
    });
    // The 95th percentile of five minutes is beyond at once; it has to hold for three minutes.
    expect(new Date(fire!.raisedAtMs).toISOString()).toBe('2026-05-13T15:40:00.000Z');
    expect(fire!.clearedAtMs).toBeGreaterThan(THIRTEENTH.toMs);
    expect(fire!.clearedAtMs).toBeLessThanOrEqual(THIRTEENTH.toMs + 11 * MINUTE);
    expect(fire!.worst).toBeGreaterThan(395_000);
    expect(fire!.reason).toMatch(/lag/);
    expect(report.summary).toBe('would have fired at 16:40 on 13 May; 1 alarm in 2 days');
    expect(report.worstDay).toEqual({ day: '2026-05-13', fires: 1 });
    expect(report.perDay).toBeCloseTo(1 / 2.25, 5);
    expect(report.daysLackingData).toEqual([]);
  });

  it('BTE-4: raises the priority of an alarm that gets worse, and counts it once', async () => {
    const worse = { fromMs: at('2026-05-13T15:50:00Z'), toMs: at('2026-05-13T16:10:00Z'), lagMs: 1_000_000 };
    const report = await start(past([worse, THIRTEENTH])).run(lagRule());
    expect(report.fires).toMatchObject([{ priority: 'critical' }]);
    expect(report.fires[0]!.worst).toBeGreaterThan(950_000);
  });

  it('BTE-4: counts each time that it comes back, and tells the worst day', async () => {
    const days = ['12T22', '13T02', '13T12', '13T20'].map((day) => {
      const fromMs = at(`2026-05-${day}:00:00Z`);
      return { fromMs, toMs: fromMs + 20 * MINUTE, lagMs: 400_000 };
    });
    const report = await start(past(days)).run(lagRule());
    expect(report.fires).toHaveLength(4);
    expect(report.worstDay).toEqual({ day: '2026-05-13', fires: 3 });
    expect(report.summary).toBe(
      'would have fired first at 23:04 on 12 May; 4 alarms in 2 days; most on 13 May (3)',
    );
  });

  it('BTE-4: does not fire for what does not hold for long enough, and says so', async () => {
    const short = { ...THIRTEENTH, toMs: THIRTEENTH.fromMs + MINUTE };
    const report = await start(past([short])).run(lagRule('').replaceAll('180', '900'));
    expect(report).toMatchObject({
      fires: [],
      summary: 'would not have fired in 2 days',
      worstDay: null,
      perDay: 0,
    });
  });

  it('BTE-5: does not fire on what is not known, and names the days that lacked data', async () => {
    const windows = past([{ ...THIRTEENTH, scope: 'boreal' }]);
    windows.runs.length = 0;
    windows.cover(FROM - HOUR, at('2026-05-13T12:00:00Z'), { feeds: ['flow'] });
    windows.cover(at('2026-05-14T10:00:00Z'), TO, { feeds: ['flow'] });
    const report = await start(windows).run(lagRule());
    expect(report.fires).toEqual([]);
    expect(report.daysLackingData).toEqual([
      { day: '2026-05-13', percent: expect.closeTo(54, 0) },
      { day: '2026-05-14', percent: expect.closeTo(42, 0) },
    ]);
    expect(report.summary).toBe(
      'would not have fired in the 32 hours that are known of 2 days; 2 days lacked data',
    );
    const nothing = await start(new MemoryWindows()).run(lagRule());
    expect(nothing.summary).toBe('nothing is known of that time');
    expect(nothing.perDay).toBeNull();
  });

  it('BTE-5: takes no gap in what was kept for silence', async () => {
    const windows = past([]);
    windows.runs.length = 0;
    windows.cover(FROM - HOUR, at('2026-05-13T12:00:00Z'), { feeds: ['flow'] });
    windows.cover(at('2026-05-13T12:00:00Z'), at('2026-05-13T13:00:00Z'), {
      feeds: ['flow'],
      state: 'silent',
    });
    windows.cover(at('2026-05-14T06:00:00Z'), TO, { feeds: ['flow'] });
    const rule = `rules:
  - id: silent
    title: Nothing is heard
    scope: tenant
    when: { kind: no-data }
    levels: [{ priority: high, holdSeconds: 120 }]
    action: look
`;
    const report = await start(windows).run(rule, { scope: { kind: 'tenant', id: 'aurora' } });
    expect(report.fires.map(({ raisedAtMs }) => new Date(raisedAtMs).toISOString().slice(0, 15))).toEqual([
      '2026-05-13T12:0',
    ]);
  });

  it('BTE-6: leaves out what is not stored, and says which rule and why', async () => {
    const sources = lagRule('', 'tenant').replace('rules:\n', '') + lagRuleOfSource();
    const report = await start(past([THIRTEENTH])).run(`rules:\n${sources}`);
    expect(report.fires).toHaveLength(1);
    expect(report.reason).toMatch(
      /rule 'deferrals' was left out: it is about a source, and windows are stored by tenant/,
    );
    const only = await start(past([])).run(`rules:\n${lagRuleOfSource()}`);
    expect(only).toMatchObject({ state: 'failed', reason: expect.stringMatching(/left out/) });
  });

  it('BTE-6: of one scope asks of that one only', async () => {
    const { run, asked } = start(past([THIRTEENTH, { ...THIRTEENTH, scope: 'boreal' }]));
    const report = await run(lagRule(), { scope: { kind: 'tenant', id: 'boreal' } });
    expect(report.fires.map(({ scopeName }) => scopeName)).toEqual(['Boreal']);
    expect(new Set(asked.map(({ scope }) => JSON.stringify(scope)))).toEqual(
      new Set(['{"kind":"tenant","id":"boreal"}']),
    );
  });

  it('BTE-6: knows clusters', async () => {
    const report = await start(past([THIRTEENTH])).run(lagRule('', 'cluster'));
    expect(report.fires).toMatchObject([{ scope: { kind: 'cluster', id: 'A' }, scopeName: 'cluster A' }]);
  });

  it('BTE-7: reads ten seconds where they are kept, minutes further back, and hours beyond, and says so', async () => {
    const windows = past([THIRTEENTH]);
    const day = { fromMs: at('2026-05-13T12:00:00Z'), toMs: at('2026-05-13T18:00:00Z') };
    expect((await start(windows).run(lagRule(), day)).stepSeconds).toBe(10);
    windows.deletedToMs[10] = TO - HOUR;
    expect((await start(windows).run(lagRule(), day)).stepSeconds).toBe(60);
    windows.deletedToMs[60] = TO - HOUR;
    const hours = await start(windows).run(lagRule(), day);
    expect(hours).toMatchObject({ stepSeconds: 3_600, reason: expect.stringMatching(/windows of an hour/) });
    expect(hours.fires).toHaveLength(1);
  });

  it('BTE-8: is refused with every fault of the text, without rules, for a scope that there is not, and without a store', () => {
    const { backTests, request } = start(past([]));
    const fault = (work: () => unknown): string => {
      try {
        work();
      } catch (error) {
        if (error instanceof AppError) return [error.code, error.message, ...error.details].join('\n');
      }
      return expect.fail('is not refused');
    };
    expect(fault(() => backTests.start(request(lagRule().replace('lagP95Ms', 'mood'))))).toMatch(
      /bad-request[^]*mood/,
    );
    expect(fault(() => backTests.start(request('rules: []\n')))).toMatch(/there is no rule in it/);
    const scope = { kind: 'tenant', id: 'nobody' } as const;
    expect(fault(() => backTests.start(request(lagRule(), { scope })))).toMatch(
      /scope: nothing is stored of a tenant 'nobody'/,
    );
    const storeless = start(past([]), { queries: () => undefined });
    expect(fault(() => storeless.backTests.start(request(lagRule())))).toMatch(/unavailable/);
  });

  it('BTE-9: runs alone, can be cancelled, and tells how far it is', async () => {
    const { backTests, request, over } = start(past([]));
    const { id } = backTests.start(request(lagRule()));
    expect(backTests.report(id)).toMatchObject({ state: 'running', progress: 0 });
    expect(() => backTests.start(request(lagRule()))).toThrow(/is running; cancel it/);
    await until(() => (backTests.report(id)!.progress > 0 ? true : undefined), {
      what: 'progress',
      everyMs: 1,
    });
    expect(backTests.cancel(id)).toMatchObject({ state: 'cancelled' });
    const next = backTests.start(request(lagRule()));
    expect(await over(next.id)).toMatchObject({ state: 'done' });
    expect(backTests.report(id)).toMatchObject({ state: 'cancelled' });
    expect([backTests.report('none'), backTests.cancel('none')]).toEqual([undefined, undefined]);
  });

  it('BTE-9: fails by itself when the store fails, and the next one may run', async () => {
    let isBroken = true;
    const windows = past([]);
    const working = start(windows);
    const queries = {
      extents: () => Promise.resolve({ oldestMs: { 10: FROM, 60: FROM, 3_600: FROM } }),
      samples: (query: SamplesQuery) =>
        isBroken
          ? Promise.reject(new Error('disk is gone'))
          : Promise.resolve(samplesOf(windows, query, TENANTS)),
    } as Partial<HistoryQueries> as HistoryQueries;
    const { run } = start(windows, { queries: () => queries });
    expect(await run(lagRule())).toMatchObject({ state: 'failed', reason: 'disk is gone' });
    isBroken = false;
    expect(await run(lagRule())).toMatchObject({ state: 'done' });
    expect(working.backTests.report('back-test-1')).toBeUndefined();
  });

  it('BTE-9: gives way to others as soon as its time is up', async () => {
    let [nowMs, pauses] = [0, 0];
    const { run } = start(past([]), {
      elapsedMs: () => (nowMs += 5),
      pause: () => ((pauses += 1), Promise.resolve()),
    });
    await run(lagRule());
    // A step takes 5 ms by this clock: 2 days of minutes, and some before them.
    expect(pauses).toBeGreaterThan((2 * 1_440) / 4);
  });
});

function lagRuleOfSource(): string {
  return `  - id: deferrals
    title: Deferrals of a source
    scope: source
    when: { kind: share, metric: deferralPercent, minimumN: 20 }
    levels: [{ priority: high, above: 50, holdSeconds: 60 }]
    action: look
`;
}
