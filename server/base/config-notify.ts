import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { PRIORITIES } from '../../shared/alarms.ts';
import { messageOf } from './errors.ts';
import { isNetwork } from './watched-platform.ts';

const Id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'is not an id: letters, digits, `_`, `.`, `-`, at most 64');
const Name = z.string().min(1).max(253);
const HttpUrl = z.url({ protocol: /^https?$/, error: 'is not a URL of http or https' });
/** No control characters: it becomes a mail header. */
const Address = z
  .string()
  .max(254)
  .regex(/^[^\s<>@,;:"\p{Cc}]+@[^\s<>@,;:"\p{Cc}]+$/u, 'is not one mail address');
const Network = z
  .string()
  .refine(isNetwork, 'is not a network: write 192.0.2.0/24, 2001:db8::/32 or one address');
const timeoutMs = z
  .number()
  .int()
  .min(500)
  .max(60_000)
  .default(10_000)
  .describe('a channel that takes longer is tried again later');
const from = (what: string) => ({
  env: z.string().min(1).optional().describe(`environment variable that holds the ${what}`),
  file: z.string().min(1).optional().describe(`file that holds the ${what}, relative to the config file`),
});
const urlFields = { url: HttpUrl.optional(), urlEnv: from('URL').env, urlFile: from('URL').file };
const common = { id: Id, timeoutMs };

const WebhookChannel = z.strictObject({
  ...common,
  ...urlFields,
  type: z.literal('webhook'),
  secret: z
    .string()
    .min(1)
    .optional()
    .describe('signs each body (Standard Webhooks); `whsec_` and base64, or any text'),
  secretEnv: from('secret').env,
  secretFile: from('secret').file,
});
const SlackChannel = z.strictObject({ ...common, ...urlFields, type: z.literal('slack') });
const PagerdutyChannel = z.strictObject({
  ...common,
  ...urlFields,
  type: z.literal('pagerduty'),
  url: HttpUrl.default('https://events.pagerduty.com/v2/enqueue'),
  routingKey: z.string().min(1).optional().describe('integration key of an Events API v2 integration'),
  routingKeyEnv: from('routing key').env,
  routingKeyFile: from('routing key').file,
});
const AlertmanagerChannel = z.strictObject({
  ...common,
  ...urlFields,
  type: z.literal('alertmanager'),
  resendSeconds: z
    .number()
    .int()
    .min(5)
    .max(300)
    .default(60)
    .describe('alerts that hold are said again this often'),
  expireSeconds: z
    .number()
    .int()
    .min(60)
    .max(86_400)
    .default(900)
    .describe('it takes an alert for ended when it has not heard of it for so long'),
});
const EmailChannel = z.strictObject({
  ...common,
  type: z.literal('email'),
  host: Name.describe('relay that is not the watched platform'),
  port: z.number().int().min(1).max(65_535).default(587),
  tls: z
    .enum(['starttls', 'implicit', 'none'])
    .default('starttls')
    .describe('starttls and implicit refuse to go on without TLS'),
  user: z.string().min(1).optional(),
  password: z.string().min(1).optional(),
  passwordEnv: from('password').env,
  passwordFile: from('password').file,
  from: Address,
  to: z.array(Address).min(1).max(20),
});
export const ChannelConfig = z.discriminatedUnion('type', [
  WebhookChannel,
  SlackChannel,
  PagerdutyChannel,
  AlertmanagerChannel,
  EmailChannel,
]);
export type ChannelConfig = z.infer<typeof ChannelConfig>;
export type EmailChannelConfig = z.infer<typeof EmailChannel>;
export type HttpChannelConfig = Exclude<ChannelConfig, EmailChannelConfig>;

const targets = {
  channels: z.array(Id).default([]).describe('ids of channels'),
  schedule: Id.optional().describe('the channels of whoever is on call by this schedule'),
};
const Route = z.strictObject({
  match: z
    .strictObject({
      priority: z.enum(PRIORITIES).optional().describe('at least'),
      rules: z.array(z.string().min(1)).min(1).optional(),
      clusters: z.array(z.string().min(1)).min(1).optional(),
      tenants: z.array(z.string().min(1)).min(1).optional(),
    })
    .default({})
    .describe('all that is given must match; nothing: every alarm'),
  ...targets,
  continue: z.boolean().default(false).describe('whether later routes are asked as well'),
});
export type RouteConfig = z.infer<typeof Route>;

const Escalation = z.strictObject({
  steps: z
    .array(z.strictObject({ afterMinutes: z.number().positive().max(1_440), ...targets }))
    .max(10)
    .default([])
    .describe('who is told when nobody has acknowledged so long after the page'),
  repeatMinutes: z
    .number()
    .min(1)
    .max(1_440)
    .default(30)
    .describe('an alarm that nobody acknowledges is said again this often'),
  priority: z.enum(PRIORITIES).default('medium').describe('lower ones are neither escalated nor repeated'),
});
export type EscalationStep = z.infer<typeof Escalation>['steps'][number];

const DeadMan = z.strictObject({
  ...urlFields,
  intervalSeconds: z.number().int().min(10).max(3_600).default(60),
  timeoutMs,
});
export type DeadManConfig = z.infer<typeof DeadMan>;

/** Who is told of alarms, and by what way. Nothing is configured unless the operator does. */
export const NotifyConfig = z.strictObject({
  link: HttpUrl.optional().describe('address under which people reach this watch; put into every message'),
  timezone: z
    .string()
    .refine(isZone, 'is not a time zone: write Europe/London')
    .optional()
    .describe('of local times; default: this machine'),
  channels: z.array(ChannelConfig).max(50).default([]),
  routes: z.array(Route).max(100).default([]).describe('in this order; the first that matches decides'),
  escalation: Escalation.default(Escalation.parse({})),
  deadMan: DeadMan.optional().describe('outside watch that is pinged while evaluation is alive'),
  platform: z
    .strictObject({ hosts: z.array(Name).default([]), networks: z.array(Network).default([]) })
    .default({ hosts: [], networks: [] })
    .describe('what belongs to the watched platform besides its sources, tenants and their relays'),
});
export type NotifyConfig = z.infer<typeof NotifyConfig>;
export const NO_NOTIFY: NotifyConfig = NotifyConfig.parse({});

/** Where secrets are looked up. */
export interface SecretPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of a file; throws when it cannot be read. */
  readonly readFile: (path: string) => string;
  /** Folder of the config file. */
  readonly folder: string;
}
export interface ResolvedNotify {
  readonly config: NotifyConfig;
  readonly faults: readonly string[];
}

const SECRETS = ['url', 'secret', 'routingKey', 'password'] as const;

/** Puts secrets named by `...Env` and `...File` in their places. Faults name the place, never what was found there. */
export function resolveNotify(config: NotifyConfig, places: SecretPlaces): ResolvedNotify {
  const faults: string[] = [];
  const fill = <T extends object>(holder: T, name: string): T => {
    const filled: Record<string, unknown> = Object.fromEntries(Object.entries(holder));
    for (const field of SECRETS) {
      const found = secretOf(filled, field, places);
      if ('fault' in found) faults.push(`${name}: ${found.fault}`);
      else if (found.value !== undefined) filled[field] = found.value;
    }
    const isPlace = (key: string): boolean =>
      SECRETS.some((field) => key === `${field}Env` || key === `${field}File`);
    return Object.fromEntries(Object.entries(filled).filter(([key]) => !isPlace(key))) as T;
  };
  const channels = config.channels.map((channel) => fill(channel, `channel '${channel.id}'`));
  const deadMan = config.deadMan && fill(config.deadMan, 'deadMan');
  return { config: { ...config, channels, ...(deadMan && { deadMan }) }, faults };
}

function secretOf(
  holder: Readonly<Record<string, unknown>>,
  field: (typeof SECRETS)[number],
  places: SecretPlaces,
): { value: string | undefined } | { fault: string } {
  const [env, file] = [holder[`${field}Env`], holder[`${field}File`]];
  if (typeof env === 'string' && typeof file === 'string')
    return { fault: `both ${field}Env and ${field}File are given; give one` };
  const text =
    typeof env === 'string'
      ? fromEnv(env, places)
      : typeof file === 'string'
        ? fromFile(file, places)
        : undefined;
  if (text === undefined) return { value: undefined };
  if ('fault' in text) return text;
  if (field === 'url' && !HttpUrl.safeParse(text.value).success)
    return {
      fault: `what ${field}${typeof env === 'string' ? 'Env' : 'File'} names is not a URL of http or https`,
    };
  return text;
}

function fromEnv(name: string, { env }: SecretPlaces): { value: string } | { fault: string } {
  const value = env[name]?.trim();
  return value ? { value } : { fault: `the environment variable ${name} is not set` };
}

function fromFile(name: string, { readFile, folder }: SecretPlaces): { value: string } | { fault: string } {
  const path = isAbsolute(name) ? name : resolve(folder, name);
  try {
    const value = readFile(path).trim();
    return value ? { value } : { fault: `the file ${path} is empty` };
  } catch (error) {
    return { fault: `the file ${path} can't be read: ${messageOf(error)}` };
  }
}

/** Where a channel leads, without secrets: paths and queries of URLs are left out, as they hold some. */
export function targetOf(channel: ChannelConfig): string {
  if (channel.type === 'email') {
    const domains = [...new Set(channel.to.map((to) => to.slice(to.lastIndexOf('@') + 1)))];
    return `${channel.to.length} at ${domains.join(', ')} by ${channel.host}:${channel.port}`;
  }
  return channel.url === undefined ? 'no URL' : new URL(channel.url).origin;
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    // Intl has no other way to ask whether it knows a zone.
    return false;
  }
}
