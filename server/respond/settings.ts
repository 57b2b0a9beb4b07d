/** Whether alarms can be told as configured: what needs the whole configuration and the tenants to be judged. Pure but for the name of this machine. */
import { hostname } from 'node:os';
import type { Tenant } from '../attribute/tenants-file.ts';
import { checkNotify, type KnownToNotify } from '../base/config-notify-check.ts';
import type { Config } from '../base/config.ts';
import { AppError } from '../base/errors.ts';
import type { WatchedPlatform } from '../base/watched-platform.ts';
import { holeFaults } from './on-call/holes.ts';

export interface AlarmSettings {
  readonly platform: WatchedPlatform;
  /** What may be used but should be mended, one sentence each. */
  readonly warnings: readonly string[];
}

/** Throws an `AppError` with every fault: a way that needs the watched platform, a schedule with a hole, unknown names. */
export function checkAlarmSettings(
  config: Pick<Config, 'sources' | 'notify' | 'onCall'>,
  tenants: readonly Tenant[],
  nowMs: number,
): AlarmSettings {
  const platform = watchedPlatform(config.sources, tenants);
  const found = checkNotify(config.notify, known(platform, config.onCall));
  const refused = found.flatMap(({ severity, reason }) => (severity === 'refused' ? [reason] : []));
  const faults = [...refused, ...holeFaults(config.onCall, nowMs)];
  if (faults.length > 0)
    throw new AppError(
      'bad-request',
      `alarms cannot be told as configured: ${faults.length} fault(s)`,
      faults,
    );
  return {
    platform,
    warnings: found.flatMap(({ severity, reason }) => (severity === 'warning' ? [reason] : [])),
  };
}

/** What is known to belong to the platform: hosts that sources name, this machine where a queue is listed on it, tenants' networks and domains. */
export function watchedPlatform(sources: Config['sources'], tenants: readonly Tenant[]): WatchedPlatform {
  const named = sources.flatMap(({ host }) => host ?? []);
  const isHere = sources.some(({ type, host }) => type === 'postqueue' && host === undefined);
  return {
    hosts: [...new Set([...named, ...(isHere ? ['localhost', hostname()] : [])])],
    networks: tenants.flatMap(({ relays }) => relays ?? []),
    domains: tenants.flatMap(({ domains }) => domains),
  };
}

function known(platform: WatchedPlatform, { people, schedules }: Config['onCall']): KnownToNotify {
  return {
    ...platform,
    people,
    schedules: schedules.map(({ id, layers, fallback }) => ({
      id,
      people: [
        ...new Set([
          ...layers.flatMap((layer) => layer.people),
          ...(fallback === undefined ? [] : [fallback]),
        ]),
      ],
    })),
  };
}
