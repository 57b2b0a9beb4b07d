/** A page that was reloaded for a version and still does not fit waits this long before it tries again. */
const AGAIN_AFTER_MS = 60_000;
const KEY = 'mailvigil.reloaded';

/** What was reloaded for, and when. */
export interface ReloadMark {
  readonly version: string;
  readonly atMs: number;
}

/** Whether to reload now: at once for a new version, seldom for one that a reload did not cure. */
export function shouldReload(mark: ReloadMark | null, version: string, nowMs: number): boolean {
  return mark === null || mark.version !== version || nowMs - mark.atMs > AGAIN_AFTER_MS;
}

function readMark(storage: Storage): ReloadMark | null {
  const [version, at] = (storage.getItem(KEY) ?? '').split('\n');
  const atMs = Number(at);
  return version !== undefined && at !== undefined && Number.isFinite(atMs) ? { version, atMs } : null;
}

/** Reloads the page for a server of another version, without ever falling into a loop. */
export function createReloader(
  storage: Storage,
  dateMs: () => number,
  reload: () => void,
): (version: string) => void {
  return (version) => {
    const nowMs = dateMs();
    if (!shouldReload(readMark(storage), version, nowMs)) return;
    storage.setItem(KEY, `${version}\n${nowMs}`);
    reload();
  };
}
