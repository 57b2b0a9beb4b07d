import { PRIORITIES, type Priority } from '../../../shared/alarms.ts';
import type { Level } from './types.ts';

/** Levels of a burn rule, ascending: the priorities of its pairs. Its windows are its hold times. */
export function burnLevels(priorities: readonly Priority[]): readonly Level[] {
  return PRIORITIES.filter((priority) => priorities.includes(priority)).map((priority) => ({
    priority,
    holdSeconds: 0,
  }));
}
