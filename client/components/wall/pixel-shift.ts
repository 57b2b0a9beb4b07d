/** Against burn-in the whole wall stands a little elsewhere every few minutes. */
export const SHIFT_EVERY_MS = 180_000;
/** The wall's padding is at least this on every side, so that nothing is ever cut off. */
export const MOST_SHIFT_PX = 2;

/** Each place is a step or two of a pixel from the one before. */
const WAY = [
  [0, 0],
  [1, 1],
  [2, 0],
  [1, -1],
  [0, -2],
  [-1, -1],
  [-2, 0],
  [-1, 1],
  [0, 2],
  [1, 0],
] as const;

/** How far the wall stands from its middle, CSS pixels. */
export function shiftAt(atMs: number): { readonly x: number; readonly y: number } {
  const [x, y] = WAY[Math.floor(atMs / SHIFT_EVERY_MS) % WAY.length] ?? WAY[0];
  return { x, y };
}
