import { SPARK_POINTS } from '../../../shared/protocol.ts';
import { countOf, quantityText } from '../../format/number.ts';
import type { Rect } from './grid.ts';

type Values = readonly (number | null)[];
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A queue that never held more than this is drawn near the floor, not as a mountain range. */
const LEAST_TOP = 10;

/** Upper end of a sparkline's own scale. */
export function sparkTop(values: Values): number {
  return values.reduce<number>((top, value) => Math.max(top, value ?? 0), LEAST_TOP);
}

/** Lines through the known points, newest at the right edge; a gap ends one line and begins another. */
export function sparkLines(values: Values, rect: Rect): readonly (readonly Point[])[] {
  const top = sparkTop(values);
  const step = rect.width / (SPARK_POINTS - 1);
  const lines: Point[][] = [];
  let line: Point[] = [];
  values.forEach((value, i) => {
    if (value === null) {
      if (line.length > 0) lines.push(line);
      line = [];
      return;
    }
    const x = rect.x + rect.width - (values.length - 1 - i) * step;
    line.push({ x, y: rect.y + rect.height * (1 - value / top) });
  });
  return line.length > 0 ? [...lines, line] : lines;
}

/** Each sparkline has a scale of its own and says so. */
export function sparkScale(values: Values): string {
  return `max ${quantityText(countOf(sparkTop(values)))}`;
}
