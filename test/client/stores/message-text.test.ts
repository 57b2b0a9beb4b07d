import { describe, expect, it } from 'vitest';
import { fieldsOf, retold, TEXT_FIELDS, toldText, understand } from '../../../client/stores/message-text.ts';

const fields = (text: string) => fieldsOf(understand(text));

describe('the one box of the message search', () => {
  it.each([
    ['maria@gmail.com', { address: 'maria@gmail.com' }],
    ['Maria.O’Neil+x@Gmail.com', { address: 'Maria.O’Neil+x@Gmail.com' }],
    ['gmail.com', { domain: 'gmail.com' }],
    ['@Gmail.com', { domain: 'gmail.com' }],
    ['aurora-isp.example', { domain: 'aurora-isp.example' }],
    ['xn--bcher-kva.example', { domain: 'xn--bcher-kva.example' }],
    ['bücher.example', { domain: 'bücher.example' }],
    ['mx1.mail.example.net', { relay: 'mx1.mail.example.net' }],
    ['gmail-smtp-in.l.google.com', { relay: 'gmail-smtp-in.l.google.com' }],
    ['mail.com', { domain: 'mail.com' }],
    ['192.0.2.7', { relay: '192.0.2.7' }],
    ['2001:db8::25', { relay: '2001:db8::25' }],
    ['mx.example.net[192.0.2.7]:25,', { relay: '192.0.2.7' }],
    ['451', { code: '451' }],
    ['4.7.1', { code: '4.7.1' }],
    ['5.1.10', { code: '5.1.10' }],
    ['3F2A1B7C0D', { queueId: '3F2A1B7C0D' }],
    ['4XyZ1k2B3czLm9', { queueId: '4XyZ1k2B3czLm9' }],
    ['4Q9bJ02GYfz3xYb', { queueId: '4Q9bJ02GYfz3xYb' }],
    ['1rB7kX-0004Zs-2q', { queueId: '1rB7kX-0004Zs-2q' }],
    ['<20261121.1@aurora-isp.example>', { messageId: '<20261121.1@aurora-isp.example>' }],
    ['Connection timed out', { words: 'Connection timed out' }],
    ['651', { words: '651' }],
    ['"user unknown"', { words: 'user unknown' }],
    ['decade', { words: 'decade' }],
  ])('takes %s for what it looks like (REP-10)', (text, expected) => {
    expect(fields(text)).toEqual(expected);
  });

  it.each([
    ['to=<bob@example.com>,', { to: 'bob@example.com' }],
    ['from=<bob@example.com>', { from: 'bob@example.com' }],
    ['relay=mx.example[192.0.2.7]:25,', { relay: '192.0.2.7' }],
    ['dsn=4.7.0,', { code: '4.7.0' }],
    ['message-id=<a@b>', { messageId: '<a@b>' }],
    ['queue:ABCDEF', { queueId: 'ABCDEF' }],
    ['words:451', { words: '451' }],
    ['to-domain:@Web.example', { toDomain: 'web.example' }],
    ['reason:"try again later"', { words: 'try again later' }],
  ])('takes %s as it is told, as logs write it or as we do (REP-10)', (text, expected) => {
    expect(fields(text)).toEqual(expected);
  });

  it('takes several things at once, words beside each other as one', () => {
    expect(fields('maria@gmail.com 451 try again "rate limited"')).toEqual({
      address: 'maria@gmail.com',
      code: '451',
      words: 'try again rate limited',
    });
    expect(understand('451 try again later').map(({ value }) => value)).toEqual(['451', 'try again later']);
  });

  it('uses no second address, and says so', () => {
    const parts = understand('a@x.example b@x.example');
    expect(parts.map(({ unused }) => unused !== '')).toEqual([false, true]);
    expect(fieldsOf(parts)).toEqual({ address: 'a@x.example' });
  });

  it('uses nothing that is empty', () => {
    expect(fields('   ')).toEqual({});
    expect(fields('to=<>')).toEqual({});
  });

  it('is told by one choice what a piece is, and keeps that (REP-10)', () => {
    const text = retold(understand('451 gmail.com'), 0, 'words');
    expect(text).toBe('words:451 gmail.com');
    expect(fields(text)).toEqual({ words: '451', domain: 'gmail.com' });
    expect(retold(understand('451 gmail.com'), 0, null)).toBe('gmail.com');
    expect(fields(retold(understand('user unknown'), 0, 'provider'))).toEqual({ provider: 'user unknown' });
  });

  it.each(TEXT_FIELDS)('reads back any value that it was told of %s', (field) => {
    for (const value of ['abc', 'two words', '4.7.1', '<x@y>', 'a:b=c']) {
      const expected = { from: 'x@y', to: 'x@y', address: 'x@y' }[field as string];
      expect(fields(toldText(field, value))).toEqual({
        [field]: value === '<x@y>' && expected ? expected : value,
      });
    }
  });
});
