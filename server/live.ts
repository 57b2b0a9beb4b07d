/** Rooms and queries over whatever runs now: screens know no difference between a platform, a demo and the next demo. */
import { waitingMatrix } from './aggregate/matrix.ts';
import type { DemoState, RoomName, SourcesSnapshot } from '../shared/protocol.ts';
import type { AlarmsPort } from './publish/alarms-port.ts';
import { currentAlarms } from './publish/current-alarms.ts';
import { withAlarmMarks } from './publish/marked-series.ts';
import type { LivePort, ProvidersPort, QueryPort } from './publish/port.ts';
import { createQueryPort } from './publish/query.ts';
import { tenantDelta, tenantSnapshot } from './publish/views/tenant.ts';
import { wallDelta, wallSnapshot } from './publish/views/wall.ts';
import type { Runtime } from './runtime.ts';

export interface Ports {
  readonly live: LivePort;
  readonly query: QueryPort;
  readonly alarms: AlarmsPort;
  /** After each tick, in its turn: the demo's story as the screens know it now. */
  ticked(): void;
}

export interface PortsOptions {
  readonly serverId: string;
  readonly version: string;
  readonly current: () => Runtime;
  readonly screens: () => ReturnType<QueryPort['sources']>['screens'];
  readonly providers: ProvidersPort;
  readonly setDemo?: NonNullable<LivePort['setDemo']>;
}

export function createPorts(options: PortsOptions): Ports {
  const { current, serverId, version } = options;
  const alarms = currentAlarms(() => current().alarms.port);
  /** The demo as of this tick and as of the one before, so that frames carry it only when it changed. */
  let demoNow: DemoState | null = null;
  let demoBefore: DemoState | null = null;

  const live: LivePort = {
    serverId,
    version,
    get clock() {
      return current().clock;
    },
    snapshot: (room) => {
      const { pipeline } = current();
      if (room === 'wall') return wallSnapshot(pipeline, demoNow, alarms.strip());
      if (room === 'sources') return sources();
      if (room === 'alarms') return alarms.snapshot();
      return tenantSnapshot(pipeline, tenantOf(room), demoNow);
    },
    delta: (room) => {
      const { pipeline } = current();
      if (room === 'wall')
        return wallDelta(pipeline, demoNow === demoBefore ? undefined : demoNow, alarms.stripDelta());
      if (room === 'sources') return sources();
      if (room === 'alarms') return alarms.delta();
      return tenantDelta(pipeline, tenantOf(room));
    },
    ...(options.setDemo ? { setDemo: options.setDemo } : {}),
  };

  const query = createQueryPort({
    live: () => current().pipeline,
    demo: () => demoNow,
    limits: () => current().limits,
    history: () => (current().history.writer ? current().history.queries : undefined),
    storage: () => current().storage(),
    providers: options.providers,
    matrix: (scope) => waitingMatrix(current().pipeline.books, scope, current().clock.now()),
    sources,
    strip: () => alarms.strip(),
    marked: (answer, scope) => withAlarmMarks(answer, scope, { alarms, nowMs: current().clock.now() }),
  });

  return { live, query, alarms, ticked };

  function sources(): SourcesSnapshot {
    const { pipeline, alarms: watched } = current();
    const counters = { ...pipeline.counters(), ...watched.watch.counters() };
    return { sources: pipeline.state.reports, screens: options.screens(), pipeline: counters };
  }

  function ticked(): void {
    demoBefore = demoNow;
    const demo = current().demo();
    if (JSON.stringify(demo) !== JSON.stringify(demoNow)) demoNow = demo;
  }
}

function tenantOf(room: RoomName): string {
  return room.slice('tenant:'.length);
}
