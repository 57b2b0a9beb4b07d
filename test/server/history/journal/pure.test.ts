import { describe, expect, it } from 'vitest';
import { csv } from '../../../../server/history/journal/csv.ts';
import { DEFAULT_PROVIDERS } from '../../../../server/history/journal/default-providers.ts';
import { oneLife } from '../../../../server/history/journal/lives.ts';
import { maskAddress, maskRecord, maskText, maskTrace } from '../../../../server/history/journal/mask.ts';
import { createProviders, parseProviders } from '../../../../server/history/journal/providers.ts';
import type { MessageRecord } from '../../../../shared/history.ts';
import { entry, NOW } from './support.ts';

const record = (over: Partial<MessageRecord> = {}): MessageRecord => ({ ...entry(), id: 1, ...over });

describe('masked addresses', () => {
  it.each([
    ['user@example.net', 'u•••@example.net'],
    ['u@example.net', 'u•••@example.net'],
    ['"john doe"@example.net', 'j•••@example.net'],
    ['жук@почта.example', 'ж•••@почта.example'],
    ['bounce+user=gmail.com@list.example', 'b•••@list.example'],
    ['login', 'l•••'],
    ['', ''],
  ])('JRN-12: of an address only its first character and its domain are shown: %s', (address, masked) => {
    expect(maskAddress(address)).toBe(masked);
  });

  it.each([
    ['to=<user@example.net>, orig_to=<other@x.example>', 'to=<u•••@example.net>, orig_to=<o•••@x.example>'],
    ['550 5.1.1 <user.name+tag@example.net>: unknown', '550 5.1.1 <u•••@example.net>: unknown'],
    ['to=<"john doe"@example.net>', 'to=<j•••@example.net>'],
    [
      'message-id=<1a.2b@host.example>, from=<u2@x.example>',
      'message-id=<1a.2b@host.example>, from=<u•••@x.example>',
    ],
    ['sasl_method=PLAIN, sasl_username=anna', 'sasl_method=PLAIN, sasl_username=a•••'],
    ['Login: user=<anna>, method=PLAIN', 'Login: user=<a•••>, method=PLAIN'],
    ['lmtp(anna@x.example)<1>: saved', 'lmtp(a•••@x.example)<1>: saved'],
    ['rcpt=a@[192.0.2.1]', 'rcpt=r•••@[192.0.2.1]'],
    ['relay=mx1.example[192.0.2.1]:25, delay=1', 'relay=mx1.example[192.0.2.1]:25, delay=1'],
  ])('JRN-12: addresses and logins in a text are masked, and nothing else: %s', (text, masked) => {
    // What stands before `=` in the last but one may belong to the address (VERP); it is hidden too.
    expect(maskText(text)).toBe(masked.replace('rcpt=r•••', 'r•••'));
  });

  it('JRN-12: no address is left in an entry or a trace, and a text full of signs is masked in time', () => {
    const secret = 'geheim@aurora.example';
    const whole = record({
      from: secret,
      to: secret,
      origTo: secret,
      login: secret,
      reason: `<${secret}>: ${secret}`,
    });
    expect(JSON.stringify(maskRecord(whole))).not.toContain('geheim');
    const line = { source: 'mx1', atMs: NOW, text: `to=<${secret}>` };
    const trace = { host: 'mx1', queueId: 'Q', records: [whole], lines: [line], related: [], missing: [] };
    expect(JSON.stringify(maskTrace(trace))).not.toContain('geheim');
    expect(maskText('"@'.repeat(20_000))).toHaveLength(40_000);
    expect(maskText(`${'a'.repeat(50_000)}@b`)).toContain('•••@b');
  });
});

describe('CSV of entries', () => {
  it('JRN-13: the first row names columns and units, lines end in CR LF, and absent values are empty', () => {
    const [head, row, rest] = csv([record({ delayMs: 1_500, sizeBytes: 10, reason: 'a "b", c\nd' })]).split(
      '\r\n',
    );
    expect(head).toContain('time (UTC),host,queue id');
    expect(head).toContain('delay (s)');
    expect(head).toContain('size (bytes)');
    expect(row).toContain('2026-11-21T12:00:00.000Z,mx1,4jWzVY45YpzBvyk,,sent,yes,a@aurora.example');
    expect(row).toContain('"a ""b"", c\nd",10,');
    expect(rest).toBe('');
  });

  it('JRN-13: no text of an entry is run as a formula by a spreadsheet', () => {
    const [, row = ''] = csv([record({ from: '=1+1', to: '+49@x', host: '@cmd', reason: '-2+3' })]).split(
      '\r\n',
    );
    for (const cell of ["'=1+1", "'+49@x", "'@cmd", "'-2+3"]) expect(`,${row},`).toContain(`,${cell},`);
  });
});

describe('providers', () => {
  const providers = createProviders([
    { id: 'exact', name: 'E', domains: ['mail.one.example'], relays: [] },
    { id: 'below', name: 'B', domains: ['.one.example'], relays: ['.relay.example'] },
    { id: 'deeper', name: 'D', domains: [], relays: ['.deep.relay.example'] },
  ]);
  it.each([
    ['mail.one.example', undefined, 'exact'],
    ['one.example', undefined, 'below'],
    ['x.y.one.example', undefined, 'below'],
    ['xone.example', undefined, undefined],
    ['else.example', 'mx.relay.example[192.0.2.1]:25', 'below'],
    ['else.example', 'mx.DEEP.relay.example[192.0.2.1]:25', 'deeper'],
    ['mail.one.example', 'mx.deep.relay.example[192.0.2.1]:25', 'exact'],
    ['', 'local', undefined],
  ])(
    'JRN-14: a destination is its domain’s provider, else its relay’s; the longer name counts: %s %s',
    (domain, relay, id) => {
      expect(providers.of(domain, relay)?.id).toBe(id);
    },
  );

  it('JRN-14: the list that comes along is a valid file', () => {
    const parsed = parseProviders(JSON.stringify({ providers: DEFAULT_PROVIDERS }));
    expect(parsed).toEqual({ ok: true, providers: DEFAULT_PROVIDERS });
  });

  it.each([
    ['providers:\n  - id: a\n    name: A\n    domain: [x.example]\n', ":4: unknown key 'domain'"],
    [
      'providers:\n  - id: a\n    name: A\n    domains:\n      - "a b"\n',
      ':5: providers.0.domains.0: is not a domain name',
    ],
    [
      'providers:\n  - id: a\n    name: A\n    relays: [.com]\n',
      ':4: providers.0.relays.0: takes a whole top-level domain',
    ],
    [
      'providers:\n  - {id: a, name: A, domains: [x.example]}\n  - {id: b, name: B, domains: [X.example]}\n',
      ":3: domain 'x.example' of 'b' is claimed by 'a' already",
    ],
    ['providers:\n  - {id: a, name: A}\n  - {id: a, name: B}\n', ":3: id 'a' of 'a' is claimed"],
    ['providers: [', ':1:'],
    ['', 'providers'],
    ['a: &a [x]\nproviders: [*a, *a]', ''],
  ])('JRN-14: a list with a fault is refused, the line named (%#)', (text, fault) => {
    const parsed = parseProviders(text);
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.faults.join('\n')).toContain(fault);
  });
});

describe('messages that had the same queue id', () => {
  const early = record({ id: 1, atMs: NOW, delayMs: 2_000, messageId: 'one@x' });
  const early2 = record({ id: 2, atMs: NOW + 60_000, delayMs: 62_000, messageId: 'one@x' });
  const late = record({ id: 3, atMs: NOW + 1_200_000, delayMs: 500, messageId: 'two@x' });
  const lateBare = record({ id: 4, atMs: NOW + 1_300_000, delayMs: 100_500 });
  const newestFirst = [lateBare, late, early2, early];

  it('JRN-15: entries of one message id or one arrival are one message; the last one is taken unless a time is given', () => {
    expect(oneLife(newestFirst).map(({ id }) => id)).toEqual([4, 3]);
    expect(oneLife(newestFirst, NOW + 30_000).map(({ id }) => id)).toEqual([2, 1]);
    expect(oneLife(newestFirst, NOW + 1_250_000).map(({ id }) => id)).toEqual([4, 3]);
    expect(oneLife([])).toEqual([]);
  });
});
