import { z } from 'zod';
import type { Display } from '../../../shared/screens.ts';
import type { Auth } from './auth.ts';
import type { DisplayForm } from './types.ts';

/** More displays than this are not paired. */
export const MAX_DISPLAYS = 2_000;
/** Revoked ones stay listed until there are so many newer ones. */
const KEPT_REVOKED = 200;
const DISPLAY = 'display';

const Scope = z.object({ cluster: z.string().nullable(), tenants: z.array(z.string()).nullable() });
const Settings = z.object({
  diagonalInches: z.number().nullable(),
  distanceM: z.number().nullable(),
  theme: z.enum(['auto', 'night', 'day']).nullable(),
});
const json = <T>(schema: z.ZodType<T>) => z.string().transform((text) => schema.parse(JSON.parse(text)));
const Row = z.object({
  userId: z.string(),
  place: z.string(),
  scope: json(Scope),
  settings: json(Settings),
  pairedBy: z.string(),
  pairedAt: z.date(),
  lastSeenAt: z.date().nullish(),
  lastAddress: z.string().nullish(),
  revokedAt: z.date().nullish(),
  revokedBy: z.string().nullish(),
  revokedReason: z.string().nullish(),
});
const User = z.object({ id: z.string(), name: z.string() });

export interface DisplayTable {
  load(): Promise<readonly Display[]>;
  /** A new user of kind display. */
  create(form: DisplayForm, by: string, nowMs: number): Promise<Display>;
  save(display: Display): Promise<void>;
  saveSeen(display: Display): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Displays in the library's database: a user each, and what we know of it beside. */
export function createDisplayTable({ adapter, sessions }: Pick<Auth, 'adapter' | 'sessions'>): DisplayTable {
  const limit = MAX_DISPLAYS + 2 * KEPT_REVOKED;
  const of = (id: string) => [{ field: 'userId', value: id }];

  return {
    async load() {
      const where = [{ field: 'kind', value: DISPLAY }];
      const users = z.array(User).parse(await adapter.findMany({ model: 'user', where, limit }));
      const rows = z.array(Row).parse(await adapter.findMany({ model: DISPLAY, limit }));
      const names = new Map(users.map(({ id, name }) => [id, name]));
      return rows.map((row) => toDisplay(row, names.get(row.userId) ?? row.userId));
    },
    async create(form, by, nowMs) {
      const email = `${crypto.randomUUID()}@displays.invalid`;
      const user = await sessions.createUser({ name: form.name, email, kind: DISPLAY }, { method: 'admin' });
      const row = { userId: user.id, pairedBy: by, pairedAt: new Date(nowMs), ...formColumns(form) };
      await adapter.create({ model: DISPLAY, data: row });
      return toDisplay(Row.parse(row), form.name);
    },
    async save(display) {
      await sessions.updateUser(display.id, { name: display.name });
      await adapter.update({ model: DISPLAY, where: of(display.id), update: columnsOf(display) });
    },
    async saveSeen({ id, lastSeenAtMs, lastAddress }) {
      const update = { lastSeenAt: dateOf(lastSeenAtMs), lastAddress };
      await adapter.update({ model: DISPLAY, where: of(id), update });
    },
    async remove(id) {
      // What refers to the user goes with it.
      await adapter.delete({ model: 'user', where: [{ field: 'id', value: id }] });
    },
  };
}

/** Revoked displays that need not be listed any more: all but the newest. */
export function staleDisplays(displays: readonly Display[]): readonly Display[] {
  const revoked = displays.flatMap((it) => (it.revoked ? [{ display: it, atMs: it.revoked.atMs }] : []));
  const newest = revoked.toSorted((a, b) => b.atMs - a.atMs);
  return newest.slice(KEPT_REVOKED).map(({ display }) => display);
}

function formColumns({ place, scope, settings }: DisplayForm) {
  return { place, scope: JSON.stringify(scope), settings: JSON.stringify(settings) };
}

function columnsOf(display: Display) {
  const { revoked } = display;
  return {
    ...formColumns(display),
    revokedAt: dateOf(revoked?.atMs ?? null),
    revokedBy: revoked?.by ?? null,
    revokedReason: revoked?.reason ?? null,
  };
}

function dateOf(atMs: number | null): Date | null {
  return atMs === null ? null : new Date(atMs);
}

function toDisplay(row: z.infer<typeof Row>, name: string): Display {
  const { revokedAt } = row;
  return {
    id: row.userId,
    name,
    place: row.place,
    scope: row.scope,
    settings: row.settings,
    pairedAtMs: row.pairedAt.getTime(),
    pairedBy: row.pairedBy,
    lastSeenAtMs: row.lastSeenAt?.getTime() ?? null,
    lastAddress: row.lastAddress ?? null,
    revoked: revokedAt
      ? { atMs: revokedAt.getTime(), by: row.revokedBy ?? '', reason: row.revokedReason ?? '' }
      : null,
  };
}
