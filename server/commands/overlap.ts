/** Whether an import would count twice what the store has from elsewhere. */
import type { CoverageRun } from '../../shared/history.ts';
import { SLOT_MS } from '../history/store.ts';
import { sourceOf } from './archive.ts';
import type { Imports } from './imports.ts';

/** What earlier imports of a file have written. */
type Own = Pick<Imports[string], 'path' | 'fromMs' | 'toMs'>;

/** Of the runs in the store before this import: those that told of mail, but for earlier imports of the very same files. */
export function othersOf(runs: readonly CoverageRun[], own: readonly Own[]): readonly CoverageRun[] {
  return runs.filter(
    (run) => run.feeds.includes('flow') && run.state !== 'silent' && !own.some((before) => isOf(before, run)),
  );
}

/** A name is not enough: by evening `mail.log` is another file. */
function isOf({ path, fromMs, toMs }: Own, run: CoverageRun): boolean {
  const isNamed = run.state === 'imported' && run.source === sourceOf(path);
  return isNamed && run.fromMs >= fromMs && run.toMs <= toMs;
}

/** One of them that tells of [fromMs, toMs]. */
export function overlapOf(
  others: readonly CoverageRun[],
  fromMs: number,
  toMs: number,
): CoverageRun | undefined {
  return others.find((run) => run.toMs > fromMs && run.fromMs <= toMs && !endsWhereBegins(run, fromMs));
}

/** An import covers its last slot to the end: a log that begins within that slot is the one after it. */
function endsWhereBegins({ state, fromMs, toMs }: CoverageRun, beginsMs: number): boolean {
  const lastSlotMs = Math.ceil(toMs / SLOT_MS - 1) * SLOT_MS;
  return state === 'imported' && fromMs < lastSlotMs && beginsMs >= lastSlotMs;
}
