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
  /** To be called after each tick's frames have gone out. */
  sent(): void;
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
  /** What the frame before told: its time, the lines of each tenant by then, the demo's story. */
  const told = { atMs: 0, lines: new Map<string, number>(), demo: '' };

  const live: LivePort = {
    serverId,
    version,
    get clock() {
      return current().clock;
    },
    snapshot: (room) => {
      const { pipeline, demo } = current();
      if (room === 'wall') return wallSnapshot(pipeline, demo());
      if (room === 'sources') return sources();
      return tenantSnapshot(pipeline, tenantOf(room), demo());
    },
    delta: (room) => {
      const { pipeline, demo } = current();
      if (room === 'wall') return wallDelta(pipeline, changedDemo(demo()));
      if (room === 'sources') return sources();
      const id = tenantOf(room);
      return tenantDelta(pipeline, id, told.atMs, told.lines.get(id) ?? 0);
    },
    ...(options.setDemo ? { setDemo: options.setDemo } : {}),
  };

  const query: QueryPort = {
    seriesMetrics: SERIES_METRICS,
    tenants: () => current().pipeline.entries,
    wall: (atMs) => {
      const { pipeline, demo } = current();
      if (atMs !== undefined)
        throw new AppError('unavailable', 'the past of the wall is not kept; ask without `at`');
      return { ...wallSnapshot(pipeline, demo()), atMs: pipeline.state.atMs };
    },
    series: (asked) => tenantSeries(current().pipeline, asked),
    sources,
  };

  return { live, query, sent };

  function sources() {
    const { pipeline } = current();
    return { sources: pipeline.state.reports, screens: options.screens(), pipeline: pipeline.counters() };
  }

  function changedDemo(demo: DemoState | null): DemoState | null | undefined {
    return JSON.stringify(demo) === told.demo ? undefined : demo;
  }

  function sent(): void {
    const { pipeline, demo } = current();
    told.atMs = pipeline.state.atMs;
    told.demo = JSON.stringify(demo());
    pipeline.entries.forEach(({ id }, scope) => told.lines.set(id, pipeline.lines.total(scope)));
  }
}

function tenantOf(room: RoomName): string {
  return room.slice('tenant:'.length);
}
