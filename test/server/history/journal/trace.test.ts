import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createLogReader } from '../../../../server/collect/reader.ts';
import { createJournalReader } from '../../../../server/history/journal/reader.ts';
import { HOW } from '../../../../server/history/journal/related.ts';
import { createJournalWriter } from '../../../../server/history/journal/writer.ts';
import type { LineBlock, NewRecord } from '../../../../server/history/store.ts';
import { CORPUS, hasCorpus } from '../../../support/corpus.ts';
import { createRandom, pick } from '../../../support/random.ts';
import { careAll, DAY, entry, inTransaction, NOW, openDatabase, PROVIDERS } from './support.ts';

const options = { providers: PROVIDERS, searchMs: 60_000, traceMs: 60_000, timezoneOf: () => 'UTC' };
const stamp = (atMs: number) => new Date(atMs).toISOString().replace('Z', '+00:00');

/** A block of lines, each with its time. */
function block(source: string, lines: readonly (readonly [atMs: number, text: string])[]): LineBlock {
  const times = lines.map(([atMs]) => atMs);
  return {
    source,
    fromMs: Math.min(...times),
    toMs: Math.max(...times),
    bytes: Buffer.from(lines.map(([atMs, text]) => `${stamp(atMs)} ${text}\n`).join('')),
  };
}

function journalOf(records: readonly NewRecord[], lines: readonly LineBlock[]) {
  const db = openDatabase();
  const writer = createJournalWriter(db);
  inTransaction(db, () => writer.write(records, lines));
  return { db, writer, reader: createJournalReader(db, options) };
}

describe('trace of a message', () => {
  const qid = '4jWzVb5xMwzBvyk';
  const line = (text: string) => `mx1 postfix/smtp[7]: ${text}`;
  const life = block('mx1', [
    [NOW - 60_300, line(`${qid}: client=unknown[192.0.2.1]`)],
    [NOW - 60_200, line(`${qid}x: client=unknown[192.0.2.2]`)],
    [NOW - 60_200, `mx2 postfix/smtp[7]: ${qid}: client=unknown[192.0.2.3]`],
    [NOW - 60_000, line(`${qid}: message-id=<1@aurora.example>`)],
    [NOW, line(`${qid}: to=<b@freemail.example>, relay=none, delay=60, dsn=5.1.1, status=bounced (gone)`)],
    [NOW + 20, 'mx1 postfix/bounce[9]: ' + `${qid}: sender non-delivery notification: 4jNOTICE`],
    [NOW + 30, line(`${qid}: removed`)],
  ]);
  const bounced = entry({
    queueId: qid,
    messageId: '1@aurora.example',
    status: 'bounced',
    delayMs: 60_300,
    reason: 'gone',
  });

  it('JRN-16: its lines are those of its host that have the queue id as a word, in order of time', () => {
    const store = block('store', [
      [
        NOW + 10,
        'store1 dovecot: lmtp(b@freemail.example)<5><x>: msgid=<1@aurora.example>: saved mail to INBOX',
      ],
      [
        NOW + 10,
        'store1 dovecot: lmtp(b@freemail.example)<5><x>: msgid=<21@aurora.example>: saved mail to INBOX',
      ],
    ]);
    const { reader } = journalOf([bounced], [store, life]);
    const { records, lines, missing } = reader.trace('mx1', qid);
    expect(records).toHaveLength(1);
    expect(lines.map(({ source, atMs, text }) => [source, atMs - NOW, text.slice(30, 95)])).toEqual([
      ['mx1', -60_300, `mx1 postfix/smtp[7]: ${qid}: client=unknown[192.0.2.1]`],
      ['mx1', -60_000, `mx1 postfix/smtp[7]: ${qid}: message-id=<1@aurora.exampl`],
      ['mx1', 0, `mx1 postfix/smtp[7]: ${qid}: to=<b@freemail.example>, re`],
      ['store', 10, 'store1 dovecot: lmtp(b@freemail.example)<5><x>: msgid=<1@aurora.e'],
      ['mx1', 20, `mx1 postfix/bounce[9]: ${qid}: sender non-delivery notif`],
      ['mx1', 30, `mx1 postfix/smtp[7]: ${qid}: removed`],
    ]);
    expect(missing).toEqual([]);
  });

  it('JRN-17: other queue ids of the message are named: before and after, the same message id, notices', () => {
    const records = [
      bounced,
      entry({ queueId: 'BEFORE', messageId: '1@aurora.example', remoteQueueId: qid }),
      entry({
        queueId: qid,
        messageId: '1@aurora.example',
        remoteQueueId: 'AFTER',
        host: 'mx1',
        delayMs: 60_000,
      }),
      entry({ queueId: 'AFTER', host: 'mx2' }),
      entry({ queueId: 'COPY', messageId: '<1@aurora.example>', host: 'mx2' }),
      entry({ queueId: 'ELSE', messageId: '2@aurora.example' }),
    ];
    const { reader } = journalOf(records, [life]);
    expect(reader.trace('mx1', qid).related).toEqual([
      { host: 'mx1', queueId: '4jNOTICE', how: HOW.notice },
      { host: 'mx2', queueId: 'AFTER', how: HOW.passedOnTo },
      { host: 'mx1', queueId: 'BEFORE', how: HOW.passedOnFrom },
      { host: 'mx2', queueId: 'COPY', how: HOW.sameMessageId },
    ]);
    const notice = reader.trace('mx1', '4jNOTICE', NOW);
    expect(notice.related).toEqual([{ host: 'mx1', queueId: qid, how: HOW.noticeOf }]);
  });

  it('JRN-17: a message that goes on under another queue id after a requeue is followed both ways', () => {
    const requeued = block('mx1', [
      [NOW, 'mx1 postfix/pickup[3]: 4F0A1B2C3D: uid=89 from=<a@aurora.example> orig_id=4F0A1B2C00'],
    ]);
    const { reader } = journalOf([entry({ queueId: '4F0A1B2C3D', delayMs: 10 })], [requeued]);
    expect(reader.trace('mx1', '4F0A1B2C3D').related).toEqual([
      { host: 'mx1', queueId: '4F0A1B2C00', how: HOW.requeuedFrom },
    ]);
    expect(reader.trace('mx1', '4F0A1B2C00', NOW).related).toEqual([
      { host: 'mx1', queueId: '4F0A1B2C3D', how: HOW.requeuedAs },
    ]);
  });

  it('JRN-18: what is missing is said: lines deleted, lines never kept, no entry', () => {
    const late = block('mx1', [[NOW + DAY, line('later: removed')]]);
    const { db, writer, reader } = journalOf([bounced], [life, late]);
    expect(reader.trace('mx1', qid).missing).toEqual([]);
    careAll(db, writer, NOW + DAY + 1_000, { linesDays: 0.5 });
    const { records, lines, missing } = reader.trace('mx1', qid);
    expect(records).toHaveLength(1);
    expect(lines).toEqual([]);
    expect(missing).toEqual([
      'lines of mx1 are kept from 2026-11-22T12:00:00.000Z on, not those of 2026-11-21T12:00:00.000Z',
    ]);
    expect(journalOf([bounced], []).reader.trace('mx1', qid).missing).toEqual([
      'no lines of mx1 around 2026-11-21T12:00:00.000Z were kept',
    ]);
    expect(reader.trace('mx1', 'UNKNOWN').missing).toEqual([expect.stringContaining('no entry')]);
    expect(reader.trace('mx2', qid).records).toEqual([]);
  });

  it('JRN-18: when it takes too long it shows what it has and says how much was not looked through', () => {
    const db = openDatabase();
    const writer = createJournalWriter(db);
    const blocks = Array.from({ length: 30 }, (_, i) => block('mx1', [[NOW + i, line(`${qid}: line ${i}`)]]));
    inTransaction(db, () => writer.write([{ ...bounced, delayMs: 0 }], blocks));
    let nowMs = 0;
    const reader = createJournalReader(db, { ...options, traceMs: 10, monotonicMs: () => (nowMs += 1) });
    const { lines, missing } = reader.trace('mx1', qid);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThan(30);
    expect(missing).toEqual([
      expect.stringMatching(new RegExp(`^${30 - lines.length} of 30 pieces of log were not looked through`)),
    ]);
  });

  it.skipIf(!hasCorpus)(
    'JRN-16: on a real log the lines of any queue id are exactly those that name it (needs ../shared/corpus)',
    () => {
      const log = zstdDecompressSync(readFileSync(join(CORPUS, 'run1/mail-iso.log.zst'))).toString();
      const all = log.split('\n').slice(0, 40_000);
      const { records, blocks } = read(all);
      const { db, writer, reader } = journalOf(records, blocks);
      const random = createRandom(1);
      const sample = Array.from({ length: 40 }, () => pick(random, records));
      const check = () => {
        for (const { host, queueId = '', atMs } of sample) {
          const named = all.filter((text) => new RegExp(`\\b${queueId}\\b`).test(text));
          const trace = reader.trace(host, queueId, atMs);
          const found = trace.lines.map(({ text }) => text).filter((text) => text.includes(queueId));
          expect(found.toSorted(), queueId).toEqual(named.toSorted());
          expect(trace.records.length).toBe(records.filter((record) => record.queueId === queueId).length);
          expect(trace.missing).toEqual([]);
        }
      };
      check();
      careAll(db, writer, records.at(-1)!.atMs + DAY);
      check();
    },
  );
});

/** Attempts of a log as entries, and its lines in blocks of a second. */
function read(all: readonly string[]): { records: NewRecord[]; blocks: LineBlock[] } {
  const reader = createLogReader({ format: 'auto', source: 'mx1', timezone: 'UTC' });
  const records: NewRecord[] = [];
  const seconds = new Map<number, string[]>();
  for (const text of all) {
    const bytes = Buffer.from(text);
    const kind = reader.read(bytes, 0, bytes.length);
    const second = Math.floor(reader.atMs / 1000);
    seconds.set(second, [...(seconds.get(second) ?? []), text]);
    if (kind !== 'event' || reader.event.kind !== 'attempt') continue;
    const { atMs, host, queueId, to, delayMs, dsn, reason, relay, status } = reader.event;
    const known = { atMs, host, source: 'mx1', queueId, from: '', to, delayMs, dsn, reason, relay };
    records.push({
      ...known,
      status: status === 'softbounce' ? 'deferred' : status,
      isFinal: status === 'sent',
    });
  }
  const blocks = [...seconds].map(([second, lines]) => ({
    source: 'mx1',
    fromMs: second * 1000,
    toMs: second * 1000 + 999,
    bytes: Buffer.from(`${lines.join('\n')}\n`),
  }));
  return { records, blocks };
}
