import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { Books } from '../aggregate/books.ts';
import type { CoverageRun } from '../../shared/history.ts';
import type { SourceReport } from '../../shared/protocol.ts';
import { loadTenants } from '../attribute/tenants-file.ts';
import { DEFAULT_RETENTION_CONFIG, DEFAULT_THRESHOLDS } from '../base/config.ts';
import { AppError } from '../base/errors.ts';
import { createLog } from '../base/log.ts';
import { openHistory } from '../history/thread/open.ts';
import { type Batch, type HistoryWriter, IMPORTED, type Resumption, SLOT_MS } from '../history/store.ts';
import { createPipeline, type Pipeline } from '../pipeline.ts';
import { Archive, fingerprintOf, type Flow, sourceOf } from './archive.ts';
import type { CommandIo } from './io.ts';
import { type ImportSummary, summaryOf, summaryText } from './import-summary.ts';
import { Imports, IMPORTS } from './imports.ts';
import { othersOf, overlapOf } from './overlap.ts';
import { createProgress } from './progress.ts';

export interface ImportOptions {
  readonly tenants: string;
  readonly data: string;
  readonly year?: number;
  readonly timezone?: string;
  /** Import although the store has numbers of that time already. */
  readonly overlap?: boolean;
  readonly json?: boolean;
}

/** After so long a window is over, and coarser ones are made of it. */
const SETTLED_MS = 4 * 3_600_000;

/** Facts in one commit: what a killed import has to do again. */
const BATCH_FACTS = 20_000;

/** Works archived logs into the store, through the pipeline of live ones on the clock of their own stamps. */
export async function runImport(
  files: readonly string[],
  options: ImportOptions,
  io: CommandIo,
): Promise<number> {
  // Room for what lives shortly would grow to a hundred megabytes that save little work.
  setFlagsFromString('--semi-space-growth-factor=1');
  const tenants = loadTenants(options.tenants);
  const path = join(options.data, 'mailvigil.db');
  const log = createLog('mailvigil', { level: 'warn' });
  const history = await openHistory({ path, tenants, keep: DEFAULT_RETENTION_CONFIG, log });
  try {
    if (!history.writer) throw new AppError('unavailable', history.offReport().reason ?? 'the store is off');
    const run = new ImportRun(files, options, { writer: history.writer, resumption: history.resumption });
    const summary = await run.run(io);
    io.stdout.write(options.json ? `${JSON.stringify(summary)}\n` : summaryText(summary));
    return 0;
  } finally {
    await history.writer?.close();
    await history.close();
  }
}

interface ImportFile {
  readonly path: string;
  readonly fingerprint: string;
  /** What an earlier run has noted of it. */
  readonly before: Imports[string] | undefined;
}

interface Store {
  readonly writer: HistoryWriter;
  readonly resumption: Resumption;
}

class ImportRun {
  readonly #options: ImportOptions;
  readonly #store: Store;
  readonly #files: readonly ImportFile[];
  readonly #imports: Imports;
  /** The clock of the log. */
  #nowMs = 0;
  #firstMs = Infinity;
  #lastMs = -Infinity;
  /** When the event at hand is heard; Infinity between two of them. */
  #heardMs = Infinity;
  #records = 0;
  /** Who told of mail before this run has written anything. */
  #others: readonly CoverageRun[] = [];
  /** Since the last commit. */
  #facts = 0;
  #pending: Promise<void> = Promise.resolve();

  constructor(files: readonly string[], options: ImportOptions, store: Store) {
    this.#options = options;
    this.#store = store;
    const known = Imports.safeParse(store.resumption.state[IMPORTS] ?? {});
    this.#imports = known.success ? { ...known.data } : {};
    this.#files = files.map((path) => {
      const fingerprint = fingerprintOf(path);
      return { path, fingerprint, before: this.#imports[fingerprint] };
    });
  }

  async run(io: CommandIo): Promise<ImportSummary> {
    const todo = this.#files.filter(({ before }) => !before?.isDone);
    const progress = createProgress(
      io.stderr,
      todo.map(({ path }) => path),
    );
    const archives = todo.map(
      ({ path, before }) =>
        new Archive(path, {
          ...this.#options,
          skipLines: before?.lines ?? 0,
          onRead: (bytes) => progress.read(path, bytes),
        }),
    );
    if (archives.length > 0) await this.#work(archives);
    progress.done();
    return summaryOf(this.#files, archives, {
      records: this.#records,
      firstMs: this.#firstMs,
      lastMs: this.#lastMs,
    });
  }

  async #work(archives: readonly Archive[]): Promise<void> {
    const pipeline = this.#pipeline(archives);
    const [only, another] = archives;
    for (;;) {
      for (const archive of archives) await archive.fill();
      const open = archives.filter(({ head }) => head);
      if (open.length > 0) {
        if (this.#firstMs === Infinity) await this.#begin(open);
        this.#takeUntilOneIsEmpty(open, pipeline);
        if (only && !another) only.flow = (...fact) => this.#take(pipeline, ...fact);
      } else if (archives.every(({ isOver }) => isOver)) break;
      if (this.#facts < BATCH_FACTS) continue;
      this.#facts = 0;
      await this.#commit(pipeline, archives, false);
    }
    // No mail in them: there is no time of which anything could be said.
    if (this.#firstMs === Infinity) return;
    this.#moveTo(Math.max(this.#lastMs, ...archives.map(({ clock }) => clock.end())), pipeline);
    await this.#commit(pipeline, archives, true);
    await this.#pending;
    // Rolled up only: how long what is kept, and by which clock, is for the server to say.
    while (await this.#store.writer.rollUp(this.#lastMs + SETTLED_MS));
  }

  /** An archive is worked through as if it came in now; but each event is heard at its own time, so that none comes late. */
  #pipeline(archives: readonly Archive[]): Pipeline {
    const { ledger } = this.#store.resumption;
    return createPipeline({
      tenants: loadTenants(this.#options.tenants),
      limits: DEFAULT_THRESHOLDS,
      clock: { now: () => Math.min(this.#nowMs, this.#heardMs), speed: 1 },
      reports: () => archives.map((archive) => this.#reportOf(archive)),
      isUnseen: true,
      slotMs: SLOT_MS,
      kept: {
        state: {},
        ledger: ledger
          .filter(({ host }) => host.startsWith(IMPORTED))
          .map((entry) => ({ ...entry, host: entry.host.slice(IMPORTED.length) })),
      },
    });
  }

  /** An archive says of itself what a followed log would have said. */
  #reportOf({ path, lines, unparsed, foreign, feeds }: Archive): SourceReport {
    return {
      id: sourceOf(path),
      type: 'log',
      feeds: [...feeds],
      target: path,
      state: 'ok',
      asOfMs: this.#nowMs,
      intervalMs: SLOT_MS,
      counters: { lines, events: 0, unparsed, foreign, bytes: 0, dropped: {} },
    };
  }

  async #begin(open: readonly Archive[]): Promise<void> {
    this.#firstMs = Math.min(...open.flatMap(({ head }) => head?.clockMs ?? []));
    this.#nowMs = this.#lastMs = this.#firstMs;
    if (this.#options.overlap) return;
    const runs = await this.#store.writer.coverage(0, Number.MAX_SAFE_INTEGER);
    this.#others = othersOf(
      runs,
      this.#files.flatMap(({ before }) => before ?? []),
    );
    this.#refuseOverlap();
  }

  /** Before anything of that time is committed: what another source has told of would count twice. */
  #refuseOverlap(): void {
    const other = overlapOf(this.#others, this.#firstMs, this.#lastMs);
    if (!other) return;
    const fromMs = Math.max(other.fromMs, this.#firstMs);
    throw new AppError(
      'bad-request',
      `the store has numbers of ${new Date(fromMs).toISOString()} already, from '${other.source}': its mail would count twice. If these are other hosts, say --overlap; what came before that time is kept`,
    );
  }

  #takeUntilOneIsEmpty(open: readonly Archive[], pipeline: Pipeline): void {
    for (;;) {
      let first: Archive | undefined;
      for (const archive of open)
        if (!first?.head || (archive.head && archive.head.clockMs < first.head.clockMs)) first = archive;
      const fact = first?.take();
      if (!first || !fact) return;
      this.#take(pipeline, fact.event, fact.line, fact.repeat, fact.clockMs);
      if (!first.head) return;
    }
  }

  #take(pipeline: Pipeline, ...[event, line, repeat, clockMs]: Parameters<Flow>): void {
    this.#facts += 1;
    this.#moveTo(clockMs, pipeline);
    this.#heardMs = event.atMs;
    for (let n = 0; n < repeat; n++) pipeline.event(event, line);
    this.#heardMs = Infinity;
  }

  /** Each slot that is over gets the state of the queue at its end. */
  #moveTo(atMs: number, pipeline: Pipeline): void {
    if (atMs === this.#nowMs) return;
    const slotEnd = (Math.floor(this.#nowMs / SLOT_MS) + 1) * SLOT_MS;
    if (atMs >= slotEnd) {
      this.#nowMs = slotEnd - 1;
      pipeline.tick(this.#nowMs);
    }
    this.#nowMs = atMs;
    // Back: files are put together in any order, and clocks are set.
    if (atMs < this.#firstMs) this.#firstMs = atMs;
    if (atMs > this.#lastMs) this.#lastMs = atMs;
  }

  /** The one before is on its way while this one is made; more than one never waits. */
  async #commit(pipeline: Pipeline, archives: readonly Archive[], isLast: boolean): Promise<void> {
    await this.#pending;
    this.#refuseOverlap();
    if (isLast) this.#moveTo(Math.ceil((this.#lastMs + 1) / SLOT_MS) * SLOT_MS, pipeline);
    const batch = this.#batch(pipeline, archives, isLast);
    this.#records += batch.records.length;
    this.#pending = this.#store.writer.write(batch);
    // It is awaited before the next one; until then nobody else listens.
    this.#pending.catch(() => undefined);
  }

  #batch(pipeline: Pipeline, archives: readonly Archive[], isLast: boolean): Batch {
    const batch = pipeline.batch([]);
    for (const { path, handedOver, isOver } of archives) this.#note(path, handedOver, isOver);
    const gone = isLast ? [...namesOf(pipeline.books), ...batch.ledger.gone] : batch.ledger.gone;
    const named = <T extends { host: string }>(entry: T): T => ({ ...entry, host: IMPORTED + entry.host });
    return {
      ...batch,
      coverage: archives.map(({ path, feeds }) => ({
        source: sourceOf(path),
        feeds: [...feeds],
        cluster: '',
        state: 'imported',
        fromMs: this.#firstMs,
        toMs: this.#lastMs,
      })),
      ledger: { alive: isLast ? [] : batch.ledger.alive.map(named), gone: gone.map(named) },
      state: { [IMPORTS]: this.#imports },
    };
  }

  #note(path: string, lines: number, isDone: boolean): void {
    const file = this.#files.find((each) => each.path === path);
    if (!file) return;
    const fromMs = Math.min(file.before?.fromMs ?? Infinity, this.#firstMs);
    this.#imports[file.fingerprint] = { path, lines, isDone, fromMs, toMs: this.#lastMs };
  }
}

function* namesOf(books: Books): Iterable<{ host: string; queueId: string }> {
  for (const { host, queueId, isStored } of books.ledger.all()) if (isStored) yield { host, queueId };
}
