import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imapLogin } from '../support/imap-client.ts';
import { isRoot } from '../support/is-root.ts';
import { startDovecot, type RealDovecot } from '../support/real-dovecot.ts';
import { until } from '../support/until.ts';

describe.skipIf(!isRoot)('a real Dovecot with users of three tenants', () => {
  const users = { 'kim@aurora.example': 'one', 'lee@blueridge.example': 'two', 'sam@cedar.example': 'three' };
  let dovecot: RealDovecot;

  beforeAll(async () => {
    dovecot = await startDovecot({ users });
  });
  afterAll(() => dovecot?.stop());

  const logged = (pattern: RegExp): Promise<RegExpExecArray> =>
    until(() => pattern.exec(dovecot.log()), { what: `${pattern} in the log` });

  it('logs each IMAP login with user and client address under a syslog header', async () => {
    for (const [user, password] of Object.entries(users)) {
      expect(await imapLogin(dovecot.imapPort, { user, password, ip: '203.0.113.9' })).toBe(true);
      await logged(
        new RegExp(
          `^\\w{3} [ \\d]\\d [\\d:]{8} mx1 dovecot: imap-login: Info: Login: user=<${user}>, .*rip=203.0.113.9`,
          'm',
        ),
      );
    }
  });

  it('logs a wrong password as a failed login of that user', async () => {
    expect(await imapLogin(dovecot.imapPort, { user: 'kim@aurora.example', password: 'wrong' })).toBe(false);
    await logged(/imap-login: Info: .*\(auth failed, 1 attempts in \d+ secs\): user=<kim@aurora\.example>/);
  });
});
