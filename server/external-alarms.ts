import { MAX_EXTERNAL } from './detect/alarms/external.ts';
import type { AlarmDesk } from './detect/alarms/types.ts';
import type { Verdict } from './detect/rules/types.ts';
import { type ExternalAlarm, toVerdict } from './respond/notify/alertmanager-in.ts';

type Desk = Pick<AlarmDesk, 'alive' | 'view'>;

/** What other systems have told of, as long as it holds there, or somebody has resolved it here. */
export class ExternalAlarms {
  readonly #desk: Desk;
  readonly #alarms = new Map<string, ExternalAlarm>();
  /** Those that the desk had up at the last look. */
  #up: ReadonlySet<string> = new Set();
  #isChanged = false;
  #dropped = 0;

  constructor(desk: Desk, kept: readonly ExternalAlarm[]) {
    this.#desk = desk;
    for (const alarm of kept) this.#alarms.set(alarm.fingerprint, alarm);
  }

  /** Alarms that were not taken because there were too many. */
  get dropped(): number {
    return this.#dropped;
  }

  get(fingerprint: string): ExternalAlarm | undefined {
    return this.#alarms.get(fingerprint);
  }

  /** How many were taken; the rest is counted. */
  tell(alarms: readonly ExternalAlarm[]): number {
    const taken = alarms.filter((alarm) => this.#hasRoom(alarm));
    for (const alarm of taken) this.#alarms.set(alarm.fingerprint, alarm);
    this.#isChanged ||= taken.length > 0;
    this.#dropped += alarms.length - taken.length;
    return taken.length;
  }

  verdicts(nowMs: number): Verdict[] {
    return [...this.#alarms.values()].map((alarm) => toVerdict(alarm, nowMs));
  }

  /** Of whose end the desk has heard, and what was resolved there: that comes back only when it is told again. */
  forgetEnded(nowMs: number): void {
    if (this.#alarms.size === 0) return;
    const active = new Map<string, boolean | null>();
    for (const { scope, state, isActive } of this.#desk.view(nowMs).alarms)
      if (scope.kind === 'external' && state !== 'normal') active.set(scope.id, isActive);
    for (const [id, { isFiring }] of this.#alarms) {
      const isOver = isFiring ? this.#up.has(id) && !active.has(id) : active.get(id) !== true;
      if (isOver) this.#isChanged = this.#alarms.delete(id);
    }
    this.#up = new Set(active.keys());
  }

  /** As text, when that is not what it was the last time. */
  takeKept(): string | undefined {
    if (!this.#isChanged) return undefined;
    this.#isChanged = false;
    return JSON.stringify([...this.#alarms.values()]);
  }

  /** The end of what is up is always heard. */
  #hasRoom(alarm: ExternalAlarm): boolean {
    if (this.#alarms.has(alarm.fingerprint) || this.#alarms.size < MAX_EXTERNAL) return true;
    return !alarm.isFiring && this.#desk.alive.has(toVerdict(alarm, 0).key);
  }
}
