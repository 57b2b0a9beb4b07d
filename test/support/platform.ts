import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { startDovecot, type RealDovecot } from './real-dovecot.ts';
import { startPostfix, type RealPostfix } from './real-postfix.ts';
import { startRspamd, type RealRspamd } from './real-rspamd.ts';
import { startServer, type ServerProcess } from './server-process.ts';
import { createSmtpSink, FAST, HARDFAIL, SLOW, TEMPFAIL, type SmtpSink } from './smtp-sink.ts';
import { createTempDir } from './temp-dir.ts';

/** A mail platform of real services for three tenants, and our server that watches it. */
export interface Platform {
  readonly sinks: Readonly<Record<SinkName, SmtpSink>>;
  readonly postfix: RealPostfix;
  readonly rspamd: RealRspamd;
  readonly dovecot: RealDovecot;
  readonly server: ServerProcess;
  stop(): Promise<void>;
}

type SinkName = 'aurora' | 'blueridge' | 'cedar' | 'tempfail' | 'hardfail' | 'refusing' | 'elsewhere';

export const TENANTS = ['aurora', 'blueridge', 'cedar'] as const;
export const USERS = {
  'kim@aurora.example': 'one',
  'lee@blueridge.example': 'two',
  'sam@cedar.example': 'three',
};

const ROUTES: Readonly<Record<string, SinkName>> = {
  'aurora.example': 'aurora',
  'blueridge.example': 'blueridge',
  'gone.blueridge.example': 'hardfail',
  'cedar.example': 'cedar',
  'busy.cedar.example': 'tempfail',
  'down.cedar.example': 'refusing',
  'elsewhere.example': 'elsewhere',
};

/** Starts everything; what was started is stopped again when something else does not start. */
export async function startPlatform(): Promise<Platform> {
  const dir = createTempDir('platform');
  const stops: (() => Promise<void> | void)[] = [() => dir.remove()];
  const keep = <T extends { stop(): Promise<void> }>(service: T): T => {
    stops.push(() => service.stop());
    return service;
  };
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const port = await freePort();
    const sinks = await startSinks();
    for (const sink of Object.values(sinks)) keep(sink);
    const rspamd = keep(await startRspamd({ pushUrl: `http://127.0.0.1:${port}/ingest/v1/rspamd` }));
    const dovecot = keep(await startDovecot({ users: USERS }));
    const routes = Object.entries(ROUTES).map(([domain, name]) => [domain, sinks[name].port] as const);
    const postfix = keep(
      await startPostfix({ routes: Object.fromEntries(routes), milterPort: rspamd.milterPort }),
    );
    const config = writeConfig(dir.path, { postfix, dovecot });
    const flags = ['--config', config, '--port', String(port), '--data', join(dir.path, 'data')];
    const server = keep(await startServer(...flags));
    return { sinks, postfix, rspamd, dovecot, server, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startSinks(): Promise<Record<SinkName, SmtpSink>> {
  const sinks = {
    aurora: await createSmtpSink(FAST),
    blueridge: await createSmtpSink(SLOW),
    cedar: await createSmtpSink(FAST),
    tempfail: await createSmtpSink(TEMPFAIL),
    hardfail: await createSmtpSink(HARDFAIL),
    refusing: await createSmtpSink(FAST),
    elsewhere: await createSmtpSink(FAST),
  };
  const listening = Object.values(sinks).filter((sink) => sink !== sinks.refusing);
  await Promise.all(listening.map((sink) => sink.start()));
  return sinks;
}

/** JSON is YAML. The limits are seconds instead of minutes, so that a test sees a state change and its end. */
function writeConfig(dir: string, { postfix, dovecot }: Pick<Platform, 'postfix' | 'dovecot'>): string {
  const tenants = TENANTS.map((id) => ({
    id,
    name: id,
    cluster: 'A',
    domains: [`${id}.example`, `.${id}.example`],
  }));
  const config = {
    tenants: 'tenants.yaml',
    sources: [
      {
        id: 'mx1-log',
        type: 'log',
        format: 'syslog',
        paths: [postfix.logPath],
        cluster: 'A',
        initial: 'start',
      },
      {
        id: 'mx1-queue',
        type: 'postqueue',
        command: postfix.queueCommand,
        intervalMs: 500,
        host: 'mx1',
        cluster: 'A',
      },
      { id: 'mx1-filter', type: 'rspamd-push', host: 'mx1', cluster: 'A' },
      {
        id: 'mail1-log',
        type: 'log',
        format: 'syslog',
        paths: [dovecot.logPath],
        cluster: 'A',
        initial: 'start',
      },
    ],
    thresholds: { lagMediumMs: 5_000, lagHighMs: 600_000 },
  };
  writeFileSync(join(dir, 'tenants.yaml'), JSON.stringify({ tenants }));
  const file = join(dir, 'mailvigil.yaml');
  writeFileSync(file, JSON.stringify(config));
  return file;
}
