import type { CoverageRun, CoverageState } from '../../shared/history.ts';
import type { SourceReport } from '../../shared/protocol.ts';

/** Between two looks at a source nothing is known; a gap longer than this (real time) begins a new run. */
const GAP_MS = 10_000;

interface Current {
  run: CoverageRun;
  isChanged: boolean;
}

/**
 * When which source was heard, as runs of one state. A log that was not read for a while and then is read on from
 * where it had stopped covers the time between `late`: its lines have been put into their own seconds.
 */
export class CoverageRuns {
  readonly #current = new Map<string, Current>();
  readonly #finished: CoverageRun[] = [];
  /** Until when each source was known to be read, without a break in what was read. */
  readonly #readToMs = new Map<string, number>();

  readonly #gapMs: number;

  /** `readToMs`: of an earlier process, as `state()` gave it. `speed`: clock seconds per real second. */
  constructor(readToMs: Readonly<Record<string, number>> = {}, speed = 1) {
    this.#gapMs = GAP_MS * speed;
    for (const [source, atMs] of Object.entries(readToMs)) this.#readToMs.set(source, atMs);
  }

  note(reports: readonly SourceReport[], nowMs: number): void {
    for (const report of reports) {
      // Followed from now on: what is written from here will have been read once the source is up to date.
      if (report.type === 'log' && !this.#readToMs.has(report.id)) this.#readToMs.set(report.id, nowMs);
      const isFresh = report.state === 'ok' || report.state === 'quiet';
      this.#extend(report, isFresh ? 'fresh' : 'silent', nowMs);
      if (isFresh) this.#caughtUp(report, nowMs);
    }
  }

  /** Runs that grew or began since the last call. */
  take(): readonly CoverageRun[] {
    const runs = this.#finished.splice(0);
    for (const current of this.#current.values()) {
      if (!current.isChanged) continue;
      current.isChanged = false;
      runs.push(current.run);
    }
    return runs;
  }

  state(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#readToMs);
  }

  #extend(report: SourceReport, state: CoverageState, nowMs: number): void {
    const before = this.#current.get(report.id);
    const isSame =
      before?.run.state === state && nowMs >= before.run.toMs && nowMs - before.run.toMs <= this.#gapMs;
    if (before && isSame) {
      before.run = { ...before.run, toMs: nowMs };
      before.isChanged = true;
      return;
    }
    if (before?.isChanged) this.#finished.push(before.run);
    this.#current.set(report.id, { run: runOf(report, state, nowMs, nowMs), isChanged: true });
  }

  /** Only a log can be read afterwards: a queue or a push of the past is gone. */
  #caughtUp(report: SourceReport, nowMs: number): void {
    if (report.type !== 'log') return;
    const readToMs = this.#readToMs.get(report.id);
    if (readToMs !== undefined && nowMs - readToMs > this.#gapMs)
      this.#finished.push(runOf(report, 'late', readToMs, nowMs));
    this.#readToMs.set(report.id, nowMs);
  }
}

function runOf(
  { id, feeds, cluster }: SourceReport,
  state: CoverageState,
  fromMs: number,
  toMs: number,
): CoverageRun {
  return { source: id, feeds, cluster: cluster ?? '', state, fromMs, toMs };
}
