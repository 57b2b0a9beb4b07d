/** Rooms and queries over whatever runs now: screens know no difference between a platform, a demo and the next demo. */
import { waitingMatrix } from './aggregate/matrix.ts';
import type { DemoState, RoomName, SourcesSnapshot } from '../shared/protocol.ts';
import type { AlarmsPort } from './publish/alarms-port.ts';
import { currentAlarms } from './publish/current-alarms.ts';
import { withAlarmMarks } from './publish/marked-series.ts';
import type { ForesightPort } from './publish/foresight-port.ts';
import { createLimitedRooms } from './publish/limited-rooms.ts';
import type { LivePort, ProvidersPort, QueryPort } from './publish/port.ts';
import { createQueryPort } from './publish/query.ts';
import { tenantDelta, tenantSnapshot } from './publish/views/tenant.ts';
import { sparksOf, wallDelta, wallSnapshot } from './publish/views/wall.ts';
import type { Foresight } from './foresight.ts';
import type { Runtime } from './runtime.ts';

export interface Ports {
  readonly live: LivePort;
  readonly query: QueryPort;
  readonly alarms: AlarmsPort;
  readonly foresight: ForesightPort;
  /** After each tick, in its turn: the demo's story as the screens know it now. */
  ticked(): void;
}

export interface PortsOptions {
  readonly serverId: string;
  readonly version: string;
  /** Build of the page that is served now. */
  readonly build: () => string | undefined;
  readonly current: () => Runtime;
  readonly screens: () => ReturnType<QueryPort['sources']>['screens'];
  readonly providers: ProvidersPort;
  readonly setDemo?: NonNullable<LivePort['setDemo']>;
}

export function createPorts(options: PortsOptions): Ports {
  const { current, serverId, version } = options;
  const alarms = currentAlarms(() => current().alarms.port);
  const demo = createDemoTicks(() => current().demo());

  const live: LivePort = {
    serverId,
    version,
    get build() {
      return options.build();
    },
    get clock() {
      return current().clock;
    },
    snapshot: (room) => {
      const { pipeline } = current();
      if (room === 'wall') return wallSnapshot(pipeline, demo.now(), alarms.strip());
      if (room === 'sources') return sources();
      if (room === 'alarms') return alarms.snapshot();
      return tenantSnapshot(pipeline, tenantOf(room), demo.now());
    },
    sparks: (tenantIds) => sparksOf(current().pipeline, tenantIds),
    delta: (room) => {
      const { pipeline } = current();
      if (room === 'wall')
        return wallDelta(pipeline, demo.hasChanged() ? demo.now() : undefined, alarms.stripDelta());
      if (room === 'sources') return sources();
      if (room === 'alarms') return alarms.delta();
      return tenantDelta(pipeline, tenantOf(room));
    },
    limited: (audience) =>
      createLimitedRooms(audience, {
        live: () => current().pipeline,
        alarms: () => alarms.snapshot(),
        demo: demo.now,
        hasDemoChanged: demo.hasChanged,
        ticks: demo.ticks,
        ownerOf: (domain) => ownerOf(current(), domain),
      }),
    ...(options.setDemo ? { setDemo: options.setDemo } : {}),
  };

  const query = createQueryPort({
    live: () => current().pipeline,
    demo: demo.now,
    limits: () => current().limits,
    history: () => (current().history.writer ? current().history.queries : undefined),
    storage: () => current().storage(),
    providers: options.providers,
    matrix: (scope) => waitingMatrix(current().pipeline.books, scope, current().clock.now()),
    sources,
    ownerOf: (domain) => ownerOf(current(), domain),
    strip: () => alarms.strip(),
    marked: (answer, scope) => withAlarmMarks(answer, scope, { alarms, nowMs: current().clock.now() }),
  });

  return { live, query, alarms, foresight: foresightOf(() => current().foresight), ticked: demo.ticked };

  function sources(): SourcesSnapshot {
    const { pipeline, foresight, alarms: watched } = current();
    const counters = { ...pipeline.counters(), ...watched.watch.counters(), ...foresight.counters() };
    return { sources: pipeline.state.reports, screens: options.screens(), pipeline: counters };
  }
}

function foresightOf(current: () => Foresight): ForesightPort {
  return {
    snapshot: () => current().snapshot(),
    told: (ref) => current().told(ref),
    at: (atMs) => current().at(atMs),
    ledger(ref, fromMs, toMs) {
      const scope = current().scope(ref);
      return scope && current().ledger(scope, fromMs, toMs);
    },
    anomalies(ref, fromMs, toMs) {
      const scope = current().scope(ref);
      return scope && current().anomalies(scope, { fromMs, toMs });
    },
    moved(ref, query) {
      const scope = current().scope(ref);
      return scope && current().moved(scope, query);
    },
    accept: (event) => current().accept(event),
    acceptReport: (mail) => current().acceptReport(mail),
  };
}

/** The demo as of this tick and as of the one before, so that frames carry it only when it changed. */
function createDemoTicks(current: () => DemoState | null) {
  let now: DemoState | null = null;
  let before: DemoState | null = null;
  let ticks = 0;
  return {
    now: () => now,
    hasChanged: () => now !== before,
    ticks: () => ticks,
    ticked() {
      ticks += 1;
      before = now;
      const demo = current();
      if (JSON.stringify(demo) !== JSON.stringify(now)) now = demo;
    },
  };
}

function ownerOf({ pipeline: { books, entries } }: Runtime, domain: string): string | undefined {
  return entries[books.directory.ownerOfDomain(domain)]?.id;
}

function tenantOf(room: RoomName): string {
  return room.slice('tenant:'.length);
}
