import { z } from 'zod';
import { type Auth, SESSION_SECONDS } from './auth.ts';
import { type CookieParts, openCookie, signCookie } from './cookie.ts';
import { MAX_DISPLAYS } from './display-table.ts';

/** A session in use is prolonged when it is this old, so that it costs a write a day. */
const RENEW_AFTER_MS = 86_400_000;

interface Session extends CookieParts {
  readonly expiresAtMs: number;
}
const Row = z.object({ userId: z.string(), token: z.string(), expiresAt: z.date() });

export interface DisplaySessions {
  load(): Promise<void>;
  /** Whose cookie this is, and whether it still holds. Undefined: we never made it. */
  find(cookie: string, nowMs: number): { readonly displayId: string; readonly isValid: boolean } | undefined;
  /** The cookie of a session that the library has just made. */
  add(parts: CookieParts, expiresAtMs: number): string;
  /** From this turn on they hold no more; resolves when that is kept. */
  end(displayId: string): Promise<void>;
  /** Prolongs it for a year; false: it has been today, or does not hold. */
  renew(cookie: string, nowMs: number): Promise<boolean>;
}

/** Sessions of displays, by cookie in memory: the door asks at every request and must not ask the disk. */
export function createDisplaySessions(
  { adapter, sessions }: Pick<Auth, 'adapter' | 'sessions'>,
  secret: string,
): DisplaySessions {
  const byCookie = new Map<string, Session>();

  function add(parts: CookieParts, expiresAtMs: number): string {
    const cookie = signCookie(parts, secret);
    byCookie.set(cookie, { ...parts, expiresAtMs });
    return cookie;
  }

  return {
    async load() {
      const rows = z.array(Row).parse(await adapter.findMany({ model: 'session', limit: 2 * MAX_DISPLAYS }));
      for (const { userId, token, expiresAt } of rows) add({ displayId: userId, token }, expiresAt.getTime());
    },
    find(cookie, nowMs) {
      const session = byCookie.get(cookie);
      if (session) return { displayId: session.displayId, isValid: session.expiresAtMs > nowMs };
      const parts = openCookie(cookie, secret);
      return parts && { displayId: parts.displayId, isValid: false };
    },
    add,
    async end(displayId) {
      for (const [cookie, session] of byCookie) if (session.displayId === displayId) byCookie.delete(cookie);
      await sessions.deleteUserSessions(displayId);
    },
    async renew(cookie, nowMs) {
      const session = byCookie.get(cookie);
      const expiresAtMs = nowMs + SESSION_SECONDS * 1000;
      if (!session || session.expiresAtMs <= nowMs || expiresAtMs - session.expiresAtMs < RENEW_AFTER_MS)
        return false;
      byCookie.set(cookie, { ...session, expiresAtMs });
      await sessions.updateSession(session.token, { expiresAt: new Date(expiresAtMs) });
      return true;
    },
  };
}
