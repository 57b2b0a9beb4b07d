import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { AppError, messageOf } from './errors.ts';

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

/** Every level of a tile comes from these; the units are in the names. */
const Thresholds = z.strictObject({
  lagMediumMs: z.number().positive().default(60_000).describe('effective lag p95: the service objective'),
  lagHighMs: z.number().positive().default(300_000),
  lagCriticalMs: z.number().positive().default(900_000),
  lagMinMessages: z
    .number()
    .int()
    .positive()
    .default(3)
    .describe('messages beyond the limit before it is called high or critical'),
  accessHighPercent: z.number().default(99).describe('distinct users without a server fault, below'),
  accessCriticalPercent: z.number().default(95),
  accessMinUsers: z
    .number()
    .int()
    .positive()
    .default(30)
    .describe('distinct users before access is judged by its percentage'),
  queueMediumMinutes: z
    .number()
    .positive()
    .default(5)
    .describe('incoming and active, in minutes of deliveries'),
  queueHighMinutes: z.number().positive().default(15),
  queueMinRecipients: z.number().int().positive().default(100),
  spamMediumPercent: z.number().default(50),
  spamMinVerdicts: z.number().int().positive().default(50),
  bounceMediumPercent: z.number().default(20),
  bounceMinRecipients: z.number().int().positive().default(50),
  holdLowRecipients: z.number().int().positive().default(50),
});
export type Thresholds = z.infer<typeof Thresholds>;
export const DEFAULT_THRESHOLDS: Thresholds = Thresholds.parse({});

const days = (value: number) => z.number().positive().default(value);
const bytes = (value: number) => z.number().positive().default(value);
/** How long and how much is kept. What is oldest goes first; the finest first when the whole is too large. */
const RetentionConfig = z.strictObject({
  tenSecondsDays: days(7).describe('windows of ten seconds, days'),
  minutesDays: days(90).describe('windows of a minute, days'),
  hoursDays: days(1_095).describe('windows of an hour, days'),
  journalDays: days(30).describe('entries of the message journal, days'),
  linesDays: days(14).describe('log lines behind the journal, days'),
  journalBytes: bytes(20e9),
  linesBytes: bytes(5e9),
  totalBytes: bytes(50e9).describe('of the whole store'),
});
export type RetentionConfig = z.infer<typeof RetentionConfig>;
export const DEFAULT_RETENTION_CONFIG: RetentionConfig = RetentionConfig.parse({});

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
  thresholds: Thresholds.default(DEFAULT_THRESHOLDS).describe('limits behind the levels of the tiles'),
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
  const faults = doubleIds(parsed.data.sources).map(
    (id) => `${path}: two sources have the id '${id}'; give each its own`,
  );
  return faults.length > 0
    ? { ok: false, faults }
    : { ok: true, config: resolvePaths(parsed.data, dirname(resolve(path))) };
}

/** Reads and checks the file at `path`; throws an AppError that lists every fault. */
export function loadConfig(path: string): Config {
  const result = parseConfig(readText(path, 'config file'), path);
  if (result.ok) return result.config;
  throw new AppError('bad-request', `the config file has ${result.faults.length} fault(s)`, result.faults);
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
  };
}

function doubleIds(sources: readonly SourceConfig[]): string[] {
  const ids = sources.map(({ id }) => id);
  return [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))];
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
