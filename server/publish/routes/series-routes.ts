import { z } from 'zod';
import { COMPARE_KINDS } from '../../../shared/history.ts';
import type { Principal } from '../../base/permissions.ts';
import { MatrixForm, SeriesForm, TablesForm, TopForm } from '../answers-history.ts';
import { Instant } from '../instant.ts';
import type { QueryPort } from '../port.ts';
import { type BoundRoute, csv, defineRoute, noInput, ok } from '../route.ts';
import { seriesCsv, TABLES, tablesCsv } from '../views/csv.ts';
import { foreignTo, ownMatrix, ownTables } from '../views/limited-tables.ts';
import { CLUSTER, found, Id, PLATFORM, type ScopePath, TENANT } from './scopes.ts';

const MAX_POINTS = 5_000;
const DEFAULT_POINTS = 500;
const MAX_TABLE_ROWS = 500;
const CSV_TYPE = 'text/csv';

/** Numbers over time, and what is behind them. Each table is also to be had as CSV. */
export function seriesRoutes(query: QueryPort): readonly BoundRoute[] {
  return [
    ...[TENANT, CLUSTER, PLATFORM].flatMap((place) => [...seriesOf(query, place), ...tablesOf(query, place)]),
    matrixOf(query, TENANT),
    matrixOf(query, PLATFORM),
    topRoute(query),
  ];
}

function seriesOf(query: QueryPort, place: ScopePath): BoundRoute[] {
  const common = {
    ...noInput,
    ...{ permission: place.permission, scope: place.scope, params: place.params },
    method: 'get' as const,
    query: seriesQuery(query.seriesMetrics),
  };
  type Asked = z.infer<typeof common.query>;
  const ask = async (params: { readonly id?: string }, { from, to, direction, compare, ...rest }: Asked) => {
    const scope = place.ref(params);
    const chosen = { ...(direction && { direction }), ...(compare && { compare }) };
    return found(await query.series({ scope, fromMs: from, toMs: to, ...rest, ...chosen }), scope);
  };
  return [
    defineRoute({
      ...common,
      path: `${place.path}/series`,
      summary: `Aligned series of ${place.of} with their coverage.`,
      answer: SeriesForm,
      handle: async (call) => ok(await ask(call.params, call.query)),
    }),
    defineRoute({
      ...common,
      path: `${place.path}/series.csv`,
      summary: `The same as a table: one line per step, what was not known left empty.`,
      answer: z.string(),
      answerType: CSV_TYPE,
      handle: async ({ params, query: asked }) =>
        csv(seriesCsv(await ask(params, asked)), `${params.id ?? 'platform'}-series.csv`),
    }),
  ];
}

function tablesOf(query: QueryPort, place: ScopePath): BoundRoute[] {
  const common = {
    ...noInput,
    ...{ permission: place.permission, scope: place.scope, params: place.params },
    method: 'get' as const,
  };
  type Asked = z.infer<typeof TablesParameters>;
  type Asking = {
    readonly params: { readonly id?: string };
    readonly query: Asked;
    readonly principal: Principal;
  };
  const ask = async ({ params, query: { from, to, direction, limit }, principal }: Asking) => {
    const scope = place.ref(params);
    const asked = { scope, fromMs: from, toMs: to, limit, ...(direction && { direction }) };
    const answer = found(await query.tables(asked), scope);
    const isForeign = foreignTo(principal, query.ownerOf);
    return isForeign ? ownTables(answer, isForeign) : answer;
  };
  return [
    defineRoute({
      ...common,
      path: `${place.path}/tables`,
      summary: `Destinations, providers, reasons of deferrals and final failures of ${place.of}.`,
      query: inOrder(TablesParameters),
      answer: TablesForm,
      handle: async (call) => ok(await ask(call)),
    }),
    defineRoute({
      ...common,
      path: `${place.path}/tables.csv`,
      summary: `One of these tables.`,
      query: inOrder(TablesParameters.extend({ table: z.enum(TABLES) })),
      answer: z.string(),
      answerType: CSV_TYPE,
      handle: async (call) => {
        const { table } = call.query;
        return csv(tablesCsv(await ask(call), table), `${call.params.id ?? 'platform'}-${table}.csv`);
      },
    }),
  ];
}

function matrixOf(query: QueryPort, place: ScopePath): BoundRoute {
  return defineRoute({
    ...noInput,
    ...{ permission: place.permission, scope: place.scope, params: place.params },
    method: 'get',
    path: `${place.path}/matrix`,
    summary: `Who waits now, of ${place.of}: by destination and age, as qshape prints it.`,
    query: z.strictObject({}),
    answer: MatrixForm,
    async handle({ params, principal }) {
      const scope = place.ref(params);
      const matrix = found(await query.matrix(scope), scope);
      const isForeign = foreignTo(principal, query.ownerOf);
      return ok(isForeign ? ownMatrix(matrix, isForeign) : matrix);
    },
  });
}

function topRoute(query: QueryPort): BoundRoute {
  return defineRoute({
    ...noInput,
    method: 'get',
    path: '/api/v1/top',
    summary: 'The tenants with the highest or lowest value of a metric over a range.',
    permission: 'wall:view',
    scope: () => 'platform',
    query: inOrder(
      z.strictObject({
        metric: metricName(query.seriesMetrics),
        from: Instant,
        to: Instant,
        order: z.enum(['highest', 'lowest']).default('highest'),
        limit: z.coerce.number().int().min(1).max(MAX_TABLE_ROWS).default(10),
        direction: Direction,
        cluster: Id.optional().describe('Of the whole platform when absent'),
      }),
    ),
    answer: TopForm,
    async handle({ query: { from, to, direction, cluster, ...rest } }) {
      const chosen = { ...(direction && { direction }), ...(cluster !== undefined && { cluster }) };
      return ok(await query.top({ ...rest, fromMs: from, toMs: to, ...chosen }));
    },
  });
}

const Direction = z.enum(['in', 'out']).optional().describe('Both when absent');

const TablesParameters = z.strictObject({
  from: Instant,
  to: Instant,
  direction: Direction,
  limit: z.coerce.number().int().min(1).max(MAX_TABLE_ROWS).default(50).describe('Rows of each table'),
});

function metricName(names: readonly string[]) {
  const known = `any of ${names.join(', ')}`;
  return z
    .string()
    .describe(`One of ${names.join(', ')}`)
    .refine((name) => names.includes(name), `must be ${known}`);
}

/** Comma-separated, each of the known ones, each once. */
function listOf<T extends string>(names: readonly T[]) {
  const known = `any of ${names.join(', ')}`;
  const isKnown = (text: string): text is T => (names as readonly string[]).includes(text);
  return z
    .string()
    .describe(`Comma-separated: ${known}`)
    .transform((text) => [...new Set(text.split(','))])
    .refine((parts): parts is T[] => parts.every(isKnown), `must be ${known}`);
}

function seriesQuery(names: readonly string[]) {
  return inOrder(
    z.strictObject({
      metrics: listOf(names),
      from: Instant,
      to: Instant,
      points: z.coerce.number().int().min(1).max(MAX_POINTS).default(DEFAULT_POINTS),
      direction: Direction,
      compare: listOf(COMPARE_KINDS).optional(),
    }),
  );
}

function inOrder<T extends { readonly from: number; readonly to: number }>(
  schema: z.ZodType<T>,
): z.ZodType<T> {
  return schema.refine(({ from, to }) => from < to, { path: ['to'], message: 'must be after from' });
}
