import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openHistoryDatabase } from '../../server/history/sql/open.ts';
import { DEFAULT_PROVIDERS } from '../../server/history/journal/default-providers.ts';
import { createProviders } from '../../server/history/journal/providers.ts';
import { createJournalReader, type JournalReader } from '../../server/history/journal/reader.ts';
import { createJournalWriter, type JournalWriter } from '../../server/history/journal/writer.ts';
import { DEFAULT_RETENTION, type NewRecord } from '../../server/history/store.ts';
import type { MessageQuery } from '../../shared/history.ts';
import { createRandom, pick } from '../support/random.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { percentile, table } from './child.ts';

const START_MS = Date.UTC(2026, 9, 1);
const DAYS = 10;
const BATCH = 2_000;
const TENANTS = 1_000;
const SEARCHES = 60;

/** Fills a journal with `records` entries of ten days and searches it as an operator would; prints rates, sizes and times. */
export async function benchHistoryJournal(records = 1_000_000): Promise<void> {
  const directory = createTempDir('bench-journal');
  try {
    const path = join(directory.path, 'journal.db');
    (await openHistoryDatabase(path, START_MS)).close();
    const db = new DatabaseSync(path);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    const writer = createJournalWriter(db);
    const filled = fill(db, writer, records);
    care(db, writer);
    // Hours later: what is closed gets its index tidied up.
    const cared = care(db, writer, START_MS + 86_400_000);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const bytes = statSync(path).size;
    const estimate = writer.parts()[0]?.bytes ?? 0;
    const reader = createJournalReader(new DatabaseSync(path, { readOnly: true }), {
      providers: createProviders(DEFAULT_PROVIDERS),
      searchMs: 60_000,
    });
    const rows = searchAll(reader, filled.sample);
    console.log(
      table([
        ['entries written', `${records}`],
        ['entries/s, with index and commit of 2,000', (records / filled.seconds).toFixed(0)],
        ['entries a second of CPU', (records / filled.cpuSeconds).toFixed(0)],
        ['slowest batch, ms', filled.slowestMs.toFixed(0)],
        [
          'bytes an entry, as estimated',
          `${(bytes / records).toFixed(0)}, ${(estimate / records).toFixed(0)}`,
        ],
        ['steps to merge the indexes; slowest, ms', `${cared.steps}; ${cared.slowestMs.toFixed(0)}`],
      ]),
    );
    console.log(table([['search', 'p50 ms', 'p99 ms', 'found'], ...rows]));
    console.log(table([['expiry of the oldest day', 'steps', 'slowest ms'], expire(db, writer)]));
  } finally {
    directory.remove();
  }
}

function fill(db: DatabaseSync, writer: JournalWriter, records: number) {
  const make = createRecordMaker(records);
  const sample: NewRecord[] = [];
  let seconds = 0;
  let cpuSeconds = 0;
  let slowestMs = 0;
  for (let done = 0; done < records; done += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, records - done) }, (_, i) => make(done + i));
    if (done % (BATCH * Math.max(1, Math.floor(records / BATCH / SEARCHES))) === 0) sample.push(batch[0]!);
    const startedMs = performance.now();
    const cpu = process.cpuUsage();
    db.exec('BEGIN IMMEDIATE');
    writer.write(batch, []);
    db.exec('COMMIT');
    const tookMs = performance.now() - startedMs;
    const { user, system } = process.cpuUsage(cpu);
    cpuSeconds += (user + system) / 1e6;
    seconds += tookMs / 1000;
    slowestMs = Math.max(slowestMs, tookMs);
  }
  return { seconds, cpuSeconds, slowestMs, sample };
}

function care(db: DatabaseSync, writer: JournalWriter, nowMs = START_MS) {
  let steps = 0;
  let slowestMs = 0;
  for (let isBusy = true; isBusy; steps += 1) {
    const startedMs = performance.now();
    db.exec('BEGIN IMMEDIATE');
    isBusy = writer.care(nowMs, DEFAULT_RETENTION);
    db.exec('COMMIT');
    slowestMs = Math.max(slowestMs, performance.now() - startedMs);
  }
  return { steps, slowestMs };
}

function expire(db: DatabaseSync, writer: JournalWriter): string[] {
  const nowMs = START_MS + (DEFAULT_RETENTION.journalDays + 1) * 86_400_000;
  const { steps, slowestMs } = care(db, writer, nowMs);
  return ['', String(steps), slowestMs.toFixed(0)];
}

type Conditions = Omit<MessageQuery, 'scope' | 'limit'>;

const KINDS: readonly (readonly [name: string, query: (record: NewRecord) => Conditions])[] = [
  ['queue id', ({ queueId }) => ({ queueId: queueId! })],
  ['queue id that is not there', ({ queueId }) => ({ queueId: `${queueId!}x` })],
  ['address', ({ to }) => ({ address: to })],
  ['sender', ({ from }) => ({ from })],
  ['message id', ({ messageId }) => ({ messageId: messageId! })],
  ['domain, code', ({ to }) => ({ domain: to.slice(to.indexOf('@') + 1), code: '4.7.1' })],
  ['words', () => ({ words: 'connection timed out' })],
  ['provider, deferred', () => ({ provider: 'google', status: ['deferred'] })],
  ['delay of an hour, one day', ({ atMs }) => ({ minDelayMs: 3_600_000, fromMs: atMs - 8.64e7, toMs: atMs })],
];

function searchAll(reader: JournalReader, sample: readonly NewRecord[]): string[][] {
  const rows = KINDS.map(([name, query]) =>
    searchMany(name, sample, (record) => reader.search(page(query(record)), 'all')),
  );
  const ofTenant = (record: NewRecord) => reader.search(page({ status: ['bounced'] }), [record.receiver!]);
  return [...rows, searchMany('bounced, one tenant', sample, ofTenant)];
}

function page(conditions: Conditions): MessageQuery {
  return { ...conditions, scope: { kind: 'platform' }, limit: 50 };
}

function searchMany(
  name: string,
  sample: readonly NewRecord[],
  search: (record: NewRecord) => { readonly records: readonly unknown[] },
): string[] {
  const times: number[] = [];
  let found = 0;
  for (const record of sample) {
    const startedMs = performance.now();
    found += search(record).records.length;
    times.push(performance.now() - startedMs);
  }
  const average = (found / sample.length).toFixed(1);
  return [name, percentile(times, 0.5).toFixed(2), percentile(times, 0.99).toFixed(2), average];
}

const DESTINATIONS = ['gmail.com', 'outlook.com', 'yahoo.com', 'gmx.de', 'web.de', 't-online.de'];
const HEX = '0123456789ABCDEF';

function createRecordMaker(records: number): (i: number) => NewRecord {
  const random = createRandom(7);
  const number = (below: number) => Math.floor(random() * below);
  const id = (length: number, from: string) =>
    Array.from({ length }, () => from[number(from.length)]).join('');
  // Few senders send much.
  const skewed = (below: number) => Math.floor(below * random() ** 3);
  return (i) => {
    const tenant = skewed(TENANTS);
    const isOutgoing = random() < 0.3;
    const own = `user${number(2_000)}@tenant${tenant}.example`;
    const domain = random() < 0.6 ? pick(random, DESTINATIONS) : `company${skewed(50_000)}.example`;
    const other = `${pick(random, ['anna', 'bob', 'news', 'info', 'sales'])}.${skewed(40_000)}@${domain}`;
    const to = isOutgoing ? other : own;
    const toDomain = to.slice(to.indexOf('@') + 1);
    const relay = isOutgoing
      ? `${toDomain === 'gmail.com' ? 'gmail-smtp-in.l.google.com' : `mx${number(4)}.${toDomain}`}[192.0.2.${number(200)}]:25`
      : `store${tenant % 20}.platform.example[10.0.0.${tenant % 20}]:24`;
    const outcome = random();
    const remote = id(12, HEX);
    const base = {
      atMs: START_MS + Math.floor((i / records) * DAYS * 86_400_000),
      source: `mx${i % 8}`,
      host: `mx${i % 8}.platform.example`,
      queueId: `4j${id(4, 'BCDFGHJKLMNPQRSTVWXYZbcdfghjkl')}${id(9, '0123456789BCDFGHJKLMz')}`,
      messageId: `${id(16, HEX)}.${number(1e6)}@${isOutgoing ? `tenant${tenant}.example` : domain}`,
      from: isOutgoing ? own : other,
      to,
      relay,
      delayMs: Math.floor(50 + 5_000 * random() ** 6),
      delaysMs: [30, number(5), number(100), number(900)] as const,
      sizeBytes: 800 + skewed(2_000_000),
      clientIp: `198.51.100.${number(250)}`,
      ...(isOutgoing ? { sender: `tenant-${tenant}`, login: own } : { receiver: `tenant-${tenant}` }),
    };
    if (outcome < 0.88) {
      const reason = `250 2.0.0 Ok: queued as ${remote}`;
      return {
        ...base,
        receiver: `tenant-${tenant}`,
        status: 'sent',
        dsn: '2.0.0',
        replyCode: 250,
        reason,
        remoteQueueId: remote,
        isFinal: true,
      };
    }
    if (outcome < 0.96) {
      const reason =
        random() < 0.5
          ? `connect to ${relay.slice(0, -3)}:25: Connection timed out`
          : `host ${relay} said: 451 4.7.1 Greylisted, try again in ${number(300)} seconds (in reply to RCPT TO command)`;
      return {
        ...base,
        status: 'deferred',
        dsn: '4.7.1',
        replyCode: 451,
        reason,
        delayMs: number(8_000_000),
        isFinal: false,
        receiver: `tenant-${tenant}`,
      };
    }
    const reason = `host ${relay} said: 550 5.1.1 <${to}>: Recipient address rejected: User unknown (in reply to RCPT TO command)`;
    return {
      ...base,
      receiver: `tenant-${tenant}`,
      status: 'bounced',
      dsn: '5.1.1',
      replyCode: 550,
      reason,
      isFinal: true,
    };
  };
}
