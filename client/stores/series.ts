import type { TenantSeries } from '../../shared/protocol.ts';

type Values = readonly (number | null)[];

/** Steps by which a part lies after the start of a base; null when the two do not share a grid. */
function offsetOf(base: TenantSeries, part: TenantSeries): number | null {
  if (base.stepMs !== part.stepMs) return null;
  const steps = (part.fromMs - base.fromMs) / base.stepMs;
  return Number.isInteger(steps) ? steps : null;
}

/** Writes a part over a base from `offset` on, with gaps for steps that neither has, and drops the oldest. */
function overwrite(base: Values, part: Values, offset: number, keep: number): Values {
  const length = Math.max(base.length, offset + part.length);
  const first = Math.max(0, length - keep);
  return Array.from({ length: length - first }, (_, i) => {
    const at = i + first;
    const inPart = at - offset;
    return (inPart >= 0 && inPart < part.length ? part[inPart] : base[at]) ?? null;
  });
}

/** Merges newer steps into a series by time; what is older than `spanMs` before its end is dropped. */
export function mergeSeries(base: TenantSeries, part: TenantSeries, spanMs: number): TenantSeries {
  const offset = offsetOf(base, part);
  // Another grid, or a jump so far that nothing of the base is left: what came is all there is.
  if (offset === null) return part;
  const keep = Math.max(1, Math.round(spanMs / base.stepMs));
  const partLength = part.spamPercent.length;
  if (offset >= base.spamPercent.length + keep || offset + partLength <= 0)
    return partLength === 0 ? base : part;
  const length = Math.max(base.spamPercent.length, offset + partLength);
  const merge = (a: Values, b: Values) => overwrite(a, b, offset, keep);
  return {
    fromMs: base.fromMs + Math.max(0, length - keep) * base.stepMs,
    stepMs: base.stepMs,
    queue: {
      incoming: merge(base.queue.incoming, part.queue.incoming),
      active: merge(base.queue.active, part.queue.active),
      deferred: merge(base.queue.deferred, part.queue.deferred),
      hold: merge(base.queue.hold, part.queue.hold),
    },
    spamPercent: merge(base.spamPercent, part.spamPercent),
    spamN: merge(base.spamN, part.spamN),
    lagP50Ms: merge(base.lagP50Ms, part.lagP50Ms),
    lagP95Ms: merge(base.lagP95Ms, part.lagP95Ms),
    lagP99Ms: merge(base.lagP99Ms, part.lagP99Ms),
    oldestWaitingMs: merge(base.oldestWaitingMs, part.oldestWaitingMs),
  };
}
