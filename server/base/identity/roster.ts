import type { Display } from '../../../shared/screens.ts';
import { AppError, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { DisplaySessions } from './display-sessions.ts';
import { type DisplayTable, MAX_DISPLAYS, staleDisplays } from './display-table.ts';
import type { DisplayEvents, DisplayForm } from './types.ts';

export interface RosterParts {
  readonly table: DisplayTable;
  readonly sessions: DisplaySessions;
  readonly log: Log;
  readonly now: () => number;
}

/** Displays in memory, written through: who they are is never a question to the disk. */
export class Roster {
  events: DisplayEvents | undefined;
  readonly #parts: RosterParts;
  readonly #byId = new Map<string, Display>();
  /** Seen since the last writing. */
  readonly #seen = new Set<string>();
  /** Of displays that are being made. */
  readonly #names = new Set<string>();
  #list: readonly Display[] | undefined;
  /** One writing after the other: the last state is the one that stays. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(parts: RosterParts) {
    this.#parts = parts;
  }

  async load(): Promise<void> {
    for (const display of await this.#parts.table.load()) this.#put(display);
  }

  /** The newest first. */
  list(): readonly Display[] {
    this.#list ??= [...this.#byId.values()].toSorted((a, b) => b.pairedAtMs - a.pairedAtMs);
    return this.#list;
  }

  get(id: string): Display | undefined {
    return this.#byId.get(id);
  }

  known(id: string): Display {
    const display = this.#byId.get(id);
    if (!display) throw new AppError('not-found', `there is no display ${id}`);
    return display;
  }

  isLive(id: string): boolean {
    const display = this.#byId.get(id);
    return display !== undefined && !display.revoked;
  }

  async create(form: DisplayForm, by: string): Promise<Display> {
    const { table, now } = this.#parts;
    this.#assertNameIsFree(form.name);
    this.#assertRoom();
    const name = form.name.toLowerCase();
    this.#names.add(name);
    try {
      const display = await table.create(form, by, now());
      this.#put(display);
      return display;
    } finally {
      this.#names.delete(name);
    }
  }

  async remove(id: string): Promise<void> {
    this.#byId.delete(id);
    this.#list = undefined;
    await this.#parts.table.remove(id);
  }

  async change(id: string, form: DisplayForm, by: string): Promise<Display> {
    const before = this.known(id);
    if (before.revoked) throw new AppError('bad-request', `${before.name} is revoked; pair the screen anew`);
    this.#assertNameIsFree(form.name, id);
    const display = { ...before, ...form };
    this.#put(display);
    this.events?.changed(display);
    await this.#keep(id, 'has changed until the next restart only; save it once more');
    this.#parts.log.info('display_changed', { id, name: display.name, by });
    return display;
  }

  /** In this turn its cookie is worth nothing and its screens are told; what is kept of it follows. */
  async revoke(id: string, by: string, reason: string): Promise<Display> {
    const { log, now, sessions } = this.#parts;
    const before = this.known(id);
    const display: Display = { ...before, revoked: before.revoked ?? { atMs: now(), by, reason } };
    this.#put(display);
    const ended = sessions.end(id);
    this.events?.revoked(display);
    await this.#keep(id, 'is blank now, but a restart would bring it back; revoke it once more', ended);
    if (!before.revoked) log.info('display_revoked', { id, name: display.name, by, reason });
    return display;
  }

  /** It is there now; written with the next tidying. */
  seen(id: string, address?: string): void {
    const display = this.#byId.get(id);
    if (!display || display.revoked) return;
    const lastAddress = address ?? display.lastAddress;
    this.#put({ ...display, lastSeenAtMs: this.#parts.now(), lastAddress });
    this.#seen.add(id);
  }

  async writeSeen(): Promise<void> {
    for (const id of this.#seen) {
      this.#seen.delete(id);
      const display = this.#byId.get(id);
      if (display) await this.#parts.table.saveSeen(display);
    }
  }

  async forgetStale(): Promise<void> {
    for (const { id } of staleDisplays(this.list())) await this.remove(id);
  }

  #put(display: Display): void {
    this.#byId.set(display.id, display);
    this.#list = undefined;
  }

  async #keep(id: string, otherwise: string, also?: Promise<void>): Promise<void> {
    const write = this.#writing.then(() => this.#parts.table.save(this.known(id)));
    this.#writing = write.catch(() => undefined);
    const [kept, ended] = await Promise.allSettled([write, also]);
    const failed = [kept, ended].find((it) => it.status === 'rejected');
    if (!failed) return;
    const message = `${this.known(id).name} ${otherwise}: ${messageOf(failed.reason)}`;
    throw new AppError('unavailable', message, [], { cause: failed.reason });
  }

  #assertNameIsFree(name: string, exceptId?: string): void {
    const isTaken = (it: Display) => !it.revoked && it.id !== exceptId && sameName(it.name, name);
    const taken = this.list().find(isTaken)?.name ?? (this.#names.has(name.toLowerCase()) ? name : undefined);
    if (taken !== undefined) throw new AppError('bad-request', `there is a display named ${taken} already`);
  }

  #assertRoom(): void {
    const live = this.list().filter(({ revoked }) => !revoked).length;
    if (live < MAX_DISPLAYS) return;
    throw new AppError('unavailable', `there are ${live} displays; revoke some before another is paired`);
  }
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
