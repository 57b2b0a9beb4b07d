import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StorageReport } from '../../shared/history.ts';
import { Histogram } from '../../shared/histogram.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Batch, HistoryWriter } from './store.ts';

/** Real time between two tries of a batch that the disk did not take. */
const RETRY_MS = 2_000;
/** Steps of downsampling and deletion after each commit, at most. */
const CARE_STEPS = 4;
/** How often sizes are asked for, real time. */
const SIZES_MS = 30_000;
/** A commit that takes longer than this is told of. */
const SLOW_MS = 5_000;
const COMMITS_KEPT = 500;
/**
 * Deletion trusts the clock only so many times faster than real time: a clock that jumps years ahead deletes nothing
 * before somebody sees it, and a server that was off for a month catches up within hours.
 */
const TRUSTED_SPEED = 144;

export interface KeeperOptions {
  readonly writer: HistoryWriter;
  readonly path: string;
  readonly budgetBytes: number;
  /** Clock time of the last commit of the process before; null: there was none. */
  readonly resumedAtMs: number | null;
  readonly collect: () => Batch;
  /** What was let go while the disk took nothing. */
  readonly dropped: () => Readonly<Record<string, number>>;
  readonly log: Log;
  readonly monotonicMs?: () => number;
}

/**
 * Commits one batch after the other. A batch that fails is tried again as it is, so nothing in it is lost or counted twice;
 * what comes meanwhile waits in memory within bounds, and the live view goes on.
 */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #monotonicMs: () => number;
  #failed: Batch | undefined;
  #failedAtMs = -Infinity;
  #fault: string | undefined;
  #startedMs: number | undefined;
  #committedAtMs: number | null = null;
  #commits: number[] = [];
  #sizes: Pick<StorageReport, 'parts' | 'totalBytes'> = { parts: [], totalBytes: 0 };
  #freeBytes: number | null = null;
  #diskBytes: number | null = null;
  #sizesAtMs = -Infinity;
  #running: Promise<void> | undefined;
  #trusted: { clockMs: number; monotonicMs: number } | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now());
    if (options.resumedAtMs !== null)
      this.#trusted = { clockMs: options.resumedAtMs, monotonicMs: this.#monotonicMs() };
  }

  /** Starts a commit unless one is running. `isLast`: at the end of the program, without waiting for a retry's time. */
  commit(isLast = false): Promise<void> {
    this.#running ??= this.#commit(isLast).finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Everything that was collected, on disk; or the reason why not in the log. */
  async close(): Promise<void> {
    await this.#running;
    if (this.#failed) await this.commit(true);
    await this.commit(true);
    await this.#options.writer.close();
  }

  report(): StorageReport {
    const { path, budgetBytes } = this.#options;
    const commits = new Histogram();
    for (const ms of this.#commits) commits.add(ms);
    return {
      ...this.#judge(),
      path,
      committedAtMs: this.#committedAtMs,
      commitP50Ms: commits.quantile(0.5) ?? null,
      commitP99Ms: commits.quantile(0.99) ?? null,
      waitingBatches: this.#failed ? 1 : 0,
      ...this.#sizes,
      budgetBytes,
      freeBytes: this.#freeBytes,
      diskBytes: this.#diskBytes,
    };
  }

  #judge(): Pick<StorageReport, 'state' | 'reason'> {
    const lost = Object.entries(this.#options.dropped()).filter(([, n]) => n > 0);
    const lostText = lost.map(([what, n]) => `${n} ${what}`).join(', ');
    if (this.#fault !== undefined) {
      const kept = lostText === '' ? 'what comes meanwhile is kept in memory' : `lost so far: ${lostText}`;
      return { state: 'failing', reason: `history cannot be written: ${this.#fault}; ${kept}` };
    }
    const takesMs = this.#startedMs === undefined ? 0 : this.#monotonicMs() - this.#startedMs;
    if (takesMs > SLOW_MS)
      return { state: 'behind', reason: `the disk has not answered for ${Math.round(takesMs / 1000)} s` };
    return lostText === ''
      ? { state: 'ok' }
      : { state: 'ok', reason: `while it could not be written, ${lostText} were lost` };
  }

  async #commit(isLast: boolean): Promise<void> {
    if (this.#failed && !isLast && this.#monotonicMs() - this.#failedAtMs < RETRY_MS) return;
    const batch = this.#failed ?? this.#options.collect();
    this.#startedMs = this.#monotonicMs();
    try {
      await this.#options.writer.write(batch);
      this.#done(batch);
    } catch (error) {
      this.#failed = batch;
      this.#failedAtMs = this.#monotonicMs();
      if (this.#fault === undefined)
        this.#options.log.error('history_write_failed', { reason: messageOf(error) });
      this.#fault = messageOf(error);
    } finally {
      this.#startedMs = undefined;
    }
    if (!this.#failed && !isLast) await this.#care(batch.atMs);
  }

  #done(batch: Batch): void {
    if (this.#fault !== undefined) this.#options.log.info('history_written_again', {});
    this.#failed = undefined;
    this.#fault = undefined;
    this.#committedAtMs = batch.atMs;
    this.#commits.push(this.#monotonicMs() - (this.#startedMs ?? 0));
    if (this.#commits.length > COMMITS_KEPT) this.#commits.shift();
  }

  #trustedMs(nowMs: number): number {
    const monotonicMs = this.#monotonicMs();
    const before = this.#trusted ?? { clockMs: nowMs, monotonicMs };
    const reachMs = before.clockMs + TRUSTED_SPEED * (monotonicMs - before.monotonicMs);
    this.#trusted = { clockMs: Math.min(nowMs, reachMs), monotonicMs };
    return this.#trusted.clockMs;
  }

  async #care(clockMs: number): Promise<void> {
    const { writer, log } = this.#options;
    const nowMs = this.#trustedMs(clockMs);
    try {
      for (let step = 0; step < CARE_STEPS; step++) if (!(await writer.care(nowMs))) break;
      if (this.#monotonicMs() - this.#sizesAtMs < SIZES_MS) return;
      this.#sizesAtMs = this.#monotonicMs();
      this.#sizes = await writer.report();
      const { bavail, blocks, bsize } = await statfs(dirname(this.#options.path));
      this.#freeBytes = bavail * bsize;
      this.#diskBytes = blocks * bsize;
    } catch (error) {
      log.warn('history_care_failed', { reason: messageOf(error) });
    }
  }
}
