/** The forms of what HTTP answers of alarm rules and of who is on call; the types of `shared/alarms.ts` check them. */
import { z } from 'zod';
import {
  type BackTestFire,
  type BackTestReport,
  type MetricView,
  type RulesAnswer,
  type RuleView,
  PRIORITIES,
  SCOPE_KINDS,
  UNITS,
} from '../../shared/alarms.ts';
import { OnCallForm, ScopeForm } from './answers-alarms.ts';
import { atMs, reading } from './answer-parts.ts';

const number = z.number();
const text = z.string();
const isTrue = z.boolean();

const Rule = z.object({
  id: text,
  title: text,
  enabled: isTrue,
  priorities: z.array(z.enum(PRIORITIES)),
  scope: z.enum(SCOPE_KINDS),
  kind: text,
  metric: text,
  text,
  source: text.describe('the same as it stands in the file'),
  isStock: isTrue,
  isChanged: isTrue,
  raises24h: number,
}) satisfies z.ZodType<RuleView>;

const Metric = z.object({
  name: text,
  label: text,
  unit: z.enum(UNITS),
  scopes: z.array(z.enum(SCOPE_KINDS)),
  isShare: isTrue,
}) satisfies z.ZodType<MetricView>;

export const RulesForm = z.object({
  version: number,
  text: text.describe('the file as it is, YAML'),
  rules: z.array(Rule),
  faults: z.array(text).describe('of the file as it is; the version before is in force then'),
  metrics: z.array(Metric).describe('what rules may name'),
  versions: z.array(z.object({ version: number, atMs, by: text, note: text })).describe('newest first'),
}) satisfies z.ZodType<RulesAnswer>;

export const FaultsForm = z.object({ faults: z.array(text).describe('empty: it can be used') });
export const VersionForm = z.object({ version: number, text });

const Fire = z.object({
  rule: text,
  scope: ScopeForm,
  scopeName: text,
  priority: z.enum(PRIORITIES),
  raisedAtMs: atMs,
  clearedAtMs: atMs.nullable().describe('null: still up at the end of the range'),
  worst: reading,
  reason: text,
}) satisfies z.ZodType<BackTestFire>;

export const BackTestForm = z.object({
  id: text,
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  progress: number.describe('0 to 1'),
  reason: text,
  fromMs: atMs,
  toMs: atMs,
  stepSeconds: number.describe('length of the stored windows: a hold time shorter than this cannot be told'),
  fires: z.array(Fire),
  moreFires: number,
  perDay: number.nullable(),
  worstDay: z.object({ day: text, fires: number }).nullable(),
  daysLackingData: z.array(z.object({ day: text, percent: number })),
  summary: text,
}) satisfies z.ZodType<BackTestReport>;

const Override = {
  schedule: text,
  person: text,
  fromMs: atMs,
  untilMs: atMs,
  by: text,
  reason: text,
};

export const OnCallAnswer = z.object({
  now: z.array(OnCallForm).describe('by schedule, at the time asked for'),
  people: z.array(z.object({ id: text, name: text })),
  overrides: z.array(z.object({ id: text, ...Override })),
});
export const IdForm = z.object({ id: text });
export const TestForm = z.object({ ok: isTrue, reason: text });
export const TakenForm = z.object({ accepted: number.describe('alerts taken') });
