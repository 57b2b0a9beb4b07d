import type { SourceReport, TenantEntry } from '../../shared/protocol.ts';
import type { Window } from '../../shared/window.ts';
import type { Books } from '../aggregate/books.ts';
import { saveMessage } from '../aggregate/saved-message.ts';
import { UNATTRIBUTED } from '../attribute/directory.ts';
import type { Checkpoint, Position } from '../base/store/checkpoints.ts';
import { CoverageRuns } from './coverage-runs.ts';
import { LineBlocks } from './line-blocks.ts';
import { Pictures } from './pictures.ts';
import { Slots } from './slots.ts';
import { type Batch, PLATFORM } from './store.ts';

/** Under this name the store keeps until when each source was read. */
export const READ_TO = 'coverage.readTo';

export interface RecorderOptions {
  readonly books: Books;
  /** Rows of the wall, in their order. */
  readonly entries: readonly TenantEntry[];
  readonly encode: (window: Window) => Uint8Array;
  /** Clock seconds per real second. */
  readonly speed: number;
  /** State of the run before. */
  readonly state?: Readonly<Record<string, Position>>;
}

export interface BatchParts {
  readonly nowMs: number;
  readonly reports: readonly SourceReport[];
  readonly checkpoints: readonly Checkpoint[];
}

/** Collects what has to be kept, and makes one batch of it in one turn: positions, counts and entries agree. */
export class Recorder {
  readonly slots: Slots;
  readonly lines = new LineBlocks();
  readonly pictures: Pictures;
  readonly coverage: CoverageRuns;
  readonly #options: RecorderOptions;

  constructor(options: RecorderOptions) {
    const { tenants } = options.books.directory;
    this.#options = options;
    this.pictures = new Pictures(options.entries);
    const names = [...tenants.map(({ id }) => id), UNATTRIBUTED, PLATFORM];
    this.slots = new Slots(
      names,
      tenants.map(({ cluster }) => cluster),
    );
    this.coverage = new CoverageRuns(readToOf(options.state?.[READ_TO]), options.speed);
  }

  batch({ nowMs, reports, checkpoints }: BatchParts): Batch {
    const { books, encode } = this.#options;
    const { alive, gone } = books.ledger.takeChanges();
    this.coverage.note(reports, nowMs);
    return {
      atMs: nowMs,
      windows: this.slots.take(nowMs).map(({ scope, direction, slotMs, window }) => ({
        scope,
        direction,
        slotMs,
        bytes: encode(window),
      })),
      coverage: this.coverage.take(),
      records: books.journal?.take() ?? [],
      lines: this.lines.take(),
      pictures: this.pictures.take(),
      ledger: {
        alive: alive.map((message) => ({
          host: message.host,
          queueId: message.queueId,
          state: saveMessage(message, books.directory),
        })),
        gone,
      },
      checkpoints,
      state: { [READ_TO]: this.coverage.state() },
    };
  }

  /** What had to be let go because the disk did not take it. */
  dropped(): Readonly<Record<'slots' | 'lines' | 'records' | 'pictures', number>> {
    return {
      slots: this.slots.dropped,
      lines: this.lines.dropped,
      pictures: this.pictures.dropped,
      records: this.#options.books.journal?.dropped ?? 0,
    };
  }
}

function readToOf(state: Position | undefined): Record<string, number> {
  if (typeof state !== 'object' || state === null || Array.isArray(state)) return {};
  return Object.fromEntries(
    Object.entries(state).flatMap(([source, atMs]) =>
      typeof atMs === 'number' ? [[source, atMs] as const] : [],
    ),
  );
}
