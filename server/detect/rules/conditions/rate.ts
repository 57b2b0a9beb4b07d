import { span } from '../shown.ts';
import { holdAgainst, type Judge, type RuleOf, unknown, valueOf } from './outcome.ts';

/** Values kept of the time looked back on. */
const PLACES = 30;

/** Values of the last time, evenly spaced, oldest first. */
interface Track {
  atMs: number[];
  values: number[];
}

/** Its change a minute. Says nothing before it has seen the whole time looked back on. */
export function judgeRate(rule: RuleOf<'rate'>): Judge {
  const { metric, overSeconds } = rule.when;
  const overMs = overSeconds * 1000;
  const stepMs = overMs / PLACES;
  const tracks = new Map<string, Track>();
  return {
    judge(asked) {
      const got = valueOf(rule, metric, asked);
      if ('outcome' in got) return got.outcome;
      const { value, reading } = got;
      const { nowMs, scope } = asked;
      let track = tracks.get(scope.id);
      if (!track) tracks.set(scope.id, (track = { atMs: [], values: [] }));
      note(track, nowMs, value, { overMs, stepMs });
      const elapsedMs = nowMs - (track.atMs[0] ?? nowMs);
      if (elapsedMs < overMs * 0.9)
        return unknown(`seen for less than ${span(overSeconds)} so far`, asked, 'per-minute');
      const change = ((value - (track.values[0] ?? value)) * 60_000) / elapsedMs;
      const bounds = { low: change, high: change };
      const { n, isFloor = false } = reading;
      return holdAgainst(
        rule,
        { value: change, bounds, unit: 'per-minute', max: Infinity, n, isFloor },
        asked,
      );
    },
  };
}

/** What lies in the future (a clock that went back) and what is older than the time looked back on is let go. */
function note(
  track: Track,
  nowMs: number,
  value: number,
  { overMs, stepMs }: { readonly overMs: number; readonly stepMs: number },
): void {
  const { atMs, values } = track;
  while (atMs.length > 0 && (atMs.at(-1) ?? 0) > nowMs) {
    atMs.pop();
    values.pop();
  }
  if (atMs.length === 0 || nowMs - (atMs.at(-1) ?? 0) >= stepMs) {
    atMs.push(nowMs);
    values.push(value);
  }
  // The first one older than the time looked back on stays: the change is taken from it.
  while (atMs.length > 2 && nowMs - (atMs[1] ?? 0) >= overMs) {
    atMs.shift();
    values.shift();
  }
  if (nowMs - (atMs[0] ?? 0) <= overMs * 2) return;
  atMs.splice(0, atMs.length - 1);
  values.splice(0, values.length - 1);
}
