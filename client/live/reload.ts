/** Reloading the page by itself: never in a loop, and never into nothing. */

/** A reload that did not help is tried again after this, then after twice as long, and so on. */
const AGAIN_AFTER_MS = 60_000;
const MOST_AFTER_MS = 30 * 60_000;
/** A reload that is so long ago has helped. */
const FORGET_AFTER_MS = 2 * 60 * 60_000;
const MOST_MARKS = 8;
const KEY = 'mailvigil.reloaded';

/** What was reloaded for, when, and how many times in a row. */
export interface ReloadMark {
  readonly cause: string;
  readonly atMs: number;
  readonly times: number;
}

/** `first`: not for this cause yet. `waited`: again after long enough. */
export type ReloadReason = 'first' | 'waited' | 'too-soon';

/** Whether to reload for a cause now: at once the first time, ever more seldom when it does not help. */
export function reloadReason(marks: readonly ReloadMark[], cause: string, nowMs: number): ReloadReason {
  const mark = marks.find((each) => each.cause === cause);
  if (!mark || nowMs - mark.atMs > FORGET_AFTER_MS) return 'first';
  const waitMs = Math.min(MOST_AFTER_MS, AGAIN_AFTER_MS * 2 ** (mark.times - 1));
  // A clock that was set back must not hold it up for ever.
  return nowMs - mark.atMs > waitMs || nowMs < mark.atMs ? 'waited' : 'too-soon';
}

/** The marks after a reload, the newest first. */
export function markReload(
  marks: readonly ReloadMark[],
  cause: string,
  nowMs: number,
): readonly ReloadMark[] {
  const known = marks.find((each) => each.cause === cause);
  const times = known && nowMs - known.atMs <= FORGET_AFTER_MS ? known.times + 1 : 1;
  const others = marks.filter((each) => each.cause !== cause);
  return [{ cause, atMs: nowMs, times }, ...others].slice(0, MOST_MARKS);
}

function isMark(value: unknown): value is ReloadMark {
  const { cause, atMs, times } = (value ?? {}) as Partial<Record<keyof ReloadMark, unknown>>;
  return typeof cause === 'string' && Number.isFinite(atMs) && Number.isInteger(times);
}

/** Marks out of what was kept; what cannot be read is nothing. */
export function marksOfText(text: string | null): readonly ReloadMark[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter(isMark).slice(0, MOST_MARKS) : [];
  } catch {
    return [];
  }
}

export interface ReloaderDeps {
  /** Throws where storage is closed. */
  readonly storage: () => Pick<Storage, 'getItem' | 'setItem'>;
  readonly dateMs: () => number;
  /** When this page began, and whether by a reload: the brake of a screen that can keep nothing. */
  readonly begun: { readonly atMs: number; readonly isReload: boolean };
  /** Whether the page would come if it were asked for now. */
  readonly isThere: () => Promise<boolean>;
  readonly reload: () => void;
}

/** What came of asking for a reload. `nothing-there`: the server would not send the page; the one that is here is better. */
export type ReloadOutcome = 'reloading' | 'too-soon' | 'nothing-there' | 'under-way';

/** Reloads the page for a cause; asked again and again while the cause lasts. */
export type Reloader = (cause: string) => Promise<ReloadOutcome>;

/** Makes it. */
export function createReloader({ storage, dateMs, begun, isThere, reload }: ReloaderDeps): Reloader {
  let isUnderWay = false;

  function read(cause: string): readonly ReloadMark[] {
    try {
      return marksOfText(storage().getItem(KEY));
    } catch {
      return begun.isReload ? [{ cause, atMs: begun.atMs, times: 1 }] : [];
    }
  }
  function keep(marks: readonly ReloadMark[]): void {
    try {
      storage().setItem(KEY, JSON.stringify(marks));
    } catch {
      // Closed or full: then the page's own age is the brake.
    }
  }
  return async (cause) => {
    if (isUnderWay) return 'under-way';
    const marks = read(cause);
    if (reloadReason(marks, cause, dateMs()) === 'too-soon') return 'too-soon';
    isUnderWay = true;
    const isComing = await isThere();
    isUnderWay = false;
    if (!isComing) return 'nothing-there';
    isUnderWay = true;
    keep(markReload(marks, cause, dateMs()));
    reload();
    return 'reloading';
  };
}
