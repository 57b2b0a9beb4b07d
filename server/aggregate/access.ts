import type { Access, AccessGauge } from '../../shared/window.ts';

/** Distinct users are counted over this time (metrics 8.10). */
export const ACCESS_WINDOW_MS = 300_000;
/** Users remembered for one scope; beyond it the oldest is let go. */
const MAX_USERS = 100_000;

interface User {
  atMs: number;
  isFailing: boolean;
}

/** Users of one scope, oldest attempt first once they are sorted. */
class Users {
  byName = new Map<string, User>();
  failing = 0;
  #newestMs = -Infinity;
  /** A log that is read again after a gap tells of older attempts behind newer ones. */
  #isSorted = true;

  note(name: string, atMs: number, isFailing: boolean): void {
    const before = this.byName.get(name);
    if ((before && before.atMs > atMs) || atMs <= this.#newestMs - ACCESS_WINDOW_MS) return;
    if (atMs < this.#newestMs) this.#isSorted = false;
    else this.#newestMs = atMs;
    if (before) this.drop(name, before);
    else if (this.byName.size >= MAX_USERS) this.dropOldest();
    this.byName.set(name, { atMs, isFailing });
    if (isFailing) this.failing += 1;
  }

  expire(beforeMs: number): void {
    if (!this.#isSorted) this.#sort();
    for (const [name, user] of this.byName) {
      if (user.atMs > beforeMs) return;
      this.drop(name, user);
    }
  }

  private drop(name: string, user: User): void {
    this.byName.delete(name);
    if (user.isFailing) this.failing -= 1;
  }

  #sort(): void {
    this.byName = new Map([...this.byName].sort(([, a], [, b]) => a.atMs - b.atMs));
    this.#isSorted = true;
  }

  private dropOldest(): void {
    const oldest = this.byName.entries().next();
    if (!oldest.done) this.drop(oldest.value[0], oldest.value[1]);
  }
}

/**
 * Access success by distinct user, apart for mailboxes and for sending (mail may be sent while no mailbox can be reached): a user fails when the last thing the servers did for them, within the window,
 * was to fail by their own fault. Wrong passwords say nothing about access and are not noted.
 */
export class AccessBook {
  readonly #scopeCount: number;
  #scopes: Readonly<Record<Access, Users>>[] = [];

  constructor(scopeCount: number) {
    this.#scopeCount = scopeCount;
    this.clear();
  }

  /** The clock was set back: what is remembered would be newer than all that comes. */
  clear(): void {
    this.#scopes = Array.from({ length: this.#scopeCount }, () => ({
      mailbox: new Users(),
      submission: new Users(),
    }));
  }

  note(
    scope: number,
    access: Access,
    login: { readonly user: string; readonly atMs: number; readonly isFault: boolean },
  ): void {
    this.#scopes[scope]?.[access].note(login.user, login.atMs, login.isFault);
  }

  /** The last five minutes, of the access with more failing users; null when nobody tried. */
  gauge(scope: number, nowMs: number): AccessGauge | null {
    const accesses = this.#scopes[scope];
    if (!accesses) return null;
    const mailbox = gaugeOf('mailbox', accesses.mailbox, nowMs);
    const submission = gaugeOf('submission', accesses.submission, nowMs);
    if (!mailbox || !submission) return mailbox ?? submission;
    return submission.failing > mailbox.failing ? submission : mailbox;
  }
}

function gaugeOf(access: Access, users: Users, nowMs: number): AccessGauge | null {
  users.expire(nowMs - ACCESS_WINDOW_MS);
  return users.byName.size === 0
    ? null
    : { atMs: nowMs, access, users: users.byName.size, failing: users.failing };
}
