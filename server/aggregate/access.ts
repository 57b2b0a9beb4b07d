import type { AccessGauge } from '../../shared/window.ts';

/** Distinct users are counted over this time (metrics 8.10). */
export const ACCESS_WINDOW_MS = 300_000;
/** Users remembered for one scope; beyond it the oldest is let go. */
const MAX_USERS = 100_000;

interface User {
  atMs: number;
  isFailing: boolean;
}

/** Users of one scope, oldest attempt first. */
class Users {
  readonly byName = new Map<string, User>();
  failing = 0;

  note(name: string, atMs: number, isFailing: boolean): void {
    const before = this.byName.get(name);
    if (before && before.atMs > atMs) return;
    if (before) this.drop(name, before);
    else if (this.byName.size >= MAX_USERS) this.dropOldest();
    this.byName.set(name, { atMs, isFailing });
    if (isFailing) this.failing += 1;
  }

  expire(beforeMs: number): void {
    for (const [name, user] of this.byName) {
      if (user.atMs > beforeMs) return;
      this.drop(name, user);
    }
  }

  private drop(name: string, user: User): void {
    this.byName.delete(name);
    if (user.isFailing) this.failing -= 1;
  }

  private dropOldest(): void {
    const oldest = this.byName.entries().next();
    if (!oldest.done) this.drop(oldest.value[0], oldest.value[1]);
  }
}

/**
 * Access success by distinct user: a user fails when the last thing the servers did for them, within the window,
 * was to fail by their own fault. Wrong passwords say nothing about access and are not noted.
 */
export class AccessBook {
  readonly #users: Users[];

  constructor(scopeCount: number) {
    this.#users = Array.from({ length: scopeCount }, () => new Users());
  }

  note(scope: number, user: string, atMs: number, isServerFault: boolean): void {
    this.#users[scope]?.note(user, atMs, isServerFault);
  }

  /** The last five minutes; null when nobody tried. */
  gauge(scope: number, nowMs: number): AccessGauge | null {
    const users = this.#users[scope];
    if (!users) return null;
    users.expire(nowMs - ACCESS_WINDOW_MS);
    if (users.byName.size === 0) return null;
    return { atMs: nowMs, users: users.byName.size, failing: users.failing };
  }
}
