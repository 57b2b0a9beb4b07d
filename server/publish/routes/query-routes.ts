import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { authorise } from '../../base/permissions.ts';
import { SourcesAnswer, TenantsAnswer, WallAnswer } from '../answers.ts';
import { Instant } from '../instant.ts';
import type { QueryPort } from '../port.ts';
import { type BoundRoute, defineRoute, noInput, ok } from '../route.ts';
import { messageRoutes } from './message-routes.ts';
import { seriesRoutes } from './series-routes.ts';
import { storageRoutes } from './storage-routes.ts';

/** What is known, to be read. A misspelt parameter is refused: now instead of then would be a wrong number. */
export function queryRoutes(query: QueryPort): readonly BoundRoute[] {
  return [
    tenantsRoute(query),
    wallRoute(query),
    sourcesRoute(query),
    ...seriesRoutes(query),
    ...messageRoutes(query),
    ...storageRoutes(query),
  ];
}

function tenantsRoute(query: QueryPort): BoundRoute {
  return defineRoute({
    ...noInput,
    method: 'get',
    path: '/api/v1/tenants',
    summary: 'The tenants that the caller may see.',
    permission: 'tenant:view',
    scope: () => 'own',
    answer: TenantsAnswer,
    handle({ principal }) {
      const maySee = (tenantId: string) => authorise(principal, 'tenant:view', { tenantId }).allowed;
      return ok({ tenants: query.tenants().filter(({ id }) => maySee(id)) });
    },
  });
}

function wallRoute(query: QueryPort): BoundRoute {
  return defineRoute({
    ...noInput,
    method: 'get',
    path: '/api/v1/wall',
    summary: 'What the wall shows now, or showed at a time.',
    permission: 'wall:view',
    scope: () => 'platform',
    query: z.strictObject({ at: Instant.optional() }),
    answer: WallAnswer,
    async handle({ query: { at } }) {
      const wall = await query.wall(at);
      if (!wall) throw new AppError('unavailable', 'nothing is kept of that time');
      return ok(wall);
    },
  });
}

function sourcesRoute(query: QueryPort): BoundRoute {
  return defineRoute({
    ...noInput,
    method: 'get',
    path: '/api/v1/sources',
    summary: 'State, age and counters of every source, the connected screens, and the pipeline.',
    permission: 'sources:view',
    scope: () => 'platform',
    answer: SourcesAnswer,
    handle: () => ok(query.sources()),
  });
}
