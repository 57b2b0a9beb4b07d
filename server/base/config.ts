import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import {
  DEFAULT_RETENTION_CONFIG,
  DEFAULT_RETRIES,
  DEFAULT_THRESHOLDS,
  RetentionConfig,
  RetryConfig,
  Thresholds,
} from './config-limits.ts';
import { NO_NOTIFY, NotifyConfig, resolveNotify } from './config-notify.ts';
import { NO_ON_CALL, OnCallConfig } from './config-on-call.ts';
import { sourceFaults } from './config-sources.ts';
import { AppError, messageOf } from './errors.ts';

export {
  DEFAULT_RETENTION_CONFIG,
  DEFAULT_THRESHOLDS,
  RetentionConfig,
  Thresholds,
} from './config-limits.ts';

const Id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'is not an id: letters, digits, `_`, `.`, `-`, at most 64');
const Zone = z.string().refine(isTimeZone, 'is not a time zone: write Europe/London or +01:00');
const common = {
  id: Id,
  cluster: z.string().min(1).optional().describe('cluster whose tenants this source covers; none: all'),
};

const LogSource = z.strictObject({
  ...common,
  type: z.literal('log'),
  format: z
    .enum(['syslog', 'rspamd'])
    .default('syslog')
    .describe('syslog: Postfix and Dovecot lines; rspamd: its own log'),
  paths: z.array(z.string().min(1)).min(1).describe('files to follow, relative to the config file'),
  host: z.string().min(1).optional().describe('host of lines that name none (rspamd); default: this machine'),
  timezone: Zone.optional().describe('zone of stamps without one; default: this machine'),
  initial: z.enum(['end', 'start']).default('end').describe('where to begin in a file never read before'),
  quietAfterMs: z
    .number()
    .int()
    .min(1_000)
    .default(300_000)
    .describe('silence after which the source is called quiet'),
  instances: z
    .record(z.string(), Id)
    .optional()
    .describe('Postfix instance (syslog_name) → tenant whose mail it sends'),
});
const PostqueueSource = z.strictObject({
  ...common,
  type: z.literal('postqueue'),
  command: z
    .array(z.string().min(1))
    .min(1)
    .default(['postqueue', '-j'])
    .describe('lists the queue as JSON lines'),
  host: z
    .string()
    .min(1)
    .optional()
    .describe('host name in the log of the same Postfix; default: this machine'),
  intervalMs: z
    .number()
    .int()
    .min(200)
    .default(5_000)
    .describe('shortest time between two listings; never more than 5 % of the time is spent in them'),
  timeoutMs: z.number().int().min(1_000).default(60_000).describe('a listing that takes longer is stopped'),
});
const RspamdPushSource = z.strictObject({
  ...common,
  type: z.literal('rspamd-push'),
  host: z.string().min(1).optional().describe('host whose Postfix asks this rspamd'),
  quietAfterMs: z
    .number()
    .int()
    .min(1_000)
    .default(300_000)
    .describe('silence after which the source is called quiet'),
});
export const SourceConfig = z.discriminatedUnion('type', [LogSource, PostqueueSource, RspamdPushSource]);
export type SourceConfig = z.infer<typeof SourceConfig>;
export type LogSourceConfig = z.infer<typeof LogSource>;
export type PostqueueSourceConfig = z.infer<typeof PostqueueSource>;
export type RspamdPushSourceConfig = z.infer<typeof RspamdPushSource>;

/** How alarms are judged; who is told of them stands under `notify` and `onCall`. */
const AlarmsConfig = z.strictObject({
  rules: z
    .string()
    .min(1)
    .optional()
    .describe('rules file, relative to the config file; default: alarm-rules.yaml beside the store'),
  timezone: Zone.optional().describe('of shifts and days; default: this machine'),
  shifts: z
    .array(z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time of day: write 07:00'))
    .min(1)
    .max(6)
    .default(['07:00', '19:00'])
    .describe('when shifts begin'),
});
export type AlarmsConfig = z.infer<typeof AlarmsConfig>;
export const DEFAULT_ALARMS: AlarmsConfig = AlarmsConfig.parse({});

export const Config = z.strictObject({
  host: z.string().default('127.0.0.1').describe('address to listen on'),
  port: z.number().int().min(0).max(65_535).default(8025).describe('port to listen on; 0: any free one'),
  data: z.string().default('./data').describe('folder for what must survive a restart'),
  tenants: z.string().min(1).optional().describe('tenants file, relative to the config file'),
  sources: z.array(SourceConfig).default([]).describe('what to collect from'),
  history: RetentionConfig.default(DEFAULT_RETENTION_CONFIG).describe('how long and how much is kept'),
  providers: z
    .string()
    .min(1)
    .optional()
    .describe('providers file (destinations that belong together), relative to the config file'),
  canaries: z
    .string()
    .min(1)
    .optional()
    .describe('file of canaries (`mailvigil canaries plant` makes it), relative to the config file'),
  thresholds: Thresholds.default(DEFAULT_THRESHOLDS).describe('limits behind the levels of the tiles'),
  retries: RetryConfig.default(DEFAULT_RETRIES).describe(
    'when Postfix tries again, if it is not set as usual',
  ),
  alarms: AlarmsConfig.default(DEFAULT_ALARMS).describe('rules and shifts'),
  notify: NotifyConfig.default(NO_NOTIFY).describe('who is told of alarms, and by what way'),
  onCall: OnCallConfig.default(NO_ON_CALL).describe('people and their schedules'),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('what goes to standard error'),
});
export type Config = z.infer<typeof Config>;

export type ConfigResult =
  { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly faults: readonly string[] };

/** Reads a config file; refused with every fault and its line. Relative paths in it are relative to it. */
export function parseConfig(text: string, path: string): ConfigResult {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number | undefined) =>
    `${path}${offset === undefined ? '' : `:${lines.linePos(offset).line}`}`;
  if (document.errors.length > 0) {
    return {
      ok: false,
      faults: document.errors.map((error) => `${at(error.pos[0])}: ${error.message.split('\n')[0] ?? ''}`),
    };
  }
  const parsed = Config.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const name = ({ path: where, message }: z.core.$ZodIssue) =>
      `${at(offsetOf(document, where))}: ${where.map(String).join('.') || 'the file'}: ${message}`;
    return { ok: false, faults: parsed.error.issues.map(name) };
  }
  const faults = sourceFaults(parsed.data.sources).map((fault) => `${path}: ${fault}`);
  return faults.length > 0
    ? { ok: false, faults }
    : { ok: true, config: resolvePaths(parsed.data, dirname(resolve(path))) };
}

/** Reads and checks the file at `path`; throws an AppError that lists every fault. */
export function loadConfig(path: string): Config {
  const result = parseConfig(readText(path, 'config file'), path);
  if (!result.ok) throw faulty(result.faults);
  const { config: notify, faults } = resolveNotify(result.config.notify, {
    env: process.env,
    readFile: (file) => readFileSync(file, 'utf8'),
    folder: dirname(resolve(path)),
  });
  if (faults.length > 0) throw faulty(faults.map((fault) => `${path}: ${fault}`));
  return { ...result.config, notify };
}

function faulty(faults: readonly string[]): AppError {
  return new AppError('bad-request', `the config file has ${faults.length} fault(s)`, faults);
}

export function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new AppError('not-found', `the ${what} ${path} can't be read: ${messageOf(error)}`, [], {
      cause: error,
    });
  }
}

function resolvePaths(config: Config, folder: string): Config {
  const sources = config.sources.map((source) =>
    source.type === 'log' ? { ...source, paths: source.paths.map((path) => resolve(folder, path)) } : source,
  );
  return {
    ...config,
    sources,
    ...(config.tenants === undefined ? {} : { tenants: resolve(folder, config.tenants) }),
    ...(config.providers === undefined ? {} : { providers: resolve(folder, config.providers) }),
    ...(config.canaries === undefined ? {} : { canaries: resolve(folder, config.canaries) }),
    ...(config.alarms.rules === undefined
      ? {}
      : { alarms: { ...config.alarms, rules: resolve(folder, config.alarms.rules) } }),
  };
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isScalar(node) || (typeof node === 'object' && node !== null && 'range' in node)) {
      return (node as { range?: [number, number, number] | null }).range?.[0];
    }
  }
  return undefined;
}

function isTimeZone(zone: string): boolean {
  if (/^[+-]\d\d:?\d\d$/.test(zone)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    // Intl has no other way to ask whether it knows a zone.
    return false;
  }
}
