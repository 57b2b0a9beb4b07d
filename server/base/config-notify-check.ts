/** Faults of a notification configuration that can be seen without asking the network. Pure. */
import type { Priority } from '../../shared/alarms.ts';
import type { ChannelConfig, EmailChannelConfig, HttpChannelConfig, NotifyConfig } from './config-notify.ts';
import { routeAlarm, type RoutedAlarm } from './notify-routing.ts';
import { isLoopback, isPlatformHost, platformDomainOf, type WatchedPlatform } from './watched-platform.ts';

/** What is known besides the configuration itself. */
export interface KnownToNotify extends WatchedPlatform {
  readonly people: readonly { readonly id: string; readonly channels: readonly string[] }[];
  /** With everybody who may be on call by it. */
  readonly schedules: readonly { readonly id: string; readonly people: readonly string[] }[];
}

export interface NotifyFault {
  /** Refused: the configuration must not be used. */
  readonly severity: 'refused' | 'warning';
  readonly reason: string;
}

/** Why a channel needs the watched platform. `whole`: nothing of it works without. */
export interface Dependence {
  readonly reach: 'whole' | 'part';
  readonly reason: string;
}

/** Every fault, those that refuse the configuration first. `config` has its secrets in place (`resolveNotify`). */
export function checkNotify(config: NotifyConfig, known: KnownToNotify): readonly NotifyFault[] {
  const platform = withConfigured(config, known);
  const faults = [
    ...sameIds(config),
    ...unknownTargets(config, known),
    ...config.channels.flatMap((channel) => channelFaults(channel, platform)),
    ...routeFaults(config, known, platform),
  ];
  return [
    ...faults.filter((f) => f.severity === 'refused'),
    ...faults.filter((f) => f.severity === 'warning'),
  ];
}

/** The platform with what the configuration adds to it. */
export function withConfigured(config: NotifyConfig, known: WatchedPlatform): WatchedPlatform {
  return {
    hosts: [...known.hosts, ...config.platform.hosts],
    networks: [...known.networks, ...config.platform.networks],
    domains: known.domains,
  };
}

/** Whether and why a channel needs the platform, by names alone; null when it does not. */
export function dependenceOf(channel: ChannelConfig, platform: WatchedPlatform): Dependence | null {
  return channel.type === 'email' ? mailDependence(channel, platform) : httpDependence(channel, platform);
}

function mailDependence(channel: EmailChannelConfig, platform: WatchedPlatform): Dependence | null {
  const domain = platformDomainOf(channel.host, platform.domains);
  if (isPlatformHost(channel.host, platform) || domain !== undefined)
    return { reach: 'whole', reason: `its relay ${channel.host} is the watched platform` };
  const hosted = channel.to.flatMap(
    (to) => platformDomainOf(to.slice(to.lastIndexOf('@') + 1), platform.domains) ?? [],
  );
  if (hosted.length === 0) return null;
  const where = [...new Set(hosted)].join(', ');
  return hosted.length === channel.to.length
    ? { reach: 'whole', reason: `its mail goes to ${where}, which the watched platform hosts` }
    : {
        reach: 'part',
        reason: `${hosted.length} of its ${channel.to.length} addresses are at ${where}, which the watched platform hosts`,
      };
}

function httpDependence(channel: HttpChannelConfig, platform: WatchedPlatform): Dependence | null {
  if (channel.url === undefined) return null;
  const { hostname } = new URL(channel.url);
  if (isPlatformHost(hostname, platform))
    return { reach: 'whole', reason: `its host ${hostname} belongs to the watched platform` };
  const domain = platformDomainOf(hostname, platform.domains);
  return domain === undefined
    ? null
    : {
        reach: 'part',
        reason: `its host ${hostname} lies in ${domain}, whose mail the watched platform carries`,
      };
}

function sameIds({ channels }: NotifyConfig): NotifyFault[] {
  const ids = channels.map(({ id }) => id);
  const doubled = [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))];
  return doubled.map((id) => refused(`two channels have the id '${id}'; give each its own`));
}

function unknownTargets(config: NotifyConfig, known: KnownToNotify): NotifyFault[] {
  const channels = new Set(config.channels.map(({ id }) => id));
  const schedules = new Set(known.schedules.map(({ id }) => id));
  const of = (where: string, target: { channels: readonly string[]; schedule?: string | undefined }) => [
    ...target.channels
      .filter((id) => !channels.has(id))
      .map((id) => refused(`${where} leads to the channel '${id}', which does not exist`)),
    ...(target.schedule !== undefined && !schedules.has(target.schedule)
      ? [refused(`${where} leads to the schedule '${target.schedule}', which does not exist`)]
      : []),
    ...(target.channels.length === 0 && target.schedule === undefined
      ? [refused(`${where} leads nowhere; give it channels or a schedule`)]
      : []),
  ];
  return [
    ...config.routes.flatMap((route, i) => of(`route ${i + 1}`, route)),
    ...config.escalation.steps.flatMap((step, i) => of(`escalation step ${i + 1}`, step)),
    ...known.people.flatMap(({ id, channels: own }) =>
      own.length === 0 ? [] : of(`the person '${id}'`, { channels: own }),
    ),
  ];
}

function channelFaults(channel: ChannelConfig, platform: WatchedPlatform): NotifyFault[] {
  const name = `channel '${channel.id}'`;
  const dependence = dependenceOf(channel, platform);
  const own = channel.type === 'email' ? mailFaults(channel, name) : httpFaults(channel, name);
  return dependence === null
    ? own
    : [...own, warning(`${name} depends on the watched platform: ${dependence.reason}`)];
}

function mailFaults(channel: EmailChannelConfig, name: string): NotifyFault[] {
  const hasUser = channel.user !== undefined;
  const hasPassword = [channel.password, channel.passwordEnv, channel.passwordFile].some(
    (p) => p !== undefined,
  );
  if (hasUser !== hasPassword) return [refused(`${name} needs both a user and a password, or neither`)];
  if (channel.tls !== 'none' || isLoopback(channel.host)) return [];
  return hasUser
    ? [refused(`${name} would send its password in clear; use tls: starttls or implicit`)]
    : [warning(`${name} sends in clear; use tls: starttls or implicit`)];
}

function httpFaults(channel: HttpChannelConfig, name: string): NotifyFault[] {
  const faults: NotifyFault[] = [];
  if (channel.url === undefined && channel.urlEnv === undefined && channel.urlFile === undefined)
    faults.push(refused(`${name} has no url`));
  if (
    channel.type === 'pagerduty' &&
    [channel.routingKey, channel.routingKeyEnv, channel.routingKeyFile].every((key) => key === undefined)
  )
    faults.push(refused(`${name} has no routingKey`));
  const url = channel.url === undefined ? undefined : new URL(channel.url);
  if (url?.protocol === 'http:' && !isLoopback(url.hostname))
    faults.push(warning(`${name} sends in clear to ${url.hostname}; use https`));
  if (
    channel.type === 'webhook' &&
    [channel.secret, channel.secretEnv, channel.secretFile].every((s) => s === undefined)
  )
    faults.push(warning(`${name} is not signed: its receiver can't tell who sends; give it a secret`));
  return faults;
}

/** Alarms of the priorities that wake somebody, one for each way through the routes. */
function routeFaults(config: NotifyConfig, known: KnownToNotify, platform: WatchedPlatform): NotifyFault[] {
  if (config.channels.length === 0) return [];
  if (config.routes.length === 0)
    return [refused('there are channels, but no routes lead to them; add a route without `match`')];
  const independent = new Set(
    config.channels.filter((c) => dependenceOf(c, platform)?.reach !== 'whole').map(({ id }) => id),
  );
  const faults = samples(config).flatMap((sample) => sampleFaults(sample, { config, known, independent }));
  return [...new Map(faults.map((fault) => [fault.reason, fault])).values()];
}

interface RouteCheck {
  readonly config: NotifyConfig;
  readonly known: KnownToNotify;
  /** Channels that work without the platform. */
  readonly independent: ReadonlySet<string>;
}

function sampleFaults(sample: RoutedAlarm, { config, known, independent }: RouteCheck): NotifyFault[] {
  const { channels, schedules, routes } = routeAlarm(sample, config.routes);
  if (routes.length === 0)
    return [
      warning(`no route takes every ${sample.priority} alarm: those that none matches are told to nobody`),
    ];
  const where = `${sample.priority} alarms of route ${routes.map((i) => i + 1).join(', ')}`;
  const isSafe = (ids: readonly string[], calls: readonly string[]): boolean =>
    ids.some((id) => independent.has(id)) || calls.some((id) => everybodyReached(id, known, independent));
  if (isSafe(channels, schedules)) return [];
  const { steps } = config.escalation;
  const isEscalated = isSafe(
    steps.flatMap((step) => step.channels),
    steps.flatMap(({ schedule }) => schedule ?? []),
  );
  return isEscalated
    ? [
        warning(
          `${where} leave without the watched platform only when they are escalated; add an independent channel`,
        ),
      ]
    : [
        refused(
          `${where} leave only through the watched platform (${ways(channels, schedules)}): when it fails, nobody is told. Add a channel that works without it`,
        ),
      ];
}

/** Whoever is on call by the schedule has a channel that works without the platform. */
function everybodyReached(schedule: string, known: KnownToNotify, independent: ReadonlySet<string>): boolean {
  const people = known.schedules.find(({ id }) => id === schedule)?.people ?? [];
  const channelsOf = (person: string) => known.people.find(({ id }) => id === person)?.channels ?? [];
  return people.length > 0 && people.every((person) => channelsOf(person).some((id) => independent.has(id)));
}

function samples({ routes }: NotifyConfig): RoutedAlarm[] {
  const anyone = { rule: '', cluster: null, tenants: [] };
  const urgent: readonly Priority[] = ['high', 'critical'];
  return urgent.flatMap((priority) => [
    { ...anyone, priority },
    ...routes.flatMap(({ match }) =>
      few(match.rules ?? ['']).flatMap((rule) =>
        few(match.clusters ?? [null]).flatMap((cluster) =>
          few(match.tenants ?? [null]).map((tenant) => ({
            ...{ priority, rule, cluster },
            tenants: tenant === null ? [] : [tenant],
          })),
        ),
      ),
    ),
  ]);
}

/** A route takes what it names all alike: a few of each are enough. */
function few<T>(names: readonly T[]): readonly T[] {
  return names.slice(0, 10);
}

function ways(channels: readonly string[], schedules: readonly string[]): string {
  return [...channels, ...schedules.map((id) => `schedule ${id}`)].join(', ');
}

function refused(reason: string): NotifyFault {
  return { severity: 'refused', reason };
}

function warning(reason: string): NotifyFault {
  return { severity: 'warning', reason };
}
