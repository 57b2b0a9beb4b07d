/** What of a pin's panel is left out where it has no room: whole lines, in an order of worth. All pure. */

/** A part of the panel as it stands in the page. */
export interface PinPart {
  readonly name: string;
  /** How high it is with its first line, its first two, and so on; CSS pixels. */
  readonly heights: readonly number[];
  /** Lines that go later than the rest of it. */
  readonly core: number;
  /** Lines that never go. */
  readonly kept: number;
}

/** The parts that are not shown whole: how many lines of them are, and how high those; 0: it is not there. */
export type PinFit = Readonly<Record<string, { readonly lines: number; readonly heightPx: number }>>;

/** What goes first: curves, what is foreseen (its last line first), limits, the names of what else is up, since when, where. */
const ORDER = [
  ['curves', 'kept'],
  ['foresight', 'kept'],
  ['facts', 'core'],
  ['also', 'core'],
  ['facts', 'kept'],
  ['also', 'kept'],
  ['story', 'kept'],
] as const;

/** A line's height may be told a little too large. */
const SLACK_PX = 1;

const heightOf = ({ heights }: PinPart, count: number) => heights[count - 1] ?? 0;

/** What is left of the parts in a room so high, with such a gap between them. */
export function pinFit(parts: readonly PinPart[], roomPx: number, gapPx: number): PinFit {
  const counts = new Map(parts.map((part) => [part, part.heights.length]));
  const used = (): number => {
    const heights = [...counts].map(([part, count]) => heightOf(part, count)).filter((height) => height > 0);
    return heights.reduce((sum, height) => sum + height + gapPx, -gapPx);
  };
  for (const [name, down] of ORDER) {
    const part = parts.find((each) => each.name === name);
    if (!part) continue;
    for (let count = part.heights.length; count > part[down] && used() > roomPx + SLACK_PX; count -= 1)
      counts.set(part, Math.min(count - 1, counts.get(part) ?? 0));
  }
  const cut = [...counts].filter(
    ([part, count]) => heightOf(part, count) < heightOf(part, part.heights.length),
  );
  return Object.fromEntries(
    cut.map(([part, count]) => [part.name, { lines: count, heightPx: heightOf(part, count) }]),
  );
}
