/** Rooms and queries over whatever runs now: screens know no difference between a platform, a demo and the next demo. */
import type { DemoState, RoomName } from '../shared/protocol.ts';
import { AppError } from './base/errors.ts';
import type { LivePort, QueryPort } from './publish/port.ts';
import type { Runtime } from './runtime.ts';
import { SERIES_METRICS, tenantSeries } from './publish/views/series.ts';
import { tenantDelta, tenantSnapshot } from './publish/views/tenant.ts';
import { wallDelta, wallSnapshot } from './publish/views/wall.ts';

export interface Ports {
  readonly live: LivePort;
  readonly query: QueryPort;
  /** After each tick, in its turn: the demo's story as the screens know it now. */
  ticked(): void;
}

export interface PortsOptions {
  readonly serverId: string;
  readonly version: string;
  readonly current: () => Runtime;
  readonly screens: () => ReturnType<QueryPort['sources']>['screens'];
  readonly setDemo?: NonNullable<LivePort['setDemo']>;
}

export function createPorts(options: PortsOptions): Ports {
  const { current, serverId, version } = options;
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
      if (room === 'wall') return wallSnapshot(pipeline, demoNow);
      if (room === 'sources') return sources();
      return tenantSnapshot(pipeline, tenantOf(room), demoNow);
    },
    delta: (room) => {
      const { pipeline } = current();
      if (room === 'wall') return wallDelta(pipeline, demoNow === demoBefore ? undefined : demoNow);
      if (room === 'sources') return sources();
      return tenantDelta(pipeline, tenantOf(room));
    },
    ...(options.setDemo ? { setDemo: options.setDemo } : {}),
  };

  const query: QueryPort = {
    seriesMetrics: SERIES_METRICS,
    tenants: () => current().pipeline.entries,
    wall: (atMs) => {
      const { pipeline } = current();
      if (atMs !== undefined)
        throw new AppError('unavailable', 'the past of the wall is not kept; ask without `at`');
      return { ...wallSnapshot(pipeline, demoNow), atMs: pipeline.state.atMs };
    },
    series: (asked) => tenantSeries(current().pipeline, asked),
    sources,
  };

  return { live, query, ticked };

  function sources() {
    const { pipeline } = current();
    return { sources: pipeline.state.reports, screens: options.screens(), pipeline: pipeline.counters() };
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
