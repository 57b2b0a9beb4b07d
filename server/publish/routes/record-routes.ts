import { z } from 'zod';
import {
  type RecordPage,
  type RecordQuery,
  type TransitionRecord,
  SCOPE_KINDS,
  TRANSITION_KINDS,
} from '../../../shared/alarms.ts';
import { type CsvCell, toCsv } from '../../base/csv.ts';
import type { Principal } from '../../base/permissions.ts';
import type { AlarmsPort } from '../alarms-port.ts';
import { RecordForm } from '../answers-alarms.ts';
import { Instant } from '../instant.ts';
import { type BoundRoute, csv, defineRoute, noInput, ok } from '../route.ts';
import { mayAt, mayEverywhere } from '../views/alarms.ts';
import { type Alarms, AnyId } from './alarm-bodies.ts';

const MAX_PAGE = 1_000;
/** Lines of one CSV file. */
const MAX_CSV = 20_000;
/** Pages read for one answer when lines of others are left out of them. */
const MAX_READ_PAGES = 20;

const Parameters = z
  .strictObject({
    rule: AnyId.optional(),
    scopeKind: z.enum(SCOPE_KINDS).optional(),
    scopeId: z.string().max(256).optional().describe('With scopeKind; absent for the platform'),
    alarmId: AnyId.optional(),
    kinds: z
      .string()
      .describe(`Comma-separated: any of ${TRANSITION_KINDS.join(', ')}`)
      .transform((text) => text.split(','))
      .pipe(z.array(z.enum(TRANSITION_KINDS)))
      .optional(),
    fromMs: Instant.optional(),
    toMs: Instant.optional(),
    limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(100),
    beforeSeq: z.coerce.number().int().min(0).optional().describe('Of the answer before: older than that'),
  })
  .refine(({ fromMs = 0, toMs = Infinity }) => fromMs < toMs, {
    path: ['toMs'],
    message: 'must be after fromMs',
  })
  .refine(({ scopeKind, scopeId = '' }) => isWholeScope(scopeKind, scopeId), {
    path: ['scopeId'],
    message: 'give scopeKind and scopeId together (the platform has no scopeId)',
  });

function isWholeScope(kind: string | undefined, id: string): boolean {
  return kind === undefined || kind === 'platform' ? id === '' : id !== '';
}

/** The append-only record of everything that happened to alarms. */
export function recordRoutes(alarms: Alarms): readonly BoundRoute[] {
  const common = {
    ...noInput,
    method: 'get' as const,
    permission: 'alarms:view' as const,
    scope: () => 'own' as const,
    query: Parameters,
  };
  return [
    defineRoute({
      ...common,
      path: '/api/v1/alarms/record',
      summary: 'What happened to alarms, newest first.',
      answer: RecordForm,
      handle: async ({ query, principal }) => ok(await visibleRecord(alarms(), queryOf(query), principal)),
    }),
    defineRoute({
      ...common,
      path: '/api/v1/alarms/record.csv',
      summary: `The same as a table, up to ${MAX_CSV} lines; \`limit\` is ignored.`,
      answer: z.string(),
      answerType: 'text/csv',
      handle: async ({ query, principal }) =>
        csv(recordCsv(await wholeRecord(alarms(), queryOf(query), principal)), 'alarms.csv'),
    }),
  ];
}

function queryOf({ scopeKind, scopeId = '', ...rest }: z.infer<typeof Parameters>): RecordQuery {
  const { rule, alarmId, kinds, fromMs, toMs, limit, beforeSeq } = rest;
  return {
    ...(rule !== undefined && { rule }),
    ...(scopeKind && { scope: { kind: scopeKind, id: scopeId } }),
    ...(alarmId !== undefined && { alarmId }),
    ...(kinds && { kinds }),
    ...(fromMs !== undefined && { fromMs }),
    ...(toMs !== undefined && { toMs }),
    ...(beforeSeq !== undefined && { beforeSeq }),
    limit,
  };
}

/** A page without the lines of others; a short one may still have older ones behind it. */
async function visibleRecord(
  port: AlarmsPort,
  query: RecordQuery,
  principal: Principal,
): Promise<RecordPage> {
  if (mayEverywhere(principal, 'alarms:view')) return port.record(query);
  const isTheirs = ({ scope }: TransitionRecord) => mayAt(principal, 'alarms:view', scope);
  const records: TransitionRecord[] = [];
  let beforeSeq = query.beforeSeq ?? null;
  for (let page = 0; page < MAX_READ_PAGES; page++) {
    const older = beforeSeq === null ? {} : { beforeSeq };
    const answer = await port.record({ ...query, limit: MAX_PAGE, ...older });
    records.push(...answer.records.filter(isTheirs));
    beforeSeq = answer.nextBeforeSeq;
    const last = records[query.limit - 1];
    if (last && (records.length > query.limit || beforeSeq !== null))
      return { records: records.slice(0, query.limit), nextBeforeSeq: last.seq };
    if (beforeSeq === null) break;
  }
  return { records, nextBeforeSeq: beforeSeq };
}

async function wholeRecord(port: AlarmsPort, query: RecordQuery, principal: Principal) {
  const records: TransitionRecord[] = [];
  let beforeSeq = query.beforeSeq ?? null;
  do {
    const older = beforeSeq === null ? {} : { beforeSeq };
    const answer = await visibleRecord(port, { ...query, limit: MAX_PAGE, ...older }, principal);
    records.push(...answer.records);
    beforeSeq = answer.nextBeforeSeq;
  } while (beforeSeq !== null && records.length < MAX_CSV);
  return records.slice(0, MAX_CSV);
}

const HEADER = [
  ...['seq', 'time', 'kind', 'rule', 'ruleVersion', 'scopeKind', 'scopeId', 'priority'],
  ...['from', 'to', 'value', 'by', 'reason', 'alarmId', 'groupId'],
];

function recordCsv(records: readonly TransitionRecord[]): string {
  const cells = (it: TransitionRecord): CsvCell[] => [
    ...[it.seq, new Date(it.atMs).toISOString(), it.kind, it.rule, it.ruleVersion],
    ...[it.scope.kind, it.scope.id, it.priority, it.from, it.to, it.value],
    ...[it.by, it.reason, it.alarmId, it.groupId],
  ];
  return toCsv(HEADER, records.map(cells));
}
