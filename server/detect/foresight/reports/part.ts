import { z } from 'zod';
import { jsonOf } from '../../../base/json.ts';
import type { PlatformEvent, ReportSurge } from '../../../../shared/foresight.ts';
import type { ForesightViews } from '../engine.ts';
import type { HourOfWeek } from '../season.ts';
import type { ForesightFacts, ForesightPart, ScopeInfo } from '../types.ts';
import { SURGE_MS, surgeOf } from './surge.ts';

const HOURS = 168;
const HOUR_MS = 3_600_000;
const Kept = z.strictObject({
  hours: z.record(z.string(), z.array(z.tuple([z.number(), z.number(), z.number()]))),
  lastHour: z.number(),
});
type Kind = ReportSurge['kind'];

/** Customers' reports by tenant and of all. `kept`: what `takeKept` gave. */
export function createReportsPart(
  hourOfWeek: HourOfWeek,
  kept?: string,
): ForesightPart<ForesightViews['surges']> {
  return new Reports(hourOfWeek, kept);
}

/** Reporters by hour of the week: sum and weeks. */
class Week {
  readonly sums = new Float64Array(HOURS);
  readonly weeks = new Float64Array(HOURS);
}

class Reports implements ForesightPart<ForesightViews['surges']> {
  readonly #hourOfWeek: HourOfWeek;
  readonly #weeks = new Map<string, Week>();
  /** When the surge of a scope began. */
  readonly #since = new Map<string, number>();
  #lastHour = -1;
  #isChanged = false;
  #view: readonly ReportSurge[] = [];

  constructor(hourOfWeek: HourOfWeek, kept?: string) {
    this.#hourOfWeek = hourOfWeek;
    const parsed = Kept.safeParse(kept === undefined ? undefined : jsonOf(kept)).data;
    if (!parsed) return;
    this.#lastHour = parsed.lastHour;
    for (const [key, hours] of Object.entries(parsed.hours)) {
      const week = this.#of(key);
      for (const [hour, sum, weeks] of hours) {
        week.sums[hour] = sum;
        week.weeks[hour] = weeks;
      }
    }
  }

  advance({ atMs, events, scopes, alarms }: ForesightFacts): void {
    this.#learn(atMs, events, scopes);
    const recent = events.filter(
      (event) => isReport(event) && atMs - event.atMs < SURGE_MS && event.atMs <= atMs,
    );
    this.#view = scopes.flatMap((scope) =>
      scope.kind === 'cluster' ? [] : (this.#look(scope, recent, { atMs, alarms }) ?? []),
    );
  }

  view(): ForesightViews['surges'] {
    return this.#view;
  }

  takeKept(): string | undefined {
    if (!this.#isChanged) return undefined;
    this.#isChanged = false;
    const hours = [...this.#weeks].map(([key, { sums, weeks }]) => {
      const told = [...sums].flatMap((sum, hour) =>
        (weeks[hour] ?? 0) > 0 ? [[hour, sum, weeks[hour] ?? 0] as const] : [],
      );
      return [key, told] as const;
    });
    return JSON.stringify({ hours: Object.fromEntries(hours), lastHour: this.#lastHour });
  }

  #of(key: string): Week {
    let week = this.#weeks.get(key);
    if (!week) this.#weeks.set(key, (week = new Week()));
    return week;
  }

  /** The hour that has ended becomes part of what is usual; one of a surge does not. */
  #learn(atMs: number, events: readonly PlatformEvent[], scopes: readonly ScopeInfo[]): void {
    const hour = Math.floor(atMs / HOUR_MS);
    if (hour === this.#lastHour) return;
    const isNext = hour === this.#lastHour + 1;
    this.#lastHour = hour;
    if (!isNext) return;
    const ended = events.filter((event) => isReport(event) && Math.floor(event.atMs / HOUR_MS) === hour - 1);
    const place = this.#hourOfWeek((hour - 1) * HOUR_MS);
    for (const scope of scopes) {
      if (scope.kind === 'cluster' || this.#since.has(scope.id)) continue;
      const week = this.#of(scope.id);
      week.sums[place] = (week.sums[place] ?? 0) + reportersOf(ended, scope).size;
      week.weeks[place] = (week.weeks[place] ?? 0) + 1;
    }
    this.#isChanged = true;
  }

  #look(
    scope: ScopeInfo,
    recent: readonly PlatformEvent[],
    { atMs, alarms }: Pick<ForesightFacts, 'atMs' | 'alarms'>,
  ): ReportSurge | null {
    const own = recent.filter((event) => concerns(event, scope));
    const reporters = reportersOf(own, scope).size;
    if (reporters === 0) {
      this.#since.delete(scope.id);
      return null;
    }
    const week = this.#of(scope.id);
    const place = this.#hourOfWeek(atMs);
    const judged = surgeOf({
      reporters,
      earlier: { sum: week.sums[place] ?? 0, weeks: week.weeks[place] ?? 0 },
    });
    const firstMs = Math.min(...own.map((event) => event.atMs));
    if (judged.state === 'surge' && !this.#since.has(scope.id)) this.#since.set(scope.id, firstMs);
    if (judged.state === 'usual') this.#since.delete(scope.id);
    const sinceMs = this.#since.get(scope.id) ?? firstMs;
    const kind: Kind = own.every((event) => event.kind === 'abuse-report') ? 'abuse-report' : 'ticket';
    const customersAheadMs = judged.state === 'surge' ? aheadOf(scope, sinceMs, { atMs, alarms }) : null;
    const { kind: scopeKind, id, name } = scope;
    return {
      scope: { kind: scopeKind, id, name },
      ...{ kind, sinceMs, reporters, customersAheadMs, ...judged },
      text: textOf(name, { reporters, customersAheadMs, ...judged }),
    };
  }
}

/** How long customers knew before our first alarm there; it counts on while there is none. Null: we were first. */
function aheadOf(
  scope: ScopeInfo,
  sinceMs: number,
  { atMs, alarms }: Pick<ForesightFacts, 'atMs' | 'alarms'>,
): number | null {
  const raised = alarms.flatMap(({ scope: on, raisedAtMs }) =>
    raisedAtMs !== null && (scope.kind === 'platform' || on.id === scope.id || on.id === scope.cluster)
      ? raisedAtMs
      : [],
  );
  const firstMs = Math.min(atMs, ...raised);
  return firstMs > sinceMs ? firstMs - sinceMs : null;
}

function textOf(
  name: string,
  {
    reporters,
    usual,
    state,
    customersAheadMs,
  }: Pick<ReportSurge, 'reporters' | 'usual' | 'state' | 'customersAheadMs'>,
): string {
  const people = `${name}: ${reporters} ${reporters === 1 ? 'customer has' : 'customers have'} reported within an hour`;
  if (state === 'insufficient') return `${people}, too few to say anything`;
  if (state === 'usual') return `${people}, as usual`;
  const ahead =
    customersAheadMs === null ? '' : `; they knew ${Math.round(customersAheadMs / 60_000)} min before us`;
  return `${people}, usual are ${Math.round(usual * 10) / 10}${ahead}`;
}

function isReport({ kind }: PlatformEvent): boolean {
  return kind === 'ticket' || kind === 'abuse-report';
}

function concerns({ tenant }: PlatformEvent, scope: ScopeInfo): boolean {
  return scope.kind === 'platform' || tenant === scope.id;
}

/** One who does not say who it is counts for itself. */
function reportersOf(events: readonly PlatformEvent[], scope: ScopeInfo): ReadonlySet<string> {
  return new Set(events.filter((event) => concerns(event, scope)).map(({ reporter, id }) => reporter ?? id));
}
