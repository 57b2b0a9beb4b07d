import { z } from 'zod';
import { PRIORITIES } from '../../../shared/alarms.ts';
import type { Alarm } from './alarm.ts';
import { readJson } from './kept-alarm.ts';
import { shortHash } from './short-hash.ts';

/** An alarm joins the group of its rule and cluster when it comes so soon after the last one. */
export const JOIN_MS = 120_000;
/** So many are a trouble of the whole rule and cluster: small tenants show it later, and are no news for so long after the last. */
const TROUBLE_FROM = 3;
export const TROUBLE_JOIN_MS = 1_800_000;

const TOLD_STATES = ['unacknowledged', 'acknowledged', 'returned', 'hidden'] as const;

const KeptGroup = z.object({
  id: z.string(),
  rule: z.string(),
  cluster: z.string().nullable(),
  title: z.string(),
  /** When the first condition of its alarms began to hold. */
  sinceMs: z.number(),
  /** When its first alarm came, and its last. */
  raisedAtMs: z.number(),
  lastRaisedAtMs: z.number(),
  /** Alarms that have come to it. */
  came: z.number().default(1),
  /** Notices so far: their ids are numbered. */
  notices: z.number(),
  /** What was last said of it; null: nothing yet. */
  told: z
    .object({
      state: z.enum(TOLD_STATES),
      priority: z.enum(PRIORITIES),
      /** It was withheld by this silence. */
      silence: z.string().nullable(),
    })
    .nullable(),
  /** Members that came and are not told of yet, since when. */
  joinedSinceMs: z.number().nullable(),
  joined: z.number(),
});
/** What is remembered of a group; its members are the alarms that name it. */
export type Group = Readonly<z.infer<typeof KeptGroup>>;
export type Told = NonNullable<Group['told']>;

/** Of an alarm: when its condition began to hold, and when it was raised. */
interface AlarmTimes {
  readonly sinceMs: number;
  readonly nowMs: number;
}

/** Groups that have members. */
export class Groups {
  readonly #groups = new Map<string, Group>();
  /** By rule and cluster: the one that came last. */
  readonly #latest = new Map<string, string>();
  hasChanged = false;

  constructor(kept: string | undefined) {
    const groups = kept === undefined ? [] : readJson(z.array(KeptGroup), kept);
    // A text that cannot be read: the alarms make their groups anew.
    if (typeof groups !== 'string') for (const group of groups) this.#place(group);
  }

  get(id: string): Group | undefined {
    return this.#groups.get(id);
  }

  all(): IterableIterator<Group> {
    return this.#groups.values();
  }

  /** The group that an alarm raised now belongs to. Alarms of one turn meet in one group in whatever order they come. */
  join(rule: string, cluster: string | null, { sinceMs, nowMs }: AlarmTimes): string {
    const latest = this.#groups.get(this.#latest.get(placeOf(rule, cluster)) ?? '');
    const joinMs = latest && latest.came >= TROUBLE_FROM ? TROUBLE_JOIN_MS : JOIN_MS;
    if (latest && nowMs - latest.lastRaisedAtMs <= joinMs) {
      const fromMs = Math.min(latest.sinceMs, sinceMs);
      this.put({ ...latest, sinceMs: fromMs, lastRaisedAtMs: nowMs, came: latest.came + 1 });
      return latest.id;
    }
    const id = `g${nowMs.toString(36)}-${shortHash(placeOf(rule, cluster))}`;
    return this.#open(id, rule, cluster, { sinceMs, nowMs });
  }

  /** The group of an alarm that is kept and whose group is not. */
  reopen({ groupId, rule, about, sinceMs, raisedAtMs }: Alarm): void {
    this.#open(groupId, rule, about.cluster, { sinceMs, nowMs: raisedAtMs ?? sinceMs });
  }

  #open(id: string, rule: string, cluster: string | null, { sinceMs, nowMs }: AlarmTimes): string {
    this.put({
      id,
      rule,
      cluster,
      title: rule,
      sinceMs,
      raisedAtMs: nowMs,
      lastRaisedAtMs: nowMs,
      came: 1,
      notices: 0,
      told: null,
      joinedSinceMs: null,
      joined: 0,
    });
    return id;
  }

  put(group: Group): void {
    this.#place(group);
    this.hasChanged = true;
  }

  remove(id: string): void {
    const group = this.#groups.get(id);
    if (!group) return;
    this.#groups.delete(id);
    const place = placeOf(group.rule, group.cluster);
    if (this.#latest.get(place) === id) this.#latest.delete(place);
    this.hasChanged = true;
  }

  /** The clock went back by so much. */
  shift(byMs: number): void {
    for (const group of [...this.#groups.values()]) {
      const { sinceMs, raisedAtMs, lastRaisedAtMs, joinedSinceMs } = group;
      this.put({
        ...group,
        sinceMs: sinceMs - byMs,
        raisedAtMs: raisedAtMs - byMs,
        lastRaisedAtMs: lastRaisedAtMs - byMs,
        joinedSinceMs: joinedSinceMs === null ? null : joinedSinceMs - byMs,
      });
    }
  }

  text(): string {
    return JSON.stringify([...this.#groups.values()].sort((a, b) => (a.id < b.id ? -1 : 1)));
  }

  #place(group: Group): void {
    this.#groups.set(group.id, group);
    const place = placeOf(group.rule, group.cluster);
    const latest = this.#groups.get(this.#latest.get(place) ?? '');
    if (!latest || latest.lastRaisedAtMs <= group.lastRaisedAtMs) this.#latest.set(place, group.id);
  }
}

function placeOf(rule: string, cluster: string | null): string {
  return `${rule}\n${cluster ?? ''}`;
}
