/** The form of a rules file (YAML). Names and units are those of the rules themselves. */
import { z } from 'zod';
import { PRIORITIES } from '../../../shared/alarms.ts';

const DAY_SECONDS = 86_400;
const MAX_RULES = 500;

const Id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'is not an id: letters, digits, `_`, `.`, `-`, at most 64');
const Text = (most: number) => z.string().trim().min(1, 'is empty').max(most, `is longer than ${most}`);
const Limit = z.number('is not a number');
const seconds = (least = 0) =>
  z.number('is not a number of seconds').min(least).max(DAY_SECONDS, 'is longer than a day (86400 s)');
const count = z
  .number('is not a number')
  .int('is not a whole number')
  .min(1, 'is 0: a share of nothing would be divided by nothing');

const Names = z.strictObject({
  ids: z.array(z.string().min(1)).optional(),
  clusters: z.array(z.string().min(1)).optional(),
});
const Priority = z.enum(PRIORITIES, `is not a priority: ${PRIORITIES.join(', ')}`);
const Pair = z.strictObject({
  priority: Priority,
  longMinutes: z.number().int().min(2).max(4_320, 'is longer than 3 days (4320 min)'),
  shortMinutes: z.number().int().min(1),
  factor: z.number().positive('is not above 0'),
});
const hours = z.number().positive().max(168, 'is longer than a week (168 h)');

const When = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('level'), metric: z.string() }),
    z.strictObject({
      kind: z.literal('rate'),
      metric: z.string(),
      overSeconds: z.number().min(10).max(3_600),
    }),
    z.strictObject({
      kind: z.literal('tails'),
      metric: z.string(),
      hours: hours.default(24),
      minimumHours: hours.default(6),
      minimumN: count.default(200),
    }),
    z.strictObject({ kind: z.literal('share'), metric: z.string(), minimumN: count }),
    z.strictObject({
      kind: z.literal('burn'),
      metric: z.string(),
      badAbove: Limit.optional(),
      badBelow: Limit.optional(),
      minimumN: count.optional(),
      objectivePercent: z
        .number()
        .gt(0, 'allows every minute to be bad')
        .lt(100, 'allows no bad minute: what is burnt would be divided by nothing'),
      pairs: z.array(Pair).min(1, 'names no pair of windows').max(8),
    }),
    z.strictObject({ kind: z.literal('no-data') }),
    z.strictObject({
      kind: z.literal('peers'),
      metric: z.string(),
      minimumPeers: z.number().int().min(3, 'is below 3: of two nobody can tell which one differs'),
      minimumN: count,
    }),
  ],
  'is not a condition: its kind is level, rate, tails, share, burn, no-data or peers',
);

const Level = z.strictObject({
  priority: Priority,
  above: Limit.optional(),
  below: Limit.optional(),
  holdSeconds: seconds().default(60),
});
const Guard = z.strictObject({ metric: z.string(), above: Limit.optional(), below: Limit.optional() });

export const RuleEntry = z.strictObject({
  id: Id,
  title: Text(120),
  enabled: z.boolean().default(true),
  scope: z.enum(['tenant', 'cluster', 'platform', 'source', 'destination', 'screen']),
  only: Names.optional(),
  except: Names.optional(),
  when: When,
  guards: z.array(Guard).max(8).default([]),
  levels: z.array(Level).max(4).default([]),
  clearRatio: z.number().gt(0, 'is not above 0').max(1, 'is above 1').default(0.8),
  clearForSeconds: seconds().default(300),
  keepFiringSeconds: seconds().default(300),
  action: Text(2_000),
  runbook: z.string().max(2_000).nullable().default(null),
});
export type RuleEntry = z.infer<typeof RuleEntry>;

/** Switches a stock rule off, and no more. */
export const OffEntry = z.strictObject({ id: Id, enabled: z.literal(false) });

export const RulesFile = z.strictObject({
  rules: z.array(z.unknown(), 'is not a list of rules').max(MAX_RULES).nullish(),
});
