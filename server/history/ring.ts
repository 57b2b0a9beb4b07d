import { merge, Window } from '../../shared/window.ts';
import type { PlacedWindow } from '../aggregate/window-set.ts';

/** Seconds in memory: what happened, by second and by (scope, direction). Seconds in which nothing happened hold nothing. */
export class Ring {
  readonly seconds: number;
  readonly #slots: { second: number; readonly windows: Map<number, Window> }[];

  constructor(seconds: number) {
    this.seconds = seconds;
    this.#slots = Array.from({ length: seconds }, () => ({ second: -1, windows: new Map<number, Window>() }));
  }

  /** Merges a window into its second. False when that second has left the ring. */
  place(placed: PlacedWindow, nowSecond: number): boolean {
    if (placed.slot <= nowSecond - this.seconds) return false;
    const slot = this.#slot(placed.slot);
    const key = keyOf(placed.scope, placed.direction);
    const before = slot.windows.get(key);
    if (before) merge(before, placed.window);
    else slot.windows.set(key, merge(new Window(), placed.window));
    return true;
  }

  at(second: number, scope: number, direction: number): Window | undefined {
    const slot = this.#slots[second % this.seconds];
    return slot?.second === second ? slot.windows.get(keyOf(scope, direction)) : undefined;
  }

  /** All windows of one second. */
  of(second: number): Iterable<[key: number, window: Window]> {
    const slot = this.#slots[second % this.seconds];
    return slot?.second === second ? slot.windows : [];
  }

  clear(): void {
    for (const slot of this.#slots) {
      slot.second = -1;
      slot.windows.clear();
    }
  }

  #slot(second: number) {
    const slot = this.#slots[second % this.seconds];
    if (!slot) throw new RangeError(`no slot for second ${second}`);
    if (slot.second !== second) {
      slot.second = second;
      slot.windows.clear();
    }
    return slot;
  }
}

export function keyOf(scope: number, direction: number): number {
  return scope * 2 + direction;
}
