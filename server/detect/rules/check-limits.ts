import { limitShown } from './shown.ts';
import type { Level, MetricInfo } from './types.ts';

interface Limits {
  readonly above?: number | undefined;
  readonly below?: number | undefined;
}
type LevelEntry = Pick<Level, 'priority' | 'holdSeconds'> & Limits;

/** A fault, and where in the rule it stands. */
export interface Fault {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

/** Limits that can never or must always be passed by what the metric can be. */
export function rangeFaults(
  { above, below }: Limits,
  { min, max, unit, name }: Pick<MetricInfo, 'min' | 'max' | 'unit' | 'name'>,
  names: { readonly above: string; readonly below: string } = { above: 'above', below: 'below' },
): Fault[] {
  const faults: Fault[] = [];
  const say = (key: 'above' | 'below', value: number, when: 'never' | 'always') =>
    faults.push({
      path: [names[key]],
      text: `${names[key]} ${limitShown(value, unit)} ${when} holds: ${name} is ${range(min, max, unit)}`,
    });
  if (above !== undefined && above >= max) say('above', above, 'never');
  if (above !== undefined && above < min) say('above', above, 'always');
  if (below !== undefined && below <= min) say('below', below, 'never');
  if (below !== undefined && below > max) say('below', below, 'always');
  return faults;
}

function range(min: number, max: number, unit: MetricInfo['unit']): string {
  return max === Infinity ? `${min} or more` : `between ${min} and ${limitShown(max, unit)}`;
}

const SIDES = ['above', 'below'] as const;

/** Levels of a condition that has limits: each has one, all on the same side, each stricter than the one before. */
export function levelFaults(levels: readonly LevelEntry[]): Fault[] {
  const faults: Fault[] = [];
  const [lowest] = levels;
  if (!lowest) return faults;
  levels.forEach((level, i) => {
    const at = (key: string, text: string) => faults.push({ path: ['levels', i, key], text });
    const { above, below, priority } = level;
    if (above === undefined && below === undefined) return at('priority', `level ${priority} has no limit`);
    if (above !== undefined && below !== undefined && above <= below)
      at('above', `above ${above} and below ${below} together hold always`);
    const before = levels[i - 1];
    if (!before) return;
    faults.push(...sideFaults(level, before, i));
  });
  return faults;
}

function sideFaults(level: LevelEntry, before: LevelEntry, i: number): Fault[] {
  const isSet = (key: 'above' | 'below', of: Limits) => of[key] !== undefined;
  const missing = SIDES.find((key) => isSet(key, level) !== isSet(key, before));
  if (missing) {
    const text = `level ${level.priority} is on another side than level ${before.priority}: both have ${missing}, or neither`;
    return [{ path: ['levels', i, 'priority'], text }];
  }
  return SIDES.flatMap((key) => {
    const [limit, lower] = [level[key], before[key]];
    if (limit === undefined || lower === undefined || (key === 'above' ? limit > lower : limit < lower))
      return [];
    const text = `level ${level.priority} (${key} ${limit}) is not stricter than level ${before.priority} (${key} ${lower})`;
    return [{ path: ['levels', i, key], text }];
  });
}
