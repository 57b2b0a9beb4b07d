import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SourceConfig } from '../../../server/base/config.ts';
import { silentLog } from '../../../server/base/log.ts';
import type { Checkpoint } from '../../../server/base/store/checkpoints.ts';
import type { MailEvent } from '../../../server/collect/event.ts';
import { createLogSource, type LogSource } from '../../../server/collect/log-source.ts';
import { judgeStamp } from '../../../server/collect/skew.ts';

const NOON = Date.parse('2026-11-21T12:00:00Z');
const removed = (id: string, atMs = NOON) =>
  `${new Date(atMs).toISOString().replace('Z', '+00:00')} mx1 postfix/qmgr[7]: ${id}: removed\n`;

const VERDICT =
  '2026-11-21T12:00:00.000+00:00 mx1 rspamd[12]: <95c17f>; proxy; rspamd_task_write_log: id: <a@b>, qid: <4jWzVY45YpzBvyk>, ip: 192.0.2.201, from: <a@b>, (default: F (no action): [1.55/15.00] [A(5.00){}]), len: 12, time: 9.5ms, dns req: 0, digest: <d1>, rcpts: <x@y>, mime_rcpts: <x@y>';

let dir: string;
let path: string;
let events: MailEvent[];
let nowMs: number;
let source: LogSource;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mailvigil-source-'));
  path = join(dir, 'mail.log');
  events = [];
  nowMs = NOON;
});
afterEach(async () => {
  await source.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function follow(
  checkpoint?: Checkpoint,
  over: object = {},
  check: (event: MailEvent) => void = () => undefined,
): Promise<void> {
  const config = SourceConfig.parse({
    id: 'mx1',
    type: 'log',
    paths: [path],
    initial: 'start',
    timezone: 'UTC',
    ...over,
  });
  if (config.type !== 'log') throw new Error('not a log');
  const event = (event: MailEvent): void => {
    check(event);
    events.push(event);
  };
  const sink = { event, listing: () => undefined };
  source = createLogSource(config, {
    clock: { now: () => nowMs, speed: 1 },
    sink,
    log: silentLog,
    checkpoint,
  });
  await source.start();
}
const ids = () => events.map((event) => ('queueId' in event ? event.queueId : event.kind));
const report = () => source.report(nowMs);
const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 20 });

describe('log source', () => {
  it('COL-1: goes on where the run before came to, though the log was rotated in between', async () => {
    writeFileSync(path, removed('4AAA11') + removed('4AAA12'));
    await follow();
    await until(() => expect(ids()).toEqual(['4AAA11', '4AAA12']));
    const checkpoint = source.checkpoint();
    await source.stop();
    appendFileSync(path, removed('4AAA13'));
    renameSync(path, `${path}.1`);
    writeFileSync(path, removed('4AAA14'));
    await follow(checkpoint);
    await until(() => expect(ids()).toEqual(['4AAA11', '4AAA12', '4AAA13', '4AAA14']));
  });

  it('COL-2: leaves a line of a megabyte out, counts it, and reads its neighbours', async () => {
    writeFileSync(path, `${removed('4AAA11')}${'x'.repeat(1_000_000)}\n${removed('4AAA12')}`);
    await follow();
    await until(() => expect(ids()).toEqual(['4AAA11', '4AAA12']));
    expect(report().counters.dropped).toEqual({ 'too-long': 1 });
  });

  it('COL-2: waits for the rest of a torn line', async () => {
    const line = removed('4AAA12');
    writeFileSync(path, removed('4AAA11') + line.slice(0, 40));
    await follow();
    await until(() => expect(report().state).toBe('ok'));
    expect(ids()).toEqual(['4AAA11']);
    appendFileSync(path, line.slice(40));
    await until(() => expect(ids()).toEqual(['4AAA11', '4AAA12']));
  });

  it('COL-3: counts binary garbage as not understood and keeps a sample of it', async () => {
    writeFileSync(
      path,
      Buffer.concat([Buffer.from([0, 255, 254, 1, 2, 10]), Buffer.from(removed('4AAA11'))]),
    );
    await follow();
    await until(() => expect(ids()).toEqual(['4AAA11']));
    expect(report().counters).toMatchObject({ lines: 2, events: 1, unparsed: 1 });
    expect(source.unparsedSamples).toHaveLength(1);
  });

  it('COL-10: says what is missing and what mends it, and picks the log up when it appears', async () => {
    await follow();
    await until(() =>
      expect(report()).toMatchObject({
        state: 'failing',
        reason: expect.stringContaining(`${path} does not exist`),
      }),
    );
    nowMs += 61_000;
    expect(report().state).toBe('lost');
    writeFileSync(path, removed('4AAA11', nowMs));
    await until(() => expect(ids()).toEqual(['4AAA11']));
    await until(() => expect(report().state).toBe('ok'));
  });

  it('COL-6: counts the lines of a clock that is an hour off at the time of receipt, and says so', async () => {
    writeFileSync(path, '');
    await follow();
    await until(() => expect(report().state).toBe('ok'));
    appendFileSync(path, removed('4AAA11', NOON + 3_600_000));
    await until(() => expect(events).toHaveLength(1));
    expect(events[0]?.atMs).toBe(nowMs);
    expect(report()).toMatchObject({
      state: 'ok',
      reason: expect.stringContaining('the clock of mx1 is 60 min ahead'),
    });
  });

  it('COL-6: drops a log of last year, counted', async () => {
    writeFileSync(path, removed('4AAA11', NOON - 365 * 86_400_000) + removed('4AAA12'));
    await follow();
    await until(() => expect(ids()).toEqual(['4AAA12']));
    expect(report().counters.dropped).toEqual({ 'too-old': 1 });
  });

  it('tells of the filter once the filter has written into it', async () => {
    writeFileSync(path, removed('4jWzVY435czBvpv'));
    await follow();
    await vi.waitFor(() => expect(ids()).toHaveLength(1));
    expect(source.report(nowMs).feeds).toEqual(['flow', 'access']);
    appendFileSync(path, `${VERDICT}\n`);
    await vi.waitFor(() => expect(events.some(({ kind }) => kind === 'verdict')).toBe(true));
    expect(source.report(nowMs).feeds).toEqual(['flow', 'access', 'filter']);
  });

  it('calls a log that can be read but says nothing quiet', async () => {
    writeFileSync(path, removed('4AAA11'));
    await follow(undefined, { quietAfterMs: 60_000 });
    await until(() => expect(report().state).toBe('ok'));
    nowMs += 120_000;
    await until(() =>
      expect(report()).toMatchObject({
        state: 'quiet',
        reason: expect.stringContaining('no line for 2 min'),
      }),
    );
  });
});

describe('what must not be counted twice or missed in silence', () => {
  it('goes on behind a line whose event made the sink throw, counted', async () => {
    writeFileSync(path, removed('4AAA11') + removed('4BAD12') + removed('4AAA13'));
    await follow(undefined, {}, (event) => {
      if ('queueId' in event && event.queueId === '4BAD12') throw new TypeError('a bug');
    });
    await until(() => expect(ids()).toEqual(['4AAA11', '4AAA13']));
    expect(report().counters).toMatchObject({ lines: 3, dropped: { 'internal-fault': 1 } });
  });

  it('says that a stored position could not be used', async () => {
    writeFileSync(path, removed('4AAA11'));
    await follow({ sourceId: 'mx1', takenAtMs: NOON, position: { [path]: [{ offset: -1 }] } });
    await until(() => expect(ids()).toEqual(['4AAA11']));
    expect(report()).toMatchObject({
      state: 'ok',
      reason: expect.stringContaining('the stored position is of another form'),
      counters: { dropped: { 'position-unreadable': 1 } },
    });
  });

  it('tells how far each of several files has been read', async () => {
    const other = join(dir, 'dovecot.log');
    writeFileSync(path, removed('4AAA11'));
    writeFileSync(other, removed('4BBB11'));
    await follow(undefined, { paths: [path, other] });
    await until(() => expect(ids().toSorted()).toEqual(['4AAA11', '4BBB11']));
    const checkpoint = source.checkpoint();
    await source.stop();
    appendFileSync(other, removed('4BBB12'));
    events = [];
    await follow(checkpoint, { paths: [path, other] });
    await until(() => expect(ids()).toEqual(['4BBB12']));
  });

  it('keeps its checkpoint when it is stopped', async () => {
    writeFileSync(path, removed('4AAA11'));
    await follow();
    await until(() => expect(ids()).toEqual(['4AAA11']));
    const before = source.checkpoint()?.position;
    await source.stop();
    expect(source.checkpoint()?.position).toEqual(before);
  });
});

describe('which time a line counts at', () => {
  const MINUTE = 60_000;
  it.each([
    ['live and right', 0, true, 1, { use: 'own' }],
    ['live and a minute behind', -MINUTE, true, 1, { use: 'own' }],
    ['live and an hour behind', -60 * MINUTE, true, 1, { use: 'receipt', skewMs: -60 * MINUTE }],
    ['read while catching up, an hour old', -60 * MINUTE, false, 1, { use: 'own' }],
    ['from an hour ahead', 60 * MINUTE, false, 1, { use: 'receipt', skewMs: 60 * MINUTE }],
    ['older than a day', -1_500 * MINUTE, false, 1, { use: 'none', reason: 'too-old' }],
    ['more than a day ahead', 1_500 * MINUTE, true, 1, { use: 'none', reason: 'in-the-future' }],
    ['an hour behind on a clock that runs sixty times as fast', -60 * MINUTE, true, 60, { use: 'own' }],
  ] as const)('COL-6: %s', (...[, skewMs, isLive, speed, expected]) => {
    expect(judgeStamp(NOON + skewMs, NOON, isLive, speed)).toEqual(expected);
  });
});
