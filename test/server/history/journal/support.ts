import { DatabaseSync } from 'node:sqlite';
import { MIGRATIONS } from '../../../../server/base/store/sql/migrations.ts';
import { DEFAULT_PROVIDERS } from '../../../../server/history/journal/default-providers.ts';
import { createProviders } from '../../../../server/history/journal/providers.ts';
import type { JournalWriter } from '../../../../server/history/journal/writer.ts';
import { DEFAULT_RETENTION, type NewRecord, type Retention } from '../../../../server/history/store.ts';
import { RECORD_STATUSES, type MessageQuery, type MessageRecord } from '../../../../shared/history.ts';
import { pick } from '../../../support/random.ts';

export const NOW = Date.UTC(2026, 10, 21, 12);
export const DAY = 86_400_000;
export const PROVIDERS = createProviders(DEFAULT_PROVIDERS);

/** A database with the tables of every migration; made without the driver, which is asynchronous. */
export function openDatabase(path = ':memory:'): DatabaseSync {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;');
  for (const { sql } of MIGRATIONS) for (const statement of sql) db.exec(statement);
  return db;
}

export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

/** Takes every step there is; their number. */
export function careAll(db: DatabaseSync, writer: JournalWriter, nowMs = NOW, over: Partial<Retention> = {}) {
  const retention = { ...DEFAULT_RETENTION, ...over };
  let steps = 0;
  while (inTransaction(db, () => writer.care(nowMs, retention))) {
    steps += 1;
    if (steps > 10_000) throw new Error('care does not come to an end');
  }
  return steps;
}

export function entry(over: Partial<NewRecord> = {}): NewRecord {
  return {
    atMs: NOW,
    source: 'mx1',
    host: 'mx1',
    queueId: '4jWzVY45YpzBvyk',
    status: 'sent',
    from: 'a@aurora.example',
    to: 'b@freemail.example',
    reason: '250 2.0.0 Ok',
    isFinal: true,
    ...over,
  };
}

export function ask(over: Partial<MessageQuery> = {}): MessageQuery {
  return { scope: { kind: 'platform' }, limit: 50, ...over };
}

const LOCALS = ['anna', 'Bob', 'o"brien', 'a b', 'ü', 'x+tag', '*', "d'or"];
const DOMAINS = [
  'gmail.com',
  'GMAIL.com',
  'mx.aurora.example',
  'bücher.example',
  'xn--bcher-kva.example',
  'a.b.c.example',
  'one',
];
const RELAYS = [
  'gmail-smtp-in.l.google.com[192.0.2.1]:25',
  'mx.aurora.example[2001:DB8::1]:25',
  'local',
  '[192.0.2.9]:25',
  'private/dovecot',
];
const REASONS = [
  '250 2.0.0 Ok: queued as 99FF',
  'Connection timed out',
  'said: 451 4.7.1 Greylisted, try again',
  'User unknown in virtual table',
  'über "quoted" NEAR/2 OR *',
];
const TENANTS = ['aurora', 'Cedar.tel', 'kestrel_1', 'nobody'];

/** A random entry from few values, so that conditions meet. */
export function randomEntry(random: () => number): NewRecord {
  const maybe = <K extends keyof NewRecord>(key: K, value: NewRecord[K]) =>
    random() < 0.7 ? { [key]: value } : {};
  const address = () => (random() < 0.1 ? '' : `${pick(random, LOCALS)}@${pick(random, DOMAINS)}`);
  const delayMs = Math.floor(10 ** (1 + 6 * random()));
  return {
    atMs: randomTime(random),
    source: pick(random, ['mx1', 'mx2']),
    host: pick(random, ['mx1', 'mx2']),
    status: random() < 0.4 ? 'sent' : pick(random, RECORD_STATUSES),
    from: address(),
    to: address(),
    reason: pick(random, REASONS),
    isFinal: random() < 0.5,
    ...maybe('queueId', pick(random, ['4jAB', '4jab', '4jAb', 'C0FFEE', 'C0FFEF'])),
    ...maybe('messageId', pick(random, ['<1@x>', '1@x', '1@X', 'a b@x'])),
    ...(random() < 0.2 ? { origTo: address() } : {}),
    ...maybe('receiver', pick(random, TENANTS)),
    ...maybe('sender', pick(random, TENANTS)),
    ...maybe('relay', pick(random, RELAYS)),
    ...maybe('delayMs', delayMs),
    ...maybe('delaysMs', [1, 2, 3, delayMs]),
    ...maybe('dsn', pick(random, ['2.0.0', '4.7.1', '5.1.1'])),
    ...maybe('replyCode', pick(random, [250, 451, 550])),
    ...maybe('sizeBytes', Math.floor(random() * 1e7)),
  };
}

/** Mostly rising through three days, some late, some of broken clocks. */
function randomTime(random: () => number): number {
  const kind = random();
  if (kind < 0.02) return 0;
  if (kind < 0.04) return Date.UTC(2120, 1, 1);
  if (kind < 0.2) return NOW - Math.floor(random() * 3) * 1_000;
  return NOW - Math.floor(random() * 3 * DAY);
}

export function randomQuery(random: () => number): Omit<MessageQuery, 'limit'> {
  const address = () => `${pick(random, LOCALS)}@${pick(random, DOMAINS)}`;
  const one: readonly (() => Partial<MessageQuery>)[] = [
    () => ({ fromMs: randomTime(random) }),
    () => ({ toMs: randomTime(random) }),
    () => ({ address: address() }),
    () => ({ from: random() < 0.3 ? '<>' : address() }),
    () => ({ to: address().toUpperCase() }),
    () => ({ domain: pick(random, DOMAINS) }),
    () => ({ toDomain: pick(random, DOMAINS) }),
    () => ({ provider: pick(random, ['google', 'microsoft', 'unheard-of']) }),
    () => ({ queueId: pick(random, ['4jAB', '4jab', 'C0FFEE', 'absent']) }),
    () => ({ messageId: pick(random, ['<1@x>', '1@X', 'a b@x']) }),
    () => ({
      relay: pick(random, ['192.0.2.1', '2001:db8:0:0::1', 'local', 'MX.aurora.example', RELAYS[0]!]),
    }),
    () => ({ code: pick(random, ['250', '451', '5.1.1', '2.0.0']) }),
    () => ({ status: [pick(random, RECORD_STATUSES), pick(random, RECORD_STATUSES)] }),
    () => ({ words: pick(random, ['timed CONNECTION', 'near', 'über', 'unknown greylisted', '!']) }),
    () => ({ minDelayMs: Math.floor(10 ** (1 + 6 * random())) }),
  ];
  const conditions = Array.from({ length: Math.floor(random() * 3) }, () => pick(random, one)());
  return Object.assign({ scope: { kind: 'platform' as const } }, ...conditions);
}

export function randomScope(random: () => number): readonly string[] | 'all' {
  if (random() < 0.5) return 'all';
  return [...TENANTS, '_unattributed', 'absent'].filter(() => random() < 0.4);
}

const bare = (address: string) => address.replace(/^<(.*)>$/, '$1');
const sameAddress = (a: string, b: string) => canonical(bare(a)) === canonical(bare(b));
const canonical = (text: string) => text.toLowerCase().replace('xn--bcher-kva', 'bücher');
const domain = (address: string) =>
  canonical(address.includes('@') ? address.slice(address.lastIndexOf('@') + 1) : '');

const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
const relayNames = ({ relay = '' }: NewRecord): string[] => [
  ...relay.toLowerCase().replace('2001:db8::1', '2001:db8:0:0::1').split(/[[\]]/),
  relay,
];
const isGoogle = ({ to, relay = '' }: NewRecord) =>
  domain(to) === 'gmail.com' || relay.includes('.google.com[');

type Check<K extends keyof MessageQuery> = (
  record: NewRecord,
  value: NonNullable<MessageQuery[K]>,
) => boolean;
/** What each condition means, written down without any index. */
const CHECKS: { readonly [K in Exclude<keyof MessageQuery, 'scope' | 'limit' | 'cursor'>]-?: Check<K> } = {
  fromMs: ({ atMs }, value) => atMs >= value,
  toMs: ({ atMs }, value) => atMs < value,
  address: ({ from, to, origTo }, value) =>
    [from, to, origTo].some((one) => one !== undefined && one !== '' && sameAddress(one, value)),
  from: ({ from }, value) => sameAddress(from, value),
  to: ({ to, origTo }, value) => [to, origTo].some((one) => one !== undefined && sameAddress(one, value)),
  domain: ({ from, to, origTo = '' }, value) =>
    [from, to, origTo].some((one) => domain(one) === canonical(value)),
  toDomain: ({ to }, value) => domain(to) === canonical(value),
  provider: (record, value) => value === 'google' && isGoogle(record),
  queueId: ({ queueId }, value) => queueId === value,
  messageId: ({ messageId }, value) => messageId !== undefined && bare(messageId) === bare(value),
  relay: (record, value) => [value, value.toLowerCase()].some((name) => relayNames(record).includes(name)),
  code: ({ dsn, replyCode }, value) => dsn === value || String(replyCode) === value,
  status: ({ status }, value) => value.includes(status),
  words: ({ status, reason }, value) =>
    status !== 'sent' && words(value).every((word) => words(reason).includes(word)),
  minDelayMs: ({ delayMs }, value) => delayMs !== undefined && delayMs > value,
};

function isInScope({ receiver, sender }: NewRecord, scope: readonly string[] | 'all'): boolean {
  if (scope === 'all') return true;
  if (receiver === undefined && sender === undefined) return scope.includes('_unattributed');
  return [receiver, sender].some((one) => one !== undefined && scope.includes(one));
}

/** What a search means. */
export function isWanted(
  record: NewRecord,
  query: Partial<MessageQuery>,
  scope: readonly string[] | 'all',
): boolean {
  const conditions = Object.entries(CHECKS) as [
    keyof typeof CHECKS,
    (record: NewRecord, value: unknown) => boolean,
  ][];
  return (
    isInScope(record, scope) &&
    conditions.every(([key, check]) => query[key] === undefined || check(record, query[key]))
  );
}

/** An entry found, without what the journal adds. */
export function asWritten(record: MessageRecord): NewRecord {
  const rest: Partial<MessageRecord> = { ...record };
  delete (rest as { id?: number }).id;
  delete (rest as { provider?: string }).provider;
  return rest as NewRecord;
}
