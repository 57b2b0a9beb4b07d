import { Window } from '../../shared/window.ts';
import { type Direction, DIRECTIONS, type Scope } from './scope.ts';

/** One window with its place: scope, direction, and the slot of time it covers (`slot * slotMs`, epoch ms). */
export interface PlacedWindow {
  readonly scope: Scope;
  readonly direction: Direction;
  readonly slot: number;
  readonly window: Window;
}

/** Windows by scope, direction and slot, made when first asked for. Remembers the last one of each: lines come nearly in order. */
export class WindowSet {
  readonly slotMs: number;
  /** What is counted goes nowhere. */
  isMuted = false;
  #slot = -1;
  #slotStartMs = -1;
  readonly #slots: Map<number, Window>[];
  readonly #lastSlot: number[];
  readonly #last: (Window | undefined)[];

  constructor(scopeCount: number, slotMs: number) {
    this.slotMs = slotMs;
    this.#slots = Array.from({ length: scopeCount * 2 }, () => new Map());
    this.#lastSlot = new Array<number>(scopeCount * 2).fill(-1);
    this.#last = new Array<Window | undefined>(scopeCount * 2).fill(undefined);
  }

  window(scope: Scope, direction: Direction, atMs: number): Window {
    if (this.isMuted) return new Window();
    const key = scope * 2 + direction;
    // Most lines are of the slot of the line before: one comparison instead of a division.
    if (atMs < this.#slotStartMs || atMs >= this.#slotStartMs + this.slotMs) {
      this.#slot = Math.floor(atMs / this.slotMs);
      this.#slotStartMs = this.#slot * this.slotMs;
    }
    const slot = this.#slot;
    const last = this.#last[key];
    if (last && this.#lastSlot[key] === slot) return last;
    const slots = this.#slots[key];
    if (!slots) throw new RangeError(`no scope ${scope}`);
    let window = slots.get(slot);
    if (!window) slots.set(slot, (window = new Window()));
    this.#lastSlot[key] = slot;
    this.#last[key] = window;
    return window;
  }

  /** All windows of one scope and direction, by slot. */
  slots(scope: Scope, direction: Direction): ReadonlyMap<number, Window> {
    return this.#slots[scope * 2 + direction] ?? new Map<number, Window>();
  }

  /** Hands over everything and starts empty. */
  take(): PlacedWindow[] {
    const placed: PlacedWindow[] = [];
    this.#slots.forEach((slots, key) => {
      if (slots.size === 0) return;
      const direction = DIRECTIONS[key % 2] ?? 0;
      for (const [slot, window] of slots) placed.push({ scope: key >> 1, direction, slot, window });
      slots.clear();
      this.#last[key] = undefined;
      this.#lastSlot[key] = -1;
    });
    return placed;
  }
}
