import { DatabaseSync } from 'node:sqlite';
import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { deviceAuthorization } from 'better-auth/plugins/device-authorization';
import type { Log } from '../log.ts';
import { keepPrivate } from './secret.ts';
import { makeUserCode } from './user-code.ts';

/** Who asks for a device code; there are no others. */
export const CLIENT_ID = 'screen';
export const SESSION_SECONDS = 365 * 86_400;

export interface AuthOptions {
  readonly path: string;
  readonly secret: string;
  readonly log: Log;
  readonly expiresInSeconds: number;
  readonly intervalSeconds: number;
}

/** The library over its own database. None of its HTTP routes is served: it is called from here only. */
export async function openAuth(options: AuthOptions) {
  keepPrivate(options.path);
  const database = new DatabaseSync(options.path);
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000');
    const settings = settingsOf(database, options);
    const { runMigrations } = await getMigrations(settings);
    await runMigrations();
    const { api, $context } = betterAuth(settings);
    const { adapter, internalAdapter } = await $context;
    return { api, adapter, sessions: internalAdapter, close: () => database.close() };
  } catch (error) {
    database.close();
    throw error;
  }
}
export type Auth = Awaited<ReturnType<typeof openAuth>>;
export type AuthAdapter = Auth['adapter'];

function settingsOf(database: DatabaseSync, options: AuthOptions) {
  const { secret, expiresInSeconds, intervalSeconds } = options;
  const { log } = options;
  return {
    appName: 'Mailvigil',
    // Asked for by the library; nothing that it would build from it is used.
    baseURL: 'http://127.0.0.1',
    database,
    secret,
    telemetry: { enabled: false },
    session: { expiresIn: SESSION_SECONDS },
    // People, once they sign in, are users of another kind in the same table.
    user: { additionalFields: { kind: { type: 'string', required: true, input: false } } },
    plugins: [
      deviceAuthorization({
        expiresIn: `${expiresInSeconds}s`,
        interval: `${intervalSeconds}s`,
        validateClient: (id) => id === CLIENT_ID,
        generateUserCode: () => makeUserCode(),
      }),
      { id: 'displays', schema: displaySchema },
    ],
    logger: {
      level: 'warn',
      // Its further arguments may hold codes and rows.
      log: (level, message) => log[level === 'error' ? 'error' : 'warn']('library_told', { message }),
    },
  } satisfies BetterAuthOptions;
}

const text = { type: 'string', required: true } as const;
const maybe = { type: 'string', required: false } as const;
const time = { type: 'date', required: false } as const;

/** Our own tables and columns, migrated with the library's. */
const displaySchema = {
  deviceCode: { fields: { address: maybe } },
  display: {
    fields: {
      userId: { ...text, unique: true, references: { model: 'user', field: 'id', onDelete: 'cascade' } },
      place: text,
      /** JSON. */
      scope: text,
      settings: text,
      pairedBy: text,
      pairedAt: { type: 'date', required: true },
      lastSeenAt: time,
      lastAddress: maybe,
      revokedAt: time,
      revokedBy: maybe,
      revokedReason: maybe,
    },
  },
} as const;
