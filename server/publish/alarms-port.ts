/** What publishing needs of alarms. An `AppError` thrown here reaches the caller as it is. */
import type {
  AlarmsDelta,
  AlarmsSnapshot,
  AlarmStrip,
  BackTestReport,
  BackTestRequest,
  OnCallView,
  RecordPage,
  RecordQuery,
  RulesAnswer,
  ShiftKpis,
} from '../../shared/alarms.ts';
import type { ActionResult, AlarmAction } from '../detect/alarms/types.ts';
import type { Awaitable, JsonObject } from './port.ts';

/** The rules, as the text of their file. */
export interface RulesPort {
  read(): Awaitable<RulesAnswer>;
  /** Of a rule in force; undefined: there is none of that id. */
  title(rule: string): string | undefined;
  /** Every fault, with its line; empty when it can be used. */
  check(text: string): readonly string[];
  /** Refused with every fault, or when another version than `baseVersion` is in force; in use when done. */
  write(save: RulesSave): Awaitable<RulesAnswer>;
  /** Text of an earlier version. */
  version(version: number): Awaitable<string | undefined>;
}
export interface RulesSave {
  readonly text: string;
  readonly by: string;
  readonly note: string;
  readonly baseVersion: number;
}

/** Somebody else takes a part of a schedule. */
export interface OnCallOverride {
  readonly schedule: string;
  readonly person: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly by: string;
  readonly reason: string;
}
export interface OnCallPort {
  at(atMs: number): readonly OnCallView[];
  /** Names of the people who may be put in. */
  people(): readonly { readonly id: string; readonly name: string }[];
  overrides(): readonly (OnCallOverride & { readonly id: string })[];
  override(override: OnCallOverride): Awaitable<{ readonly id: string }>;
  endOverride(id: string, by: string): Awaitable<void>;
}

export interface BackTestPort {
  start(request: BackTestRequest): BackTestReport;
  report(id: string): BackTestReport | undefined;
  cancel(id: string): BackTestReport | undefined;
}

export interface AlarmsPort {
  snapshot(): AlarmsSnapshot;
  /** As it is now, with what was done since the last tick. */
  lookup(): Pick<AlarmsSnapshot, 'alarms' | 'silences' | 'maintenance'>;
  strip(): AlarmStrip;
  /** As of this tick against the one before; undefined parts did not change. */
  delta(): AlarmsDelta;
  /** Undefined: as it was in the tick before. */
  stripDelta(): AlarmStrip | undefined;
  /** What people do; resolves once it is kept. */
  act(action: AlarmAction): Awaitable<ActionResult>;
  record(query: RecordQuery): Awaitable<RecordPage>;
  kpis(fromMs: number, toMs: number): Awaitable<ShiftKpis>;
  readonly rules: RulesPort;
  readonly backTests: BackTestPort;
  readonly onCall: OnCallPort;
  /** The webhook of an Alertmanager (version 4 of its form); how many alerts were taken. */
  acceptAlertmanager(body: JsonObject): { readonly accepted: number };
  /** Sends a test through one channel, and says what came of it. */
  test(channel: string, by: string): Promise<{ readonly ok: boolean; readonly reason: string }>;
}
