import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './child.ts';
import { freePort } from './free-port.ts';
import { isListening } from './is-listening.ts';
import { createTempDir } from './temp-dir.ts';
import { until } from './until.ts';

export interface RealPostfixOptions {
  /** Recipient domain → port of its destination on loopback. A leading dot covers the sub-domains. */
  readonly routes: Readonly<Record<string, number>>;
  /** Milter port on loopback. */
  readonly milterPort?: number;
  /** Further main.cf settings. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface RealPostfix {
  readonly smtpPort: number;
  readonly configDir: string;
  /** Where Postfix' own logger writes. */
  readonly logPath: string;
  /** `postqueue -c <config> -j`, as a source would run it. */
  readonly queueCommand: readonly string[];
  log(): string;
  /** One object per queue file, as Postfix prints it. */
  queue(): readonly {
    readonly queue_name: string;
    readonly queue_id: string;
    readonly recipients: readonly { readonly address: string }[];
  }[];
  /** Any Postfix program on this instance, e.g. `run('postsuper', '-h', 'ALL')`. */
  run(program: string, ...args: string[]): string;
  stop(): Promise<void>;
}

const SBIN = '/usr/sbin';

/** Starts a Postfix of its own: config, queue, data and log below one temporary directory, loopback only, no DNS. Needs root. */
export async function startPostfix(options: RealPostfixOptions): Promise<RealPostfix> {
  const dir = createTempDir('postfix');
  const smtpPort = await freePort();
  const configDir = join(dir.path, 'etc');
  const logPath = join(dir.path, 'maillog');
  writeInstance({ root: dir.path, configDir, logPath, smtpPort }, options);
  const run = (program: string, ...args: string[]): string =>
    execFileSync(join(SBIN, program), ['-c', configDir, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  run('postfix', 'check');
  const master = startChild('/usr/lib/postfix/sbin/master', ['-c', configDir, '-s']);
  const log = (): string => readFileSync(logPath, 'utf8');
  const stop = async (): Promise<void> => {
    await master.stop();
    dir.remove();
  };
  try {
    await until(() => isListening(smtpPort), { what: 'Postfix to listen' });
  } catch (error) {
    const said = master.stderr();
    await stop();
    throw new Error(`Postfix did not start: ${said}`, { cause: error });
  }
  const queueCommand = [join(SBIN, 'postqueue'), '-c', configDir, '-j'];
  const queue: RealPostfix['queue'] = () =>
    run('postqueue', '-j')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ReturnType<RealPostfix['queue']>[number]);
  return { smtpPort, configDir, logPath, queueCommand, log, queue, run, stop };
}

interface Place {
  readonly root: string;
  readonly configDir: string;
  readonly logPath: string;
  readonly smtpPort: number;
}

function writeInstance(place: Place, options: RealPostfixOptions): void {
  const { root, configDir } = place;
  for (const name of ['etc', 'spool', 'data']) mkdirSync(join(root, name));
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(execFileSync('id', [flag, 'postfix'], { encoding: 'utf8' })),
  );
  chownSync(join(root, 'data'), uid!, gid!);
  const transports = Object.entries(options.routes).map(
    ([domain, port]) => `${domain} smtp:[127.0.0.1]:${port}\n`,
  );
  writeFileSync(join(configDir, 'transport'), transports.join(''));
  const relayed = { relay_domains: Object.keys(options.routes).join(', ') };
  const settings = {
    ...mainSettings(place),
    ...relayed,
    ...milterSettings(options.milterPort),
    ...options.settings,
  };
  const main = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  writeFileSync(join(configDir, 'main.cf'), main.join(''));
  writeFileSync(join(configDir, 'master.cf'), masterServices(place.smtpPort));
}

/** Retries come after seconds instead of minutes, so that a test sees a whole outage; everything else is a plain relay. */
function mainSettings({ root, configDir, logPath }: Place): Record<string, string> {
  return {
    compatibility_level: '3.6',
    config_directory: configDir,
    queue_directory: join(root, 'spool'),
    data_directory: join(root, 'data'),
    maillog_file: logPath,
    maillog_file_prefixes: root,
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    myhostname: 'mx1.platform.example',
    myorigin: '$myhostname',
    mydestination: '',
    alias_maps: '',
    local_recipient_maps: '',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mynetworks: '127.0.0.0/8',
    transport_maps: `texthash:${join(configDir, 'transport')}`,
    default_transport: 'error:5.1.2 no route in this test',
    smtpd_relay_restrictions: 'permit_mynetworks, reject_unauth_destination',
    smtpd_peername_lookup: 'no',
    smtpd_authorized_xclient_hosts: '127.0.0.1, 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24',
    smtpd_client_connection_count_limit: '0',
    smtp_dns_support_level: 'disabled',
    smtp_host_lookup: 'native',
    smtputf8_enable: 'no',
    enable_long_queue_ids: 'yes',
    in_flow_delay: '0',
    queue_run_delay: '2s',
    minimal_backoff_time: '2s',
    maximal_backoff_time: '4s',
    transport_retry_time: '2s',
    smtp_connect_timeout: '5s',
  };
}

function milterSettings(port: number | undefined): Record<string, string> {
  if (port === undefined) return {};
  return { smtpd_milters: `inet:127.0.0.1:${port}`, milter_default_action: 'accept' };
}

/** The services of a plain relay, without chroot: name, type, private, unpriv, chroot, wakeup, maxproc, command. */
function masterServices(smtpPort: number): string {
  const services = [
    `127.0.0.1:${smtpPort} inet n - n - - smtpd`,
    'pickup unix n - n 60 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'verify unix - - n - 1 verify',
    'flush unix n - n 1000? 0 flush',
    'proxymap unix - - n - - proxymap',
    'smtp unix - - n - - smtp',
    'showq unix n - n - - showq',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'discard unix - - n - - discard',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'postlog unix-dgram n - n - 1 postlogd',
  ];
  return `${services.join('\n')}\n`;
}
