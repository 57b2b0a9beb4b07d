import { describe, expect, it } from 'vitest';
import type { MailEvent } from '../../../server/collect/event.ts';
import { createLogReader } from '../../../server/collect/reader.ts';

function eventOf(text: string, program = 'postfix/smtpd'): MailEvent | string {
  const reader = createLogReader({ format: 'auto', source: 's1', timezone: 'UTC', year: 2026 });
  const line = Buffer.from(`Nov 21 17:20:21 mx1 ${program}[7]: ${text}`);
  const found = reader.read(line, 0, line.length);
  return found === 'event' ? reader.event : found;
}

const ORIGIN = { atMs: Date.parse('2026-11-21T17:20:21Z'), host: 'mx1', source: 's1', instance: 'postfix' };
const LONG = '4jWzVY435czBvpv';
const ENVELOPE = 'from=<a@x.example> to=<b@y.example> proto=ESMTP helo=<h>';

describe('a value', () => {
  it('that holds a `=` is not taken for the key that ends there', () => {
    const text = `${LONG}: client=h[192.0.2.1], sasl_method=P=X, sasl_username=u@x.example`;
    expect(eventOf(text)).toMatchObject({ login: 'u@x.example' });
  });
});

describe('an attempt', () => {
  const sent = (delays: string, reason: string) =>
    `${LONG}: to=<b@y.example>, relay=r[192.0.2.1]:25, delay=1.4, delays=${delays}, dsn=2.0.0, status=sent${reason}`;

  it('tells where its time went, in milliseconds', () => {
    expect(eventOf(sent('0.07/0/0.33/1', ' (ok)'), 'postfix/smtp')).toMatchObject({
      delaysMs: [70, 0, 330, 1000],
    });
  });

  it.each(['0.07/0/0.33', '1//2/3', 'x'])('does not when `delays=%s` is not four numbers', (delays) => {
    expect(eventOf(sent(delays, ' (ok)'), 'postfix/smtp')).not.toHaveProperty('delaysMs');
  });

  it('without a reason is read by a counting reader too', () => {
    const reader = createLogReader({
      format: 'auto',
      source: 's1',
      timezone: 'UTC',
      year: 2026,
      isCounting: true,
    });
    const lines = [sent('0/0/0/0', ' (queued as 4jWzVY435czBvpw)'), sent('0/0/0/0', '')];
    const reasons = lines.map((text) => {
      const line = Buffer.from(`Nov 21 17:20:21 mx1 postfix/smtp[7]: ${text}`);
      return reader.read(line, 0, line.length) === 'event' && reader.event.kind === 'attempt'
        ? reader.event.reason
        : 'no event';
    });
    expect(reasons).toEqual(['queued as 4jWzVY435czBvpw', '']);
  });
});

describe('a queue id', () => {
  it.each(['0A1B2C', '93C8388C38', LONG, '3mfHGL1r9gzyQP', '3Pt2mN2VXxznjll'])(
    'COL-11: %s begins a fact',
    (id) => {
      expect(eventOf(`${id}: removed`, 'postfix/qmgr')).toEqual({
        ...ORIGIN,
        kind: 'removed',
        queueId: id,
        by: 'qmgr',
      });
    },
  );

  it.each(['warning', 'statistics', 'NOQUEUE', 'connect', 'Requeued', 'fffff', 'DEAD'])(
    'is not %s',
    (word) => {
      const event = eventOf(`${word}: removed`, 'postfix/qmgr');
      expect(typeof event === 'string' || event.kind === 'trouble').toBe(true);
    },
  );

  it('of another form than the last one is read as well', () => {
    const reader = createLogReader({ format: 'auto', source: 's1', timezone: 'UTC', year: 2026 });
    const ids = [LONG, '0A1B2C', LONG, LONG, '93C8388C38', '0A1B2C', '0A1B2C3'];
    const read = ids.map((id) => {
      const line = Buffer.from(`Nov 21 17:20:21 mx1 postfix/qmgr[7]: ${id}: removed`);
      return reader.read(line, 0, line.length) === 'event' && reader.event.kind === 'removed'
        ? reader.event.queueId
        : '';
    });
    expect(read).toEqual(ids);
  });
});

describe('a rejection', () => {
  it.each([
    [
      'a reply code decides before the enhanced code',
      `NOQUEUE: reject: RCPT from h[192.0.2.1]: 450 5.7.1 <b@y.example>: no; ${ENVELOPE}`,
      true,
    ],
    [
      'a 5xx is for good',
      `NOQUEUE: reject: RCPT from h[192.0.2.1]: 554 4.7.1 <b@y.example>: no; ${ENVELOPE}`,
      false,
    ],
    [
      'without a reply code the enhanced code decides',
      `${LONG}: milter-reject: END-OF-MESSAGE from h[192.0.2.1]: 4.7.1 later; ${ENVELOPE}`,
      true,
    ],
    [
      'a milter may reject for good',
      `${LONG}: milter-reject: END-OF-MESSAGE from h[192.0.2.1]: 5.7.1 spam; ${ENVELOPE}`,
      false,
    ],
  ])('%s', (_rule, text, temporary) => {
    expect(eventOf(text)).toMatchObject({
      kind: 'rejected',
      temporary,
      milter: text.includes('milter'),
      from: 'a@x.example',
      to: 'b@y.example',
      clientIp: '192.0.2.1',
    });
  });

  it('that is only a warning is none', () => {
    expect(eventOf(`NOQUEUE: reject_warning: RCPT from h[192.0.2.1]: 450 4.7.1 no; ${ENVELOPE}`)).toBe(
      'known',
    );
  });

  it('before MAIL names neither sender nor recipient', () => {
    const event = eventOf(
      'NOQUEUE: milter-reject: CONNECT from localhost[127.0.0.1]: 451 4.7.1 later; proto=SMTP',
    );
    expect(event).toEqual({
      ...ORIGIN,
      kind: 'rejected',
      temporary: true,
      milter: true,
      stage: 'CONNECT',
      reason: 'later',
      clientIp: '127.0.0.1',
    });
  });
});

describe('a delivery', () => {
  const line = (status: string) =>
    `${LONG}: to=<b@y.example>, relay=mx[192.0.2.2]:25, delay=0.25, delays=0/0/0/0, dsn=2.0.0, status=${status}`;

  it.each([
    ['sent (250 ok)', 'sent'],
    ['deferred (x)', 'deferred'],
    ['bounced (x)', 'bounced'],
    ['SOFTBOUNCE (x)', 'softbounce'],
  ])('with status=%s is an attempt', (status, expected) => {
    expect(eventOf(line(status), 'postfix/smtp')).toMatchObject({
      kind: 'attempt',
      status: expected,
      delayMs: 250,
    });
  });

  it.each(['deliverable (250 ok)', 'undeliverable (550 no)'])(
    'with status=%s is an address probe, no attempt',
    (status) => {
      expect(eventOf(line(status), 'postfix/smtp')).toBe('known');
    },
  );

  it('cut off before its status is not understood', () => {
    expect(eventOf(line('sent').slice(0, -12), 'postfix/smtp')).toBe('unparsed');
    expect(eventOf(`${LONG}: to=<b@y.exam`, 'postfix/smtp')).toBe('unparsed');
  });
});

describe('a login', () => {
  it.each([
    ['authentication failure', 'bad-credentials'],
    ['UGFzc3dvcmQ6', 'bad-credentials'],
    ['(reason unavailable)', 'bad-credentials'],
    ['Connection lost to authentication server', 'server-fault'],
    ['Temporary authentication failure', 'server-fault'],
    ['generic failure', 'server-fault'],
  ])('that fails over SMTP with "%s" is of the outcome %s', (reason, outcome) => {
    const text = `warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: ${reason}, sasl_username=u@x.example`;
    expect(eventOf(text)).toEqual({
      ...ORIGIN,
      kind: 'login',
      user: 'u@x.example',
      outcome,
      protocol: 'smtp',
      attempts: 1,
      reason,
      clientIp: '192.0.2.1',
    });
  });

  it('that a client line names is its acceptance, not an event of its own', () => {
    const text = `${LONG}: client=h[2001:db8::1], sasl_method=PLAIN, sasl_username=u@x.example`;
    expect(eventOf(text)).toEqual({
      ...ORIGIN,
      kind: 'accepted',
      queueId: LONG,
      via: 'smtpd',
      clientIp: '2001:db8::1',
      clientHost: 'h',
      login: 'u@x.example',
    });
  });

  it('that an auth process refuses is counted with the session, not here', () => {
    expect(eventOf('auth: passwd-file(u@x.example,192.0.2.1,<s>): Password mismatch', 'dovecot')).toBe(
      'known',
    );
  });
});

describe('strings of events', () => {
  it('are right however often their bytes come back and whatever lies between', () => {
    const reader = createLogReader({ format: 'auto', source: 's1', timezone: 'UTC', year: 2026 });
    for (let n = 0; n < 30_000; n += 1) {
      const user = `user${String((n * 7919) % 12_000)}@host${String(n % 40)}.example`;
      const text = `Nov 21 17:20:21 mx1 postfix/qmgr[7]: 0A1B${String(n % 9000).padStart(6, '0')}: from=<${user}>, size=${String(n)}, nrcpt=1 (queue active)`;
      if (reader.read(Buffer.from(text), 0, text.length) !== 'event') throw new Error(text);
      const event = reader.event;
      if (event.kind !== 'queue-active' || event.from !== user || event.sizeBytes !== n)
        throw new Error(text);
    }
  });

  it('hold UTF-8, and what is none becomes the replacement character', () => {
    const reader = createLogReader({ format: 'auto', source: 's1', timezone: 'UTC', year: 2026 });
    const before = Buffer.from('Nov 21 17:20:21 mx1 postfix/qmgr[7]: 0A1B2C: from=<j\u00fcrgen');
    const after = Buffer.from('@x.example>, size=1, nrcpt=1 (queue active)');
    const line = Buffer.concat([before, Buffer.from([0xff]), after]);
    expect(reader.read(line, 0, line.length)).toBe('event');
    expect(reader.event).toMatchObject({ from: 'j\u00fcrgen\ufffd@x.example' });
  });
});

describe('repetitions', () => {
  it('that rsyslog folded count as often as they happened', () => {
    const reader = createLogReader({ format: 'auto', source: 's1', timezone: 'UTC', year: 2026 });
    const line = Buffer.from('Nov 21 17:20:21 mx1 postfix/smtpd[7]: message repeated 4 times: [ warning: x]');
    expect(reader.read(line, 0, line.length)).toBe('event');
    expect([reader.event.kind, reader.repeat]).toEqual(['trouble', 4]);
  });

  it('that an old daemon folded repeat the line before, of the same host only', () => {
    const reader = createLogReader({ format: 'auto', source: 's1', timezone: 'UTC', year: 2026 });
    const read = (text: string) => reader.read(Buffer.from(text), 0, text.length);
    read('Nov 21 17:20:21 mx1 postfix/smtpd[7]: warning: x');
    expect(read('Nov 21 17:20:29 mx1 last message repeated 2 times')).toBe('event');
    expect([reader.repeat, reader.event.atMs]).toEqual([2, ORIGIN.atMs + 8000]);
    read('Nov 21 17:20:21 mx1 postfix/smtpd[7]: warning: x');
    expect(read('Nov 21 17:20:29 mx2 last message repeated 2 times')).toBe('foreign');
    expect(read('Nov 21 17:20:29 mx1 last message repeated 2 times')).toBe('foreign');
  });
});
