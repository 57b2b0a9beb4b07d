/** All stock rules at 1,000 tenants, each second, and what the alarms make of it; beside making the rows of the wall. */
import { createAlarmDesk } from '../../server/detect/alarms/desk.ts';
import { createEvaluator } from '../../server/detect/rules/evaluate.ts';
import { createLiveFacts } from '../../server/detect/rules/live-facts.ts';
import { loadRuleSet } from '../../server/detect/rules/rule-set.ts';
import { DEFAULT_THRESHOLDS } from '../../server/base/config.ts';
import type { Attempt, MailEvent } from '../../server/collect/event.ts';
import { createPipeline, type Pipeline } from '../../server/pipeline.ts';
import { FEEDS, type SourceReport } from '../../shared/protocol.ts';
import { createRandom } from '../support/random.ts';
import { median, percentile, table } from './child.ts';

const TENANTS = 1_000;
const START_MS = Date.parse('2026-11-21T00:00:00Z');
/** Until the five minutes are full. */
const WARM_SECONDS = 330;
const SECONDS = 240;
const EVENTS_PER_SECOND = 1_000;

interface Case {
  readonly name: string;
  /** Tenants whose mail is an hour old when it comes. */
  readonly troubled: number;
}
const CASES: readonly Case[] = [
  { name: 'nothing wrong', troubled: 0 },
  { name: '400 tenants in trouble', troubled: 400 },
];

export async function benchEvaluate(): Promise<void> {
  await Promise.resolve();
  const rows = CASES.map(measure);
  const { rules } = loadRuleSet(undefined, 1).set;
  console.log(
    `${TENANTS} tenants, ${rules.length} stock rules, a second of simulated time each turn, one core`,
  );
  console.log(
    table([
      ['', 'rows of the wall, p50', 'rules + alarms, p50', 'p99', 'largest', 'times the rows', 'alarms'],
      ...rows,
    ]),
  );
  console.log('target: rules and alarms <= 100 ms a second');
}

function measure({ name, troubled }: Case): string[] {
  const clock = { time: START_MS, now: () => clock.time, speed: 1 };
  const tenants = Array.from({ length: TENANTS }, (_, n) => ({
    id: `t${n}`,
    name: `Tenant ${n}`,
    domains: [`t${n}.example`],
    cluster: 'ABC'[n % 3] ?? 'A',
  }));
  const pipeline = createPipeline({
    tenants,
    limits: DEFAULT_THRESHOLDS,
    clock,
    reports: () => [healthy(clock.time)],
    isUnseen: true,
    providerOf: (domain) => domain,
  });
  const facts = createLiveFacts({ live: pipeline, sums: pipeline.sums, own: () => ({}) });
  const { set } = loadRuleSet(undefined, 1);
  const evaluator = createEvaluator({ rules: set });
  const desk = createAlarmDesk({
    rules: set,
    describe: ({ kind, id }) => ({ kind, id, name: id, cluster: null, mailboxes: null }),
    shiftBegan: () => START_MS,
  });
  const random = createRandom(11);
  const [rows, alarms]: [number[], number[]] = [[], []];
  for (let second = 0; second < WARM_SECONDS + SECONDS; second++) {
    clock.time += 1_000;
    feed(pipeline, clock.time, { random, troubled });
    const startedMs = performance.now();
    pipeline.tick(clock.time);
    const tickedMs = performance.now();
    desk.observe(evaluator.evaluate(facts(clock.time), clock.time, desk.alive), clock.time);
    desk.view(clock.time);
    desk.take();
    evaluator.takeKept(clock.time);
    if (second < WARM_SECONDS) continue;
    rows.push(tickedMs - startedMs);
    alarms.push(performance.now() - tickedMs);
  }
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  return [
    name,
    ms(median(rows)),
    ms(median(alarms)),
    ms(percentile(alarms, 0.99)),
    ms(Math.max(...alarms)),
    (median(alarms) / median(rows)).toFixed(2),
    String(desk.view(clock.time).alarms.length),
  ];
}

function healthy(atMs: number): SourceReport {
  const counters = { lines: 0, events: 0, unparsed: 0, foreign: 0, bytes: 0, dropped: {} };
  return {
    id: 'mx',
    type: 'log',
    feeds: FEEDS,
    target: 'mx',
    state: 'ok',
    asOfMs: atMs,
    intervalMs: 1_000,
    counters,
  };
}

function feed(
  pipeline: Pipeline,
  atMs: number,
  { random, troubled }: { readonly random: () => number; readonly troubled: number },
): void {
  for (let n = 0; n < EVENTS_PER_SECOND; n++) {
    const tenant = Math.floor(random() * TENANTS);
    for (const event of eventsOf(tenant, { atMs, n, isLate: tenant < troubled, random }))
      pipeline.event(event);
  }
}

/** A delivery, a verdict and a login. */
function eventsOf(
  tenant: number,
  of: { readonly atMs: number; readonly n: number; readonly isLate: boolean; readonly random: () => number },
): MailEvent[] {
  const { atMs, n, isLate, random } = of;
  const origin = { atMs, host: 'mx', source: 'mx', instance: 'postfix' };
  const queueId = `4${atMs.toString(36)}${n.toString(36)}`;
  const to = `u${n % 97}@t${tenant}.example`;
  const from = 'a@elsewhere.example';
  const attempt: Attempt = {
    ...{
      ...origin,
      kind: 'attempt',
      queueId,
      to,
      toDomain: `t${tenant}.example`,
      relay: 'box[192.0.2.1]:24',
    },
    ...{ delayMs: isLate ? 3_600_000 : 300 + 900 * random(), dsn: '2.0.0', status: 'sent', reason: 'ok' },
    service: 'lmtp',
  };
  return [
    attempt,
    { ...origin, kind: 'verdict', messageId: `${queueId}@x`, action: 'no action', score: 1, from, to: [to] },
    {
      ...{ ...origin, kind: 'login', user: to, outcome: isLate ? 'server-fault' : 'ok' },
      ...{ protocol: 'imap', attempts: 1, reason: '' },
    },
  ];
}
