import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './child.ts';
import { freePort } from './free-port.ts';
import { isListening } from './is-listening.ts';
import { createTempDir } from './temp-dir.ts';
import { until } from './until.ts';

export interface RealDovecot {
  readonly imapPort: number;
  readonly logPath: string;
  log(): string;
  stop(): Promise<void>;
}

export interface RealDovecotOptions {
  /** User name → password. */
  readonly users: Readonly<Record<string, string>>;
}

/** Starts a Dovecot of its own with IMAP on loopback; its log lines carry a syslog header. Needs root. */
export async function startDovecot({ users }: RealDovecotOptions): Promise<RealDovecot> {
  const dir = createTempDir('dovecot');
  const imapPort = await freePort();
  const logPath = join(dir.path, 'dovecot.log');
  mkdirSync(join(dir.path, 'mail'), { mode: 0o777 });
  const accounts = Object.entries(users).map(([user, password]) => `${user}:{PLAIN}${password}::::::\n`);
  writeFileSync(join(dir.path, 'users'), accounts.join(''));
  writeFileSync(join(dir.path, 'dovecot.conf'), configuration(dir.path, { imapPort, logPath }));
  const daemon = startChild('dovecot', ['-c', join(dir.path, 'dovecot.conf'), '-F']);
  const log = (): string => readFileSync(logPath, 'utf8');
  const stop = async (): Promise<void> => {
    await daemon.stop();
    dir.remove();
  };
  try {
    await until(() => isListening(imapPort), { what: 'Dovecot to listen' });
  } catch (error) {
    const said = daemon.stderr();
    await stop();
    throw new Error(`Dovecot did not start: ${said}`, { cause: error });
  }
  return { imapPort, logPath, log, stop };
}

interface Place {
  readonly imapPort: number;
  readonly logPath: string;
}

/** `log_timestamp` is how a site without syslog gets lines that a syslog reader takes; they still say `Info:`. */
function configuration(dir: string, { imapPort, logPath }: Place): string {
  return `
protocols = imap
base_dir = ${dir}/run
state_dir = ${dir}/state
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
log_path = ${logPath}
log_timestamp = "%b %d %H:%M:%S mx1 dovecot: "
auth_verbose = yes
auth_failure_delay = 0
mail_location = maildir:${dir}/mail/%u
first_valid_uid = 1
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ${dir}/users
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${dir}/mail/%u
}
service imap-login {
  inet_listener imap {
    port = ${imapPort}
  }
  inet_listener imaps {
    port = 0
  }
}
login_trusted_networks = 127.0.0.0/8
`;
}
