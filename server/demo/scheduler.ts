/** Simulated time: deeds in order of time, then of planning. */
export interface Scheduler {
  /** Epoch ms of the deed that runs now. */
  now(): number;
  at(atMs: number, run: () => void): void;
  after(delayMs: number, run: () => void): void;
  /** Runs everything due up to and including `untilMs`; time stands there afterwards. */
  runUntil(untilMs: number): void;
}

interface Deed {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** An empty agenda at `startMs`; a binary heap, as some ten thousand deeds a second pass through it at 60x. */
export function createScheduler(startMs: number): Scheduler {
  const heap: Deed[] = [];
  let nowMs = startMs;
  let planned = 0;

  function at(atMs: number, run: () => void): void {
    push(heap, { atMs: Math.max(atMs, nowMs), order: planned++, run });
  }

  function runUntil(untilMs: number): void {
    for (let top = heap[0]; top && top.atMs <= untilMs; top = heap[0]) {
      pop(heap);
      nowMs = top.atMs;
      top.run();
    }
    nowMs = Math.max(nowMs, untilMs);
  }

  return { now: () => nowMs, at, after: (delayMs, run) => at(nowMs + delayMs, run), runUntil };
}

function isBefore(a: Deed, b: Deed): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function push(heap: Deed[], deed: Deed): void {
  let child = heap.length;
  heap.push(deed);
  while (child > 0) {
    const parent = (child - 1) >> 1;
    const above = heap[parent];
    if (!above || !isBefore(deed, above)) break;
    heap[child] = above;
    child = parent;
  }
  heap[child] = deed;
}

function pop(heap: Deed[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let parent = 0;
  for (;;) {
    let child = 2 * parent + 1;
    const left = heap[child];
    if (!left) break;
    const right = heap[child + 1];
    const least = right && isBefore(right, left) ? right : left;
    if (least === right) child += 1;
    if (!isBefore(least, last)) break;
    heap[parent] = least;
    parent = child;
  }
  heap[parent] = last;
}
