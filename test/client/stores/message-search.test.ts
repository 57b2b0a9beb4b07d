import { describe, expect, it } from 'vitest';
import { messagesLink } from '../../../client/links.ts';
import {
  delayOf,
  EVERYTHING,
  messageQuery,
  PAGE_ROWS,
  queryOfSearch,
  searchOf,
  type MessageSearch,
} from '../../../client/stores/message-search.ts';
import { T0 } from '../fixtures.ts';

const search = (change: Partial<MessageSearch> = {}): MessageSearch => ({ ...EVERYTHING, ...change });
const queryOf = (link: string) => Object.fromEntries(new URL(link, 'http://x').searchParams);

describe('a search and its address', () => {
  it.each([
    search(),
    search({ text: 'maria@gmail.com 451 "try again"' }),
    search({ scope: { kind: 'tenant', id: 'aurora' }, statuses: ['deferred', 'expired'] }),
    search({ scope: { kind: 'cluster', id: 'A' }, time: { kind: 'last', name: '24h' } }),
    search({ time: { kind: 'fixed', fromMs: T0, toMs: null }, relay: 'mx.example', provider: 'google' }),
    search({ time: { kind: 'fixed', fromMs: T0, toMs: T0 + 1 }, minDelayMs: 300_000 }),
  ])('read back as they were written (REP-11)', (wanted) => {
    expect(searchOf(queryOfSearch(wanted))).toEqual(wanted);
  });

  it('is short when nothing is asked', () => {
    expect(queryOfSearch(EVERYTHING)).toEqual({});
  });

  it('takes nothing from an address that it does not understand', () => {
    const raw = { status: 'deferred,lost', last: 'toString', minDelayMs: '-4', from: 'soon', q: ['a', 'b'] };
    expect(searchOf(raw)).toEqual(search({ statuses: ['deferred'] }));
  });

  it('puts what a link of another page names into the form (REP-11)', () => {
    const link = messagesLink({
      tenant: 'aurora',
      fromMs: T0,
      toMs: T0 + 60_000,
      status: ['deferred'],
      toDomain: 'gmail.com',
      code: '4.7.0',
      words: 'try again',
    });
    const wanted = searchOf(queryOf(link));
    expect(wanted).toMatchObject({
      scope: { kind: 'tenant', id: 'aurora' },
      statuses: ['deferred'],
      time: { kind: 'fixed', fromMs: T0, toMs: T0 + 60_000 },
    });
    expect(messageQuery(wanted, T0)).toEqual({
      scope: { kind: 'tenant', id: 'aurora' },
      fromMs: T0,
      toMs: T0 + 60_000,
      status: ['deferred'],
      toDomain: 'gmail.com',
      code: '4.7.0',
      words: 'try again',
      limit: PAGE_ROWS,
    });
  });
});

describe('what the server is asked', () => {
  it('counts the last hour back from now', () => {
    expect(messageQuery(search({ time: { kind: 'last', name: '1h' } }), T0).fromMs).toBe(T0 - 3_600_000);
  });

  it('leaves out what is not asked', () => {
    expect(messageQuery(EVERYTHING, T0)).toEqual({ scope: { kind: 'platform' }, limit: PAGE_ROWS });
  });

  it('takes the relay from its field before that of the box', () => {
    expect(messageQuery(search({ text: '192.0.2.7' }), T0).relay).toBe('192.0.2.7');
    expect(messageQuery(search({ text: '192.0.2.7', relay: 'mx.example' }), T0).relay).toBe('mx.example');
  });

  it('goes on where a page ended', () => {
    expect(messageQuery(EVERYTHING, T0, 'c7').cursor).toBe('c7');
  });
});

describe('a delay in words', () => {
  it.each([
    ['90', 90_000],
    ['90s', 90_000],
    ['5 min', 300_000],
    ['1.5 h', 5_400_000],
    ['2,5 m', 150_000],
    ['900 ms', 900],
    ['1 d', 86_400_000],
    ['5.0 min', 300_000],
  ])('reads %s', (text, ms) => expect(delayOf(text)).toBe(ms));

  it.each(['', 'long', '5 parsecs', '-3 s', '0'])('does not make one up of "%s"', (text) =>
    expect(delayOf(text)).toBeNull(),
  );
});
