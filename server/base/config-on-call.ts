import { z } from 'zod';
import { isZone } from './zoned.ts';

const Id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'is not an id: letters, digits, `_`, `.`, `-`, at most 64');
const Time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time: write HH:MM, 00:00 to 23:59');
const EndTime = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'is not a time: write HH:MM, 00:00 to 24:00');
const Day = z.iso.date('is not a day: write YYYY-MM-DD');
const weekday = z.number().int().min(1).max(7);

const Person = z.strictObject({
  id: Id,
  name: z.string().trim().min(1).max(100),
  channels: z.array(Id).min(1).max(10).describe('ids of channels that reach this person'),
});

const turns = {
  name: z.string().trim().min(1).max(60),
  handover: Time.default('09:00').describe('when turns change, by the clocks of the zone'),
  start: Day.describe('the first person takes over on this day at the handover'),
  people: z.array(Id).min(1).max(100).describe('in this order; a person may come several times'),
  only: z
    .strictObject({
      weekdays: z.array(weekday).min(1).max(7).optional().describe('1 Monday to 7 Sunday; default: all'),
      from: Time.default('00:00'),
      until: EndTime.default('24:00').describe('not later than `from`: of the next day'),
    })
    .optional()
    .describe('the layer holds at these times only; a time that goes past midnight is of the day it begins'),
};
const Layer = z.discriminatedUnion('rotation', [
  z.strictObject({ ...turns, rotation: z.literal('daily') }),
  z.strictObject({
    ...turns,
    rotation: z.literal('weekly'),
    weekday: weekday.default(1).describe('day of the handover, 1 Monday to 7 Sunday'),
  }),
  z.strictObject({
    ...turns,
    rotation: z.literal('hours'),
    hours: z
      .number()
      .int()
      .min(1)
      .max(8_760)
      .describe('length of a turn by the clocks of the zone, from the first handover on'),
  }),
]);
export type LayerConfig = z.infer<typeof Layer>;

const Schedule = z.strictObject({
  id: Id,
  name: z.string().trim().min(1).max(100),
  zone: z.string().refine(isZone, 'is not a time zone: write Europe/London'),
  layers: z.array(Layer).min(1).max(20).describe('a later one wins over an earlier one'),
  fallback: Id.optional().describe('person who is on call when no layer names one'),
});
export type ScheduleConfig = z.infer<typeof Schedule>;

/** Who is on call. The lists are empty unless the operator fills them. */
export const OnCallConfig = z
  .strictObject({
    people: z.array(Person).max(1_000).default([]),
    schedules: z.array(Schedule).max(50).default([]),
  })
  .superRefine((config, context) => {
    for (const { path, message } of faultsOf(config)) context.addIssue({ code: 'custom', path, message });
  });
export type OnCallConfig = z.infer<typeof OnCallConfig>;
export type PersonConfig = z.infer<typeof Person>;
export const NO_ON_CALL: OnCallConfig = { people: [], schedules: [] };

interface Fault {
  readonly path: (string | number)[];
  readonly message: string;
}

/** What names what there is not, and what is there twice. */
function faultsOf({ people, schedules }: Pick<OnCallConfig, 'people' | 'schedules'>): Fault[] {
  const known = new Set(people.map(({ id }) => id));
  const unknown = (id: string) => `there is no person '${id}'; put them into people, or take them out here`;
  return [
    ...twice(people, 'people'),
    ...twice(schedules, 'schedules'),
    ...schedules.flatMap(({ layers, fallback }, s) => [
      ...layers.flatMap((layer, l) =>
        layer.people.flatMap((id, p) =>
          known.has(id) ? [] : [{ path: ['schedules', s, 'layers', l, 'people', p], message: unknown(id) }],
        ),
      ),
      ...(fallback === undefined || known.has(fallback)
        ? []
        : [{ path: ['schedules', s, 'fallback'], message: unknown(fallback) }]),
    ]),
  ];
}

function twice(items: readonly { readonly id: string }[], name: string): Fault[] {
  const ids = items.map(({ id }) => id);
  return ids.flatMap((id, i) =>
    ids.indexOf(id) === i
      ? []
      : [{ path: [name, i, 'id'], message: `the id '${id}' is there twice; give each its own` }],
  );
}
