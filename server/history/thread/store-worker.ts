/** The thread that writes: one connection, one batch after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { answerCalls } from '../../base/thread.ts';
import type { AlarmBatch } from '../alarm-store.ts';
import { createSyncAlarms, type SyncAlarms } from '../alarms/sql-alarms.ts';
import { createSyncForesight, type SyncForesight } from '../foresight/sql-foresight.ts';
import type { ForesightBatch } from '../foresight-store.ts';
import { createJournalWriter } from '../journal/writer.ts';
import { openHistoryDatabase } from '../sql/open.ts';
import { createPictureWriter } from '../sql/pictures.ts';
import { createSqlWindowReader } from '../sql/reader.ts';
import { createSyncWriter, type JournalPart, type SyncWriter } from '../sql/writer.ts';
import { encodeWindow } from '../codec.ts';
import {
  type Batch,
  RESUMED_MS,
  type Retention,
  SLOT_MS,
  type WindowDelta,
  type WindowReader,
} from '../store.ts';

export interface StoreThreadData {
  readonly path: string;
  readonly retention: Retention;
}

const { path, retention } = workerData as StoreThreadData;
interface Open {
  readonly writer: SyncWriter;
  readonly reader: WindowReader;
  readonly alarms: SyncAlarms;
  readonly foresight: SyncForesight;
}
let opened: Promise<Open> | undefined;

/** Opened with the first question, so that a store that can't be used is an answer and not the end of the thread. */
async function open(): Promise<Open> {
  const db = await openHistoryDatabase(path, Date.now());
  const journal = createJournalWriter(db);
  const pictures = createPictureWriter(db, retention);
  const alarms = createSyncAlarms(db);
  const foresight = createSyncForesight(db);
  const part: JournalPart = {
    write(batch) {
      journal.write(batch.records, batch.lines);
      pictures.write(batch.pictures);
    },
    care: (nowMs) =>
      journal.care(nowMs, retention) || pictures.care(nowMs) || alarms.care(nowMs) || foresight.care(nowMs),
    report: () => journal.parts(),
  };
  const writer = createSyncWriter({ db, retention, journal: part });
  return { writer, reader: createSqlWindowReader(db), alarms, foresight };
}

async function ready(): Promise<Open> {
  opened ??= open();
  // What failed may be mended by the next question.
  opened.catch(() => (opened = undefined));
  return opened;
}

if (!parentPort) throw new Error('this is a thread of the store');
answerCalls(parentPort, {
  resume: async () => {
    const { writer, reader } = await ready();
    return { ...writer.resume(), recent: recentOf(reader, Date.now()) };
  },
  coverage: async (fromMs: number, toMs: number) => (await ready()).reader.coverage(fromMs, toMs),
  write: async (batch: Batch) => (await ready()).writer.write(batch),
  care: async (nowMs: number) => (await ready()).writer.care(nowMs),
  rollUp: async (nowMs: number) => (await ready()).writer.rollUp(nowMs),
  report: async () => (await ready()).writer.report(),
  alarmsLoad: async (recentFromMs: number) => (await ready()).alarms.load(recentFromMs),
  alarmsWrite: async (batch: AlarmBatch) => (await ready()).alarms.write(batch),
  foresightLoad: async () => (await ready()).foresight.load(),
  foresightWrite: async (batch: ForesightBatch) => (await ready()).foresight.write(batch),
  close: async () => (await opened?.catch(() => undefined))?.writer.close(),
});

function recentOf(reader: WindowReader, nowMs: number): WindowDelta[] {
  const wanted = { lag: true, gauges: true, tables: true };
  const windows = reader.instant(10, nowMs - RESUMED_MS - SLOT_MS, nowMs, wanted);
  return windows.flatMap(({ scope, slotMs, parts }) =>
    ([0, 1] as const).flatMap((direction) => {
      const window = parts[direction];
      return window ? [{ scope, direction, slotMs, bytes: encodeWindow(window) }] : [];
    }),
  );
}
