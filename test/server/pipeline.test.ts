import { beforeEach, describe, expect, it } from 'vitest';
import type { SourceReport } from '../../shared/protocol.ts';
import { DEFAULT_THRESHOLDS } from '../../server/base/config.ts';
import type { Attempt, MailEvent } from '../../server/collect/event.ts';
import { columnsOf } from '../../server/history/series.ts';
import { stepsOf } from '../../server/history/steps.ts';
import { createPipeline, type Pipeline } from '../../server/pipeline.ts';
import { createRandom, pick } from '../support/random.ts';
import { at, AURORA, BOREAL, PLATFORM, TENANTS } from '../support/books.ts';

const START = at('10:00:00');
const report = (id: string, over: Partial<SourceReport> = {}): SourceReport => ({
  id,
  type: 'log',
  feeds: ['flow', 'access'],
  target: id,
  state: 'ok',
  asOfMs: START,
  intervalMs: 1_000,
  counters: { lines: 0, events: 0, unparsed: 0, foreign: 0, bytes: 0, dropped: {} },
  ...over,
});

let nowMs: number;
let reports: SourceReport[];
let pipeline: Pipeline;

beforeEach(() => {
  nowMs = START;
  reports = [report('log')];
  pipeline = createPipeline({
    tenants: TENANTS,
    limits: DEFAULT_THRESHOLDS,
    clock: { now: () => nowMs, speed: 1 },
    hasTwoTellers: true,
    reports: () => reports,
  });
});

let serial = 0;
const origin = (atMs: number) => ({ atMs, host: 'mx1', source: 'log', instance: 'postfix' });
function attempt(
  atMs: number,
  to: string,
  status: Attempt['status'],
  delayMs = 1_000,
  queueId = `ID${serial++}`,
): Attempt {
  return {
    ...origin(atMs),
    kind: 'attempt',
    queueId,
    to,
    toDomain: to.slice(to.indexOf('@') + 1),
    relay: 'x',
    delayMs,
    dsn: '4.4.1',
    status,
    reason: 'refused',
    service: 'smtp',
  };
}
function arrive(atMs: number, queueId: string, recipientCount = 1): MailEvent[] {
  return [
    { ...origin(atMs), kind: 'accepted', queueId, via: 'smtpd' },
    {
      ...origin(atMs),
      kind: 'queue-active',
      queueId,
      from: 'a@far.example',
      fromDomain: 'far.example',
      sizeBytes: 1,
      recipientCount,
    },
  ];
}
function run(untilMs: number, eachSecond: (atMs: number) => void = () => undefined): void {
  for (; nowMs < untilMs; nowMs += 1_000) {
    eachSecond(nowMs);
    reports = reports.map((source) => (source.state === 'ok' ? { ...source, asOfMs: nowMs } : source));
    pipeline.tick(nowMs);
  }
}
const row = (scope: number) => pipeline.state.rows[scope]!;

describe('pipeline: numbers of a tile', () => {
  it('AGG-4: the five-minute numbers are the sum of exactly the seconds they cover, whatever came when', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const random = createRandom(seed);
      const delivered: number[] = [];
      const base = nowMs;
      run(base + 700_000, (second) => {
        for (let n = Math.floor(random() * 4); n > 0; n--) {
          const atMs = second - Math.floor(random() * 50_000);
          delivered.push(atMs);
          pipeline.event(attempt(atMs, 'u@aurora.example', 'sent'));
        }
      });
      const last = Math.floor((nowMs - 1_000) / 1_000);
      const covered = delivered.filter(
        (atMs) => atMs >= base && Math.floor(atMs / 1_000) > last - 300,
      ).length;
      expect(pipeline.recent.rolling(AURORA, 0).counts.delivered, `seed ${seed}`).toBe(covered);
      expect(pipeline.recent.rolling(PLATFORM, 0).effectiveLag.count).toBe(covered);
    }
  });

  it('AGG-4: they stay so when the clock takes long strides and the log comes late', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = createRandom(seed);
      const delivered: number[] = [];
      while (delivered.length < 300) {
        for (let n = Math.floor(random() * 9); n > 0; n--) {
          const atMs = nowMs - 240_000 - Math.floor(random() * 55_000);
          delivered.push(atMs);
          pipeline.event(attempt(atMs, 'u@boreal.example', 'sent'));
        }
        nowMs += 1_000 + Math.floor(random() * 70_000);
        pipeline.advance(nowMs);
      }
      const second = Math.floor(nowMs / 1_000);
      const covered = pipeline.recent.rolling(BOREAL, 0).counts.delivered;
      let ring = 0;
      for (let s = second - 299; s <= second; s++)
        ring += pipeline.recent.ring.at(s, BOREAL, 0)?.counts.delivered ?? 0;
      expect(covered, `seed ${seed}`).toBe(ring);
      expect(pipeline.recent.rolling(BOREAL, 0).effectiveLag.count).toBe(ring);
    }
  });

  it('AGG-15: when nothing is delivered and mail waits, effective lag grows with the clock and says it is a floor', () => {
    for (const event of arrive(START, 'STUCK', 20)) pipeline.event(event);
    for (let i = 0; i < 20; i++)
      pipeline.event(attempt(START, `u${i}@aurora.example`, 'deferred', 500, 'STUCK'));
    const seen: number[] = [];
    for (const minutes of [2, 6, 10, 16]) {
      run(START + minutes * 60_000);
      seen.push(row(AURORA).lagP95Ms ?? 0);
      expect(row(AURORA).isLagFloor).toBe(true);
    }
    for (const [i, lagMs] of seen.entries()) expect(lagMs / 60_000).toBeCloseTo([2, 6, 10, 16][i]!, 0);
    expect(row(AURORA)).toMatchObject({ level: 'critical', signal: 'lag', queueDepth: 20 });
    expect(row(AURORA).reason).toMatch(/^lag ≥ 1[56]/);
    expect(row(BOREAL)).toMatchObject({ level: 'ok', queueDepth: 0, lagP95Ms: null });
  });

  it('DET-3: two stuck messages make a tile at most medium', () => {
    for (const id of ['S1', 'S2']) {
      for (const event of arrive(START, id)) pipeline.event(event);
      pipeline.event(attempt(START, 'u@aurora.example', 'deferred', 500, id));
    }
    run(START + 3_600_000);
    expect(row(AURORA)).toMatchObject({ level: 'medium', signal: 'lag' });
  });

  it('AGG-3: a line up to a minute behind counts in its own second, a later one only as late', () => {
    run(START + 100_000, (second) => pipeline.event(attempt(second, 'u@boreal.example', 'sent')));
    pipeline.event(attempt(nowMs - 40_000, 'u@aurora.example', 'sent'));
    pipeline.event(attempt(nowMs - 90_000, 'u@aurora.example', 'sent'));
    run(nowMs + 2_000);
    expect(pipeline.recent.rolling(AURORA, 0).counts.delivered).toBe(1);
    expect(pipeline.recent.ring.at(Math.floor((START + 60_000) / 1000), AURORA, 0)?.counts.delivered).toBe(1);
    expect(pipeline.recent.rolling(PLATFORM, 0).counts.late).toBe(1);
  });

  it('AGG-3: a log that catches up after a restart is not late', () => {
    pipeline.event(attempt(START - 900_000, 'u@aurora.example', 'sent'));
    pipeline.event(attempt(START - 800_000, 'u@aurora.example', 'sent'));
    pipeline.event(attempt(START - 10_000, 'u@aurora.example', 'sent'));
    run(START + 2_000);
    expect(pipeline.recent.rolling(PLATFORM, 0).counts.late).toBe(0);
    expect(pipeline.recent.rolling(AURORA, 0).counts.delivered).toBe(1);
  });
});

describe('pipeline: coverage', () => {
  it('DET-1: a tenant that nothing covers is no-data, and its numbers are null, never zero', () => {
    reports = [report('log', { state: 'lost', reason: 'gone', asOfMs: START - 90_000 })];
    run(START + 2_000);
    expect(row(AURORA)).toMatchObject({ level: 'no-data', signal: 'data', reason: 'sources silent' });
    reports = [];
    run(START + 4_000);
    expect(row(AURORA)).toMatchObject({
      level: 'no-data',
      reason: 'no source covers this tenant',
      queueDepth: null,
    });
    expect(pipeline.state.platform).toMatchObject({
      queueDepth: null,
      deliveredPerMinute: null,
      spamPercent: null,
    });
  });

  it('DET-1: with a listing expected and none yet, the depth is not known', () => {
    reports = [
      report('log'),
      {
        ...report('queue', { type: 'postqueue', feeds: ['queue'], state: 'starting' }),
        asOfMs: undefined as never,
      },
    ];
    run(START + 2_000);
    expect(row(AURORA).queueDepth).toBeNull();
  });

  it('DET-4: coverage is as old as the oldest source that should report', () => {
    reports = [report('a', { asOfMs: START - 7_000, state: 'late' }), report('b')];
    pipeline.tick(START);
    expect(pipeline.state.coverage['']?.flow).toMatchObject({ expected: 2, fresh: 1, asOfMs: START - 7_000 });
  });

  it('a step of a series that was not covered is null, and one in which nothing happened is zero', () => {
    run(START + 20_000);
    reports = [report('log', { state: 'lost' })];
    run(START + 40_000);
    const steps = stepsOf(pipeline.recent, {
      scope: AURORA,
      directions: [0],
      cluster: '',
      fromMs: START - 10_000,
      stepMs: 10_000,
      steps: 5,
    });
    const columns = columnsOf(['delivered', 'queueDepth'], steps, 0, { milterSeen: false, trail: 1 });
    expect(columns).toEqual({ delivered: [null, 0, 0, null, null], queueDepth: [null, 0, 0, null, null] });
  });
});

describe('pipeline: spam', () => {
  const verdict = (
    action: 'reject' | 'no action' | 'greylist',
    source = 'rspamd',
    id = `V${serial++}`,
  ): MailEvent => ({
    ...origin(nowMs),
    source,
    kind: 'verdict',
    queueId: id,
    messageId: `<${id}>`,
    action,
    score: 1,
    from: 'x@far.example',
    to: ['u@aurora.example'],
  });
  const milterReject = (): MailEvent => ({
    ...origin(nowMs),
    kind: 'rejected',
    queueId: `M${serial++}`,
    temporary: false,
    milter: true,
    stage: 'END-OF-MESSAGE',
    to: 'u@aurora.example',
    reason: 'spam',
  });
  const deliverHam = () => {
    const id = `H${serial++}`;
    for (const event of arrive(nowMs, id)) pipeline.event(event);
    pipeline.event(attempt(nowMs, 'u@aurora.example', 'sent', 100, id));
  };

  it('AGG-17: without the filter its rejects in the log give a spam rate, and no filter at all gives none', () => {
    deliverHam();
    run(START + 1_000);
    expect(row(AURORA).spamPercent).toBeNull();
    deliverHam();
    deliverHam();
    pipeline.event(milterReject());
    run(START + 2_000);
    expect(row(AURORA)).toMatchObject({ spamPercent: 25, spamN: 4 });
  });

  it('AGG-17: with the filter connected its word counts alone, and greylisting is not final', () => {
    reports = [report('log'), report('filter', { feeds: ['filter'] })];
    pipeline.event(verdict('reject'));
    pipeline.event(milterReject());
    for (let i = 0; i < 3; i++) pipeline.event(verdict('no action'));
    pipeline.event(verdict('greylist'));
    run(START + 1_000);
    expect(row(AURORA)).toMatchObject({ spamPercent: 25, spamN: 4 });
  });

  it('COL-9: a scan told by log and exporter counts once, two scans of one source twice', () => {
    reports = [report('log'), report('filter', { feeds: ['filter'] })];
    pipeline.event(verdict('reject', 'rspamd-log', 'SAME'));
    pipeline.event(verdict('reject', 'rspamd-push', 'SAME'));
    pipeline.event(verdict('reject', 'rspamd-log', 'TWICE'));
    pipeline.event(verdict('reject', 'rspamd-log', 'TWICE'));
    run(START + 1_000);
    expect(row(AURORA).spamN).toBe(3);
    expect(pipeline.counters()['verdictsRepeated']).toBe(1);
  });
});

describe('pipeline: access', () => {
  const login = (user: string, outcome: 'ok' | 'server-fault' | 'bad-credentials'): MailEvent => ({
    ...origin(nowMs),
    kind: 'login',
    user,
    outcome,
    protocol: 'imap',
    attempts: 1,
    reason: '',
  });

  it('AGG-14: users that the servers turn away make access critical, guessed passwords do not', () => {
    for (let i = 0; i < 60; i++) pipeline.event(login(`u${i}@aurora.example`, i < 6 ? 'server-fault' : 'ok'));
    for (let i = 0; i < 60; i++) pipeline.event(login(`u${i}@boreal.example`, 'bad-credentials'));
    run(START + 1_000);
    expect(row(AURORA)).toMatchObject({
      level: 'critical',
      signal: 'access',
      accessPercent: 90,
      reason: '6 of 60 users locked out',
    });
    expect(row(BOREAL)).toMatchObject({ level: 'ok', accessPercent: null });
  });
});

describe('pipeline: clock and bounds', () => {
  it('a clock that jumps back a long way starts the live view anew and is counted', () => {
    run(START + 10_000, (second) => pipeline.event(attempt(second, 'u@aurora.example', 'sent')));
    nowMs = START - 7_200_000;
    pipeline.tick(nowMs);
    expect(pipeline.recent.rolling(AURORA, 0).counts.delivered).toBe(0);
    expect(pipeline.counters()['clockJumps']).toBe(1);
    const base = nowMs;
    run(base + 5_000, (second) => pipeline.event(attempt(second, 'u@aurora.example', 'sent')));
    expect(pipeline.recent.rolling(AURORA, 0).counts.delivered).toBe(5);
  });

  it('rows that did not change keep their identity, so that frames carry changes only', () => {
    run(START + 3_000);
    const before = pipeline.state.rows;
    pipeline.event(attempt(nowMs, 'u@aurora.example', 'sent'));
    run(nowMs + 1_000);
    expect(pipeline.state.rows[BOREAL]).toBe(before[BOREAL]);
    expect(pipeline.state.rows[AURORA]).not.toBe(before[AURORA]);
  });

  it('the latest lines behind a tenant are kept with the rule that gave them', () => {
    const random = createRandom(3);
    for (let i = 0; i < 200; i++) {
      const buffer = Buffer.from(`xx line ${i} yy`);
      pipeline.event(attempt(nowMs, `u@${pick(random, ['aurora', 'boreal'])}.example`, 'sent'), {
        buffer,
        start: 3,
        end: buffer.length - 3,
      });
    }
    const total = pipeline.lines.total(AURORA);
    const lines = pipeline.lines.between(AURORA, 0, total);
    expect(lines).toHaveLength(40);
    expect(lines.at(-1)).toMatchObject({
      source: 'log',
      rule: 'recipient-domain',
      text: expect.stringMatching(/^line \d+$/),
    });
    expect(pipeline.lines.between(AURORA, total - 2, total)).toEqual(lines.slice(-2));
    expect(pipeline.lines.between(AURORA, total, total)).toHaveLength(0);
    expect(pipeline.lines.between(AURORA, 0, total - 5).at(-1)).toEqual(lines.at(-6));
  });
});

describe('pipeline: the account of lines that were lost', () => {
  it('LED-30: of mail that left the queue while lines of a log were lost nothing is known: it is not missing', () => {
    const active: MailEvent = {
      ...{
        ...origin(START),
        kind: 'queue-active',
        queueId: 'Q1',
        from: 'x@far.example',
        fromDomain: 'far.example',
      },
      ...{ sizeBytes: 1, recipientCount: 1 },
    };
    pipeline.event(active);
    pipeline.event({ ...active, queueId: 'Q2' });
    const list = (seconds: number, ids: readonly string[]) =>
      pipeline.listing({
        ...{
          source: 'queue',
          host: 'mx1',
          startedAtMs: START + seconds * 1_000,
          tookMs: 0,
          isPartial: false,
        },
        entries: ids.map((queueId) => ({
          ...{ queueId, queueName: 'deferred', arrivedAtMs: START, sizeBytes: 1, sender: 'x@far.example' },
          recipients: [{ address: 'u@aurora.example' }],
        })),
      });
    list(30, ['Q1', 'Q2']);
    nowMs = START + 60_000;
    const counters = { lines: 0, events: 0, unparsed: 0, foreign: 0, bytes: 0, dropped: { 'file-gone': 1 } };
    reports = [report('log', { counters })];
    pipeline.advance(nowMs);
    for (const seconds of [90, 120]) list(seconds, ['Q2']);
    for (const seconds of [150, 180]) list(seconds, []);
    expect(pipeline.books.conservation?.balance(PLATFORM)).toMatchObject({
      accepted: 2,
      unseen: 1,
      vanished: 1,
    });
  });
});
