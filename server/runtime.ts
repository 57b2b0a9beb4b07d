/** One run of collecting: sources, the pipeline they feed, and the clock all of it goes by. A demo makes a new one per scenario. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StorageReport } from '../shared/history.ts';
import type { DemoState } from '../shared/protocol.ts';
import { type Alarms, createAlarms, type WatchedScreens } from './alarm-parts.ts';
import { createForesightOf, type Foresight } from './foresight-parts.ts';
import { instancesOf } from './attribute/instances.ts';
import { loadTenants, type Tenant, TenantsFile } from './attribute/tenants-file.ts';
import { type Clock, createDemoClock, systemClock } from './base/clock.ts';
import {
  type Config,
  Config as ConfigSchema,
  DEFAULT_RETENTION_CONFIG,
  DEFAULT_THRESHOLDS,
  type Thresholds,
} from './base/config.ts';
import { AppError, messageOf } from './base/errors.ts';
import type { Log } from './base/log.ts';
import type { RspamdPush } from './collect/rspamd/push.ts';
import type { Source } from './collect/source.ts';
import { createDemoPlatform, type DemoPlatform, SCENARIOS } from './demo/platform.ts';
import { type History, liveOf, openHistory } from './history/thread/open.ts';
import { DEFAULT_PROVIDERS } from './history/journal/default-providers.ts';
import { createProviders, parseProviders, type Providers } from './history/journal/providers.ts';
import { Keeper } from './history/keeper.ts';
import { readProviders } from './publish/providers-file.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';
import { createSource, demoSources, isLogSource, reportsOf, tellers, timezonesOf } from './sources.ts';
import { type AlarmSettings, checkAlarmSettings } from './respond/settings.ts';

export interface DemoChoice {
  readonly scenario: string;
  readonly speed: number;
  readonly seed: number;
}

export interface Runtime {
  readonly clock: Clock;
  readonly pipeline: Pipeline;
  /** Limits behind the levels of its tiles. */
  readonly limits: Thresholds;
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly history: History;
  readonly alarms: Alarms;
  /** What is coming, who is hit, why, and when it will be over. */
  readonly foresight: Foresight;
  /** Groups destinations by this list from now on, in what is stored and in what is watched. */
  useProviders(text: string): Promise<void>;
  /** Writes what happened, and how far each source has been read, as one. */
  commit(): Promise<void>;
  storage(): StorageReport;
  /** A report of rspamd's exporter; false when it was not understood, or nobody waits for it. */
  acceptRspamd(report: Readonly<Record<string, unknown>>): boolean;
  demo(): DemoState | null;
}

/** The platform of the config. */
export async function createPlatformRuntime(
  config: Config,
  log: Log,
  screens: WatchedScreens,
): Promise<Runtime> {
  const tenants = config.tenants === undefined ? [] : loadTenants(config.tenants);
  const settings = checkAlarmSettings(config, tenants, Date.now());
  const providersText = await readProviders(providersPath(config));
  const history = await openHistory({
    path: join(config.data, 'mailvigil.db'),
    tenants,
    keep: config.history,
    providers: providersText,
    timezones: timezonesOf(config.sources),
    log,
  });
  const { checkpoints } = history.resumption;
  const providers = { list: providersOf(providersText) };
  const sources: Source[] = [];
  const heard: Heard = { foresight: undefined };
  const pipeline = createPipeline({
    tenants,
    limits: config.thresholds,
    clock: systemClock,
    instances: instancesOf(config.sources, tenants),
    hasTwoTellers: tellers(config.sources) > 1,
    reports: () => reportsOf(sources, systemClock),
    kept: liveOf(history.resumption),
    providerOf: (domain) => providers.list.of(domain, undefined)?.id,
    tap: (event, nowMs) => heard.foresight?.event(event, nowMs),
  });
  const deps = { clock: systemClock, sink: pipeline, log };
  for (const source of config.sources) sources.push(createSource(source, deps, checkpoints));
  return assemble({
    clock: systemClock,
    pipeline,
    sources,
    history,
    limits: config.thresholds,
    log,
    demo: () => null,
    ...{ tenants, heard },
    watched: { settings, config, dataDir: config.data, providers, screens },
  });
}

/** The list as people wrote it; a list with faults is told of where it is read, and the built-in one stands in. */
function providersOf(text: string | undefined): Providers {
  const result = text === undefined ? undefined : parseProviders(text);
  return createProviders(result?.ok ? result.providers : DEFAULT_PROVIDERS);
}

/** Where the list of providers is, unless the config says otherwise: beside the store. */
export function providersPath({ data, providers }: Config): string {
  return providers ?? join(data, 'providers.yaml');
}

/** The demo platform: its logs and queues go through the same sources as real ones; nothing of it survives. */
export async function createDemoRuntime(
  { scenario, speed, seed }: DemoChoice,
  { dir, log, screens }: { readonly dir: string; readonly log: Log; readonly screens: WatchedScreens },
): Promise<Runtime> {
  const config = ConfigSchema.parse({});
  const story = assertScenario(scenario);
  rmSync(dir, { recursive: true, force: true });
  const clock = createDemoClock(story.startsAtMs === 'now' ? Date.now() : story.startsAtMs, speed);
  const platform = createDemoPlatform({ scenario: story.id, seed, dir, clock, log });
  const sources: Source[] = [];
  const heard: Heard = { foresight: undefined };
  const providers = { list: providersOf(undefined) };
  const { tenants } = TenantsFile.parse(platform.tenants);
  const history = await openHistory({
    path: join(dir, 'mailvigil.db'),
    tenants,
    keep: DEFAULT_RETENTION_CONFIG,
    log,
  });
  const pipeline = createPipeline({
    tenants,
    limits: DEFAULT_THRESHOLDS,
    clock,
    reports: () => reportsOf(sources, clock),
    kept: liveOf(history.resumption),
    providerOf: (domain) => providers.list.of(domain, undefined)?.id,
    tap: (event, nowMs) => heard.foresight?.event(event, nowMs),
  });
  sources.push(...demoSources(platform, { clock, sink: pipeline, log }));
  const demo = (): DemoState => ({ scenario, speed, scenarios: SCENARIOS, story: platform.story() });
  return assemble({
    ...{ clock, pipeline, sources, demo, platform, history, log, tenants, heard },
    limits: DEFAULT_THRESHOLDS,
    watched: {
      settings: checkAlarmSettings(config, tenants, clock.now()),
      ...{ config, dataDir: dir, providers, screens },
    },
  });
}

/** The scenario of this name, or an error that names those there are. */
export function assertScenario(scenario: string) {
  const found = SCENARIOS.find(({ id }) => id === scenario);
  if (found) return found;
  throw new AppError(
    'bad-request',
    `there is no demo scenario '${scenario}'; there are ${SCENARIOS.map(({ id }) => id).join(', ')}`,
  );
}

/** The pipeline is there before what listens to it. */
interface Heard {
  foresight: Foresight | undefined;
}

interface Parts {
  readonly tenants: readonly Tenant[];
  readonly heard: Heard;
  readonly clock: Clock;
  readonly pipeline: Pipeline;
  readonly sources: readonly Source[];
  readonly demo: () => DemoState | null;
  readonly platform?: DemoPlatform;
  readonly history: History;
  readonly limits: Thresholds;
  readonly log: Log;
  readonly watched: {
    readonly settings: AlarmSettings;
    readonly config: Config;
    readonly dataDir: string;
    readonly providers: { list: Providers };
    readonly screens: WatchedScreens;
  };
}

async function assemble(parts: Parts): Promise<Runtime> {
  const { clock, pipeline, sources, demo, platform, history, log, watched } = parts;
  const keeper = keeperOf(parts);
  const storage = () => keeper?.report() ?? history.offReport();
  const destinationName = (id: string) => watched.providers.list.get(id)?.name;
  const alarms = await createAlarms({
    ...{ clock, log, pipeline, history, storage, ...watched, destinationName },
  }).catch(async (error: unknown) => {
    // Else the store stays claimed, and its threads keep the process alive that serves nobody.
    await history.close();
    throw error;
  });
  const foresight = await createForesightOf({
    ...{ clock, log, history, pipeline, tenants: parts.tenants },
    zone: watched.config.alarms?.timezone,
    alarms: () => alarms.watch.lookup().alarms,
    ...(platform && { takeEvents: () => platform.takeEvents() }),
    canaries: platform?.canaries ?? watched.config.canaries,
    retries: watched.config.retries,
  });
  parts.heard.foresight = foresight;
  const push = sources.find((source): source is RspamdPush => 'accept' in source);
  return {
    clock,
    pipeline,
    demo,
    limits: parts.limits,
    async start() {
      await platform?.start();
      await Promise.all(sources.map((source) => source.start()));
      alarms.start();
    },
    async stop() {
      // One that fails keeps none of the others from ending.
      await inTurn(log, [
        async () => platform?.stop(),
        async () => void (await Promise.all(sources.map((source) => source.stop()))),
        () => alarms.stop(),
        () => foresight.close(),
        async () => keeper?.close(),
        () => history.close(),
      ]);
    },
    history,
    alarms,
    foresight,
    async useProviders(text) {
      await history.queries.useProviders(text);
      watched.providers.list = providersOf(text);
      pipeline.sums?.destinations.regroup();
    },
    commit: async () => keeper?.commit(),
    storage,
    acceptRspamd: (report) => push?.accept(report) ?? false,
  };
}

async function inTurn(log: Log, steps: readonly (() => Promise<void> | undefined)[]): Promise<void> {
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      log.error('stop_failed', { reason: messageOf(error) });
    }
  }
}

function keeperOf({ pipeline, sources, history, log }: Parts): Keeper | undefined {
  const { writer, path, budgetBytes } = history;
  if (!writer) return undefined;
  const positions = () =>
    sources.flatMap((source) => (isLogSource(source) ? (source.checkpoint() ?? []) : []));
  return new Keeper({
    writer,
    path,
    budgetBytes,
    resumedAtMs: history.resumption.committedAtMs,
    collect: () => pipeline.batch(positions()),
    dropped: () => pipeline.dropped(),
    log,
  });
}
