/** Something with a place, highest first. */
interface Placed {
  readonly id: number;
}

/** A segment to be searched: its highest place that may come, and what is found in it, highest first. */
export interface Stream<T extends Placed> {
  readonly highest: number;
  open(): Iterator<T>;
}

/** What comes out of `mergeNewestFirst`. */
export interface Merged<T extends Placed> {
  /** The next item, highest place first; undefined at the end. */
  next(): T | undefined;
  /** Nothing at or above this place is left to come. */
  readonly position: number;
  /** Nothing is left to come at all. */
  readonly isEnded: boolean;
  /** Ends searches that are under way. */
  close(): void;
}

interface Head<T extends Placed> {
  readonly iterator: Iterator<T>;
  item: T;
}

/**
 * Joins streams into one; opens a stream only when its turn comes. `isOver` is asked between streams, but not before
 * the position has moved: who goes on from there each time gets to the end.
 */
export function mergeNewestFirst<T extends Placed>(
  streams: readonly Stream<T>[],
  isOver: () => boolean,
): Merged<T> {
  const waiting = streams.toSorted((a, b) => b.highest - a.highest);
  const heads: Head<T>[] = [];
  const start = (waiting[0]?.highest ?? -1) + 1;
  let position = start;

  function highestHead(): Head<T> | undefined {
    return heads.reduce<Head<T> | undefined>(
      (best, head) => (best && best.item.id > head.item.id ? best : head),
      undefined,
    );
  }

  /** Opens streams until none that waits could hold a higher place than the best there is. */
  function fill(): Head<T> | undefined {
    for (;;) {
      const best = highestHead();
      const stream = waiting[0];
      if (!stream || (best && stream.highest < best.item.id)) return best;
      if (position < start && isOver()) return undefined;
      waiting.shift();
      const iterator = stream.open();
      const first = iterator.next();
      if (!first.done) heads.push({ iterator, item: first.value });
      position = Math.max(waiting[0]?.highest ?? -1, highestHead()?.item.id ?? -1) + 1;
    }
  }

  return {
    next: () => {
      const head = fill();
      if (!head) return undefined;
      const { item } = head;
      const following = head.iterator.next();
      if (following.done) heads.splice(heads.indexOf(head), 1);
      else head.item = following.value;
      position = item.id;
      return item;
    },
    get position() {
      return position;
    },
    get isEnded() {
      return waiting.length === 0 && heads.length === 0;
    },
    close: () => {
      for (const { iterator } of heads) iterator.return?.();
    },
  };
}
