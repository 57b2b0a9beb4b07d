import { describe, expect, it } from 'vitest';
import { createLogReader, type ReaderOptions } from '../../../../server/collect/reader.ts';
import type { ParsedLine } from '../../../../server/collect/parse-record.ts';

function read(line: string, options: Partial<ReaderOptions> = {}): ParsedLine {
  const reader = createLogReader({ format: 'auto', source: 'x', timezone: 'UTC', year: 2026, ...options });
  return reader.record(Buffer.from(line, 'latin1'), 0, line.length);
}

const TEXT = 'connect from unknown[192.0.2.1]';
const HEAD = {
  host: 'mx1',
  program: 'postfix/smtpd',
  pid: 7,
  service: 'smtpd',
  kind: 'connect',
  clientIp: '192.0.2.1',
};

describe('a syslog header', () => {
  it.each([
    ['RFC 3164', `Nov 21 17:20:21 mx1 postfix/smtpd[7]: ${TEXT}`],
    ['RFC 3164 with a priority', `<22>Nov 21 17:20:21 mx1 postfix/smtpd[7]: ${TEXT}`],
    [
      'RFC 3164 with a level, as BusyBox writes it',
      `Nov 21 17:20:21 <mail.info> mx1 postfix/smtpd[7]: ${TEXT}`,
    ],
    ['RFC 3339', `2026-11-21T17:20:21.5+00:00 mx1 postfix/smtpd[7]: ${TEXT}`],
    ['RFC 3339 as journald prints it', `2026-11-21T17:20:21+0000 mx1 postfix/smtpd[7]: ${TEXT}`],
    ['RFC 5424', `<22>1 2026-11-21T17:20:21.5Z mx1 postfix/smtpd 7 - - ${TEXT}`],
    [
      'RFC 5424 with data and a byte order mark',
      `<22>1 2026-11-21T17:20:21Z mx1 postfix/smtpd 7 id [a x="]\\"]"][b] \xef\xbb\xbf${TEXT}`,
    ],
    [
      'a stamp of a container runtime',
      `2026-11-21T17:20:21.1Z stdout F Nov 21 17:20:21 mx1 postfix/smtpd[7]: ${TEXT}`,
    ],
    ['a stamp of docker logs', `2026-11-21T17:20:21.1Z Nov 21 18:20:21 mx1 postfix/smtpd[7]: ${TEXT}`],
    ['CR LF', `Nov 21 17:20:21 mx1 postfix/smtpd[7]: ${TEXT}\r`],
    ['NUL', `Nov 21 17:20:21 mx1 postfix/smtpd[7]: ${TEXT}\0`],
  ])('of the form %s is read', (_form, line) => {
    expect(read(line)).toMatchObject(HEAD);
    expect(Date.parse(read(line).time ?? '')).toBeGreaterThanOrEqual(Date.parse('2026-11-21T17:20:21Z'));
    expect(Date.parse(read(line).time ?? '')).toBeLessThan(Date.parse('2026-11-21T17:20:22Z'));
  });

  it('keeps the zone a stamp has, and says the one that was inferred', () => {
    expect(read(`2026-11-21T17:20:21.819506+02:00 mx1 postfix/smtpd[7]: ${TEXT}`).time).toBe(
      '2026-11-21T17:20:21.819506+02:00',
    );
    expect(read(`Jul 21 17:20:21 mx1 postfix/smtpd[7]: ${TEXT}`, { timezone: 'Europe/Berlin' }).time).toBe(
      '2026-07-21T17:20:21+02:00',
    );
    expect(read(`Jul 21 17:20:21 mx1 postfix/smtpd[7]: ${TEXT}`).time).toBe('2026-07-21T17:20:21Z');
  });

  it.each([
    ['postfix/smtpd', 'postfix', 'smtpd'],
    ['postfix/submission/smtpd', 'postfix/submission', 'smtpd'],
    ['postfix-out/smtp', 'postfix-out', 'smtp'],
    ['mailstack/relay/eu/smtp', 'mailstack/relay/eu', 'smtp'],
  ])('whose program is %s has an instance and a service', (program, instance, service) => {
    const reader = createLogReader({ format: 'auto', source: 'x', timezone: 'UTC', year: 2026 });
    const line = Buffer.from(`Nov 21 17:20:21 mx1 ${program}[7]: warning: x`);
    expect(reader.read(line, 0, line.length)).toBe('event');
    expect(reader.event).toMatchObject({ kind: 'trouble', instance, service, host: 'mx1' });
  });

  it.each(['cron', 'sshd', 'spamd', 'cyrus/lmtp', 'kernel', 'amavis'])('of %s is foreign', (program) => {
    const reader = createLogReader({ format: 'auto', source: 'x', timezone: 'UTC', year: 2026 });
    const line = Buffer.from(`Nov 21 17:20:21 mx1 ${program}[7]: warning: x`);
    expect(reader.read(line, 0, line.length)).toBe('foreign');
    expect(reader.host).toBe('mx1');
  });

  it('takes the host it is told for lines that name none', () => {
    const verdict =
      '2026-11-21 17:20:21 #5(normal) <1>; task; rspamd_task_write_log: id: <a@b>, (default: F (no action): [0.00/15.00] []), len: 1, time: 1.0ms';
    const reader = createLogReader({ format: 'auto', source: 'x', timezone: 'UTC', host: 'filter1' });
    expect(reader.read(Buffer.from(verdict), 0, verdict.length)).toBe('event');
    expect(reader.event).toMatchObject({ kind: 'verdict', host: 'filter1', from: '', to: [] });
    expect(
      read('Nov 21 17:20:21 imap-login: Info: Login: user=<a>, rip=192.0.2.1', { host: 'imap1' }).host,
    ).toBe('imap1');
  });

  it('of more hosts and programs than are remembered is still read right', () => {
    const reader = createLogReader({ format: 'auto', source: 'x', timezone: 'UTC', year: 2026 });
    for (let n = 0; n < 300; n += 1) {
      const [host, service] = [`mx${String(n % 50)}`, n % 3 === 0 ? 'smtpd' : `smtp`];
      const line = Buffer.from(`Nov 21 17:20:21 ${host} postfix${String(n % 7)}/${service}[7]: warning: x`);
      expect(reader.read(line, 0, line.length)).toBe('event');
      expect(reader.event).toMatchObject({ host, service, instance: `postfix${String(n % 7)}` });
    }
  });
});
