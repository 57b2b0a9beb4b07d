import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RspamdPushSourceConfig } from '../../../../server/base/config.ts';
import { silentLog } from '../../../../server/base/log.ts';
import type { MailEvent } from '../../../../server/collect/event.ts';
import { decodeExporter } from '../../../../server/collect/rspamd/exporter.ts';
import { createRspamdPush } from '../../../../server/collect/rspamd/push.ts';
import { CORPUS, hasCorpus } from '../../../support/corpus.ts';
import { createRandom, pick } from '../../../support/random.ts';
import { createHandClock } from '../follow/harness.ts';

const AT = Date.UTC(2026, 10, 21, 3);
const ORIGIN = { source: 'push', host: 'mx1' };
/** As metadata_exporter of rspamd 3.4 writes it with `formatter = "json"`, its symbols and headers shortened. */
const REPORT = {
  ip: '198.51.100.4',
  user: 'user030@aurora-isp.example',
  qid: '4jWzhT52m7zBwqh',
  subject: 'Also first does another large',
  action: 'add header',
  rspamd_server: 'mx1',
  score: 7.25,
  fuzzy: [],
  rcpt: ['a@home.example', 'b@home.example'],
  from: 'dora.53@bigmail.example',
  symbols: [{ name: 'ARC_NA', score: 0, groups: ['arc'] }],
  header_from: ['Dora <dora.53@bigmail.example>'],
  message_id: '1a1ff2d4cc1@bigmail.example',
  scan_time: 18.5,
  size: 966,
};
const decode = (members: object = {}) => decodeExporter({ ...REPORT, ...members }, AT, ORIGIN);

describe("a report of rspamd's metadata_exporter", () => {
  it('is a verdict at the time of receipt', () => {
    expect(decode()).toEqual({
      kind: 'verdict',
      atMs: AT,
      source: 'push',
      host: 'mx1',
      instance: 'rspamd',
      queueId: '4jWzhT52m7zBwqh',
      messageId: '1a1ff2d4cc1@bigmail.example',
      action: 'add header',
      score: 7.25,
      from: 'dora.53@bigmail.example',
      to: ['a@home.example', 'b@home.example'],
      login: 'user030@aurora-isp.example',
      clientIp: '198.51.100.4',
      scanMs: 18.5,
      sizeBytes: 966,
      findings: { symbols: ['ARC_NA'], urlHosts: [], fuzzy: [], subject: 'Also first does another large' },
    });
  });

  it('does not take the word "unknown" for a queue id, user, address or recipient', () => {
    const unknown = { ip: 'unknown', user: 'unknown', qid: 'unknown', rcpt: 'unknown', from: 'unknown' };
    expect(decode({ ...unknown, message_id: 'undef' })).toEqual({
      kind: 'verdict',
      atMs: AT,
      source: 'push',
      host: 'mx1',
      instance: 'rspamd',
      messageId: '',
      action: 'add header',
      score: 7.25,
      from: '',
      to: [],
      scanMs: 18.5,
      sizeBytes: 966,
      findings: { symbols: ['ARC_NA'], urlHosts: [], fuzzy: [], subject: 'Also first does another large' },
    });
  });

  it('has the null sender as an empty one', () => {
    expect(decode({ from: '' })).toMatchObject({ kind: 'verdict', from: '' });
  });

  it('may be flattened: score as text, recipients in one line, commas inside quotes', () => {
    expect(decode({ score: '-0.80', rcpt: 'a@home.example, "b, c"@home.example' })).toMatchObject({
      score: -0.8,
      to: ['a@home.example', '"b, c"@home.example'],
    });
  });

  it('is worth having without what older versions do not send, or with nonsense in it', () => {
    const bare = decodeExporter({ action: 'reject', score: 20 }, AT, ORIGIN);
    expect(bare).toEqual({
      kind: 'verdict',
      atMs: AT,
      source: 'push',
      host: 'mx1',
      instance: 'rspamd',
      messageId: '',
      action: 'reject',
      score: 20,
      from: '',
      to: [],
    });
    expect(decode({ scan_time: -1, size: 'big', rcpt: [7] })).toEqual(
      expect.not.objectContaining({ scanMs: expect.anything(), sizeBytes: expect.anything() }),
    );
  });

  it.each([
    'no action',
    'greylist',
    'soft reject',
    'add header',
    'rewrite subject',
    'reject',
    'discard',
    'quarantine',
  ])('may have the action %s', (action) => {
    expect(decode({ action })).toMatchObject({ kind: 'verdict', action });
  });

  it.each([
    ['nothing', undefined, /missing/],
    ['a list', [REPORT], /missing/],
    ['no action', { ...REPORT, action: undefined }, /^'action' is missing/],
    ['an action of the site', { ...REPORT, action: 'tarpit' }, /'tarpit' is none of rspamd's/],
    ['no score', { ...REPORT, score: undefined }, /^'score' is missing/],
    ['a score in words', { ...REPORT, score: 'high' }, /^'score' is missing/],
  ])('with %s is not understood, and says why', (_, body, fault) => {
    expect(decodeExporter(body, AT, ORIGIN)).toEqual({ fault: expect.stringMatching(fault) });
  });

  it('never throws, whatever is in it', () => {
    const random = createRandom(7);
    const odd = [null, undefined, 0, NaN, -1, '', '\u0000"', 'unknown', [], [null], {}, { a: [] }, true];
    for (let n = 0; n < 1_000; n += 1) {
      const members = Object.keys(REPORT).map((key) => [key, pick(random, odd)]);
      const decoded = decode(Object.fromEntries(members.filter(() => random() < 0.3)));
      expect('fault' in decoded ? decoded.fault : decoded.kind).toBeTruthy();
    }
  });

  // Skipped where the recorded platform (../shared/corpus) is not beside the repository.
  it.skipIf(!hasCorpus)('is understood in the words of a recorded platform', () => {
    const path = join(CORPUS, 'run1/samples/rspamd_history.json');
    const { rows } = JSON.parse(readFileSync(path, 'utf8')) as { rows: Record<string, unknown>[] };
    expect(rows.length).toBeGreaterThan(100);
    for (const row of rows) {
      // The history has other names for some members, and the same values.
      const body = {
        ...row,
        from: row['sender_smtp'],
        rcpt: row['rcpt_smtp'],
        message_id: row['message-id'],
        scan_time: (row['time_real'] as number) * 1_000,
      };
      expect(decodeExporter(body, AT, ORIGIN)).toMatchObject({
        kind: 'verdict',
        action: row['action'],
        score: row['score'],
        sizeBytes: row['size'],
        to: row['rcpt_smtp'] ?? [],
      });
    }
  });
});

describe('the source behind it', () => {
  const config: RspamdPushSourceConfig = {
    id: 'push',
    type: 'rspamd-push',
    quietAfterMs: 300_000,
    host: 'mx1',
  };
  const createPush = (speed = 1, more: Partial<RspamdPushSourceConfig> = {}) => {
    const clock = createHandClock(AT, speed);
    const events: MailEvent[] = [];
    const sink = { event: (event: MailEvent) => void events.push(event), listing: () => undefined };
    const push = createRspamdPush({ ...config, ...more }, { clock, sink, log: silentLog });
    return { push, clock, events, report: () => push.report(clock.now()) };
  };

  it('is starting until the first report, and says what to set', () => {
    const { report } = createPush();
    expect(report()).toMatchObject({ state: 'starting', reason: expect.stringMatching(/metadata_exporter/) });
    expect(report()).not.toHaveProperty('asOfMs');
  });

  it('hands over every report it understands and is as old as the last one', async () => {
    const { push, clock, events, report } = createPush(1, { cluster: 'north' });
    await push.start();
    expect(push.accept(REPORT)).toBe(true);
    clock.advance(1_000);
    expect(push.accept({ ...REPORT, action: 'reject' })).toBe(true);
    expect(events).toMatchObject([
      { kind: 'verdict', action: 'add header', atMs: AT, source: 'push', host: 'mx1' },
      { kind: 'verdict', action: 'reject', atMs: AT + 1_000 },
    ]);
    expect(report()).toEqual({
      id: 'push',
      type: 'rspamd-push',
      feeds: ['filter'],
      cluster: 'north',
      target: '/ingest/v1/rspamd',
      state: 'ok',
      asOfMs: AT + 1_000,
      intervalMs: 300_000,
      counters: { lines: 2, events: 2, unparsed: 0, foreign: 0, bytes: 0, dropped: {} },
    });
    await push.stop();
  });

  it('is quiet after a silence, in real time, and well again with the next report', () => {
    const { push, clock, report } = createPush(60);
    push.accept(REPORT);
    clock.advance(300_000);
    expect(report().state).toBe('ok');
    clock.advance(1);
    expect(report()).toMatchObject({
      state: 'quiet',
      reason: expect.stringMatching(/^no report for 5 min/),
      asOfMs: AT,
    });
    push.accept(REPORT);
    expect(report().state).toBe('ok');
  });

  it('counts what it does not understand, and fails when nothing else comes', () => {
    const { push, clock, events, report } = createPush();
    expect(push.accept({ hello: 1 })).toBe(false);
    expect(events).toEqual([]);
    expect(report()).toMatchObject({
      state: 'failing',
      reason: expect.stringMatching(/formatter = "json"/),
      counters: { lines: 1, events: 0, dropped: { 'not-understood': 1 } },
    });
    push.accept(REPORT);
    push.accept({ hello: 2 });
    expect(report()).toMatchObject({
      state: 'ok',
      counters: { lines: 3, events: 1, dropped: { 'not-understood': 2 } },
    });
    clock.advance(300_001);
    expect(report()).toMatchObject({ state: 'failing', asOfMs: AT });
  });
});
