/** The forms of what HTTP answers of alarms, as schemas for the description; the types of `shared/alarms.ts` check them. */
import { z } from 'zod';
import {
  type AlarmPathReport,
  type AlarmReading,
  type AlarmScope,
  type AlarmsSnapshot,
  type AlarmStrip,
  type AlarmView,
  type GroupLead,
  type GroupView,
  type OnCallView,
  type RecordPage,
  type ShiftKpis,
  type TransitionRecord,
  ALARM_STATES,
  HIDDEN_KINDS,
  PRIORITIES,
  SCOPE_KINDS,
  TRANSITION_KINDS,
  UNITS,
} from '../../shared/alarms.ts';
import { atMs, reading } from './answer-parts.ts';
import { MaintenanceForm, SilenceForm } from './answers-silences.ts';

const number = z.number();
const text = z.string();
const isTrue = z.boolean();
const time = atMs.nullable();
const priority = z.enum(PRIORITIES);
const state = z.enum(ALARM_STATES);

export const ScopeForm = z.strictObject({
  kind: z.enum(SCOPE_KINDS),
  id: text.max(256).describe('empty for the platform'),
}) satisfies z.ZodType<AlarmScope>;

const Reading = z.object({
  metric: text,
  value: reading,
  unit: z.enum(UNITS),
  limit: number.nullable(),
  side: z.enum(['above', 'below']),
  n: number.nullable().describe('messages, verdicts, users or minutes behind the value'),
  isFloor: isTrue.describe('the truth is this or more'),
  atMs,
}) satisfies z.ZodType<AlarmReading>;

const Hidden = z.object({
  kind: z.enum(HIDDEN_KINDS),
  by: text,
  reason: text,
  sinceMs: atMs,
  untilMs: time,
});

const Chatter = z.object({
  sinceMs: atMs,
  raises: number,
  quietMs: number,
  proposal: z.object({ setting: z.enum(['holdSeconds', 'clearForSeconds']), seconds: number }),
});

const Alarm = z.object({
  id: text,
  rule: text,
  ruleVersion: number,
  title: text,
  priority,
  scope: ScopeForm,
  scopeName: text,
  cluster: text.nullable(),
  mailboxes: number.nullable(),
  state,
  hidden: Hidden.nullable(),
  silence: text.nullable(),
  isActive: isTrue.nullable().describe('whether the condition holds now; null: no data'),
  sinceMs: atMs,
  raisedAtMs: time,
  returnedAtMs: time,
  noDataSinceMs: time,
  reason: text,
  reading: Reading,
  worst: number.nullable(),
  acknowledged: z.object({ by: text, atMs, note: text }).nullable(),
  groupId: text,
  raises24h: number,
  chatter: Chatter.nullable(),
  action: text,
  runbook: text.nullable(),
}) satisfies z.ZodType<AlarmView>;

const Lead = z.object({
  alarmId: text,
  scope: ScopeForm,
  scopeName: text,
  reading: Reading,
  worst: number.nullable(),
  action: text,
  names: z.array(text).describe('the worst first, at most five'),
}) satisfies z.ZodType<GroupLead>;

const Group = z.object({
  id: text,
  rule: text,
  title: text,
  priority,
  state,
  cluster: text.nullable(),
  sinceMs: atMs,
  raisedAtMs: atMs,
  members: z.array(text),
  active: number,
  mailboxes: number.nullable(),
  text,
  owner: text.nullable(),
  isHidden: isTrue,
  isSilenced: isTrue,
  isFirstOut: isTrue,
  lead: Lead.exactOptional().describe('the worst of its members; on the strip only'),
}) satisfies z.ZodType<GroupView>;

export const OnCallForm = z.object({
  schedule: text,
  person: text.nullable().describe('null: a hole'),
  reason: text,
  untilMs: time,
  next: z.object({ person: text.nullable(), fromMs: atMs }).nullable(),
}) satisfies z.ZodType<OnCallView>;

const Channel = z.object({
  id: text,
  type: text,
  target: text,
  state: z.enum(['ok', 'failing', 'unknown']),
  dependsOnPlatform: text.nullable(),
  reason: text,
  waiting: number,
  sent: number,
  dead: number,
  lastSentMs: time,
  oldestWaitingMs: time,
});

const Path = z.object({
  state: z.enum(['ok', 'degraded', 'failing', 'none', 'unknown']),
  reason: text,
  checkedAtMs: time,
  channels: z.array(Channel),
  deadMan: z.object({ isOk: isTrue, lastOkMs: time, reason: text }).nullable(),
}) satisfies z.ZodType<AlarmPathReport>;

const Kpi = z.object({
  name: z.enum([
    ...['rate', 'peak10min', 'floodPercent', 'chattering'],
    ...['fleeting', 'standing', 'topTen', 'priorities'],
  ] as const),
  label: text,
  value: reading,
  unit: z.enum(['per-10-min', 'alarms', 'percent']),
  limit: number.nullable(),
  isWithin: isTrue.nullable(),
  detail: text,
});

export const KpisForm = z.object({
  fromMs: atMs,
  toMs: atMs,
  coveredFromMs: atMs.describe('from when on the record reaches back'),
  raised: number,
  kpis: z.array(Kpi),
  contributors: z.array(z.object({ rule: text, scopeName: text, raises: number, percent: number })),
}) satisfies z.ZodType<ShiftKpis>;

const Flood = z.object({ sinceMs: atMs, raises: number, firstOut: text });

export const AlarmsForm = z.object({
  alarms: z.array(Alarm),
  groups: z.array(Group),
  flood: Flood.nullable(),
  silences: z.array(SilenceForm),
  maintenance: z.array(MaintenanceForm),
  outOfService: z
    .array(
      z.object({
        rule: text,
        scope: ScopeForm.nullable().describe('null: everywhere'),
        by: text,
        reason: text,
        sinceMs: atMs,
      }),
    )
    .exactOptional(),
  onCall: z.array(OnCallForm),
  path: Path,
  kpis: KpisForm,
  rules: z.object({ version: number, count: number, faults: z.array(text) }),
  notKept: text.nullable().describe('why what happens is not kept; null: it is'),
}) satisfies z.ZodType<AlarmsSnapshot>;

/** What the wall shows of them. */
export const StripForm = z.object({
  groups: z.array(Group).describe('the most urgent first'),
  more: number,
  counts: z.object({ unacknowledged: number, acknowledged: number, hidden: number, silenced: number }),
  tenants: z.array(text).exactOptional().describe('that the shown groups are about'),
  flood: Flood.nullable(),
  onCall: z.array(OnCallForm),
  path: Path.pick({ state: true, reason: true }),
  notKept: text.nullable(),
}) satisfies z.ZodType<AlarmStrip>;

const Transition = z.object({
  seq: number,
  atMs,
  kind: z.enum(TRANSITION_KINDS),
  alarmId: text.describe('empty when it is not about one alarm'),
  rule: text,
  ruleVersion: number,
  scope: ScopeForm,
  from: state,
  to: state,
  priority,
  groupId: text,
  by: text,
  reason: text,
  value: reading,
}) satisfies z.ZodType<TransitionRecord>;

export const RecordForm = z.object({
  records: z.array(Transition).describe('newest first'),
  nextBeforeSeq: number.nullable().describe('asks for older ones; null: there are none'),
}) satisfies z.ZodType<RecordPage>;

export const ResultForm = z.object({
  done: z.array(text),
  refused: z.array(z.object({ id: text, reason: text })),
  notKept: text.exactOptional().describe('why a restart would forget it; absent: it is kept'),
});
