import { describe, expect, it } from 'vitest';
import { foldListing } from '../../../server/aggregate/listing.ts';
import { restoreMessage, saveMessage } from '../../../server/aggregate/saved-message.ts';
import type { QueueEntry, QueueListing } from '../../../server/collect/event.ts';
import {
  at,
  AURORA,
  BOREAL,
  CIRRUS,
  counted,
  createTestBooks,
  foldLines,
  PLATFORM,
  sum,
  UNATTRIBUTED_SCOPE,
} from '../../support/books.ts';

const [IN, OUT] = [0, 1] as const;

/** A message from `from` to each of `to`, up to where Postfix begins to deliver it. */
function arrival(
  id: string,
  time: string,
  from: string,
  recipients: number,
  client = 'mx.far.example[198.51.100.7]',
): string[] {
  return [
    `${time} postfix/smtpd[9]: ${id}: client=${client}`,
    `${time} postfix/cleanup[9]: ${id}: message-id=<${id}@x.example>`,
    `${time} postfix/qmgr[9]: ${id}: from=<${from}>, size=900, nrcpt=${recipients} (queue active)`,
  ];
}
function attempt(
  id: string,
  time: string,
  to: string,
  status: string,
  reason = '250 2.0.0 Ok',
  delay = '1.5',
): string {
  const dsn = status === 'sent' ? '2.0.0' : status === 'deferred' ? '4.4.1' : '5.1.1';
  return `${time} postfix/smtp[9]: ${id}: to=<${to}>, relay=mx.example[192.0.2.1]:25, delay=${delay}, delays=0.1/0/0/1.4, dsn=${dsn}, status=${status} (${reason})`;
}

describe('fold: who a message counts for', () => {
  it('ATT-7: a message from one tenant to another counts once in each and once in the platform', () => {
    const books = foldLines(createTestBooks(), [
      ...arrival('3Q1111Aaaaz111', '10:00:00', 'a@aurora.example', 1),
      attempt('3Q1111Aaaaz111', '10:00:02', 'b@boreal.example', 'sent'),
      '10:00:02 postfix/qmgr[9]: 3Q1111Aaaaz111: removed',
    ]);
    const expected = { accepted: 1, queued: 1, delivered: 1 };
    expect(counted(sum(books, AURORA, OUT))).toEqual(expected);
    expect(counted(sum(books, BOREAL, IN))).toEqual(expected);
    expect(counted(sum(books, PLATFORM))).toEqual(expected);
    expect(counted(sum(books, AURORA, IN))).toEqual({});
    expect(counted(sum(books, UNATTRIBUTED_SCOPE))).toEqual({});
    expect(sum(books, BOREAL, IN).lag.quantile(0.5)).toBeCloseTo(1500, -2);
  });

  it('ATT-8: what belongs to no tenant is counted as unattributed, never dropped', () => {
    const books = foldLines(createTestBooks(), [
      ...arrival('3Q1111Aaaaz112', '10:00:00', 'a@far.example', 1),
      attempt('3Q1111Aaaaz112', '10:00:01', 'b@farther.example', 'bounced'),
      '10:00:03 postfix/smtpd[9]: NOQUEUE: reject: RCPT from x[198.51.100.1]: 554 5.7.1 <x@far.example>: Relay access denied; from=<a@far.example> to=<x@far.example> proto=ESMTP helo=<x>',
    ]);
    expect(counted(sum(books, UNATTRIBUTED_SCOPE))).toEqual({
      accepted: 1,
      queued: 1,
      bounced: 1,
      rejected: 1,
      rejectedPermanent: 1,
    });
  });

  it('ATT-5: login goes before the sender address, the relay network before it too', () => {
    const books = foldLines(createTestBooks(), [
      ...arrival(
        '3Q1111Aaaaz113',
        '10:00:00',
        'a@aurora.example',
        1,
        'c[203.0.113.1], sasl_method=PLAIN, sasl_username=boreal-7',
      ),
      attempt('3Q1111Aaaaz113', '10:00:01', 'b@far.example', 'sent'),
      ...arrival('3Q1111Aaaaz114', '10:00:00', 'a@aurora.example', 1, 'c[192.0.2.77]'),
      attempt('3Q1111Aaaaz114', '10:00:01', 'b@far.example', 'sent'),
    ]);
    expect(counted(sum(books, BOREAL, OUT))).toEqual({ accepted: 1, queued: 1, delivered: 1, loginOk: 1 });
    expect(counted(sum(books, CIRRUS, OUT))).toEqual({ accepted: 1, queued: 1, delivered: 1 });
    expect(counted(sum(books, AURORA, OUT))).toEqual({});
    expect(sum(books, CIRRUS, OUT).counts.byRelay).toBeGreaterThan(0);
  });
});

describe('fold: the life of a queue id', () => {
  it('AGG-5: a retry logs the queue line again and is no second arrival', () => {
    const id = '3Q1111Aaaaz115';
    const again = `10:06:00 postfix/qmgr[9]: ${id}: from=<a@far.example>, size=900, nrcpt=1 (queue active)`;
    const books = foldLines(createTestBooks(), [
      ...arrival(id, '10:00:00', 'a@far.example', 1),
      attempt(
        id,
        '10:00:01',
        'u@aurora.example',
        'deferred',
        'connect to store[192.0.2.1]:25: Connection refused',
      ),
      again,
      attempt(
        id,
        '10:06:01',
        'u@aurora.example',
        'deferred',
        'connect to store[192.0.2.1]:25: Connection refused',
      ),
      again,
      attempt(id, '10:12:01', 'u@aurora.example', 'sent'),
    ]);
    const expected = { accepted: 1, queued: 1, deferred: 2, deferredRecipients: 1, delivered: 1 };
    expect(counted(sum(books, AURORA, IN))).toEqual(expected);
  });

  it('AGG-6: a short queue id that comes back is another message', () => {
    const life = (time: string, to: string) => [
      ...arrival('4C0FF3E1', time, 'a@far.example', 1),
      attempt('4C0FF3E1', time, to, 'deferred', 'x'),
    ];
    const books = foldLines(createTestBooks(), [
      ...life('10:00:00', 'u@aurora.example'),
      ...life('10:02:00', 'u@aurora.example'),
    ]);
    expect(counted(sum(books, AURORA, IN))).toMatchObject({ accepted: 2, deferredRecipients: 2 });
    expect(books.ledger.counters.reused).toBe(1);
  });

  it('AGG-7: the end of a message may be logged before its last delivery', () => {
    const id = '3Q1111Aaaaz116';
    const books = foldLines(createTestBooks(), [
      ...arrival(id, '10:00:00', 'boss@aurora.example', 1),
      `10:00:01 postfix/qmgr[9]: ${id}: removed`,
      attempt(id, '10:00:01', 'u@far.example', 'sent'),
    ]);
    expect(counted(sum(books, AURORA, OUT))).toMatchObject({ delivered: 1 });
    books.ledger.expireEnded(at('10:02:00'));
    expect(books.ledger.size).toBe(0);
  });

  it('AGG-8: delivery into a content filter on the same host is no delivery, and the age goes on from the first hop', () => {
    const [first, second] = ['3Q1111Aaaaz117', '3Q1111Aaaaz118'];
    const books = foldLines(createTestBooks(), [
      ...arrival(first, '10:00:00', 'a@far.example', 1),
      ...arrival(second, '10:05:00', 'a@far.example', 1, 'localhost[127.0.0.1]'),
      attempt(
        first,
        '10:05:00',
        'u@aurora.example',
        'sent',
        `250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as ${second}`,
        '300',
      ),
      `10:05:00 postfix/qmgr[9]: ${first}: removed`,
      attempt(second, '10:05:01', 'u@aurora.example', 'sent', '250 2.0.0 Ok', '1'),
    ]);
    expect(counted(sum(books, AURORA, IN))).toMatchObject({ delivered: 1 });
    expect(sum(books, PLATFORM).counts.filterHops).toBe(1);
    expect(sum(books, AURORA, IN).effectiveLag.quantile(0.5)! / 1000).toBeCloseTo(301, -1);
  });

  it('AGG-8: nor is it when the log tells of the way into the filter after what came out of it', () => {
    const [first, second] = ['3Q1111Aaaaz117', '3Q1111Aaaaz118'];
    const hop = attempt(
      ...([first, '10:00:02', 'u@aurora.example', 'sent', `250 2.0.0 Ok: queued as ${second}`, '2'] as const),
    );
    const books = foldLines(createTestBooks(), [
      ...arrival(first, '10:00:00', 'a@far.example', 1),
      ...arrival(second, '10:00:01', 'a@far.example', 1, 'localhost[127.0.0.1]'),
      attempt(second, '10:00:01', 'u@aurora.example', 'sent', '250 2.0.0 Ok', '1'),
      `10:00:01 postfix/qmgr[9]: ${second}: removed`,
      hop,
      `10:00:02 postfix/qmgr[9]: ${first}: removed`,
    ]);
    expect(counted(sum(books, AURORA, IN))).toMatchObject({ delivered: 1 });
    expect(sum(books, PLATFORM).counts).toMatchObject({ delivered: 1, filterHops: 1 });
    // Elsewhere an id that ended here long ago means nothing.
    const other = foldLines(createTestBooks(), [
      ...arrival(second, '10:00:00', 'a@far.example', 1),
      attempt(second, '10:00:01', 'u@aurora.example', 'sent', '250 2.0.0 Ok', '1'),
      `10:00:01 postfix/qmgr[9]: ${second}: removed`,
      ...arrival(first, '10:30:00', 'a@far.example', 1),
      attempt(first, '10:30:02', 'u@aurora.example', 'sent', `250 2.0.0 Ok: queued as ${second}`, '2'),
    ]);
    expect(sum(other, PLATFORM).counts).toMatchObject({ delivered: 2, filterHops: 0 });
  });

  it('AGG-9: a message refused at its end leaves nothing waiting', () => {
    const id = '3Q1111Aaaaz119';
    const books = foldLines(createTestBooks(), [
      `10:00:00 postfix/smtpd[9]: ${id}: client=x[198.51.100.1]`,
      `10:00:00 postfix/cleanup[9]: ${id}: message-id=<x@x.example>`,
      `10:00:01 postfix/cleanup[9]: ${id}: milter-reject: END-OF-MESSAGE from x[198.51.100.1]: 5.7.1 Spam message rejected; from=<s@far.example> to=<u@aurora.example> proto=ESMTP helo=<x>`,
    ]);
    expect(books.ledger.size).toBe(0);
    expect(counted(sum(books, AURORA, IN))).toEqual({ rejected: 1, rejectedPermanent: 1, milterSpam: 1 });
  });

  it('AGG-10: hold, release, requeue and delete are counted for the tenants of the message', () => {
    const id = '3Q1111Aaaaz11B';
    const books = foldLines(createTestBooks(), [
      ...arrival(id, '10:00:00', 'a@far.example', 1),
      attempt(id, '10:00:01', 'u@aurora.example', 'deferred', 'x'),
      `10:01:00 postfix/postsuper[9]: ${id}: placed on hold`,
      `10:02:00 postfix/postsuper[9]: ${id}: released from hold`,
      `10:03:00 postfix/postsuper[9]: ${id}: removed`,
    ]);
    expect(counted(sum(books, AURORA, IN))).toMatchObject({ held: 1, released: 1, deleted: 1 });
    expect(books.waiting?.gauge(PLATFORM, IN, at('10:04:00'))).toBeNull();
  });

  it('DRN-20: that mail was let go from hold is known, also of what is kept over a restart', () => {
    const [held, other] = ['3Q1111Aaaaz11B', '3Q1111Aaaaz22B'];
    const books = foldLines(createTestBooks(), [
      ...[held, other].flatMap((id) => arrival(id, '10:00:00', 'a@far.example', 1)),
      `10:01:00 postfix/postsuper[9]: ${held}: placed on hold`,
      `10:02:00 postfix/postsuper[9]: ${held}: released from hold`,
    ]);
    const told = [...books.ledger.all()].map((message) => {
      const state = saveMessage(message, books.directory);
      const again = restoreMessage({ ...message, state }, books.directory);
      return [message.queueId, message.isReleased, again?.isReleased];
    });
    expect(told).toEqual([
      [held, true, true],
      [other, false, false],
    ]);
  });
});

function listing(
  startedAt: string,
  entries: readonly Partial<QueueEntry>[],
  isPartial = false,
): QueueListing {
  const full = entries.map((entry, i) => ({
    queueName: 'deferred' as const,
    queueId: `ID${i}`,
    arrivedAtMs: at('09:00:00'),
    sizeBytes: 1,
    sender: 's@far.example',
    recipients: [],
    ...entry,
  }));
  return { source: 'q', host: 'mx1', startedAtMs: at(startedAt), tookMs: 5, isPartial, entries: full };
}

describe('fold: who waits', () => {
  it('AGG-11: a deferred recipient waits in the depth of its tenant until it is delivered', () => {
    const id = '3Q1111Aaaaz11C';
    const books = foldLines(createTestBooks(), [
      ...arrival(id, '10:00:00', 'a@far.example', 2),
      attempt(
        id,
        '10:00:01',
        'u@aurora.example',
        'deferred',
        'connect to store[192.0.2.1]:25: Connection refused',
      ),
      attempt(id, '10:00:01', 'v@boreal.example', 'sent'),
    ]);
    expect(books.waiting?.gauge(AURORA, IN, at('10:10:00'))).toMatchObject({
      deferred: 1,
      oldestMs: 600_000,
    });
    expect(books.waiting?.gauge(BOREAL, IN, at('10:10:00'))).toBeNull();
    foldLines(books, [
      attempt(id, '10:10:01', 'u@aurora.example', 'sent'),
      `10:10:01 postfix/qmgr[9]: ${id}: removed`,
    ]);
    expect(books.waiting?.gauge(AURORA, IN, at('10:10:02'))).toBeNull();
    expect(books.waiting?.gauge(PLATFORM, IN, at('10:10:02'))).toBeNull();
  });

  it('AGG-12: what the other side holds up waits in the queue but not in the effective lag', () => {
    const id = '3Q1111Aaaaz11D';
    const books = foldLines(createTestBooks(), [
      ...arrival(id, '10:00:00', 'a@aurora.example', 1),
      attempt(
        id,
        '10:00:01',
        'u@far.example',
        'deferred',
        'host mx.far.example[192.0.2.1] said: 450 4.2.0 Greylisted',
      ),
    ]);
    const gauge = books.waiting?.gauge(AURORA, OUT, at('10:10:00'));
    expect(gauge).toMatchObject({ deferred: 1 });
    expect(gauge?.waiting.count).toBe(0);
    foldLines(books, [attempt(id, '10:15:00', 'u@far.example', 'sent', '250 Ok', '900')]);
    expect(sum(books, AURORA, OUT).lag.count).toBe(1);
    expect(sum(books, AURORA, OUT).effectiveLag.count).toBe(0);
  });

  it('AGG-13: a listing brings in what the log never told, and drops what two listings in a row do not name', () => {
    const books = createTestBooks();
    const old = {
      queueId: '3Q1111Aaaaz11F',
      recipients: [{ address: 'u@aurora.example', delayReason: 'x' }, { address: 'v@boreal.example' }],
    };
    expect(foldListing(books, listing('10:00:00', [old]))).toEqual({ listed: 1, added: 1, dropped: 0 });
    expect(books.waiting?.gauge(AURORA, IN, at('10:00:00'))).toMatchObject({
      deferred: 1,
      oldestMs: 3_600_000,
    });
    expect(foldListing(books, listing('10:00:05', []))).toMatchObject({ dropped: 0 });
    expect(books.waiting?.gauge(AURORA, IN, at('10:00:05'))).toMatchObject({ deferred: 1 });
    expect(foldListing(books, listing('10:00:10', []))).toMatchObject({ dropped: 1 });
    expect(books.waiting?.gauge(PLATFORM, IN, at('10:00:10'))).toBeNull();
  });

  it('AGG-13: a listing that is ahead of the log names the message that the log then begins', () => {
    const id = '3Q1111Aaaaz11H';
    const books = createTestBooks();
    foldListing(
      books,
      listing('10:00:02', [
        { queueId: id, arrivedAtMs: at('10:00:00'), recipients: [{ address: 'u@aurora.example' }] },
      ]),
    );
    foldLines(books, [
      ...arrival(id, '10:00:00', 'a@far.example', 1),
      attempt(id, '10:00:05', 'u@aurora.example', 'sent'),
    ]);
    expect(counted(sum(books, AURORA, IN))).toMatchObject({ accepted: 1, queued: 1, delivered: 1 });
    expect(books.ledger.counters.reused).toBe(0);
    expect(books.waiting?.gauge(PLATFORM, IN, at('10:00:06'))).toBeNull();
  });

  it('AGG-13: a partial listing drops nothing', () => {
    const books = createTestBooks();
    foldListing(books, listing('10:00:00', [{ recipients: [{ address: 'u@aurora.example' }] }]));
    for (const time of ['10:00:05', '10:00:10', '10:00:15']) foldListing(books, listing(time, [], true));
    expect(books.waiting?.gauge(AURORA, IN, at('10:00:20'))).toMatchObject({ deferred: 1 });
  });

  it('AGG-13: a listing begun before the end of a message does not bring it back', () => {
    const id = '3Q1111Aaaaz11G';
    const books = foldLines(createTestBooks(), [
      ...arrival(id, '10:00:00', 'a@far.example', 1),
      attempt(id, '10:00:01', 'u@aurora.example', 'sent'),
      `10:00:01 postfix/qmgr[9]: ${id}: removed`,
    ]);
    foldListing(
      books,
      listing('10:00:00', [
        { queueId: id, arrivedAtMs: at('10:00:00'), recipients: [{ address: 'u@aurora.example' }] },
      ]),
    );
    expect(books.waiting?.gauge(AURORA, IN, at('10:00:02'))).toBeNull();
  });
});

describe('fold: logins', () => {
  it('AGG-14: access counts distinct users by what the servers did for them last; wrong passwords say nothing about it', () => {
    const login = (time: string, user: string) =>
      `${time} dovecot: imap-login: Login: user=<${user}>, method=PLAIN, rip=203.0.113.5, lip=127.0.0.1, mpid=1, session=<abc>`;
    const books = foldLines(createTestBooks(), [
      login('10:00:00', 'u1@aurora.example'),
      login('10:00:01', 'u1@aurora.example'),
      login('10:00:01', 'u2@aurora.example'),
      '10:00:02 dovecot: imap-login: Disconnected: Aborted login by logging out (auth failed, 3 attempts in 6 secs): user=<u3@aurora.example>, method=PLAIN, rip=203.0.113.5, lip=127.0.0.1, session=<abd>',
    ]);
    expect(books.access?.gauge(AURORA, at('10:00:03'))).toMatchObject({ users: 2, failing: 0 });
    expect(counted(sum(books, AURORA, IN))).toMatchObject({ loginOk: 3, loginFailed: 1 });
    books.access?.note(AURORA, 'mailbox', { user: 'u2@aurora.example', atMs: at('10:00:04'), isFault: true });
    expect(books.access?.gauge(AURORA, at('10:00:05'))).toMatchObject({ users: 2, failing: 1 });
    books.access?.note(AURORA, 'submission', {
      user: 'u2@aurora.example',
      atMs: at('10:00:06'),
      isFault: false,
    });
    // Sending works: the mailbox is no less out of reach.
    expect(books.access?.gauge(AURORA, at('10:00:06'))).toMatchObject({
      access: 'mailbox',
      users: 2,
      failing: 1,
    });
    books.access?.note(AURORA, 'mailbox', {
      user: 'u2@aurora.example',
      atMs: at('10:00:06'),
      isFault: false,
    });
    expect(books.access?.gauge(AURORA, at('10:00:07'))).toMatchObject({ users: 2, failing: 0 });
    expect(books.access?.gauge(AURORA, at('10:05:30'))).toBeNull();
  });
});
