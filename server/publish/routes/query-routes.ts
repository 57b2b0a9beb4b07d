import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { authorise } from '../../base/permissions.ts';
import { SeriesForm, SourcesAnswer, TenantsAnswer, WallAnswer } from '../answers.ts';
import { Instant } from '../instant.ts';
import type { QueryPort } from '../port.ts';
import { type BoundRoute, defineRoute, noInput, ok } from '../route.ts';

const MAX_POINTS = 5_000;
const DEFAULT_POINTS = 500;

/** What is known, to be read. A misspelt parameter is refused: now instead of then would be a wrong number. */
export function queryRoutes(query: QueryPort): readonly BoundRoute[] {
  return [tenantsRoute(query), wallRoute(query), seriesRoute(query), sourcesRoute(query)];
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

function seriesRoute(query: QueryPort): BoundRoute {
  return defineRoute({
    ...noInput,
    method: 'get',
    path: '/api/v1/tenants/:id/series',
    summary: 'Aligned series of one tenant with their coverage.',
    permission: 'tenant:view',
    scope: ({ id }) => ({ tenantId: id }),
    params: z.object({ id: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/) }),
    query: seriesQuery(query.seriesMetrics),
    answer: SeriesForm,
    async handle({ params: { id }, query: { metrics, from, to, points, direction } }) {
      const asked = {
        tenantId: id,
        metrics,
        fromMs: from,
        toMs: to,
        points,
        ...(direction && { direction }),
      };
      const series = await query.series(asked);
      if (!series) throw new AppError('not-found', `there is no tenant ${id}`);
      return ok(series);
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

function seriesQuery(names: readonly string[]) {
  const known = `any of ${names.join(', ')}`;
  return z
    .strictObject({
      metrics: z
        .string()
        .describe(`Comma-separated: ${known}`)
        .transform((text) => [...new Set(text.split(','))])
        .refine((metrics) => metrics.every((name) => names.includes(name)), `must be ${known}`),
      from: Instant,
      to: Instant,
      points: z.coerce.number().int().min(1).max(MAX_POINTS).default(DEFAULT_POINTS),
      direction: z.enum(['in', 'out']).optional().describe('Both when absent'),
    })
    .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be after from' });
}
