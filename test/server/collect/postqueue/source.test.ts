import { hostname } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import type { SourceReport } from '../../../../shared/protocol.ts';
import type { PostqueueSourceConfig } from '../../../../server/base/config.ts';
import { silentLog } from '../../../../server/base/log.ts';
import type { QueueListing } from '../../../../server/collect/event.ts';
import type { RunCommand } from '../../../../server/collect/postqueue/run-command.ts';
import { createPostqueueSource, type PostqueueDeps } from '../../../../server/collect/postqueue/source.ts';
import type { Source } from '../../../../server/collect/source.ts';
import { until } from '../../../support/until.ts';
import { createHandClock } from '../follow/harness.ts';
import { entryLine } from './lines.ts';

const CONFIG: PostqueueSourceConfig = {
  id: 'queue',
  type: 'postqueue',
  command: ['postqueue', '-j'],
  intervalMs: 5_000,
  timeoutMs: 60_000,
};

/** What one run of the command does. */
interface Answer {
  readonly out?: readonly string[];
  readonly code?: number;
  readonly stderr?: string;
  /** How long it takes. */
  readonly tookMs?: number;
}

const sources: Source[] = [];
afterEach(async () => {
  for (const source of sources.splice(0)) await source.stop();
});

/** A source on a clock of its own: `next(answer)` lets it list once, and gives its report after it. */
function createPoller(
  config: Partial<PostqueueSourceConfig> = {},
  more: Partial<PostqueueDeps> = {},
  speed = 1,
) {
  const clock = createHandClock(Date.UTC(2026, 10, 21, 3), speed);
  const listings: QueueListing[] = [];
  const pauses: number[] = [];
  let monotonicMs = 0;
  let answer: Answer = {};
  let resume: (() => void) | undefined;
  const pass = (ms: number): void => {
    monotonicMs += ms;
    clock.advance(ms);
  };
  const run: RunCommand = () => {
    const { out = [], code = 0, stderr = '', tookMs = 10 } = answer;
    const stdout = (async function* () {
      for (const text of out) yield Buffer.from(text);
      pass(tookMs);
    })();
    return { stdout, exit: Promise.resolve({ code, signal: null, stderr }) };
  };
  const source = createPostqueueSource(
    { ...CONFIG, ...config },
    {
      clock,
      run,
      log: silentLog,
      random: () => 0,
      monotonicMs: () => monotonicMs,
      sink: { event: () => undefined, listing: (listing) => listings.push(listing) },
      wait: (ms, signal) =>
        new Promise((resolve) => {
          pauses.push(ms);
          resume = () => {
            pass(ms);
            resolve();
          };
          signal.addEventListener('abort', () => resolve());
        }),
      ...more,
    },
  );
  sources.push(source);
  const next = async (given: Answer): Promise<SourceReport> => {
    answer = given;
    const { length } = pauses;
    if (length === 0) await source.start();
    else resume?.();
    await until(() => pauses.length > length, { what: 'the end of a listing', everyMs: 1 });
    return source.report(clock.now());
  };
  return { source, clock, listings, pauses, next };
}

const lines = (...ids: string[]): string[] => ids.map((queue_id) => `${entryLine({ queue_id })}\n`);

describe('a queue source', () => {
  it('hands over every listing with its age and is as old as its beginning', async () => {
    const { next, listings, clock } = createPoller({ host: 'mx1', cluster: 'north' });
    const startedAtMs = clock.now();
    const report = await next({ out: lines('A', 'B'), tookMs: 40 });
    expect(listings).toMatchObject([
      { source: 'queue', host: 'mx1', startedAtMs, tookMs: 40, isPartial: false, entries: [{}, {}] },
    ]);
    expect(report).toEqual({
      id: 'queue',
      type: 'postqueue',
      feeds: ['queue'],
      cluster: 'north',
      target: 'postqueue -j',
      state: 'ok',
      asOfMs: startedAtMs,
      intervalMs: 5_040,
      counters: {
        lines: 2,
        events: 2,
        unparsed: 0,
        foreign: 0,
        bytes: lines('A', 'B').join('').length,
        dropped: {},
      },
    });
  });

  it('COL-7: an empty answer with exit status 0 is an empty queue', async () => {
    const { next, listings } = createPoller();
    expect((await next({})).state).toBe('ok');
    expect(listings).toMatchObject([{ entries: [], isPartial: false, host: hostname() }]);
  });

  it.each<[string, Answer, RegExp]>([
    [
      'an exit status',
      { code: 69, stderr: 'fatal: Queue report unavailable - mail system is down' },
      /start Postfix/,
    ],
    ['an exit status after a whole listing', { code: 1, out: lines('A') }, /exit status 1/],
    ['a torn line', { out: [...lines('A'), '{"queue_name": "def'] }, /middle of a line/],
    ['text that is no listing', { out: ['-Queue ID-  --Size--\n'] }, /no queue listing/],
  ])('COL-7: %s is a failure with reason and mend, never an empty queue', async (_, answer, reason) => {
    const { next, listings } = createPoller();
    const report = await next(answer);
    expect(listings).toEqual([]);
    expect(report).toMatchObject({ state: 'failing', reason: expect.stringMatching(reason) });
    expect(report.reason).toMatch(/; failing since 03:00:00 UTC$/);
    expect(report.counters.dropped['listing-failed']).toBe(1);
    expect(report).not.toHaveProperty('asOfMs');
  });

  it('COL-7: what was known before a failure keeps its age, and is lost after a minute', async () => {
    const { next, source, clock } = createPoller();
    const { asOfMs } = await next({ out: lines('A') });
    const failing = await next({ code: 1 });
    expect([failing.state, failing.asOfMs]).toEqual(['failing', asOfMs]);
    clock.advance(60_000);
    expect(source.report(clock.now())).toMatchObject({ state: 'lost', asOfMs });
  });

  it('COL-8: a listing that takes long makes the interval longer, and the report says so', async () => {
    const { next, pauses } = createPoller();
    expect(await next({ tookMs: 2_000 })).toMatchObject({ state: 'ok', intervalMs: 40_000 });
    expect(await next({ tookMs: 10 })).toMatchObject({ state: 'ok', intervalMs: 5_010 });
    expect(pauses).toEqual([38_000, 5_000]);
  });

  it('COL-8: a failed listing is paid for like another, and the report says when it is tried again', async () => {
    const { next, pauses } = createPoller();
    const { reason } = await next({ code: 1, tookMs: 30_000 });
    expect(pauses).toEqual([570_000]);
    expect(reason).toMatch(/; tried again 10 min later; failing since/);
  });

  it('COL-10: one that fails is tried again, later each time, and is well again at once', async () => {
    const { next, pauses } = createPoller();
    for (let n = 0; n < 4; n += 1) await next({ code: 1 });
    expect(await next({ out: lines('A') })).toMatchObject({
      state: 'ok',
      counters: { dropped: { 'listing-failed': 4 } },
    });
    await next({ code: 1 });
    expect(pauses).toEqual([5_000, 10_000, 20_000, 30_000, 5_000, 5_000]);
  });

  it('a listing with lines that were not understood is partial, and counted', async () => {
    const { next, listings } = createPoller();
    const report = await next({ out: [...lines('A'), 'warning: something\n', ...lines('B')] });
    expect(listings).toMatchObject([{ isPartial: true, entries: [{}, {}] }]);
    expect(report).toMatchObject({ state: 'ok', reason: expect.stringMatching(/^1 line/) });
    expect(report.counters).toMatchObject({ lines: 3, events: 2, dropped: { 'not-understood': 1 } });
  });

  it('a listing beyond the limit is partial, and says so', async () => {
    const { next, listings } = createPoller({}, { limits: { maxEntries: 2 } });
    const report = await next({ out: lines('A', 'B', 'C', 'D') });
    expect(listings).toMatchObject([{ isPartial: true, entries: [{ queueId: 'A' }, { queueId: 'B' }] }]);
    expect(report).toMatchObject({ state: 'ok', reason: expect.stringMatching(/cut after 2 entries/) });
    expect(report.counters.dropped).toEqual({ cut: 1 });
  });

  it('entries of an unknown queue are counted', async () => {
    const { next } = createPoller();
    const report = await next({ out: [`${entryLine({ queue_name: 'limbo' })}\n`] });
    expect(report).toMatchObject({
      reason: expect.stringMatching(/unknown queue/),
      counters: { unparsed: 1, events: 1 },
    });
  });

  it('tells when postqueue had to read the queue of a stopped Postfix by itself', async () => {
    const { next, listings } = createPoller();
    const stderr = 'postqueue: warning: Mail system is down -- accessing queue directly';
    expect(await next({ out: lines('A'), stderr })).toMatchObject({
      state: 'ok',
      reason: expect.stringMatching(/start Postfix/),
    });
    expect(listings).toHaveLength(1);
  });

  it("in a demo ages are the clock's and intervals real", async () => {
    const { next, source, clock, pauses } = createPoller({}, {}, 60);
    const { asOfMs, intervalMs, state } = await next({ tookMs: 10 });
    expect([clock.now() - asOfMs!, intervalMs, state, pauses]).toEqual([600, 5_010, 'ok', [5_000]]);
    clock.advance(9_000);
    expect(source.report(clock.now()).state).toBe('ok');
    clock.advance(60_000);
    expect(source.report(clock.now()).state).toBe('lost');
  });

  it('a fault inside shows as failing, and does not make the next listing come sooner', async () => {
    let isBroken = true;
    const { next, pauses } = createPoller(
      {},
      {
        sink: {
          event: () => undefined,
          listing: () => {
            if (isBroken) throw new Error('bug');
          },
        },
      },
    );
    expect(await next({})).toMatchObject({
      state: 'failing',
      reason: expect.stringMatching(/internal fault \(bug\)/),
      counters: { events: 0 },
    });
    isBroken = false;
    expect((await next({})).state).toBe('failing');
    expect(pauses).toEqual([500, 4_500]);
    expect((await next({})).state).toBe('ok');
  });

  it('reads a listing that comes in one piece of many megabytes', async () => {
    const { next, listings } = createPoller();
    const ids = Array.from({ length: 20_000 }, (_, n) => `Q${n}`);
    await next({ out: [lines(...ids).join('')] });
    expect(listings[0]?.entries.map(({ queueId }) => queueId)).toEqual(ids);
  });

  it('is starting before it is started', () => {
    expect(createPoller().source.report(Date.now())).toMatchObject({ state: 'starting', intervalMs: 5_000 });
  });
});

describe('a queue source with a real command', () => {
  const sh = (script: string): string[] => ['sh', '-c', script];
  const real = (command: string[], timeoutMs = 60_000) => {
    const listings: QueueListing[] = [];
    const clock = { now: Date.now, speed: 1 };
    const sink = { event: () => undefined, listing: (listing: QueueListing) => listings.push(listing) };
    const source = createPostqueueSource({ ...CONFIG, command, timeoutMs }, { clock, sink, log: silentLog });
    sources.push(source);
    const settled = async (): Promise<SourceReport> => {
      await source.start();
      return until(
        () => {
          const report = source.report(Date.now());
          return report.state === 'starting' ? undefined : report;
        },
        { what: 'the first listing', everyMs: 5 },
      );
    };
    return { listings, source, settled };
  };

  it('reads what it prints, in pieces too', async () => {
    const [a, b] = [entryLine({ queue_id: 'A' }), entryLine({ queue_id: 'B' })];
    const { listings, settled } = real(
      sh(`printf '%s\\n%s' '${a}' '${b.slice(0, 9)}'; printf '%s\\n' '${b.slice(9)}'`),
    );
    expect((await settled()).state).toBe('ok');
    expect(listings).toMatchObject([{ entries: [{ queueId: 'A' }, { queueId: 'B' }] }]);
  });

  it.each<[string, string[], RegExp]>([
    [
      'a program that is not there',
      ['no-such-postqueue', '-j'],
      /^no-such-postqueue was not found: install Postfix/,
    ],
    [
      'an exit status',
      sh('echo "postqueue: fatal: Queue report unavailable - mail system is down" >&2; exit 69'),
      /start Postfix/,
    ],
    ['a signal', sh(`echo '${entryLine({})}'; kill -KILL $$`), /was ended by SIGKILL/],
    ['a torn listing', sh(`echo '${entryLine({})}'; printf '{"queue_n'`), /middle of a line/],
  ])('COL-7: %s is a failure', async (_, command, reason) => {
    const { listings, settled } = real(command);
    expect(await settled()).toMatchObject({ state: 'failing', reason: expect.stringMatching(reason) });
    expect(listings).toEqual([]);
  });

  it('COL-7: a command that does not end is stopped at its time limit, with what it started', async () => {
    const { listings, settled } = real(sh(`echo '${entryLine({})}'; sleep 600 & wait`), 300);
    expect(await settled()).toMatchObject({
      state: 'failing',
      reason: expect.stringMatching(/^the listing was stopped after 0.3 s/),
    });
    expect(listings).toEqual([]);
  });

  it('does not wait for the rest of a listing beyond the limit', async () => {
    const listings: QueueListing[] = [];
    const command = sh(
      `while :; do echo '{"queue_name":"active","queue_id":"'$((n=n+1))'","arrival_time":1,"message_size":1,"sender":"a@b.example","recipients":[]}'; done`,
    );
    const source = createPostqueueSource(
      { ...CONFIG, command },
      {
        clock: { now: Date.now, speed: 1 },
        sink: { event: () => undefined, listing: (listing) => listings.push(listing) },
        log: silentLog,
        limits: { maxEntries: 1_000 },
      },
    );
    sources.push(source);
    await source.start();
    await until(() => listings.length, { what: 'the cut listing', everyMs: 5 });
    expect(listings[0]).toMatchObject({ isPartial: true });
    expect(listings[0]?.entries).toHaveLength(1_000);
  });

  it('ends with the source, which reports no failure for it', async () => {
    const { source } = real(sh('sleep 600'));
    await source.start();
    await source.stop();
    expect(source.report(Date.now())).toMatchObject({ state: 'starting', counters: { dropped: {} } });
  });
});
