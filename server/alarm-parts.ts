/** What alarms of one run are made of, and put together from. */
import { join } from 'node:path';
import type { AlarmScope, AlarmsSnapshot, ScopeKind } from '../shared/alarms.ts';
import type { StorageReport } from '../shared/history.ts';
import { AlarmWatch, EXTERNAL_MEMORY, RULES_MEMORY } from './alarms.ts';
import { UNATTRIBUTED } from './attribute/directory.ts';
import type { Clock } from './base/clock.ts';
import type { Config } from './base/config.ts';
import { messageOf } from './base/errors.ts';
import type { Log } from './base/log.ts';
import { shiftBegan } from './base/shifts.ts';
import { type BackTests, createBackTests } from './detect/back-test/back-tests.ts';
import { createAlarmDesk } from './detect/alarms/desk.ts';
import { pastKpis } from './detect/alarms/past-kpis.ts';
import { createEvaluator } from './detect/rules/evaluate.ts';
import { createLiveFacts, type OwnFacts, type ScreenFact } from './detect/rules/live-facts.ts';
import type { ScopeFacts } from './detect/rules/types.ts';
import { AlarmKeeper } from './history/alarms/keeper.ts';
import type { History } from './history/thread/open.ts';
import type { Pipeline } from './pipeline.ts';
import type { AlarmsPort } from './publish/alarms-port.ts';
import { openRulesFile, type RulesFile } from './publish/rules-file.ts';
import { ExternalAlarm, parseAlertmanager } from './respond/notify/alertmanager-in.ts';
import { createResponder, type NotifyResponder } from './respond/notify/responder.ts';
import { createOnCall, type OnCall } from './respond/on-call/on-call.ts';
import type { AlarmSettings } from './respond/settings.ts';

/** Real time between two looks at the rules file. */
const RULES_POLL_MS = 5_000;
/** Without an evaluation for so long, the outside watch is not told that all is well. */
const ALIVE_MS = 10_000;
/** How long the last batch may take to be kept when the server stops. */
const STOP_MS = 5_000;
const DAY_MS = 86_400_000;

export interface AlarmsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly pipeline: Pipeline;
  readonly settings: AlarmSettings;
  readonly history: History;
  readonly storage: () => StorageReport;
  readonly config: Pick<Config, 'alarms' | 'notify' | 'onCall'>;
  /** Where the rules file is unless the config says otherwise. */
  readonly dataDir: string;
  readonly destinationName: (id: string) => string | undefined;
  readonly screens: WatchedScreens;
}

/** Paired screens, as far as alarms are about them. */
export interface WatchedScreens {
  /** Those that are expected to paint. */
  facts(): readonly ScreenFact[];
  /** Name and place of any there has been. */
  titleOf(displayId: string): string | undefined;
}

export interface Alarms {
  readonly watch: AlarmWatch;
  readonly port: AlarmsPort;
  start(): void;
  /** Everything that has happened is kept, or said not to be. */
  stop(): Promise<void>;
}

/** Takes up what the run before has left. */
export async function createAlarms(deps: AlarmsDeps): Promise<Alarms> {
  const { clock, log, pipeline, history, config } = deps;
  const { platform, warnings } = deps.settings;
  for (const reason of warnings) log.warn('notify_warning', { reason });
  const kept = await history.alarms.load(clock.now() - DAY_MS);
  const onCall = createOnCall(config.onCall, { now: () => clock.now(), kept: kept.kept });
  for (const reason of onCall.faults) log.warn('on_call_overrides_lost', { reason });

  const made: { watch?: AlarmWatch } = {};
  const rules = await openRulesFile({
    path: config.alarms.rules ?? join(deps.dataDir, 'alarm-rules.yaml'),
    now: () => clock.now(),
    use: (set, by) => made.watch?.useRules(set, by),
    raises: (rule) => made.watch?.raises(rule) ?? 0,
  });
  const isAlive = () => made.watch !== undefined && performance.now() - made.watch.evaluatedMs < ALIVE_MS;
  const responder = createResponder({
    ...{ config: config.notify, platform, onCall, clock, log, kept, isAlive },
  });
  const own = () => ownFacts(deps.storage(), made.watch?.snapshot());
  const { destinationName } = deps;
  const facts = createLiveFacts({
    ...{ live: pipeline, sums: pipeline.sums, own, destinationName },
    screens: () => deps.screens.facts(),
    isHurried: clock.speed > 1,
  });
  const external = keptExternal(kept.kept[EXTERNAL_MEMORY], log);
  const zone = config.alarms.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const describe = createDescriber(
    deps,
    (id) => made.watch?.external(id) ?? external.find(({ fingerprint }) => fingerprint === id),
  );
  const desk = createAlarmDesk({
    rules: rules.rules,
    kept,
    describe,
    shiftBegan: (nowMs) => shiftBegan(config.alarms.shifts, zone, nowMs),
  });
  const keeper = new AlarmKeeper({ store: history.alarms, log });
  const watch = new AlarmWatch({
    ...{ clock, log, desk, onCall, responder, keeper, external, recent: kept.recent },
    evaluator: createEvaluator({ rules: rules.rules, kept: kept.kept[RULES_MEMORY] }),
    facts,
    rules: () => rules.state(),
    notKept: () =>
      keeper.notKept ?? (history.writer ? null : (history.offReport().reason ?? 'nothing is kept')),
  });
  made.watch = watch;
  const backTests = createBackTests({
    queries: () => (history.writer ? history.queries : undefined),
    tenants: () => pipeline.entries.filter(({ id }) => id !== UNATTRIBUTED),
    zone,
  });
  return lifeOf({ deps, describe, watch, rules, onCall, responder, keeper, backTests });
}

/** A disk that does not answer keeps nobody from stopping. */
async function withPatience(closing: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, STOP_MS);
  });
  await Promise.race([closing, patience]);
  clearTimeout(timer);
}

interface Parts {
  readonly deps: AlarmsDeps;
  readonly describe: Describe;
  readonly watch: AlarmWatch;
  readonly rules: RulesFile;
  readonly onCall: OnCall;
  readonly responder: NotifyResponder;
  readonly keeper: AlarmKeeper;
  readonly backTests: BackTests;
}

function lifeOf(parts: Parts): Alarms {
  const { deps, watch, rules, responder, keeper, backTests } = parts;
  let poll: NodeJS.Timeout | undefined;
  return {
    watch,
    port: createAlarmsPort(parts),
    start() {
      responder.start();
      poll = setInterval(() => void rules.poll(), RULES_POLL_MS);
    },
    async stop() {
      clearInterval(poll);
      backTests.stop();
      await responder.stop();
      await watch.flush(deps.clock.now());
      await withPatience(keeper.close());
    },
  };
}

function createAlarmsPort({ deps, describe, watch, rules, onCall, responder, backTests }: Parts): AlarmsPort {
  const { clock, log, history } = deps;
  return {
    snapshot: () => watch.snapshot(),
    lookup: () => watch.lookup(),
    strip: () => watch.strip(),
    delta: () => watch.delta(),
    stripDelta: () => watch.stripDelta(),
    act: (action) => watch.act(action),
    record: (query) => history.alarms.record(query),
    kpis: (fromMs, toMs) => pastKpis(history.alarms, { fromMs, toMs }, (scope) => describe(scope).name),
    rules,
    backTests,
    onCall: {
      at: (atMs) => onCall.at(atMs),
      people: () => onCall.people().map(({ id, name }) => ({ id, name })),
      overrides: () => onCall.overrides(),
      async override(override) {
        const made = onCall.override(override);
        await watch.flush(clock.now());
        return made;
      },
      async endOverride(id, by) {
        onCall.endOverride(id, by);
        await watch.flush(clock.now());
      },
    },
    acceptAlertmanager(body) {
      const alarms = parseAlertmanager(body, clock.now());
      const accepted = watch.tell(alarms);
      const dropped = alarms.length - accepted;
      if (dropped > 0) log.warn('external_alarms_dropped', { dropped, reason: 'there are too many already' });
      return { accepted };
    },
    test: (channel, by) => responder.test(channel, by),
  };
}

/** What Mailvigil knows of itself, for rules about the watch. */
function ownFacts(
  { state, freeBytes, diskBytes }: StorageReport,
  seen: AlarmsSnapshot | undefined,
): OwnFacts {
  const isKnown = freeBytes !== null && diskBytes !== undefined && diskBytes !== null && diskBytes > 0;
  const { path, onCall = [] } = seen ?? {};
  const isChecked = path !== undefined && path.state !== 'none' && path.state !== 'unknown';
  return {
    diskFreePercent: isKnown ? (100 * freeBytes) / diskBytes : null,
    historyFailing: state === 'failing' || state === 'off' ? 1 : 0,
    alarmPathFailing: isChecked ? Number(path.state === 'failing') : null,
    nobodyOnCall: onCall.length > 0 ? Number(onCall.some(({ person }) => person === null)) : null,
  };
}

type Describe = (scope: AlarmScope) => ScopeFacts;

function createDescriber(
  { pipeline, destinationName, screens }: AlarmsDeps,
  external: (fingerprint: string) => ExternalAlarm | undefined,
): Describe {
  const tenants = new Map(pipeline.entries.map((entry) => [entry.id, entry]));
  const known: Readonly<Record<ScopeKind, (id: string) => Partial<ScopeFacts>>> = {
    tenant(id) {
      const { name = id, cluster = null, mailboxes = null } = tenants.get(id) ?? {};
      return { name, cluster, mailboxes };
    },
    cluster: (id) => ({ name: `cluster ${id}`, cluster: id }),
    platform: () => ({ name: 'the platform' }),
    source: (id) => ({ cluster: pipeline.state.reports.find((report) => report.id === id)?.cluster ?? null }),
    destination: (id) => ({ name: destinationName(id) ?? id }),
    screen: (id) => ({ name: screens.titleOf(id) ?? id }),
    external: (id) => ({ name: external(id)?.labels['instance'] ?? external(id)?.name ?? id }),
  };
  return ({ kind, id }) => ({ kind, id, name: id, cluster: null, mailboxes: null, ...known[kind](id) });
}

function keptExternal(text: string | undefined, log: Log): readonly ExternalAlarm[] {
  if (text === undefined) return [];
  try {
    return ExternalAlarm.array().parse(JSON.parse(text));
  } catch (error) {
    log.warn('external_alarms_lost', { reason: messageOf(error) });
    return [];
  }
}
