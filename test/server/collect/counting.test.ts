import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { MailEvent } from '../../../server/collect/event.ts';
import { createLogReader, type LogReader } from '../../../server/collect/reader.ts';
import { CORPUS, hasCorpus } from '../../support/corpus.ts';
import { createRandom, pick } from '../../support/random.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/lines');
const ID = '4jWzVY435czBvpv';
const STAMP = 'Nov 21 17:20:21 mx1 ';
/** One line of each of the commonest forms. */
const FORMS = [
  'postfix/smtpd[7]: connect from h.example[192.0.2.1]',
  'postfix/smtpd[7]: disconnect from h.example[192.0.2.1] ehlo=1 quit=1 commands=2',
  `postfix/smtpd[7]: ${ID}: client=h.example[192.0.2.1]`,
  `postfix/smtpd[7]: ${ID}: client=h.example[192.0.2.1], sasl_method=PLAIN, sasl_username=u@x.example`,
  `postfix/cleanup[7]: ${ID}: message-id=<a.b@x.example>`,
  `postfix/qmgr[7]: ${ID}: from=<u@x.example>, size=1234, nrcpt=2 (queue active)`,
  `postfix/qmgr[7]: ${ID}: from=<>, size=1, nrcpt=1 (queue active)`,
  `postfix/qmgr[7]: ${ID}: removed`,
  `postfix/smtp[7]: ${ID}: to=<u@x.example>, relay=mx.x.example[192.0.2.9]:25, delay=1.7, delays=0.1/0/1/0.6, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4jWzVW4LvszBw2j)`,
  `postfix/smtp[7]: ${ID}: to=<u@x.example>, relay=none, conn_use=3, delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to x[192.0.2.9]:25: Connection refused)`,
  `postfix/lmtp[7]: ${ID}: to=<u@x.example>, orig_to=<root>, relay=l[127.0.0.1]:24, delay=0.02, delays=0/0/0/0.02, dsn=5.1.1, status=bounced (host l said: 550 5.1.1 no (in reply to RCPT TO))`,
  'dovecot: lmtp(5011): Connect from 127.0.0.1',
  'dovecot: lmtp(u@x.example)<12><aBc+d>: Error: Internal error',
  'dovecot: imap(u@x.example)<12><aBc+d>: Disconnected: Logged out in=1 out=2',
].map((text) => STAMP + text);
const BYTES = ['<', '>', '"', '[', ']', ':', ',', ' ', '=', ')', '.', '0', '9', '/', '\\', '\0', '\xff'];
const DIFFERENT_FORMS = [
  'delay=1.2.3, ',
  'delay=, ',
  'delay=1234567890123456789, ',
  'delay=1.23456, ',
  'delay=., ',
].map((delay) => FORMS[8]!.replace('delay=1.7, ', delay));

/** What counting leaves of an event: the texts that explain are empty, but for the next hop of what was sent. */
function counted(event: MailEvent): object {
  switch (event.kind) {
    case 'attempt': {
      const hop = event.status === 'sent' ? event.reason.indexOf('queued as ') : -1;
      return {
        ...event,
        delaysMs: undefined,
        relay: '',
        dsn: '',
        reason: hop < 0 ? '' : event.reason.slice(hop),
      };
    }
    case 'accepted':
      return { ...event, clientHost: undefined };
    case 'message-id':
      return { ...event, messageId: '' };
    case 'rejected':
    case 'trouble':
      return { ...event, reason: '' };
    default:
      return event;
  }
}

interface Pair {
  readonly ordinary: LogReader;
  readonly counting: LogReader;
}

function pair(): Pair {
  const options = { format: 'auto', source: 's', timezone: 'UTC', year: 2026 } as const;
  return { ordinary: createLogReader(options), counting: createLogReader({ ...options, isCounting: true }) };
}

/** What the two readers make of a line, as texts to compare. */
function bothSay({ ordinary, counting }: Pair, line: Buffer): [string, string] {
  const said = (reader: LogReader, found: string, event: (event: MailEvent) => object) =>
    JSON.stringify([
      found,
      reader.atMs,
      reader.host,
      reader.repeat,
      ...(found === 'event' ? sorted(event(reader.event)) : []),
    ]);
  return [
    said(ordinary, ordinary.read(line, 0, line.length), counted),
    said(counting, counting.read(line, 0, line.length), (event) => event),
  ];
}

function sorted(event: object): [string, unknown][] {
  return Object.entries(event)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function disagreements(lines: Iterable<Buffer>): string[] {
  const readers = pair();
  const found: string[] = [];
  for (const line of lines) {
    const [ordinary, counting] = bothSay(readers, line);
    if (ordinary !== counting && found.length < 5)
      found.push(`${line.toString('latin1')}\n${ordinary}\n${counting}`);
  }
  return found;
}

function* linesOf(text: Buffer): Generator<Buffer> {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf(0x0a, start);
    yield text.subarray(start, end < 0 ? text.length : end);
    start = (end < 0 ? text.length : end) + 1;
  }
}

/** Every line cut at every place, with every byte left out, doubled, and replaced by each that has a meaning. */
function* neighbours(): Generator<Buffer> {
  for (const form of [...FORMS, ...DIFFERENT_FORMS]) {
    for (let at = STAMP.length; at < form.length; at += 1) {
      // The form itself comes between, so that its queue id is known when its neighbour comes.
      yield Buffer.from(form, 'latin1');
      yield Buffer.from(form.slice(0, at), 'latin1');
      yield Buffer.from(form.slice(0, at) + form.slice(at + 1), 'latin1');
      yield Buffer.from(form.slice(0, at) + form.slice(at - 1), 'latin1');
      for (const byte of BYTES) {
        yield Buffer.from(form.slice(0, at) + byte + form.slice(at + 1), 'latin1');
        yield Buffer.from(form.slice(0, at) + byte + form.slice(at), 'latin1');
      }
    }
  }
}

function* mutants(seed: number, lines: readonly Buffer[]): Generator<Buffer> {
  const random = createRandom(seed);
  for (let n = 0; n < 20_000; n += 1) {
    const [one, other] = [pick(random, lines), pick(random, lines)];
    const [from, to] = [Math.floor(random() * one.length), Math.floor(random() * other.length)];
    yield one;
    yield Buffer.concat([one.subarray(0, from), other.subarray(random() < 0.5 ? from : to)]);
  }
}

describe('COL-12: a counting reader says of each line what an ordinary one says, without the texts that explain', () => {
  it('of the common forms and all their neighbours', () => {
    expect(disagreements(neighbours())).toEqual([]);
  }, 60_000);

  it.each([1, 7, 2026])(
    'of pieces of lines put together (seed %d)',
    (seed) => {
      const lines = readdirSync(FIXTURES)
        .filter((name) => name.endsWith('.log'))
        .flatMap((name) => [...linesOf(readFileSync(join(FIXTURES, name)))]);
      expect(disagreements(mutants(seed, [...lines, ...FORMS.map((form) => Buffer.from(form))]))).toEqual([]);
    },
    60_000,
  );

  // Skipped where the recorded platform (../shared/corpus) is not beside the repository.
  it
    .skipIf(!hasCorpus)
    .each(['run0/postfix-maillog', 'run0/dovecot-syslog', 'run0/rspamd', 'run1/mail', 'run1/mail-iso'])(
    'of the recorded log %s',
    (name) => {
      const archive = join(CORPUS, `${name}.log.zst`);
      expect(existsSync(archive)).toBe(true);
      expect(disagreements(linesOf(zstdDecompressSync(readFileSync(archive))))).toEqual([]);
    },
    120_000,
  );

  it.skipIf(!hasCorpus)('of the recorded lines of other tools', () => {
    const folder = join(CORPUS, 'cases');
    const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const texts = readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean);
      const lines = texts.flatMap((text) =>
        Object.values(JSON.parse(text) as object).filter(
          (value): value is string => typeof value === 'string',
        ),
      );
      expect(disagreements(lines.map((line) => Buffer.from(line)))).toEqual([]);
    }
  });
});
