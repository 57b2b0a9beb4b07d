/** A schedule under which nobody can be woken is refused before it is used. Pure. */
import { DateTime } from 'luxon';
import type { OnCallConfig, ScheduleConfig } from '../../base/config-on-call.ts';
import { holesOf } from './schedule.ts';

const WEEK_MS = 7 * 86_400_000;
const WEEKS = 8;

/** One fault for each schedule that leaves a hole within eight weeks and names no fallback: its first hole, and how to mend it. */
export function holeFaults({ schedules }: OnCallConfig, nowMs: number): readonly string[] {
  return schedules.flatMap((schedule) => {
    if (schedule.fallback !== undefined) return [];
    const [first] = holesOf(schedule, nowMs, nowMs + WEEKS * WEEK_MS);
    if (!first) return [];
    const { id, zone } = schedule;
    const isOpen = first.untilMs >= nowMs + WEEKS * WEEK_MS;
    const until = isOpen ? 'on' : `until ${local(first.untilMs, schedule)}`;
    return [
      `schedule '${id}' has a hole: nobody is on call from ${local(first.fromMs, schedule)} ${until} (${zone}); ` +
        'put somebody into a layer for that time, or name a `fallback`',
    ];
  });
}

function local(atMs: number, { zone }: ScheduleConfig): string {
  return DateTime.fromMillis(atMs, { zone, locale: 'en-GB' }).toFormat('ccc d LLL yyyy HH:mm');
}
