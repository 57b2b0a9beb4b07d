import type { AlarmScope, AlarmView, TransitionRecord } from '../../../shared/alarms.ts';
import type { ScopeFacts } from '../rules/types.ts';
import { type Alarm, type Hiding, isRaised } from './alarm.ts';
import { alarmView } from './alarm-view.ts';
import type { News } from './announce.ts';
import type { Episode } from './chatter.ts';
import { Episodes } from './episodes.ts';
import { readAlarm, writeAlarm } from './kept-alarm.ts';
import { type PointContext, type PointInput, step } from './point.ts';
import { shortHash } from './short-hash.ts';

/** A number that only moves is shown anew so often; with many alarms up more seldom, so that a frame stays small. */
const REFRESH_MS = 5_000;
const SLOW_REFRESH_MS = 30_000;
const MANY = 500;

export interface PointsOptions {
  readonly ruleVersion: () => number;
  readonly describe: (scope: AlarmScope) => ScopeFacts;
  readonly groupOf: (rule: string, cluster: string | null, sinceMs: number) => string;
  readonly hidingOf: (alarm: Alarm) => Hiding;
  readonly silenceOf: (alarm: Alarm) => string | null;
}

/** What came of the inputs since the last time. */
export interface Turn {
  readonly records: readonly TransitionRecord[];
  readonly news: ReadonlyMap<string, readonly News[]>;
  /** Groups of which a member changed. */
  readonly touched: ReadonlySet<string>;
  /** Last views of those that are normal now, by group. */
  readonly ended: ReadonlyMap<string, readonly AlarmView[]>;
}

/** All points that are not normal, and the steps they take. What comes of a turn does not depend on their order. */
export class Points {
  readonly alive = new Set<string>();
  readonly episodes = new Episodes();
  /** To be kept anew; what only drifts waits in `drifted`. */
  readonly dirty = new Set<string>();
  readonly drifted = new Set<string>();
  /** How many are of other systems. */
  externals = 0;
  readonly #options: PointsOptions;
  readonly #alarms = new Map<string, Alarm>();
  readonly #keys = new Map<string, string>();
  readonly #members = new Map<string, Set<string>>();
  readonly #views = new Map<string, { readonly view: AlarmView; readonly atMs: number }>();
  readonly #issued = new Set<string>();
  readonly #context: PointContext;
  #point: { key: string; scope: AlarmScope } = { key: '', scope: { kind: 'platform', id: '' } };
  #issuedAtMs = -Infinity;
  #records: { readonly key: string; readonly records: readonly TransitionRecord[] }[] = [];
  #news = new Map<string, { readonly key: string; readonly news: News }[]>();
  #touched = new Set<string>();
  #ended = new Map<string, AlarmView[]>();

  constructor(options: PointsOptions) {
    this.#options = options;
    const currentEpisodes = (): readonly Episode[] => this.episodes.of(this.#point.key);
    this.#context = {
      get ruleVersion() {
        return options.ruleVersion();
      },
      newId: (key, nowMs) => this.#newId(key, nowMs),
      groupOf: options.groupOf,
      describe: () => options.describe(this.#point.scope),
      hidingOf: options.hidingOf,
      get episodes() {
        return currentEpisodes();
      },
    };
  }

  /** Takes over what was kept; why that is not possible. */
  restore(key: string, text: string): string | undefined {
    const alarm = readAlarm(text);
    if (typeof alarm === 'string') return alarm;
    this.#set(key, null, alarm);
    if (alarm.groupId !== '') this.#touched.add(alarm.groupId);
    return undefined;
  }

  get(key: string): Alarm | undefined {
    return this.#alarms.get(key);
  }

  byId(id: string): Alarm | undefined {
    return this.#alarms.get(this.#keys.get(id) ?? '');
  }

  isUntold({ id }: AlarmView): boolean {
    return this.byId(id)?.isUntold ?? false;
  }

  all(): IterableIterator<Alarm> {
    return this.#alarms.values();
  }

  apply(key: string, scope: AlarmScope, input: PointInput, nowMs: number): void {
    const before = this.#alarms.get(key) ?? null;
    this.#point = { key, scope };
    const { alarm, records, isAnnunciated } = step(before, input, nowMs, this.#context);
    if (alarm !== before) this.#set(key, before, alarm);
    if (records.length > 0) {
      this.#records.push({ key, records });
      for (const record of records) this.episodes.add(record);
    }
    this.#note(key, before, alarm, records.length > 0);
    if (isAnnunciated && alarm) {
      const news = this.#news.get(alarm.groupId) ?? [];
      news.push({ key, news: newsOf(records) });
      this.#news.set(alarm.groupId, news);
    }
  }

  /** Views again those whose number is older than it may be shown. */
  refresh(key: string, nowMs: number): void {
    const shown = this.#views.get(key);
    const alarm = this.#alarms.get(key);
    if (!alarm || !shown) return;
    const everyMs = this.#alarms.size > MANY ? SLOW_REFRESH_MS : REFRESH_MS;
    if (nowMs - shown.atMs < everyMs && nowMs >= shown.atMs) return;
    this.forgetView(key);
  }

  forgetView(key: string): void {
    this.#views.delete(key);
    const groupId = this.#alarms.get(key)?.groupId;
    if (groupId) this.#touched.add(groupId);
  }

  view(alarm: Alarm, nowMs: number): AlarmView {
    const shown = this.#views.get(alarm.key);
    if (shown) return shown.view;
    const raises = this.episodes.raises(alarm.key, nowMs);
    const view = alarmView(alarm, this.#options.silenceOf(alarm), raises);
    this.#views.set(alarm.key, { view, atMs: nowMs });
    return view;
  }

  members(groupId: string, nowMs: number): AlarmView[] {
    const keys = [...(this.#members.get(groupId) ?? [])].sort();
    return keys.flatMap((key) => {
      const alarm = this.#alarms.get(key);
      return alarm ? this.view(alarm, nowMs) : [];
    });
  }

  /** Everything that came of it, in the order of keys. */
  takeTurn(): Turn {
    const byKey = <T extends { readonly key: string }>(list: readonly T[]): T[] =>
      [...list].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    const turn = {
      records: byKey(this.#records).flatMap(({ records }) => records),
      news: new Map([...this.#news].map(([id, news]) => [id, byKey(news).map((one) => one.news)])),
      touched: this.#touched,
      ended: this.#ended,
    };
    this.#records = [];
    this.#news = new Map();
    this.#touched = new Set();
    this.#ended = new Map();
    return turn;
  }

  /** States by key, null for those that are normal; and what only drifted, when it is time. */
  takeKept(isAll: boolean): Record<string, string | null> {
    if (isAll) {
      for (const key of this.drifted) this.dirty.add(key);
      this.drifted.clear();
    }
    const kept: Record<string, string | null> = {};
    for (const key of this.dirty) {
      const alarm = this.#alarms.get(key);
      kept[key] = alarm ? writeAlarm(alarm) : null;
      this.drifted.delete(key);
    }
    this.dirty.clear();
    return kept;
  }

  #set(key: string, before: Alarm | null, alarm: Alarm | null): void {
    const isSame = before !== null && before.id === alarm?.id && before.groupId === alarm.groupId;
    if (!isSame && before) this.#unplace(key, before);
    if ((before ?? alarm)?.scope.kind === 'external') this.externals += Number(!before) - Number(!alarm);
    if (alarm) this.#alarms.set(key, alarm);
    else this.#alarms.delete(key);
    if (!isSame && alarm) this.#place(key, alarm);
  }

  #unplace(key: string, { id, groupId }: Alarm): void {
    this.alive.delete(key);
    this.#keys.delete(id);
    if (groupId !== '') this.#leave(key, groupId);
  }

  #place(key: string, alarm: Alarm): void {
    this.alive.add(key);
    this.#keys.set(alarm.id, key);
    if (alarm.groupId === '' || !isRaised(alarm)) return;
    const members = this.#members.get(alarm.groupId);
    if (members) members.add(key);
    else this.#members.set(alarm.groupId, new Set([key]));
  }

  #leave(key: string, groupId: string): void {
    const members = this.#members.get(groupId);
    members?.delete(key);
    if (members?.size === 0) this.#members.delete(groupId);
    const view = this.#views.get(key)?.view;
    if (!view) return;
    const ended = this.#ended.get(groupId) ?? [];
    ended.push({ ...view, state: 'normal', isActive: false });
    this.#ended.set(groupId, ended);
  }

  #note(key: string, before: Alarm | null, after: Alarm | null, hasRecords: boolean): void {
    const isNews = hasRecords || differs(before, after, LOOKS);
    if (isNews || differs(before, after, TIMED)) this.dirty.add(key);
    else if (differs(before, after, DRIFTS)) this.drifted.add(key);
    if (!isNews) return;
    this.#views.delete(key);
    for (const groupId of [before?.groupId, after?.groupId]) if (groupId) this.#touched.add(groupId);
  }

  #newId(key: string, nowMs: number): string {
    if (nowMs !== this.#issuedAtMs) this.#issued.clear();
    this.#issuedAtMs = nowMs;
    const base = `${nowMs.toString(36)}-${shortHash(key)}`;
    let id = base;
    for (let n = 2; this.#issued.has(id) || this.#keys.has(id); n++) id = `${base}-${n}`;
    this.#issued.add(id);
    return id;
  }
}

const LOOKS = ['isActive', 'suppressed', 'outOfService', 'about'] as const;
const TIMED = ['timers', 'judged'] as const;
const DRIFTS = ['worst'] as const;

function differs(a: Alarm | null, b: Alarm | null, parts: readonly (keyof Alarm)[]): boolean {
  return a !== b && parts.some((part) => a?.[part] !== b?.[part]);
}

function newsOf(records: readonly TransitionRecord[]): News {
  const kinds = new Set(records.map(({ kind }) => kind));
  if (kinds.has('raised')) return 'new';
  if (kinds.has('reraised')) return 'again';
  return kinds.has('priority') ? 'risen' : 'shown';
}
