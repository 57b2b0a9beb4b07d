import type { Level, Signal } from '../../shared/protocol.ts';
import type { AccessGauge } from '../../shared/window.ts';
import type { Thresholds } from '../base/config.ts';

/** What the judgement of one tenant rests on; null is no data. */
export interface Vitals {
  /** Whether any source covers the tenant now, with the reason when none does. */
  readonly noData: string | null;
  readonly lagP95Ms: number | null;
  readonly isLagFloor: boolean;
  /** Messages delivered late or waiting longer than a limit. */
  readonly messagesBeyond: (limitMs: number) => number;
  /** Of mail the tenant sends, as far as this platform holds it up. */
  readonly outboundLagP95Ms: number | null;
  readonly outboundBeyond: (limitMs: number) => number;
  /** Null: nobody tried. */
  readonly access: AccessGauge | null;
  /** Incoming and active: what Postfix could deliver now if it were fast enough. */
  readonly ready: number;
  readonly hold: number;
  readonly deliveredPerMinute: number;
  readonly spamPercent: number | null;
  readonly spamN: number;
  readonly bounced: number;
  readonly finished: number;
}

export interface Judgement {
  readonly level: Level;
  readonly signal: Signal;
  readonly reason: string;
}

const CALM: Judgement = { level: 'ok', signal: 'none', reason: '' };
const RANK: Record<Level, number> = { ok: 0, low: 1, medium: 2, high: 3, critical: 4, 'no-data': 5 };

/** The worst of all signals. A tenant that nothing covers is not judged: no data is neither good nor bad. */
export function judge(vitals: Vitals, limits: Thresholds): Judgement {
  if (vitals.noData !== null) return { level: 'no-data', signal: 'data', reason: vitals.noData };
  const all = [judgeAccess, judgeLag, judgeOutboundLag, judgeQueue, judgeSpam, judgeBounces, judgeHold].map(
    (one) => one(vitals, limits),
  );
  return all.reduce((worst, next) => (RANK[next.level] > RANK[worst.level] ? next : worst), CALM);
}

function judgeLag(vitals: Vitals, limits: Thresholds): Judgement {
  const { lagP95Ms, isLagFloor } = vitals;
  if (lagP95Ms === null || lagP95Ms <= limits.lagMediumMs) return CALM;
  const reason = `lag ${isLagFloor ? '≥ ' : ''}${duration(lagP95Ms)}`;
  const reached = (limitMs: number) =>
    lagP95Ms > limitMs && vitals.messagesBeyond(limitMs) >= limits.lagMinMessages;
  const level = reached(limits.lagCriticalMs) ? 'critical' : reached(limits.lagHighMs) ? 'high' : 'medium';
  return { level, signal: 'lag', reason };
}

/** Outbound mail may wait for somebody else's mailboxes on this platform: their tile is the red one. */
function judgeOutboundLag(
  { outboundLagP95Ms: lagMs, outboundBeyond }: Vitals,
  limits: Thresholds,
): Judgement {
  if (lagMs === null || lagMs <= limits.lagHighMs || outboundBeyond(limits.lagHighMs) < limits.lagMinMessages)
    return CALM;
  return { level: 'medium', signal: 'lag', reason: `outbound lag ${duration(lagMs)}` };
}

const DENIED = { mailbox: 'locked out', submission: "can't send" } as const;

function judgeAccess({ access }: Vitals, limits: Thresholds): Judgement {
  if (!access || access.failing === 0) return CALM;
  const { users, failing } = access;
  const percent = 100 * (1 - failing / users);
  const reason = `${failing} of ${users} users ${DENIED[access.access]}`;
  if (users < limits.accessMinUsers)
    return failing >= 3 ? { level: 'medium', signal: 'access', reason } : CALM;
  if (percent < limits.accessCriticalPercent) return { level: 'critical', signal: 'access', reason };
  return percent < limits.accessHighPercent ? { level: 'high', signal: 'access', reason } : CALM;
}

function judgeQueue(vitals: Vitals, limits: Thresholds): Judgement {
  const { ready, deliveredPerMinute } = vitals;
  if (ready < limits.queueMinRecipients) return CALM;
  const minutes = ready / Math.max(deliveredPerMinute, 0.2);
  const reason = `${ready} ready, ${duration(minutes * 60_000)} of deliveries`;
  if (minutes > limits.queueHighMinutes) return { level: 'high', signal: 'queue', reason };
  return minutes > limits.queueMediumMinutes ? { level: 'medium', signal: 'queue', reason } : CALM;
}

function judgeSpam({ spamPercent, spamN }: Vitals, limits: Thresholds): Judgement {
  if (spamPercent === null || spamN < limits.spamMinVerdicts || spamPercent < limits.spamMediumPercent)
    return CALM;
  return { level: 'medium', signal: 'spam', reason: `spam ${spamPercent.toFixed(0)} % of ${spamN}` };
}

function judgeBounces({ bounced, finished }: Vitals, limits: Thresholds): Judgement {
  if (finished < limits.bounceMinRecipients) return CALM;
  const percent = (100 * bounced) / finished;
  if (percent < limits.bounceMediumPercent) return CALM;
  return { level: 'medium', signal: 'bounce', reason: `${percent.toFixed(0)} % of ${finished} bounced` };
}

function judgeHold({ hold }: Vitals, limits: Thresholds): Judgement {
  return hold < limits.holdLowRecipients
    ? CALM
    : { level: 'low', signal: 'hold', reason: `${hold} held for review` };
}

/** Three significant figures and the unit that fits. */
export function duration(ms: number): string {
  const [value, unit] =
    ms < 60_000
      ? [ms / 1000, 's']
      : ms < 3_600_000
        ? [ms / 60_000, 'min']
        : ms < 172_800_000
          ? [ms / 3_600_000, 'h']
          : [ms / 86_400_000, 'd'];
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(value >= 10 ? 3 : 2)} ${unit}`;
}
