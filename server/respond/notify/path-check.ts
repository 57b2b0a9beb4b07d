import { dependenceOf } from '../../base/config-notify-check.ts';
import type { ChannelConfig, HttpChannelConfig } from '../../base/config-notify.ts';
import { messageOf } from '../../base/errors.ts';
import { inNetworks, isLoopback, type WatchedPlatform } from '../../base/watched-platform.ts';
import { openSocket, within, type Resolve } from './reach.ts';
import { probeRelay } from './smtp-probe.ts';
import type { Timers } from './timers.ts';

/** What the last check of a channel found. */
export interface PathFinding {
  readonly isOk: boolean;
  readonly reason: string;
  readonly dependsOnPlatform: string | null;
  /** Of what it needs, nothing works without the platform. */
  readonly isWhole: boolean;
}

export interface PathCheckDeps {
  readonly channels: readonly ChannelConfig[];
  readonly platform: WatchedPlatform;
  readonly resolve: Resolve;
  readonly timers: Timers;
}

const RESOLVE_MS = 5_000;
const PROBE_MS = 10_000;
/** Names of the platform are resolved anew after this; what they were stays known when that fails. */
const CACHED_MS = 600_000;
/** Of the platform; more are not resolved. */
const MAX_HOSTS = 200;

/** Proves that messages can leave: name, address, connection, and for mail the relay's word. By real time, whatever clock the rest runs on. */
export function createPathCheck({ channels, platform, resolve, timers }: PathCheckDeps) {
  const findings = new Map<string, PathFinding>();
  const addressesOf = createPlatformAddresses(platform, resolve, timers);

  return {
    /** Null: not checked yet. */
    finding: (id: string): PathFinding | null => findings.get(id) ?? null,
    /** Each channel once, side by side. */
    async run(): Promise<void> {
      const ours = await addressesOf();
      await Promise.all(
        channels.map(async (channel) => {
          findings.set(channel.id, await check(channel, ours));
        }),
      );
    },
  };

  async function check(channel: ChannelConfig, ours: ReadonlySet<string>): Promise<PathFinding> {
    const byName = dependenceOf(channel, platform);
    const named = { dependsOnPlatform: byName?.reason ?? null, isWhole: byName?.reach === 'whole' };
    const host = hostOf(channel);
    if (host === undefined) return { isOk: false, reason: 'it has no url', ...named };
    try {
      const addresses = await within(resolve(host), RESOLVE_MS, `resolving ${host}`);
      const shared = sharedAddress(host, addresses, ours);
      const found =
        shared === undefined
          ? named
          : {
              dependsOnPlatform: `${host} leads to ${shared}, which belongs to the watched platform`,
              isWhole: true,
            };
      return await reach(channel, addresses, found);
    } catch (error) {
      return { isOk: false, reason: messageOf(error), ...named };
    }
  }

  function sharedAddress(
    host: string,
    addresses: readonly string[],
    ours: ReadonlySet<string>,
  ): string | undefined {
    return addresses.find(
      (address) =>
        inNetworks(address, platform.networks) ||
        (ours.has(address) && !(isLoopback(address) && isLoopback(host))),
    );
  }
}

export type PathCheck = ReturnType<typeof createPathCheck>;

type Dependence = Pick<PathFinding, 'dependsOnPlatform' | 'isWhole'>;

async function reach(
  channel: ChannelConfig,
  addresses: readonly string[],
  found: Dependence,
): Promise<PathFinding> {
  let fault = 'its name has no address';
  // Whatever sends tries the addresses one after the other, too; two are enough for a word within the time.
  for (const address of addresses.slice(0, 2)) {
    try {
      await probe(channel, address);
      return { isOk: true, reason: '', ...found };
    } catch (error) {
      fault = messageOf(error);
    }
  }
  return { isOk: false, reason: fault, ...found };
}

async function probe(channel: ChannelConfig, address: string): Promise<void> {
  if (channel.type === 'email') return probeRelay(channel, address, PROBE_MS);
  const { hostname: host, port, isTls } = endpointOf(channel);
  const socket = await openSocket({ address, host, port, isTls, timeoutMs: PROBE_MS });
  socket.destroy();
}

function hostOf(channel: ChannelConfig): string | undefined {
  if (channel.type === 'email') return channel.host;
  return channel.url === undefined ? undefined : new URL(channel.url).hostname;
}

function endpointOf(channel: HttpChannelConfig): { hostname: string; port: number; isTls: boolean } {
  const { hostname, port, protocol } = new URL(channel.url ?? 'http://invalid');
  const isTls = protocol === 'https:';
  return { hostname, port: port === '' ? (isTls ? 443 : 80) : Number(port), isTls };
}

/** Addresses of the platform's hosts as they are now. */
function createPlatformAddresses({ hosts }: WatchedPlatform, resolve: Resolve, timers: Timers) {
  const known = new Map<string, readonly string[]>();
  let resolvedMs = -Infinity;
  return async (): Promise<ReadonlySet<string>> => {
    if (timers.monoMs() - resolvedMs >= CACHED_MS) {
      resolvedMs = timers.monoMs();
      await Promise.all(
        hosts.slice(0, MAX_HOSTS).map(async (host) => {
          try {
            known.set(host, await within(resolve(host), RESOLVE_MS, host));
          } catch {
            // Names of log hosts often resolve nowhere: then only the name itself is compared.
          }
        }),
      );
    }
    return new Set([...known.values()].flat());
  };
}
