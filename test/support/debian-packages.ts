import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { isRoot } from './is-root.ts';

/** Debian package → a file that tells it is there. */
const NEEDED: Readonly<Record<string, string>> = {
  chromium: '/usr/bin/chromium',
  // What chromium recommends: pictures are of these letters, and words are measured by them.
  'fonts-liberation': '/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf',
  postfix: '/usr/sbin/postfix',
  rspamd: '/usr/bin/rspamd',
  'dovecot-imapd': '/usr/lib/dovecot/imap',
  zstd: '/usr/bin/zstd',
  'prometheus-alertmanager': '/usr/bin/prometheus-alertmanager',
};

/** While this file says 101, no package starts a service (Debian policy manual, invoke-rc.d). */
const POLICY_FILE = '/usr/sbin/policy-rc.d';

export interface PackagesOutcome {
  readonly ok: boolean;
  readonly detail: string;
}

/** Makes sure that the real services and the browser are installed: by itself as root on Debian, else it says what is missing. */
export function ensurePackages(write: (text: string) => void): PackagesOutcome {
  const missing = missingPackages();
  if (missing.length === 0) return { ok: true, detail: 'all there' };
  const command = `apt-get install ${missing.join(' ')}`;
  if (!isRoot || !isDebian())
    return { ok: false, detail: `missing: ${missing.join(', ')}. As root on Debian: ${command}` };
  write(`  installing ${missing.join(', ')}\n`);
  const failure = install(missing);
  if (failure !== undefined) return { ok: false, detail: failure };
  const left = missingPackages();
  return left.length === 0
    ? { ok: true, detail: `installed ${missing.join(', ')}` }
    : { ok: false, detail: `still missing after ${command}: ${left.join(', ')}` };
}

function missingPackages(): string[] {
  return Object.entries(NEEDED)
    .filter(([, file]) => !existsSync(file))
    .map(([name]) => name);
}

function isDebian(): boolean {
  return existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

/** Undefined when it worked, else what the tool said. Our tests start services of their own: the packages' must stay off. */
function install(names: readonly string[]): string | undefined {
  const isOurs = !existsSync(POLICY_FILE);
  if (isOurs) writeFileSync(POLICY_FILE, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    // A Postfix that asks nothing and configures nothing on this machine.
    run('debconf-set-selections', [], 'postfix postfix/main_mailer_type select No configuration\n');
    return (
      run('apt-get', ['update']) ?? run('apt-get', ['install', '-y', '--no-install-recommends', ...names])
    );
  } finally {
    if (isOurs) rmSync(POLICY_FILE, { force: true });
  }
}

function run(command: string, args: readonly string[], input = ''): string | undefined {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    env,
    input,
    encoding: 'utf8',
    timeout: 1_200_000,
  });
  if (status === 0) return undefined;
  const said = error?.message ?? `${stdout}${stderr}`.trimEnd().split('\n').slice(-15).join('\n');
  return `${command} ${args.join(' ')} failed: ${said}`;
}
