import { z } from 'zod';
import {
  type MessagePage,
  type MessageQuery,
  RECORD_STATUSES,
  type ScopeRef,
} from '../../../shared/history.ts';
import { AppError } from '../../base/errors.ts';
import { authorise, type Principal } from '../../base/permissions.ts';
import { csv as recordsCsv } from '../../history/journal/csv.ts';
import { maskPage, maskTrace } from '../../history/journal/mask.ts';
import { PageForm, TraceForm } from '../answers-history.ts';
import { Instant } from '../instant.ts';
import type { QueryPort } from '../port.ts';
import { type BoundRoute, csv, defineRoute, noInput, ok } from '../route.ts';
import { visibleTrace } from '../views/trace.ts';
import { demand, found, Id } from './scopes.ts';

const MAX_PAGE = 1_000;
/** Entries of one CSV file; further ones are asked for with the cursor that the last line's time gives. */
const MAX_CSV = 20_000;
/** Pages that one CSV file may take: a search stops when its time is up, not when its page is full. */
const MAX_CSV_PAGES = 200;

const words = z.string().min(1).max(200).optional();

const MessageParameters = z
  .strictObject({
    tenant: Id.optional().describe(
      'Of one tenant; of the whole platform when neither this nor cluster is given',
    ),
    cluster: Id.optional(),
    fromMs: Instant.optional(),
    toMs: Instant.optional(),
    address: words.describe('Whole address of sender or recipient'),
    from: words.describe('Whole address of the sender'),
    to: words.describe('Whole address of the recipient'),
    domain: words.describe('Domain of sender or recipient'),
    toDomain: words.describe('Domain of the recipient'),
    provider: words,
    queueId: words,
    messageId: words,
    relay: words.describe('Host or IP of the relay'),
    code: words.describe('SMTP code or enhanced code'),
    status: z
      .string()
      .describe(`Comma-separated: any of ${RECORD_STATUSES.join(', ')}`)
      .transform((text) => text.split(','))
      .pipe(z.array(z.enum(RECORD_STATUSES)))
      .optional(),
    words: words.describe('Words of the reason'),
    minDelayMs: z.coerce.number().min(0).optional(),
    limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(100),
    cursor: words.describe('Of the answer before: older entries than that'),
  })
  .refine(({ tenant, cluster }) => tenant === undefined || cluster === undefined, {
    path: ['cluster'],
    message: 'give a tenant or a cluster',
  })
  .refine(({ fromMs = 0, toMs = Infinity }) => fromMs < toMs, {
    path: ['toMs'],
    message: 'must be after fromMs',
  });

/** The message journal. */
export function messageRoutes(query: QueryPort): readonly BoundRoute[] {
  const common = {
    ...noInput,
    method: 'get' as const,
    permission: 'messages:search' as const,
    scope: () => 'own' as const,
    query: MessageParameters,
  };
  return [
    defineRoute({
      ...common,
      path: '/api/v1/messages',
      summary: 'Entries of the message journal for which all that is given holds, newest first.',
      answer: PageForm,
      handle: async (call) => ok(await search(query, queryOf(call.query), call.principal)),
    }),
    defineRoute({
      ...common,
      path: '/api/v1/messages.csv',
      summary: `The same as a table, up to ${MAX_CSV} entries; \`limit\` is ignored.`,
      answer: z.string(),
      answerType: 'text/csv',
      handle: async (call) =>
        csv(await searchAll(query, queryOf(call.query), call.principal), 'messages.csv'),
    }),
    traceRoute(query),
  ];
}

function traceRoute(query: QueryPort): BoundRoute {
  return defineRoute({
    ...noInput,
    method: 'get',
    path: '/api/v1/messages/:host/:queueId',
    summary: 'The whole life of one queue id, with the log lines that tell it.',
    permission: 'messages:search',
    scope: () => 'own',
    params: z.object({ host: z.string().min(1).max(255), queueId: z.string().min(1).max(64) }),
    query: z.strictObject({
      at: Instant.optional().describe('Near this time, when a queue id was used again'),
    }),
    answer: TraceForm,
    async handle({ params: { host, queueId }, query: { at }, principal }) {
      const trace = visibleTrace(await query.trace(host, queueId, at), principal);
      if (!trace) throw new AppError('not-found', `nothing is kept of ${queueId} on ${host}`);
      return ok(maySeeAddresses(principal) ? trace : maskTrace(trace));
    },
  });
}

type Parameters = z.infer<typeof MessageParameters>;

function queryOf({ tenant, cluster, ...rest }: Parameters): MessageQuery {
  const scope: ScopeRef =
    tenant !== undefined
      ? { kind: 'tenant', id: tenant }
      : cluster !== undefined
        ? { kind: 'cluster', id: cluster }
        : { kind: 'platform' };
  return { ...withoutUndefined(rest), limit: rest.limit, scope };
}

/** What was not given is not there at all, as the form of the query has it. */
function withoutUndefined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

async function search(query: QueryPort, asked: MessageQuery, principal: Principal): Promise<MessagePage> {
  const { scope } = asked;
  demand(principal, 'messages:search', scope.kind === 'tenant' ? { tenantId: scope.id } : 'platform');
  const page = found(await query.search(asked), scope);
  return maySeeAddresses(principal) ? page : maskPage(page);
}

async function searchAll(query: QueryPort, asked: MessageQuery, principal: Principal): Promise<string> {
  const records: MessagePage['records'][number][] = [];
  let cursor = asked.cursor;
  for (let page = 0; page < MAX_CSV_PAGES && records.length < MAX_CSV; page++) {
    const next: MessageQuery = { ...asked, limit: MAX_PAGE, ...(cursor !== undefined && { cursor }) };
    const answer = await search(query, next, principal);
    records.push(...answer.records);
    cursor = answer.cursor;
    if (cursor === undefined) break;
  }
  return recordsCsv(records.slice(0, MAX_CSV));
}

function maySeeAddresses(principal: Principal): boolean {
  return authorise(principal, 'addresses:view', 'own').allowed;
}
