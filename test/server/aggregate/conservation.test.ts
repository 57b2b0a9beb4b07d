import { describe, expect, it } from 'vitest';
import type { Books } from '../../../server/aggregate/books.ts';
import { type Balance, FATES } from '../../../server/aggregate/conservation.ts';
import { foldListing } from '../../../server/aggregate/listing.ts';
import type { QueueEntry } from '../../../server/collect/event.ts';
import { createRandom } from '../../../server/demo/random.ts';
import { at, AURORA, BOREAL, createTestBooks, foldLines, PLATFORM } from '../../support/books.ts';

const ID = '3Q1111Aaaaz111';

function arrival(id: string, time: string, from: string, recipients: number): string[] {
  return [
    `${time} postfix/smtpd[9]: ${id}: client=mx.far.example[198.51.100.7]`,
    `${time} postfix/qmgr[9]: ${id}: from=<${from}>, size=900, nrcpt=${recipients} (queue active)`,
  ];
}
function attempt(id: string, time: string, to: string, status: string, service = 'lmtp'): string {
  const dsn = status === 'sent' ? '2.0.0' : status === 'deferred' ? '4.4.1' : '5.1.1';
  return `${time} postfix/${service}[9]: ${id}: to=<${to}>, relay=mx.example[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=${dsn}, status=${status} (said so)`;
}
const removed = (id: string, time: string) => `${time} postfix/qmgr[9]: ${id}: removed`;

function list(books: Books, time: string, entries: readonly { id: string; to: readonly string[] }[]): void {
  const listed = entries.map(({ id, to }): QueueEntry => ({
    ...{ queueId: id, queueName: 'deferred', arrivedAtMs: at('10:00:00'), sizeBytes: 900 },
    sender: 'x@far.example',
    recipients: to.map((address) => ({ address, delayReason: 'no answer' })),
  }));
  foldListing(books, {
    ...{ source: 'queue', host: 'mx1', startedAtMs: at(time), tookMs: 0, isPartial: false },
    entries: listed,
  });
}

const open = (balance: Readonly<Balance>) =>
  FATES.reduce((left, fate) => left - balance[fate], balance.accepted) - balance.vanished - balance.unseen;
function told(books: Books, scope: number): Partial<Balance> {
  return Object.fromEntries(
    Object.entries(books.conservation?.balance(scope) ?? {}).filter(([, n]) => n !== 0),
  );
}

describe('the account of every recipient', () => {
  it('LED-1: each recipient is accepted once and has one end, at the platform, its tenant and the sender’s', () => {
    const books = foldLines(createTestBooks(), [
      ...arrival(ID, '10:00:00', 'a@aurora.example', 3),
      attempt(ID, '10:00:01', 'b@boreal.example', 'sent'),
      attempt(ID, '10:00:01', 'c@aurora.example', 'bounced'),
      attempt(ID, '10:00:01', 'd@far.example', 'deferred'),
    ]);
    expect(told(books, PLATFORM)).toEqual({ accepted: 3, delivered: 1, bounced: 1 });
    expect(told(books, BOREAL)).toEqual({ accepted: 1, delivered: 1 });
    expect(told(books, AURORA)).toEqual({ accepted: 3, delivered: 1, bounced: 1 });
    foldLines(books, [attempt(ID, '10:05:00', 'd@far.example', 'sent'), removed(ID, '10:05:00')]);
    expect(told(books, PLATFORM)).toEqual({ accepted: 3, delivered: 2, bounced: 1 });
    expect(open(books.conservation!.balance(PLATFORM))).toBe(0);
  });

  it('LED-2: expired, deleted by an operator and given to the discard transport are ends of their own', () => {
    const [a, b, c] = ['3Q1111Aaaaz111', '3Q1111Aaaaz222', '3Q1111Aaaaz333'] as const;
    const books = foldLines(createTestBooks(), [
      ...arrival(a, '10:00:00', 'x@far.example', 1),
      attempt(a, '10:00:01', 'a@aurora.example', 'deferred'),
      `10:10:00 postfix/qmgr[9]: ${a}: from=<x@far.example>, status=expired, returned to sender`,
      removed(a, '10:10:00'),
      ...arrival(b, '10:00:00', 'x@far.example', 2),
      `10:01:00 postfix/postsuper[9]: ${b}: removed`,
      ...arrival(c, '10:00:00', 'x@far.example', 1),
      attempt(c, '10:00:01', 'c@aurora.example', 'sent', 'discard'),
      removed(c, '10:00:02'),
    ]);
    expect(told(books, PLATFORM)).toEqual({ accepted: 4, expired: 1, deleted: 2, discarded: 1 });
  });

  it('LED-3: a message that the queue no longer has, and of which no line told, is missing: one for each recipient', () => {
    const [kept, gone] = ['3Q1111Aaaaz111', '3Q1111Aaaaz222'] as const;
    const books = foldLines(createTestBooks(), [
      ...arrival(kept, '10:00:00', 'x@far.example', 1),
      attempt(kept, '10:00:01', 'a@aurora.example', 'deferred'),
      ...arrival(gone, '10:00:00', 'x@far.example', 1),
      attempt(gone, '10:00:01', 'b@aurora.example', 'deferred'),
    ]);
    const both = [
      { id: kept, to: ['a@aurora.example'] },
      { id: gone, to: ['b@aurora.example'] },
    ];
    list(books, '10:01:00', both);
    for (const time of ['10:02:00', '10:03:00', '10:04:00']) list(books, time, both.slice(0, 1));
    expect(told(books, PLATFORM)).toEqual({ accepted: 2, vanished: 1 });
    expect(told(books, AURORA)).toEqual({ accepted: 2, vanished: 1 });
  });

  it('LED-4: a line that comes after all takes back that it was missing', () => {
    const books = foldLines(createTestBooks(), [
      ...arrival(ID, '10:00:00', 'x@far.example', 1),
      attempt(ID, '10:00:01', 'a@aurora.example', 'deferred'),
    ]);
    for (const time of ['10:01:00', '10:02:00']) list(books, time, []);
    expect(told(books, PLATFORM)).toMatchObject({ vanished: 1 });
    foldLines(books, [attempt(ID, '10:00:59', 'a@aurora.example', 'sent')]);
    expect(told(books, PLATFORM)).toEqual({ accepted: 1, delivered: 1 });
    expect(told(books, AURORA)).toEqual({ accepted: 1, delivered: 1 });
  });

  it('LED-5: a content filter’s second queue id is the same mail, accepted once', () => {
    const next = '3Q1111Aaaaz222';
    const books = foldLines(createTestBooks(), [
      ...arrival(ID, '10:00:00', 'x@far.example', 1),
      ...arrival(next, '10:00:01', 'x@far.example', 1),
      `10:00:01 postfix/smtp[9]: ${ID}: to=<a@aurora.example>, relay=127.0.0.1[127.0.0.1]:10024, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ${next})`,
      removed(ID, '10:00:01'),
      attempt(next, '10:00:02', 'a@aurora.example', 'sent'),
      removed(next, '10:00:02'),
    ]);
    expect(told(books, PLATFORM)).toEqual({ accepted: 1, delivered: 1 });
  });

  it('LED-6: through any order of lines what was accepted is what has an end, is missing, or still waits', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const books = walk(seed);
      for (const scope of [PLATFORM, AURORA, BOREAL]) {
        const waiting = [0, 1].reduce((sum, direction) => {
          const queue = books.waiting?.gauge(scope, direction, at('12:00:00'));
          return sum + (queue ? queue.incoming + queue.active + queue.deferred + queue.hold : 0);
        }, 0);
        expect({ seed, scope, open: open(books.conservation!.balance(scope)) }).toEqual({
          ...{ seed, scope },
          open: waiting,
        });
      }
    }
  });
});

/** A hundred and twenty messages in random order, each with its lines in order. */
function walk(seed: number): Books {
  const random = createRandom(seed);
  const books = createTestBooks();
  const lives = Array.from({ length: 120 }, (_, i) =>
    lifeOf(`3Q1111Aaaa${String(i).padStart(4, 'z')}`, random),
  );
  while (lives.some((life) => life.length > 0)) {
    const life = random.pick(lives);
    const line = life.shift();
    if (line !== undefined) foldLines(books, [line]);
  }
  return books;
}

function lifeOf(id: string, random: ReturnType<typeof createRandom>): string[] {
  const n = 1 + Math.floor(random.next() * 3);
  const domains = ['aurora.example', 'boreal.example', 'far.example'];
  const to = Array.from({ length: n }, (_, i) => `u${i}@${random.pick(domains)}`);
  const lines = arrival(id, '10:00:00', `s@${random.pick(domains)}`, n);
  const isWhole = random.chance(0.7);
  for (const address of to) {
    if (random.chance(0.3)) lines.push(attempt(id, '10:00:01', address, 'deferred'));
    if (isWhole) lines.push(attempt(id, '10:00:02', address, random.chance(0.8) ? 'sent' : 'bounced'));
  }
  const turn = random.next();
  if (isWhole) lines.push(removed(id, '10:00:03'));
  else if (turn < 0.4) lines.push(`10:00:04 postfix/postsuper[9]: ${id}: placed on hold`);
  else if (turn < 0.7) lines.push(`10:00:04 postfix/postsuper[9]: ${id}: removed`);
  return lines;
}
