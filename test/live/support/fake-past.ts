import type { MessageRecord, ScopeRef } from '../../../shared/history.ts';
import type { QueryPort } from '../../../server/publish/port.ts';

type Past = Pick<QueryPort, 'top' | 'tables' | 'matrix' | 'search' | 'trace' | 'storage' | 'providers'>;

/** One entry of the journal, from a user of t1 to one of t0. */
export const RECORD: MessageRecord = {
  id: 7,
  atMs: 1_700_000_000_000,
  source: 'mx1-log',
  host: 'mx1',
  queueId: '4abc',
  status: 'deferred',
  from: 'kim@t1.example',
  to: 'lee@t0.example',
  receiver: 't0',
  sender: 't1',
  dsn: '4.2.2',
  reason: 'mailbox of <lee@t0.example> is full',
  login: 'kim',
  isFinal: false,
};

/** A past in which little happened. */
export function createFakePast(isKnown: (scope: ScopeRef) => boolean): Past {
  let providers = 'providers: []\n';
  return {
    top: ({ metric, fromMs, toMs }) => ({ metric, fromMs, toMs, rows: [{ id: 't1', value: 3 }], unknown: 1 }),
    tables: ({ scope, fromMs, toMs }) =>
      isKnown(scope)
        ? {
            fromMs,
            toMs,
            destinations: [{ destination: '=cmd|x.example', delivered: 1, deferred: 2, bounced: 3 }],
            providers: [],
            causes: [],
            bounces: [{ dsn: '5.1.1', label: 'address: no such mailbox', count: 3 }],
          }
        : undefined,
    matrix: (scope) =>
      isKnown(scope)
        ? { atMs: 1_000, rows: [], total: new Array(10).fill(0), otherDestinations: 0 }
        : undefined,
    search: ({ scope }) =>
      isKnown(scope)
        ? { records: [RECORD], searchedBackToMs: 1_000, isComplete: true, keptFromMs: 1_000 }
        : undefined,
    trace: (host, queueId) => ({
      ...{ host, queueId, related: [], missing: [] },
      records: queueId === RECORD.queueId ? [RECORD] : [],
      lines:
        queueId === RECORD.queueId
          ? [{ source: 'mx1-log', atMs: 1_000, text: '4abc: to=<lee@t0.example>, sasl_username=kim' }]
          : [],
    }),
    storage: () => ({
      ...{ state: 'ok', path: '/data/mailvigil.db', committedAtMs: 1_000, commitP50Ms: 1, commitP99Ms: 2 },
      ...{ waitingBatches: 0, parts: [], totalBytes: 10, budgetBytes: 100, freeBytes: null },
    }),
    providers: { read: () => providers, write: (text) => void (providers = text) },
  };
}
