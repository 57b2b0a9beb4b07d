import { createApp } from '../app.ts';
import { type Config, Config as ConfigSchema, loadConfig } from '../base/config.ts';
import { AppError, messageOf } from '../base/errors.ts';
import { createLog } from '../base/log.ts';
import { assertScenario, type DemoChoice } from '../runtime.ts';

export interface ServeFlags {
  readonly config?: string;
  readonly demo?: string | boolean;
  readonly speed?: number;
  readonly seed?: number;
  readonly port?: number;
  readonly host?: string;
  readonly data?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Starts the server and stays; the first line on standard output says that it is ready. */
export async function runServe(flags: ServeFlags, env: Environment): Promise<void> {
  const config = configFor(flags, env);
  const demo = demoFor(flags, env);
  const log = createLog('mailvigil', { level: config.logLevel });
  const app = createApp({ config, demo, log });
  const url = await app.start();
  process.stdout.write(
    `${JSON.stringify({ event: 'ready', url, demo: demo?.scenario ?? null, signIn: 'none: loopback only, whoever reaches it is the local operator' })}\n`,
  );
  process.stderr.write(
    `\nMailvigil watches ${demo ? `the demo platform (${demo.scenario}, ${demo.speed}x)` : `${config.sources.length} source(s)`}.\nOpen ${url} on this machine; there is no sign-in yet, so it listens on loopback only. Wall screens are paired at ${url}/pair. Ctrl-C stops it.\n\n`,
  );
  stopOnSignal(() => app.stop());
}

/** Flags go before environment, environment before the file. */
export function configFor(flags: ServeFlags, env: Environment): Config {
  const path = flags.config ?? env['MAILVIGIL_CONFIG'];
  const file = path === undefined ? ConfigSchema.parse({}) : loadConfig(path);
  const over = {
    host: flags.host ?? env['MAILVIGIL_HOST'],
    port: flags.port ?? env['MAILVIGIL_PORT'],
    data: flags.data ?? env['MAILVIGIL_DATA'],
  };
  const given = Object.fromEntries(
    Object.entries(over).filter(([, value]) => value !== undefined && value !== ''),
  );
  if ('port' in given) given['port'] = Number(given['port']);
  const config = ConfigSchema.safeParse({ ...file, ...given });
  if (!config.success)
    throw new AppError(
      'bad-request',
      'a flag or environment variable is wrong',
      config.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`),
    );
  if (!isLoopback(config.data.host)) {
    throw new AppError(
      'bad-request',
      `there is no sign-in yet, so the server listens on loopback only, not on ${config.data.host}; use 127.0.0.1 behind a tunnel or a proxy that signs people in`,
    );
  }
  return config.data;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The demo runs when it is asked for, and when nothing else is configured. */
export function demoFor(flags: ServeFlags, env: Environment): DemoChoice | null {
  const isConfigured = (flags.config ?? env['MAILVIGIL_CONFIG']) !== undefined;
  if (flags.demo === undefined && isConfigured) return null;
  const scenario = typeof flags.demo === 'string' ? flags.demo : 'calm';
  assertScenario(scenario);
  return { scenario, speed: flags.speed ?? 1, seed: flags.seed ?? 1 };
}

function stopOnSignal(stop: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`mailvigil: stopping failed: ${messageOf(error)}\n`);
          process.exit(1);
        },
      );
    });
  }
}
