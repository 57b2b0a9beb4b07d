import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORPUS } from './corpus.ts';

const NAB = join(CORPUS, 'nab');
export const hasNab = existsSync(join(NAB, 'windows.json'));

/** One series of the benchmark with the rows of its labelled windows. */
export interface NabSeries {
  readonly name: string;
  readonly group: string;
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
  readonly windows: readonly (readonly [first: number, last: number])[];
}

/** The series beside the repository, in the order of their labels. */
export function readNab(): readonly NabSeries[] {
  const labels = JSON.parse(readFileSync(join(NAB, 'windows.json'), 'utf8')) as Record<string, string[][]>;
  return Object.entries(labels).map(([name, windows]) => {
    const lines = readFileSync(join(NAB, 'data', name), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    const rows = lines.map((line) => line.trim().split(','));
    const rowOf = new Map(rows.map(([stamp], row) => [stamp, row]));
    return {
      name,
      group: name.split('/')[0]!,
      timesMs: rows.map(([stamp]) => Date.parse(`${stamp!.replace(' ', 'T')}Z`)),
      values: rows.map(([, value]) => Number(value)),
      windows: windows.map((ends) => {
        const [first, last] = ends.map((stamp) => rowOf.get(stamp.slice(0, 19)));
        if (first === undefined || last === undefined) throw new Error(`${name}: a label has no row`);
        return [first, last] as const;
      }),
    };
  });
}
