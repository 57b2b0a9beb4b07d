/** The store and the questions to it, each in a thread of its own: the main thread never waits for a disk. */
import type { StorageReport } from '../../../shared/history.ts';
import type { RetentionConfig } from '../../base/config.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { createThread, type Thread } from '../../base/thread.ts';
import type { AlarmStore } from '../alarm-store.ts';
import { createMemoryAlarms } from '../alarms/memory-alarms.ts';
import { createMemoryForesight } from '../foresight/memory-foresight.ts';
import type { ForesightStore } from '../foresight-store.ts';
import { claimStore, StoreInUse } from '../claim.ts';
import type { HistoryQueries } from '../query/port.ts';
import type { TenantRef } from '../query/types.ts';
import { type HistoryWriter, IMPORTED, type Resumption, type Retention } from '../store.ts';
import type { QueryThreadData } from './query-worker.ts';
import type { StoreThreadData } from './store-worker.ts';

export interface OpenOptions {
  readonly path: string;
  readonly tenants: readonly { readonly id: string; readonly cluster?: string | undefined }[];
  readonly keep: RetentionConfig;
  /** Text of the providers file; the built-in list when absent. */
  readonly providers?: string | undefined;
  /** Zone of a source's stamps that name none; this system's where absent. */
  readonly timezones?: Readonly<Record<string, string>>;
  readonly log: Log;
}

export interface History {
  readonly path: string;
  readonly budgetBytes: number;
  /** Absent: the store can't be used; the live view goes on without it. */
  readonly writer?: HistoryWriter;
  /** In memory when the store can't be used. */
  readonly alarms: AlarmStore;
  readonly foresight: ForesightStore;
  readonly resumption: Resumption;
  readonly queries: HistoryQueries;
  /** Of a store that can't be used. */
  offReport(): StorageReport;
  close(): Promise<void>;
}

const NOTHING: Resumption = { checkpoints: [], ledger: [], state: {}, committedAtMs: null };

/** A store that can't be used is left as it is, and said so; only one that another process uses stops the start. */
export async function openHistory(options: OpenOptions): Promise<History> {
  const { path, tenants, providers, log } = options;
  const retention = retentionOf(options.keep);
  const data: StoreThreadData = { path, retention };
  const storeThread = createThread({
    name: 'store',
    url: new URL('./store-worker.ts', import.meta.url),
    data,
  });
  const queryData: QueryThreadData = {
    path,
    tenants: tenants.map(refOf),
    providers,
    timezones: options.timezones ?? {},
  };
  const queryThread = createThread({
    name: 'query',
    url: new URL('./query-worker.ts', import.meta.url),
    data: queryData,
  });
  const writer = writerOf(storeThread);
  let fault = '';
  let release = (): void => undefined;
  let resumption = NOTHING;
  try {
    release = claimStore(path);
    resumption = await writer.resume();
  } catch (error) {
    if (error instanceof StoreInUse) throw error;
    fault = messageOf(error);
    log.error('history_off', { reason: fault });
  }
  return {
    path,
    budgetBytes: retention.totalBytes,
    ...(fault === '' ? { writer } : {}),
    alarms: fault === '' ? alarmsOf(storeThread, queryThread) : createMemoryAlarms(),
    foresight: fault === '' ? foresightOf(storeThread, queryThread) : createMemoryForesight(),
    resumption,
    queries: queriesOf(queryThread),
    offReport: () => offReport(path, retention.totalBytes, fault),
    async close() {
      await queryThread.close();
      await storeThread.close();
      release();
    },
  };
}

/** What a live run goes on with: the messages of an import are not its own. */
export function liveOf(resumption: Resumption): Resumption {
  return { ...resumption, ledger: resumption.ledger.filter(({ host }) => !host.startsWith(IMPORTED)) };
}

function writerOf(thread: Thread): HistoryWriter {
  const call = (method: string, ...args: readonly unknown[]) =>
    thread.call(method, ...args) as Promise<never>;
  return {
    resume: () => call('resume'),
    coverage: (fromMs, toMs) => call('coverage', fromMs, toMs),
    write: (batch) => call('write', batch),
    care: (nowMs) => call('care', nowMs),
    rollUp: (nowMs) => call('rollUp', nowMs),
    report: () => call('report'),
    close: () => thread.close(),
  };
}

/** The record is asked for with every chart: where it is read nobody waits for a commit. */
function alarmsOf(store: Thread, query: Thread): AlarmStore {
  return {
    load: (recentFromMs) => store.call('alarmsLoad', recentFromMs) as Promise<never>,
    write: (batch) => store.call('alarmsWrite', batch) as Promise<never>,
    record: (asked) => query.call('alarmsRecord', asked) as Promise<never>,
  };
}

function foresightOf(store: Thread, query: Thread): ForesightStore {
  return {
    load: () => store.call('foresightLoad') as Promise<never>,
    write: (batch) => store.call('foresightWrite', batch) as Promise<never>,
    rows: (asked) => query.call('foresightRows', asked) as Promise<never>,
  };
}

function queriesOf(thread: Thread): HistoryQueries {
  const call = (method: string, ...args: readonly unknown[]) =>
    thread.call(method, ...args) as Promise<never>;
  return {
    series: (query, nowMs) => call('series', query, nowMs),
    top: (query, nowMs) => call('top', query, nowMs),
    tables: (query, nowMs) => call('tables', query, nowMs),
    picture: (atMs) => call('picture', atMs),
    moment: (query) => call('moment', query),
    samples: (query) => call('samples', query),
    extents: () => call('extents'),
    search: (query) => call('search', query),
    trace: (host, queueId, aroundMs) => call('trace', host, queueId, aroundMs),
    useProviders: (text) => call('useProviders', text),
  };
}

function refOf({ id, cluster }: OpenOptions['tenants'][number]): TenantRef {
  return { id, ...(cluster === undefined ? {} : { cluster }) };
}

function retentionOf(keep: RetentionConfig): Retention {
  const { tenSecondsDays, minutesDays, hoursDays, ...rest } = keep;
  return { keepDays: { 10: tenSecondsDays, 60: minutesDays, 3_600: hoursDays }, ...rest };
}

function offReport(path: string, budgetBytes: number, fault: string): StorageReport {
  return {
    state: 'off',
    reason: `nothing is kept: ${fault}`,
    path,
    committedAtMs: null,
    commitP50Ms: null,
    commitP99Ms: null,
    waitingBatches: 0,
    parts: [],
    totalBytes: 0,
    budgetBytes,
    freeBytes: null,
  };
}
