import { OnCallConfig, type ScheduleConfig } from '../../../../server/base/config-on-call.ts';

type Given = Record<string, unknown>;

/** Kim, Lee and Max, and schedules of them as a config file would have them. */
export function onCallOf(...schedules: Given[]): OnCallConfig {
  return OnCallConfig.parse({
    people: ['kim', 'lee', 'max'].map((id) => ({ id, name: id.toUpperCase(), channels: [`sms-${id}`] })),
    schedules,
  });
}

/** One schedule in London. */
export function scheduleOf(layers: Given[], change: Given = {}): ScheduleConfig {
  return onCallOf({ id: 'watch', name: 'Watch', zone: 'Europe/London', layers, ...change }).schedules[0]!;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of a zone show, asked of ICU: nothing of our own calendar is in it. */
export function clockOf(zone: string, atMs: number) {
  let clock = clocks.get(zone);
  if (!clock) {
    const digits = {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    } as const;
    clock = new Intl.DateTimeFormat('en-CA', { ...digits, timeZone: zone, hourCycle: 'h23' });
    clocks.set(zone, clock);
  }
  const parts = Object.fromEntries(clock.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts;
  const wallMs = Date.UTC(year, month - 1, day, hour, minute);
  return { wallMs, minutes: hour * 60 + minute, weekday: new Date(wallMs).getUTCDay() || 7 };
}
