/** What bodies and queries of alarm routes have in common. */
import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { AlarmsPort } from '../alarms-port.ts';

/** What is watched; asked for at each request, since a demo makes a new one per scenario. */
export type Alarms = () => AlarmsPort;

/** Ids of alarms, rules and channels; they hold addresses and names of others (Alertmanager). */
export const AnyId = z.string().min(1).max(256);
export const By = z
  .string()
  .trim()
  .min(1, 'say who you are')
  .max(100)
  .describe('who does it, as it is to stand in the record');
export const Reason = z.string().trim().min(1, 'give a reason').max(500);
export const Note = z.string().trim().max(500).default('');
export const AtMs = z
  .int()
  .min(1e12, 'must be epoch milliseconds')
  .max(1e14, 'must be epoch milliseconds')
  .describe('epoch milliseconds');
export const ByReason = z.strictObject({ by: By, reason: Reason });

/** Refuses a range that ends before it begins; `from` is whatever stands in the way of `untilMs`. */
export function ends<T extends { readonly fromMs: number; readonly untilMs: number }>(schema: z.ZodType<T>) {
  return schema.refine(({ fromMs, untilMs }) => fromMs < untilMs, {
    path: ['untilMs'],
    message: 'must be after fromMs',
  });
}

/** The answer, or an error that names what there is not. */
export function there<T>(answer: T | undefined, what: string): T {
  if (answer === undefined) throw new AppError('not-found', `there is no ${what}`);
  return answer;
}
