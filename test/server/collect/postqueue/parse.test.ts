import { describe, expect, it } from 'vitest';
import {
  createListingParser,
  type ListingLimits,
  parseEntry,
  type ParsedListing,
} from '../../../../server/collect/postqueue/parse.ts';
import { createRandom } from '../../../support/random.ts';
import { entryLine } from './lines.ts';

function parse(text: string | Buffer, limits?: ListingLimits, chunkBytes = 64): ParsedListing {
  const parser = createListingParser(limits);
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += chunkBytes)
    parser.push(bytes.subarray(from, from + chunkBytes));
  return parser.end();
}

describe('one line of postqueue -j', () => {
  it('is an entry with its arrival in milliseconds and the reason each recipient waits for', () => {
    const line =
      '{"queue_name": "deferred", "queue_id": "4jWzhT52m7zBwqh", "arrival_time": 1795282137, "message_size": 918, "forced_expire": false, "sender": "a@b.example", "recipients": [{"address": "c@d.example", "delay_reason": "connect to mx: Connection refused"}, {"address": "e@d.example"}]}';
    expect(parseEntry(line)).toEqual({
      queueName: 'deferred',
      queueId: '4jWzhT52m7zBwqh',
      arrivedAtMs: 1_795_282_137_000,
      sizeBytes: 918,
      sender: 'a@b.example',
      recipients: [
        { address: 'c@d.example', delayReason: 'connect to mx: Connection refused' },
        { address: 'e@d.example' },
      ],
    });
  });

  it('leaves out recipients whose bounce is only not written yet, and members of later versions', () => {
    const recipients = [
      { orig_address: 'x@d.example', address: 'c@d.example', other_reason: 'new' },
      { address: 'gone@d.example', bounce_reason: 'user unknown' },
    ];
    expect(parseEntry(entryLine({ recipients, flavour: 'new' }))?.recipients).toEqual([
      { address: 'c@d.example' },
    ]);
  });

  it('has the null sender as an empty one', () => {
    expect(parseEntry(entryLine({ sender: 'MAILER-DAEMON' }))?.sender).toBe('');
  });

  it('may have no recipient left', () => {
    expect(parseEntry(entryLine({ recipients: [] }))?.recipients).toEqual([]);
  });

  it.each([
    ['no JSON', 'postqueue: warning: whatever'],
    ['a list', '[]'],
    ['null', 'null'],
    ['without a queue id', entryLine({ queue_id: undefined })],
    ['with an empty queue id', entryLine({ queue_id: '' })],
    ['without an arrival time', entryLine({ arrival_time: undefined })],
    ['with a size in words', entryLine({ message_size: '918' })],
    ['without a sender', entryLine({ sender: undefined })],
    ['without recipients', entryLine({ recipients: undefined })],
    ['with a recipient that has no address', entryLine({ recipients: [{}] })],
  ])('is no entry when it is %s', (_, line) => {
    expect(parseEntry(line)).toBeUndefined();
  });
});

describe('a listing', () => {
  it('is the same however it is cut into chunks, between the bytes of a letter too', () => {
    const text = ['A1', 'B2', 'C3']
      .map((queue_id) => `${entryLine({ queue_id, sender: `jürgen-${queue_id}-日本@b.example` })}\n`)
      .join('');
    const whole = parse(text, {}, 1e6);
    expect(whole.entries.map(({ sender }) => sender)).toContain('jürgen-B2-日本@b.example');
    for (const chunkBytes of [1, 2, 3, 7, 100]) expect(parse(text, {}, chunkBytes)).toEqual(whole);
  });

  it('without a line is empty and whole', () => {
    expect(parse('')).toEqual({
      entries: [],
      lines: 0,
      bytes: 0,
      isCut: false,
      isTorn: false,
      notUnderstood: 0,
      tooLong: 0,
      unknownQueue: 0,
    });
  });

  it('names a message that moved while it was made only once, as it was seen last', () => {
    const [a, b] = [{ address: 'a@d.example' }, { address: 'b@d.example' }];
    const first = entryLine({ queue_name: 'active', recipients: [a, b] });
    const later = entryLine({ queue_name: 'deferred', recipients: [{ ...b, delay_reason: 'full' }] });
    const { entries, lines } = parse(`${first}\n${later}\n`);
    expect(lines).toBe(2);
    expect(entries).toMatchObject([
      { queueName: 'deferred', recipients: [{ address: 'b@d.example', delayReason: 'full' }] },
    ]);
  });

  it('counts a line that is no entry and reads the lines around it', () => {
    const { entries, lines, notUnderstood } = parse(
      `${entryLine({ queue_id: 'A' })}\n{"queue\n\n${entryLine({ queue_id: 'B' })}\n`,
    );
    expect([entries.map(({ queueId }) => queueId), lines, notUnderstood]).toEqual([['A', 'B'], 3, 1]);
  });

  it('is torn when its last line is not complete, but not for want of a line feed', () => {
    const line = entryLine({});
    expect(parse(`${line}\n${line.slice(0, 50)}`)).toMatchObject({ isTorn: true, lines: 1 });
    expect(parse(line)).toMatchObject({ isTorn: false, lines: 1, entries: [{ queueId: 'QID' }] });
  });

  it('counts an unknown queue and has its entries as deferred: they wait', () => {
    const { entries, unknownQueue } = parse(`${entryLine({ queue_name: 'limbo' })}\n`);
    expect([entries[0]?.queueName, unknownQueue]).toEqual(['deferred', 1]);
  });

  it('drops a line that is too long and reads on', () => {
    const long = entryLine({ queue_id: 'LONG', sender: 'x'.repeat(5_000) });
    const { entries, tooLong } = parse(`${long}\n${entryLine({ queue_id: 'B' })}\n`, { maxLineBytes: 1_000 });
    expect([entries.map(({ queueId }) => queueId), tooLong]).toEqual([['B'], 1]);
  });

  it('is torn when it ends in a line that is too long', () => {
    expect(parse(entryLine({ sender: 'x'.repeat(5_000) }), { maxLineBytes: 1_000 }).isTorn).toBe(true);
  });

  it('is cut at its limits, says so and wants no more', () => {
    const text = ['A', 'B', 'C'].map((queue_id) => `${entryLine({ queue_id })}\n`).join('');
    expect(parse(text, { maxEntries: 2 })).toMatchObject({
      isCut: true,
      entries: [{ queueId: 'A' }, { queueId: 'B' }],
    });
    expect(parse(text, { maxRecipients: 1 }).entries).toHaveLength(1);
    expect(parse(text, { maxEntries: 3, maxRecipients: 3 }).isCut).toBe(false);
    expect(createListingParser({ maxEntries: 2 }).push(Buffer.from(text))).toBe(false);
  });

  it('never throws, whatever the bytes', () => {
    const random = createRandom(20_261_121);
    const text = Buffer.from(`${entryLine({})}\n`.repeat(4));
    for (let n = 0; n < 500; n += 1) {
      const bytes = Buffer.from(text);
      for (let flips = 0; flips < 8; flips += 1) {
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      }
      const { lines, entries, notUnderstood } = parse(bytes);
      expect(entries.length + notUnderstood).toBeLessThanOrEqual(lines);
    }
  });
});
