/** The webhook of an Alertmanager, version 4 of its form, as alarms of ours. */
import { z } from 'zod';
import type { AlarmScope, Priority } from '../../../shared/alarms.ts';
import { AppError } from '../../base/errors.ts';
import { keyOf, type Rule, type Verdict } from '../../detect/rules/types.ts';
import { GROUP_LABEL } from './channels/alertmanager.ts';
import { oneLine } from './wording.ts';

/** One alert of another system. Plain data: it is kept as it is. */
export const ExternalAlarm = z.object({
  fingerprint: z.string().min(1),
  name: z.string().min(1),
  isFiring: z.boolean(),
  startsAtMs: z.number(),
  priority: z.enum(['low', 'medium', 'high', 'critical']),
  labels: z.record(z.string(), z.string()),
  summary: z.string(),
  runbook: z.string().nullable(),
});
export type ExternalAlarm = z.infer<typeof ExternalAlarm>;

const Texts = z.record(z.string().max(200), z.string().max(10_000));
const Alert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: Texts,
  annotations: Texts.default({}),
  startsAt: z.iso.datetime({ offset: true }),
  endsAt: z.iso.datetime({ offset: true }).optional(),
  fingerprint: z.string().regex(/^[0-9a-f]{1,32}$/),
});
const Webhook = z.object({
  version: z.literal('4'),
  status: z.enum(['firing', 'resolved']),
  alerts: z.array(Alert).max(2_000),
});

/** What people call severities elsewhere. */
const PRIORITY_OF: Readonly<Record<string, Priority>> = {
  critical: 'critical',
  emergency: 'critical',
  page: 'critical',
  error: 'high',
  high: 'high',
  major: 'high',
  warning: 'medium',
  medium: 'medium',
  minor: 'low',
  info: 'low',
  low: 'low',
  none: 'low',
};
/** No severity, or one that nobody knows: looked at, without waking anybody for certain. */
const UNKNOWN_PRIORITY: Priority = 'medium';
const MAX_LABELS = 20;

/**
 * Alerts of one call; throws an AppError when it is not in the form. Alerts that we have pushed ourselves are left out: taken
 * in again they would raise each other for ever.
 */
export function parseAlertmanager(body: unknown, nowMs: number): readonly ExternalAlarm[] {
  const parsed = Webhook.safeParse(body);
  if (!parsed.success) {
    const faults = parsed.error.issues
      .slice(0, 10)
      .map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
    throw new AppError('bad-request', 'this is not the webhook of an Alertmanager, version 4', faults);
  }
  return parsed.data.alerts
    .filter(({ labels }) => !(GROUP_LABEL in labels))
    .map((alert) => toExternal(alert, nowMs));
}

function toExternal(alert: z.infer<typeof Alert>, nowMs: number): ExternalAlarm {
  const { labels, annotations, fingerprint } = alert;
  const name = oneLine(labels['alertname'] ?? '') || 'unnamed';
  return {
    fingerprint,
    name,
    isFiring: alert.status === 'firing',
    // Its clock may run ahead of ours: nothing begins in the future.
    startsAtMs: Math.min(nowMs, Date.parse(alert.startsAt)),
    priority: PRIORITY_OF[(labels['severity'] ?? '').toLowerCase()] ?? UNKNOWN_PRIORITY,
    labels: Object.fromEntries(
      Object.entries(labels)
        .slice(0, MAX_LABELS)
        .map(([key, value]) => [oneLine(key), oneLine(value)]),
    ),
    summary: oneLine(annotations['summary'] ?? annotations['description'] ?? '') || name,
    runbook: runbookOf(annotations['runbook_url']),
  };
}

/** Becomes a link: nothing but http. */
function runbookOf(url: string | undefined): string | null {
  return url !== undefined && /^https?:\/\//i.test(url) && URL.canParse(url) ? url : null;
}

/** What it says now, in the form in which our own rules speak. Its own system has held and judged it already. */
export function toVerdict(external: ExternalAlarm, nowMs: number): Verdict {
  const { fingerprint, isFiring, summary } = external;
  const rule = ruleOf(external);
  const scope: AlarmScope = { kind: 'external', id: fingerprint };
  return {
    key: keyOf(rule.id, scope),
    rule,
    scope,
    level: isFiring ? 0 : -1,
    isClear: !isFiring,
    noData: null,
    reading: {
      ...{ metric: EXTERNAL_METRIC, value: isFiring ? 1 : 0, unit: 'state', limit: 1, side: 'above' },
      ...{ n: null, isFloor: false, atMs: nowMs },
    },
    reason: summary,
  };
}

const EXTERNAL_METRIC = 'external';

function ruleOf({ name, priority, runbook, summary }: ExternalAlarm): Rule {
  return {
    // A key is parted by spaces.
    id: `alertmanager:${name.replace(/[^A-Za-z0-9_.-]+/g, '_')}`,
    title: name,
    enabled: true,
    scope: 'platform',
    when: { kind: 'level', metric: EXTERNAL_METRIC },
    guards: [],
    levels: [{ priority, above: 1, holdSeconds: 0 }],
    clearRatio: 1,
    clearForSeconds: 0,
    keepFiringSeconds: 0,
    action: summary,
    runbook,
  };
}
