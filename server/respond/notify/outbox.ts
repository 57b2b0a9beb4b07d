/** Messages on their way: what waits, in which order, since when, and what has left. Times are monotonic; no I/O. */
import { PRIORITIES } from '../../../shared/alarms.ts';
import type { OutboxRow } from '../../history/alarm-store.ts';
import type { OutboxChanges } from '../types.ts';
import { backoffMs } from './backoff.ts';
import type { Outcome } from './channels/channel.ts';
import { readMessage, type Message } from './message.ts';
import type { Planned, Trouble } from './turn.ts';

/** A message of one channel. Those of one group leave in the order in which they came. */
export interface Parcel {
  readonly row: OutboxRow;
  readonly message: Message;
  /** When it was made, on the monotonic clock. */
  readonly sinceMs: number;
  isTaken: boolean;
  isReleased: boolean;
  isSending: boolean;
  attempts: number;
  nextMs: number;
  isReported: boolean;
  /** Some of its receivers have it. */
  isPartly: boolean;
}

interface Lane {
  /** By group: the first is on its way, the others wait for it. */
  readonly groups: Map<string, Parcel[]>;
  waiting: number;
  sent: number;
  dead: number;
  /** In a row, of whatever message. */
  failures: number;
  /** The channel as a whole rests until then. */
  nextMs: number;
  sending: number;
  lastSentMs: number | null;
  /** Of the last attempt; null: it worked. */
  fault: string | null;
}

export interface LaneReport {
  readonly waiting: number;
  readonly sent: number;
  readonly dead: number;
  readonly lastSentMs: number | null;
  readonly oldestCreatedMs: number | null;
  readonly fault: string | null;
}

export interface OutboxDeps {
  readonly channels: readonly string[];
  readonly random: () => number;
}

/** Given up after this. */
const DEAD_MS = 24 * 3_600_000;
/** A page that has been tried in vain for so long is told in another way as well. */
const STUCK_MS = 60_000;
/** At one time through one channel; one while it fails. */
const AT_ONCE = 4;
const MAX_WAITING = 5_000;
/** Ids of rows that left, to know one that comes again. */
const MAX_REMEMBERED = 10_000;

/** An outbox, with what a run before has left in it. `monoMs` is when that was read, `nowMs` the same by the clock of the rows. */
export class Outbox {
  readonly #lanes = new Map<string, Lane>();
  readonly #byId = new Map<string, Parcel>();
  readonly #left = new Set<string>();
  #put: OutboxRow[] = [];
  #done: string[] = [];
  #troubles: Trouble[] = [];
  readonly #random: () => number;
  /** Rows of the store that could not be read, or lead to a channel that is not configured any more. */
  lost = 0;

  constructor({ channels, random }: OutboxDeps) {
    this.#random = random;
    for (const id of channels) this.#lanes.set(id, newLane());
  }

  /** Rows of a run before: they are kept already, so they may leave at once. */
  restore(rows: readonly OutboxRow[], nowMs: number, monoMs: number): void {
    for (const row of rows) {
      const message = readMessage(row.text);
      const lane = this.#lanes.get(row.channel);
      if (message === undefined || lane === undefined) {
        this.#leave(row.id);
        this.lost += 1;
        continue;
      }
      const ageMs = Math.max(0, nowMs - row.createdAtMs);
      this.#add(lane, {
        ...newParcel(row, message, monoMs - ageMs),
        isTaken: true,
        isReleased: true,
        nextMs: monoMs,
      });
    }
  }

  /** What is planned twice, or has left already, is left out. */
  put(planned: readonly Planned[], nowMs: number, monoMs: number): void {
    for (const { channel, message } of planned) {
      const id = `${message.id}/${channel}`;
      const lane = this.#lanes.get(channel);
      if (lane === undefined || this.#byId.has(id) || this.#left.has(id)) continue;
      const row: OutboxRow = { id, channel, createdAtMs: nowMs, text: JSON.stringify(message) };
      this.#put.push(row);
      const parcel = newParcel(row, message, monoMs);
      this.#add(lane, parcel);
      this.#giveWay(lane, parcel);
      if (lane.waiting > MAX_WAITING) this.#dropLeast(lane, channel);
    }
  }

  take(): OutboxChanges {
    const changes = { put: this.#put, done: this.#done };
    for (const { id } of changes.put) {
      const parcel = this.#byId.get(id);
      if (parcel) parcel.isTaken = true;
    }
    this.#put = [];
    this.#done = [];
    return changes;
  }

  /** Rows with these ids may leave; without ids all that were taken. */
  release(ids: Iterable<string> = this.#byId.keys()): void {
    for (const id of ids) {
      const parcel = this.#byId.get(id);
      if (parcel?.isTaken) parcel.isReleased = true;
    }
  }

  takeTroubles(): readonly Trouble[] {
    const troubles = this.#troubles;
    this.#troubles = [];
    return troubles;
  }

  isWaiting(channel: string, groupId: string): boolean {
    return (this.#lanes.get(channel)?.groups.get(groupId)?.length ?? 0) > 0;
  }

  /** What may be sent now; each is taken for sending. A channel that fails is tried with one at a time, the least tried first. */
  startDue(monoMs: number): readonly Parcel[] {
    const started: Parcel[] = [];
    for (const [channel, lane] of this.#lanes) {
      this.#giveUp(lane, channel, monoMs);
      const free = (lane.failures > 0 ? 1 : AT_ONCE) - lane.sending;
      if (free <= 0 || lane.nextMs > monoMs) continue;
      const due = heads(lane).filter((p) => p.isReleased && !p.isSending && p.nextMs <= monoMs);
      for (const parcel of due.sort(byUrgency).slice(0, free)) {
        parcel.isSending = true;
        lane.sending += 1;
        started.push(parcel);
      }
    }
    return started;
  }

  /** When something may be due next; undefined: nothing waits. */
  nextDueMs(): number | undefined {
    const times = [...this.#lanes.values()].flatMap((lane) =>
      heads(lane)
        .filter(({ isReleased, isSending }) => isReleased && !isSending)
        .map(({ nextMs }) => Math.max(nextMs, lane.nextMs)),
    );
    return times.length === 0 ? undefined : Math.min(...times);
  }

  settle(parcel: Parcel, outcome: Outcome, nowMs: number, monoMs: number): void {
    const lane = this.#lanes.get(parcel.row.channel);
    if (lane === undefined) return;
    parcel.isSending = false;
    lane.sending -= 1;
    parcel.attempts += 1;
    if (outcome.kind === 'retry') return this.#again(lane, parcel, outcome, monoMs);
    // An answer of whatever kind shows that the channel can be reached.
    Object.assign(lane, { failures: 0, nextMs: 0 });
    if (outcome.kind === 'ok') {
      Object.assign(lane, { sent: lane.sent + 1, lastSentMs: nowMs, fault: null });
      this.#remove(lane, parcel);
    } else this.#kill(lane, parcel, `refused: ${outcome.reason}`);
  }

  report(channel: string): LaneReport {
    const lane = this.#lanes.get(channel) ?? newLane();
    const created = [...lane.groups.values()].flat().map(({ row }) => row.createdAtMs);
    const { waiting, sent, dead, lastSentMs, fault } = lane;
    const oldestCreatedMs = created.length === 0 ? null : created.reduce((a, b) => Math.min(a, b));
    return { waiting, sent, dead, lastSentMs, oldestCreatedMs, fault };
  }

  #again(lane: Lane, parcel: Parcel, outcome: Extract<Outcome, { kind: 'retry' }>, monoMs: number): void {
    lane.failures = outcome.isPartly ? 0 : lane.failures + 1;
    lane.fault = outcome.reason;
    parcel.isPartly = outcome.isPartly ?? parcel.isPartly;
    parcel.nextMs = monoMs + backoffMs(parcel.attempts, this.#random(), outcome.afterMs);
    lane.nextMs = outcome.isPartly ? 0 : monoMs + backoffMs(lane.failures, this.#random(), outcome.afterMs);
    if (this.#giveWay(lane, parcel)) return;
    const isStuck = parcel.message.isPage && monoMs - parcel.sinceMs >= STUCK_MS;
    if (isStuck)
      this.#trouble(
        parcel,
        `still not taken after ${Math.round((monoMs - parcel.sinceMs) / 1_000)} s, ${outcome.reason}`,
      );
  }

  /** One receiver that does not take it holds up no other: what comes next of the group goes to all of them, and says more. */
  #giveWay(lane: Lane, parcel: Parcel): boolean {
    const [head, next] = lane.groups.get(parcel.message.groupId) ?? [];
    if (head?.isPartly !== true || head.isSending || next === undefined) return false;
    lane.sent += 1;
    this.#remove(lane, head);
    if (head.message.isPage && !next.message.isPage) this.#trouble(head, lane.fault ?? 'taken in part only');
    return true;
  }

  #giveUp(lane: Lane, channel: string, monoMs: number): void {
    const old = [...lane.groups.values()].flat().filter((p) => !p.isSending && monoMs - p.sinceMs >= DEAD_MS);
    for (const parcel of old) this.#kill(lane, parcel, `given up after 24 h through ${channel}`);
  }

  /** Bounded: an update nobody waits for goes before a page. */
  #dropLeast(lane: Lane, channel: string): void {
    const idle = [...lane.groups.values()].flat().filter(({ isSending }) => !isSending);
    const least = idle.find(({ message }) => !message.isPage) ?? idle[0];
    if (least) this.#kill(lane, least, `given up, as more than ${MAX_WAITING} wait for ${channel}`);
  }

  #kill(lane: Lane, parcel: Parcel, reason: string): void {
    lane.dead += 1;
    lane.fault = reason;
    this.#remove(lane, parcel);
    if (parcel.message.isPage) this.#trouble(parcel, reason);
  }

  #trouble(parcel: Parcel, reason: string): void {
    if (parcel.isReported) return;
    parcel.isReported = true;
    const { groupId } = parcel.message;
    this.#troubles.push({ channel: parcel.row.channel, groupId, reason });
  }

  #add(lane: Lane, parcel: Parcel): void {
    const { groupId } = parcel.message;
    lane.groups.set(groupId, [...(lane.groups.get(groupId) ?? []), parcel]);
    lane.waiting += 1;
    this.#byId.set(parcel.row.id, parcel);
  }

  #remove(lane: Lane, parcel: Parcel): void {
    const { groupId } = parcel.message;
    const rest = (lane.groups.get(groupId) ?? []).filter((each) => each !== parcel);
    if (rest.length > 0) lane.groups.set(groupId, rest);
    else lane.groups.delete(groupId);
    lane.waiting -= 1;
    this.#byId.delete(parcel.row.id);
    this.#leave(parcel.row.id);
  }

  #leave(id: string): void {
    this.#done.push(id);
    this.#left.add(id);
    if (this.#left.size > MAX_REMEMBERED)
      for (const first of this.#left) return void this.#left.delete(first);
  }
}

function newLane(): Lane {
  const none = { waiting: 0, sent: 0, dead: 0, failures: 0, nextMs: 0, sending: 0 };
  return { groups: new Map(), ...none, lastSentMs: null, fault: null };
}

function newParcel(row: OutboxRow, message: Message, sinceMs: number): Parcel {
  const state = { isTaken: false, isReleased: false, isSending: false, isReported: false, isPartly: false };
  return { row, message, sinceMs, ...state, attempts: 0, nextMs: sinceMs };
}

function heads(lane: Lane): Parcel[] {
  return [...lane.groups.values()].flatMap(([head]) => head ?? []);
}

function byUrgency(a: Parcel, b: Parcel): number {
  const rank = ({ message }: Parcel): number => PRIORITIES.indexOf(message.priority);
  return a.attempts - b.attempts || rank(b) - rank(a) || a.sinceMs - b.sinceMs;
}
