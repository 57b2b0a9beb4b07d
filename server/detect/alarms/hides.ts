import { z } from 'zod';
import {
  type AlarmScope,
  type AlarmView,
  type Hidden,
  type Maintenance,
  type MaintenanceView,
  type Matcher,
  PRIORITIES,
  SCOPE_KINDS,
  type Silence,
  type SilenceView,
} from '../../../shared/alarms.ts';
import { windowAt } from '../../base/calendar.ts';
import type { Hiding } from './alarm.ts';
import { readJson } from './kept-alarm.ts';
import { matches, type Subject } from './matcher.ts';

const Ids = z.array(z.string()).readonly().optional();
const KeptMatcher = z.object({
  rules: Ids,
  tenants: Ids,
  clusters: Ids,
  sources: Ids,
  destinations: Ids,
  screens: Ids,
  upTo: z.enum(PRIORITIES).optional(),
}) as z.ZodType<Matcher>;
const KeptSilences = z.array(
  z.object({
    id: z.string(),
    matcher: KeptMatcher,
    by: z.string(),
    reason: z.string(),
    fromMs: z.number(),
    untilMs: z.number(),
    withheld: z.number(),
  }),
);
const KeptMaintenance = z.array(
  z.object({
    id: z.string(),
    matcher: KeptMatcher,
    by: z.string(),
    reason: z.string(),
    when: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('once'), fromMs: z.number(), untilMs: z.number() }),
      z.object({
        kind: z.literal('weekly'),
        zone: z.string(),
        weekdays: z.array(z.number()).readonly(),
        from: z.string(),
        minutes: z.number(),
        untilMs: z.number(),
      }),
    ]),
  }),
);
const KeptService = z.array(
  z.object({
    rule: z.string(),
    scope: z.object({ kind: z.enum(SCOPE_KINDS), id: z.string() }).nullable(),
    by: z.string(),
    reason: z.string(),
    sinceMs: z.number(),
  }),
);

/** A rule, or a rule at one scope, that an administrator has taken out of service. */
export type OutOfService = Readonly<z.infer<typeof KeptService>[number]>;
type CountedSilence = Silence & { readonly withheld: number };
export interface KeptHides {
  readonly silences: string | undefined;
  readonly maintenance: string | undefined;
  readonly service: string | undefined;
}

/** What withholds notifications, and what hides alarms: silences, maintenance and service. They end by themselves, but for service. */
export class Hides {
  readonly silences = new Map<string, CountedSilence>();
  readonly maintenance = new Map<string, Maintenance>();
  service: readonly OutOfService[];
  /** What has to be kept anew. */
  readonly changed = new Set<keyof KeptHides>();
  #windows: readonly (readonly [Maintenance, Hidden])[] = [];
  #active: readonly CountedSilence[] = [];
  #signature = '';

  constructor(kept: KeptHides) {
    const orNone = <T>(list: readonly T[] | string): readonly T[] => (typeof list === 'string' ? [] : list);
    const read = <T>(schema: z.ZodType<T[]>, text: string | undefined) =>
      text === undefined ? [] : orNone(readJson(schema, text));
    for (const silence of read(KeptSilences, kept.silences)) this.silences.set(silence.id, silence);
    for (const one of read(KeptMaintenance, kept.maintenance)) this.maintenance.set(one.id, one);
    this.service = read(KeptService, kept.service);
  }

  /** What is in force now; true when that is not what was in force before. */
  refresh(nowMs: number): boolean {
    this.#windows = [...this.maintenance.values()].flatMap((one) => {
      const { active } = windowAt(one.when, nowMs);
      return active ? [[one, suppression(one, active.fromMs, active.untilMs)] as const] : [];
    });
    this.#active = [...this.silences.values()].filter(
      ({ fromMs, untilMs }) => fromMs <= nowMs && nowMs < untilMs,
    );
    const ids = [...this.#windows.map(([{ id }]) => id), '|', ...this.#active.map(({ id }) => id), '|'];
    const service = this.service.map(({ rule, scope }) => `${rule} ${scope?.kind} ${scope?.id}`);
    const signature = [...ids, ...service].join('\n');
    if (signature === this.#signature) return false;
    this.#signature = signature;
    return true;
  }

  /** The clock went back by so much: silences last as long as they were to. Plans stay on the calendar. */
  shift(byMs: number): void {
    for (const silence of this.silences.values()) {
      const { fromMs, untilMs } = silence;
      this.silences.set(silence.id, { ...silence, fromMs: fromMs - byMs, untilMs: untilMs - byMs });
    }
    if (this.silences.size > 0) this.changed.add('silences');
  }

  hidingOf(subject: Subject): Hiding {
    const window = this.#windows.find(([{ matcher }]) => matches(matcher, subject));
    const service = this.service.find(
      ({ rule, scope }) => rule === subject.rule && (scope === null || isSame(scope, subject.scope)),
    );
    return { suppressed: window?.[1] ?? null, outOfService: service ? outOf(service) : null };
  }

  silenceOf(subject: Subject): string | null {
    return this.#active.find(({ matcher }) => matches(matcher, subject))?.id ?? null;
  }

  withheld(id: string): void {
    const silence = this.silences.get(id);
    if (silence) this.silences.set(id, { ...silence, withheld: silence.withheld + 1 });
    this.changed.add('silences');
  }

  /** Silences whose time is over; they are forgotten. */
  endSilences(nowMs: number): readonly Silence[] {
    const over = [...this.silences.values()].filter(({ untilMs }) => untilMs <= nowMs);
    for (const { id } of over) this.silences.delete(id);
    if (over.length > 0) this.changed.add('silences');
    return over;
  }

  /** Maintenance that will not be again; it is forgotten. */
  endMaintenance(nowMs: number): readonly Maintenance[] {
    const over = [...this.maintenance.values()].filter(({ when }) => {
      const { active, next } = windowAt(when, nowMs);
      return active === null && next === null;
    });
    for (const { id } of over) this.maintenance.delete(id);
    if (over.length > 0) this.changed.add('maintenance');
    return over;
  }

  silenceViews(alarms: readonly AlarmView[], nowMs: number): SilenceView[] {
    return [...this.silences.values()].map((silence) => {
      const isActive = silence.fromMs <= nowMs && nowMs < silence.untilMs;
      const hides = isActive ? alarms.filter((alarm) => matches(silence.matcher, alarm)) : [];
      return { ...silence, isActive, hides: hides.map(({ id }) => id) };
    });
  }

  maintenanceViews(alarms: readonly AlarmView[], nowMs: number): MaintenanceView[] {
    return [...this.maintenance.values()].map((one) => {
      const { active, next } = windowAt(one.when, nowMs);
      const shown = active ?? next;
      const hides = active ? alarms.filter((alarm) => matches(one.matcher, alarm)) : [];
      return {
        ...one,
        isActive: active !== null,
        nextFromMs: shown?.fromMs ?? null,
        nextUntilMs: shown?.untilMs ?? null,
        hides: hides.map(({ id }) => id),
      };
    });
  }

  text(name: keyof KeptHides): string {
    if (name === 'service') return JSON.stringify(this.service);
    return JSON.stringify([...(name === 'silences' ? this.silences : this.maintenance).values()]);
  }
}

function suppression({ id, reason }: Maintenance, fromMs: number, untilMs: number): Hidden {
  return { kind: 'suppressed', by: id, reason, sinceMs: fromMs, untilMs };
}

function outOf({ by, reason, sinceMs }: OutOfService): Hidden {
  return { kind: 'out-of-service', by, reason, sinceMs, untilMs: null };
}

export function isSame(a: AlarmScope, b: AlarmScope): boolean {
  return a.kind === b.kind && a.id === b.id;
}
