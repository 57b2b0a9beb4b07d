/** The thread that answers questions: it reads beside the one that writes, and neither waits for the other. */
import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { RecordQuery } from '../../../shared/alarms.ts';
import type { MessageQuery } from '../../../shared/history.ts';
import { AppError } from '../../base/errors.ts';
import { answerCalls } from '../../base/thread.ts';
import { readRecord } from '../alarms/sql-alarms.ts';
import { readForesight } from '../foresight/sql-foresight.ts';
import type { ForesightQuery } from '../foresight-store.ts';
import { createProviders, parseProviders, type Providers } from '../journal/providers.ts';
import { DEFAULT_PROVIDERS } from '../journal/default-providers.ts';
import { createJournalReader, type JournalReader } from '../journal/reader.ts';
import { samplesOf } from '../query/samples.ts';
import { seriesOf } from '../query/series.ts';
import { tablesOf } from '../query/tables.ts';
import { topOf } from '../query/top.ts';
import { extentsOf } from '../query/steps.ts';
import type {
  KeptExtents,
  MomentQuery,
  SamplesQuery,
  SeriesQuery,
  TablesQuery,
  TenantRef,
  TopQuery,
} from '../query/types.ts';
import { gatherMoment } from '../query/wall.ts';
import { openHistoryReader } from '../sql/open.ts';
import { createPictureReader } from '../sql/pictures.ts';
import { createSqlWindowReader } from '../sql/reader.ts';
import type { Tier, WindowReader } from '../store.ts';

export interface QueryThreadData {
  readonly path: string;
  readonly tenants: readonly TenantRef[];
  readonly providers?: string | undefined;
  readonly timezones: Readonly<Record<string, string>>;
}

if (!parentPort) throw new Error('this is a thread of the store');
const data = workerData as QueryThreadData;

interface Open {
  readonly db: DatabaseSync;
  readonly windows: WindowReader;
  readonly picture: ReturnType<typeof createPictureReader>;
  readonly journal: JournalReader;
}

let providers = providersOf(data.providers);
let opened: Open | undefined;

function providersOf(text: string | undefined): Providers {
  const result = text === undefined ? undefined : parseProviders(text);
  if (result && !result.ok)
    throw new AppError(
      'bad-request',
      `the providers file has ${result.faults.length} fault(s)`,
      result.faults,
    );
  return createProviders(result?.providers ?? DEFAULT_PROVIDERS);
}

/** Opened with the first question: the store is made by the other thread. */
function open(): Open {
  if (opened) return opened;
  const db = openHistoryReader(data.path);
  opened = {
    db,
    windows: createSqlWindowReader(db),
    picture: createPictureReader(db),
    journal: createJournalReader(db, { providers, timezoneOf: (source) => data.timezones[source] }),
  };
  return opened;
}

answerCalls(parentPort, {
  series: (query: SeriesQuery, nowMs: number) => seriesOf(open().windows, query, data.tenants, nowMs),
  top: (query: TopQuery, nowMs: number) => topOf(open().windows, query, data.tenants, nowMs),
  tables: (query: TablesQuery, nowMs: number) =>
    tablesOf(open().windows, query, (domain) => providers.of(domain, undefined)?.name ?? domain, nowMs),
  picture: (atMs: number) => open().picture(atMs),
  moment: (query: MomentQuery) => gatherMoment(open().windows, query, data.tenants),
  samples: (query: SamplesQuery) => samplesOf(open().windows, query, data.tenants),
  extents: () => reachOf(open().windows),
  search: (query: MessageQuery) => open().journal.search(query, tenantsOf(query)),
  trace: (host: string, queueId: string, aroundMs?: number) => open().journal.trace(host, queueId, aroundMs),
  alarmsRecord: (query: RecordQuery) => readRecord(open().db, query),
  foresightRows: (query: ForesightQuery) => readForesight(open().db, query),
  useProviders: (text: string) => {
    providers = providersOf(text);
    opened?.db.close();
    opened = undefined;
  },
  close: () => opened?.db.close(),
});

function reachOf(windows: WindowReader): KeptExtents {
  const extents = extentsOf(windows);
  const oldest = (tier: Tier) => extents[tier]?.oldestMs ?? null;
  return { oldestMs: { 10: oldest(10), 60: oldest(60), 3_600: oldest(3_600) } };
}

function tenantsOf({ scope }: MessageQuery): readonly string[] | 'all' {
  if (scope.kind === 'platform') return 'all';
  if (scope.kind === 'tenant') return [scope.id];
  return data.tenants.flatMap(({ id, cluster }) => (cluster === scope.id ? id : []));
}
