import { describe, expect, it } from 'vitest';
import type { Books } from '../../../server/aggregate/books.ts';
import { type Balance, FATES } from '../../../server/aggregate/conservation.ts';
import { foldLate } from '../../../server/aggregate/fold.ts';
import { foldListing } from '../../../server/aggregate/listing.ts';
import { restoreMessage, saveMessage } from '../../../server/aggregate/saved-message.ts';
import type { QueueEntry } from '../../../server/collect/event.ts';
import { createRandom } from '../../../server/demo/random.ts';
import { at, AURORA, BOREAL, createTestBooks, foldLines, PLATFORM, sum } from '../../support/books.ts';

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
function waitingAt(books: Books, scope: number): number {
  return [0, 1].reduce((sum, direction) => {
    const queue = books.waiting?.byQueue(scope, direction);
    return sum + (queue ? queue.incoming + queue.active + queue.deferred + queue.hold : 0);
  }, 0);
}
function verdict(id: string, time: string, to: readonly string[]): string {
  return `${time} rspamd[9]: <abc123>; task; rspamd_task_write_log: id: <m@far.example>, qid: <${id}>, ip: 198.51.100.7, from: <x@far.example>, (default: F (no action): [0.10/15.00] [A(0.00){}]), len: 900, time: 9.1ms, dns req: 1, digest: <0123456789abcdef0123456789abcdef>, rcpts: <${to.join(',')}>, mime_rcpts: <x>`;
}
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

  it('LED-4: the line of a next attempt is no second acceptance, for several recipients and tenants', () => {
    const books = foldLines(createTestBooks(), [
      ...arrival(ID, '10:00:00', 's@boreal.example', 3),
      ...['a@aurora.example', 'b@boreal.example', 'c@far.example'].map((to) =>
        attempt(ID, '10:00:01', to, 'deferred'),
      ),
    ]);
    const before = [PLATFORM, AURORA, BOREAL].map((scope) => told(books, scope));
    for (const time of ['10:01:00', '10:02:00']) list(books, time, []);
    expect(told(books, PLATFORM)).toEqual({ accepted: 3, vanished: 3 });
    foldLines(books, [arrival(ID, '10:00:50', 's@boreal.example', 3)[1] ?? '']);
    expect([PLATFORM, AURORA, BOREAL].map((scope) => told(books, scope))).toEqual(before);
    foldLines(books, [
      attempt(ID, '10:00:51', 'a@aurora.example', 'sent'),
      attempt(ID, '10:00:51', 'b@boreal.example', 'sent'),
      attempt(ID, '10:00:51', 'c@far.example', 'bounced'),
      removed(ID, '10:00:52'),
    ]);
    expect(told(books, PLATFORM)).toEqual({ accepted: 3, delivered: 2, bounced: 1 });
    expect(told(books, AURORA)).toEqual({ accepted: 1, delivered: 1 });
    expect(told(books, BOREAL)).toEqual({ accepted: 3, delivered: 2, bounced: 1 });
  });

  it('LED-17: a message that two listings missed and a third names has been there all the time', () => {
    const books = foldLines(createTestBooks(), [
      ...arrival(ID, '10:00:00', 'x@far.example', 1),
      attempt(ID, '10:00:01', 'a@aurora.example', 'deferred'),
    ]);
    for (const time of ['10:01:00', '10:02:00']) list(books, time, []);
    list(books, '10:03:00', [{ id: ID, to: ['a@aurora.example'] }]);
    expect(told(books, PLATFORM)).toEqual({ accepted: 1 });
    expect(waitingAt(books, AURORA)).toBe(1);
  });

  it('LED-18: a listing that ran for minutes brings nobody back whose end was read meanwhile', () => {
    const lives = [ID, '3Q1111Aaaaz222'] as const;
    const books = foldLines(createTestBooks(), [
      ...arrival(lives[0], '10:00:00', 'x@far.example', 1),
      ...arrival(lives[1], '10:00:00', 'x@far.example', 2),
    ]);
    list(books, '09:59:00', []);
    foldLines(books, [
      attempt(lives[0], '10:00:05', 'a@aurora.example', 'sent'),
      removed(lives[0], '10:00:05'),
      // One of its lines is still to come.
      attempt(lives[1], '10:00:05', 'b@aurora.example', 'sent'),
      removed(lives[1], '10:00:05'),
    ]);
    books.ledger.expireEnded(at('10:08:00'));
    list(books, '10:00:02', [
      { id: lives[0], to: ['a@aurora.example'] },
      { id: lives[1], to: ['b@aurora.example', 'c@aurora.example'] },
    ]);
    expect(waitingAt(books, PLATFORM)).toBe(0);
    foldLines(books, [attempt(lives[1], '10:00:06', 'c@aurora.example', 'sent')]);
    expect(told(books, PLATFORM)).toEqual({ accepted: 3, delivered: 3 });
  });

  it('LED-19: an address that only the filter named is no recipient: an alias and a repeated one are accepted once', () => {
    for (const isListed of [false, true]) {
      const books = createTestBooks();
      foldLines(books, [
        `10:00:00 postfix/smtpd[9]: ${ID}: client=mx.far.example[198.51.100.7]`,
        verdict(ID, '10:00:00', ['info@aurora.example', 'KIM@aurora.example', 'kim@aurora.example']),
        arrival(ID, '10:00:01', 'x@far.example', 2)[1] ?? '',
      ]);
      if (isListed) list(books, '10:00:02', [{ id: ID, to: ['kim@aurora.example', 'desk@boreal.example'] }]);
      foldLines(books, [
        attempt(ID, '10:00:03', 'desk@boreal.example', 'deferred').replace(
          ' relay=',
          ' orig_to=<info@aurora.example>, relay=',
        ),
        attempt(ID, '10:00:03', 'kim@aurora.example', 'sent'),
        attempt(ID, '10:05:03', 'desk@boreal.example', 'sent'),
        removed(ID, '10:05:04'),
      ]);
      expect(told(books, PLATFORM)).toEqual({ accepted: 2, delivered: 2 });
      expect(told(books, AURORA)).toEqual({ accepted: 1, delivered: 1 });
      expect(told(books, BOREAL)).toEqual({ accepted: 1, delivered: 1 });
    }
  });

  it('LED-26: an address that a message has twice is two recipients, through retries and listings', () => {
    for (const isListed of [false, true]) {
      const [twice, other] = ['kim@aurora.example', 'bo@boreal.example'];
      const books = foldLines(createTestBooks(), [
        ...arrival(ID, '10:00:00', 'x@far.example', 4),
        attempt(ID, '10:00:01', other, 'sent'),
        attempt(ID, '10:00:01', twice, 'sent'),
        attempt(ID, '10:00:01', twice, 'deferred'),
        attempt(ID, '10:00:01', twice, 'deferred'),
      ]);
      if (isListed) list(books, '10:01:00', [{ id: ID, to: [twice, twice] }]);
      expect(waitingAt(books, PLATFORM)).toBe(2);
      foldLines(books, [arrival(ID, '10:05:00', 'x@far.example', 4)[1] ?? '']);
      expect(told(books, PLATFORM)).toEqual({ accepted: 4, delivered: 2 });
      expect(waitingAt(books, PLATFORM)).toBe(2);
      foldLines(books, [
        attempt(ID, '10:05:01', twice, 'sent'),
        attempt(ID, '10:05:01', twice, 'bounced'),
        removed(ID, '10:05:02'),
      ]);
      books.ledger.expireEnded(at('10:10:00'));
      expect(told(books, PLATFORM)).toEqual({ accepted: 4, delivered: 3, bounced: 1 });
      expect(told(books, AURORA)).toEqual({ accepted: 3, delivered: 2, bounced: 1 });
    }
  });

  it('LED-31: listings may be far ahead of the log: what they had taken for done is told of later, and counts once', () => {
    const books = createTestBooks();
    const [a, b, c, d] = ['a@aurora.example', 'b@boreal.example', 'c@far.example', 'd@aurora.example'];
    list(books, '10:03:00', [{ id: ID, to: [a, b, c] }]);
    list(books, '10:04:00', [{ id: ID, to: [a] }]);
    foldLines(books, [
      ...arrival(ID, '10:00:00', 's@boreal.example', 4),
      attempt(ID, '10:00:01', d, 'sent'),
      ...[a, b, c].map((to) => attempt(ID, '10:00:01', to, 'deferred')),
      arrival(ID, '10:03:30', 's@boreal.example', 3)[1] ?? '',
      attempt(ID, '10:03:31', b, 'sent'),
      attempt(ID, '10:03:31', c, 'bounced'),
      attempt(ID, '10:03:31', a, 'deferred'),
    ]);
    list(books, '10:05:00', [{ id: ID, to: [a] }]);
    expect(told(books, PLATFORM)).toEqual({ accepted: 4, delivered: 2, bounced: 1 });
    expect(waitingAt(books, PLATFORM)).toBe(1);
    foldLines(books, [
      arrival(ID, '10:06:00', 's@boreal.example', 1)[1] ?? '',
      attempt(ID, '10:06:01', a, 'sent'),
      removed(ID, '10:06:01'),
    ]);
    expect(told(books, PLATFORM)).toEqual({ accepted: 4, delivered: 3, bounced: 1 });
    expect(told(books, BOREAL)).toEqual({ accepted: 4, delivered: 3, bounced: 1 });
    expect(told(books, AURORA)).toEqual({ accepted: 2, delivered: 2 });
  });

  it('LED-32: of a message that had begun before we looked, those that were done by then are not counted', () => {
    const books = createTestBooks();
    const longAgo = at('10:00:00') - 6 * 3_600_000;
    const entry: QueueEntry = {
      ...{ queueId: 'B0EF2C3A1', queueName: 'deferred', arrivedAtMs: longAgo, sizeBytes: 900 },
      ...{ sender: 's@far.example', recipients: [{ address: 'a@aurora.example', delayReason: 'no answer' }] },
    };
    const seen = { source: 'queue', host: 'mx1', tookMs: 0, isPartial: false, entries: [entry] };
    foldListing(books, { ...seen, startedAtMs: at('10:00:00') });
    foldLines(books, [arrival('B0EF2C3A1', '10:02:00', 's@far.example', 8)[1] ?? '']);
    expect(told(books, PLATFORM)).toEqual({ accepted: 1 });
    foldListing(books, { ...seen, startedAtMs: at('10:03:00') });
    expect(waitingAt(books, PLATFORM)).toBe(1);
    foldLines(books, [
      arrival('B0EF2C3A1', '10:04:00', 's@far.example', 8)[1] ?? '',
      attempt('B0EF2C3A1', '10:04:01', 'a@aurora.example', 'sent'),
      removed('B0EF2C3A1', '10:04:01'),
    ]);
    expect(told(books, PLATFORM)).toEqual({ accepted: 1, delivered: 1 });
  });

  it('LED-20: what comes too late to be counted still says what became of its message', () => {
    const books = foldLines(createTestBooks(), [
      ...arrival(ID, '10:00:00', 'x@far.example', 1),
      attempt(ID, '10:00:01', 'a@aurora.example', 'deferred'),
    ]);
    const counts = structuredClone(sum(books, AURORA).counts);
    foldLines(
      books,
      [attempt(ID, '10:00:30', 'a@aurora.example', 'sent'), removed(ID, '10:00:30')],
      'log',
      foldLate,
    );
    expect(told(books, PLATFORM)).toEqual({ accepted: 1, delivered: 1 });
    expect(waitingAt(books, PLATFORM)).toBe(0);
    expect(sum(books, AURORA).counts).toEqual(counts);
  });

  it('LED-21: what is taken up after a restart is accepted as often as it waits, whatever state it was in', () => {
    const books = foldLines(createTestBooks(), [
      // Not in the queue yet; waits; one of two is done; over but for a line; in the pickup directory.
      `10:00:00 postfix/smtpd[9]: 3Q1111Aaaaz111: client=mx.far.example[198.51.100.7]`,
      verdict('3Q1111Aaaaz111', '10:00:00', ['a@aurora.example']),
      ...arrival('3Q1111Aaaaz222', '10:00:00', 'x@far.example', 1),
      ...arrival('3Q1111Aaaaz333', '10:00:00', 'x@far.example', 2),
      attempt('3Q1111Aaaaz333', '10:00:01', 'a@aurora.example', 'sent'),
      ...arrival('3Q1111Aaaaz444', '10:00:00', 'x@far.example', 2),
      attempt('3Q1111Aaaaz444', '10:00:01', 'a@aurora.example', 'sent'),
      removed('3Q1111Aaaaz444', '10:00:01'),
    ]);
    const next = createTestBooks();
    for (const message of books.ledger.all()) {
      const state = saveMessage(message, books.directory);
      const again = restoreMessage({ host: message.host, queueId: message.queueId, state }, next.directory);
      if (!again) throw new Error('not restored');
      next.ledger.restore(again);
      next.conservation?.adopt(again);
      next.waiting?.deposit(again);
    }
    expect(told(next, PLATFORM)).toEqual({ accepted: 3 });
    expect(next.conservation?.adopted(PLATFORM)).toBe(3);
    expect(waitingAt(next, PLATFORM)).toBe(2);
    foldLines(next, [
      arrival('3Q1111Aaaaz111', '10:01:00', 'x@far.example', 1)[1] ?? '',
      ...['111', '222', '333', '444'].map((n) =>
        attempt(`3Q1111Aaaaz${n}`, '10:01:01', 'b@aurora.example', 'sent'),
      ),
      ...['111', '222', '333'].map((n) => removed(`3Q1111Aaaaz${n}`, '10:01:02')),
    ]);
    expect(told(next, PLATFORM)).toEqual({ accepted: 4, delivered: 4 });
    expect(waitingAt(next, PLATFORM)).toBe(0);
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
        expect({ seed, scope, open: open(books.conservation!.balance(scope)) }).toEqual({
          ...{ seed, scope },
          open: waitingAt(books, scope),
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
