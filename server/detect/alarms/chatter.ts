import type { Chatter } from '../../../shared/alarms.ts';
import type { Level, Rule } from '../rules/types.ts';

/** Raised once, and when it was normal again; null: not yet. */
export interface Episode {
  readonly raisedAtMs: number;
  readonly returnedAtMs: number | null;
}

const RAISES = 3;
/** ISA-18.2: three alarms a minute. */
const SHORTEST_MS = 60_000;
const QUIET_MS = 300_000;
const ROUND_SECONDS = 30;

/** How far back raises are counted: with hold and clear times three of them take longer than a minute. */
export function chatterWindowMs(rule: Rule, level: Level): number {
  return Math.max(SHORTEST_MS, RAISES * 1_000 * (level.holdSeconds + rule.clearForSeconds));
}

/** Whether a point that is raised now, after these episodes, chatters; what would end it. */
export function chatterOf(
  rule: Rule,
  level: Level,
  episodes: readonly Episode[],
  nowMs: number,
): Chatter | null {
  const windowMs = chatterWindowMs(rule, level);
  const recent = episodes.filter(({ raisedAtMs }) => raisedAtMs <= nowMs && nowMs - raisedAtMs < windowMs);
  const raises = recent.length + 1;
  if (raises < RAISES) return null;
  return {
    sinceMs: nowMs,
    raises,
    quietMs: Math.max(QUIET_MS, windowMs),
    proposal: proposalOf(rule, level, recent, nowMs),
  };
}

/** Short troubles are waited out by a longer hold; short pauses are bridged by a longer clear time. */
function proposalOf(
  rule: Rule,
  level: Level,
  episodes: readonly Episode[],
  nowMs: number,
): Chatter['proposal'] {
  let longestOnMs = 0;
  let longestOffMs = 0;
  episodes.forEach(({ raisedAtMs, returnedAtMs }, i) => {
    const nextMs = episodes[i + 1]?.raisedAtMs ?? nowMs;
    const backMs = Math.min(returnedAtMs ?? nextMs, nextMs);
    longestOnMs = Math.max(longestOnMs, backMs - raisedAtMs);
    longestOffMs = Math.max(longestOffMs, nextMs - backMs);
  });
  const [setting, now, lackingMs] =
    longestOnMs < longestOffMs
      ? (['holdSeconds', level.holdSeconds, longestOnMs] as const)
      : (['clearForSeconds', rule.clearForSeconds, longestOffMs] as const);
  const seconds = now + lackingMs / 1_000 + 1;
  return { setting, seconds: Math.ceil(seconds / ROUND_SECONDS) * ROUND_SECONDS };
}
