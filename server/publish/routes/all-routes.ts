import type { AlarmsPort } from '../alarms-port.ts';
import type { ForesightPort } from '../foresight-port.ts';
import type { HealthPort, IngestPort, QueryPort } from '../port.ts';
import type { BoundRoute } from '../route.ts';
import type { ScreensPort } from '../screens-port.ts';
import { alarmRoutes } from './alarm-routes.ts';
import { foresightRoutes } from './foresight-routes.ts';
import { ingestRoutes } from './ingest-routes.ts';
import { queryRoutes } from './query-routes.ts';
import { screenRoutes } from './screen-routes.ts';
import { type Scrape, openApiRoute, systemRoutes } from './system-routes.ts';

export interface RouteDeps {
  readonly version: string;
  readonly query: QueryPort;
  readonly health: HealthPort;
  readonly ingest: IngestPort;
  readonly scrape: Scrape;
  /** Absent: alarms are not watched; their routes say so. */
  readonly alarms?: AlarmsPort;
  readonly screens: ScreensPort;
  /** Absent: it is not worked out; its routes say so. */
  readonly foresight?: ForesightPort;
}

/** Every route there is, and the description of those that programs of others are written against. */
export function allRoutes({
  version,
  query,
  health,
  ingest,
  scrape,
  alarms,
  screens,
  foresight,
}: RouteDeps): readonly BoundRoute[] {
  const routes = [
    ...systemRoutes(health, scrape),
    ...queryRoutes(query),
    ...ingestRoutes(ingest),
    ...alarmRoutes(alarms),
    ...screenRoutes(screens, () => query.tenants()),
    ...foresightRoutes(foresight),
  ];
  const described = routes.filter(({ path }) => path.startsWith('/api/') || path.startsWith('/ingest/'));
  return [...routes, openApiRoute(version, described)];
}
