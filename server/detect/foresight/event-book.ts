/** Changes, tickets and reports that other systems told of, of the last day. */
import type { PlatformEvent } from '../../../shared/foresight.ts';
import type { ForesightRow } from '../../history/foresight-store.ts';

/** Rows of this kind: one event. */
export const EVENT_ROW = 'event';
export const EVENTS_MS = 86_400_000;
/** Events of a day; beyond it the oldest go, and are counted. */
const MAX_EVENTS = 20_000;
/** A sender's clock may run ahead by so much. */
const AHEAD_MS = 300_000;

/** Why an event is not taken. */
export type EventRefusal = 'known already' | 'older than a day' | 'from the future';

export class EventBook {
  readonly #events: PlatformEvent[] = [];
  readonly #ids = new Set<string>();
  #rows: ForesightRow[] = [];
  dropped = 0;

  /** Takes up what was kept. */
  restore(events: readonly PlatformEvent[], nowMs: number): void {
    for (const event of events) if (nowMs - event.atMs <= EVENTS_MS) this.#insert(event);
  }

  /** Null: it was taken. The same id twice counts once. */
  take(event: PlatformEvent, nowMs: number): EventRefusal | null {
    if (this.#ids.has(event.id)) return 'known already';
    if (nowMs - event.atMs > EVENTS_MS) return 'older than a day';
    if (event.atMs - nowMs > AHEAD_MS) return 'from the future';
    this.#insert(event);
    this.#rows.push({ kind: EVENT_ROW, scope: event.id, atMs: event.atMs, text: JSON.stringify(event) });
    return null;
  }

  /** Of the last day, oldest first. */
  list(nowMs: number): readonly PlatformEvent[] {
    while (this.#events.length > 0 && nowMs - (this.#events[0]?.atMs ?? nowMs) > EVENTS_MS) this.#shift();
    return this.#events;
  }

  takeRows(): readonly ForesightRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #insert(event: PlatformEvent): void {
    let place = this.#events.length;
    while (place > 0 && (this.#events[place - 1]?.atMs ?? 0) > event.atMs) place -= 1;
    this.#events.splice(place, 0, event);
    this.#ids.add(event.id);
    if (this.#events.length <= MAX_EVENTS) return;
    this.#shift();
    this.dropped += 1;
  }

  #shift(): void {
    const gone = this.#events.shift();
    if (gone) this.#ids.delete(gone.id);
  }
}
