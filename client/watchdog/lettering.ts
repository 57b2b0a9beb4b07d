/**
 * Letters as pictures. A worker that asks for a font while the main thread hangs waits for the main thread: whatever it may
 * have to write then is drawn into a picture of its own beforehand, when all is still well.
 */

/** All that may have to be written. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:.,-() ';
/** Height of the letters in the picture; drawn smaller they stay sharp. */
const SIZE_PX = 64;
const LINE_PX = Math.ceil(SIZE_PX * 1.3);
const FONT = `bold ${SIZE_PX}px 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'Liberation Sans', Arial, sans-serif`;

/** Where each letter is in the picture. */
export interface Lettering {
  readonly picture: OffscreenCanvas;
  readonly places: ReadonlyMap<string, { readonly x: number; readonly width: number }>;
}

/** Draws the letters; null where that is not possible. */
export function createLettering(color: string): Lettering | null {
  const places = new Map<string, { x: number; width: number }>();
  const measure = new OffscreenCanvas(1, 1).getContext('2d');
  if (!measure) return null;
  measure.font = FONT;
  let x = 0;
  for (const letter of LETTERS) {
    const width = Math.ceil(measure.measureText(letter).width);
    places.set(letter, { x, width });
    // Letters that lean over their width must not show in their neighbours.
    x += width + 4;
  }
  const picture = new OffscreenCanvas(x, LINE_PX);
  const context = picture.getContext('2d');
  if (!context) return null;
  context.font = FONT;
  context.fillStyle = color;
  context.textBaseline = 'alphabetic';
  for (const [letter, place] of places) context.fillText(letter, place.x, SIZE_PX);
  return { picture, places };
}

/** Width of a text at a size, in the units of the size. */
export function textWidth({ places }: Pick<Lettering, 'places'>, text: string, size: number): number {
  let width = 0;
  for (const letter of text) width += places.get(letter)?.width ?? 0;
  return (width * size) / SIZE_PX;
}

/** Where a text is written: its left end, and the line it stands on. */
export interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** Writes a text without asking for a font. */
export function writeText(
  context: OffscreenCanvasRenderingContext2D,
  { picture, places }: Lettering,
  text: string,
  { x, y, size }: TextPlace,
): void {
  const scale = size / SIZE_PX;
  let at = x;
  for (const letter of text) {
    const place = places.get(letter);
    if (!place) continue;
    const width = place.width * scale;
    context.drawImage(picture, place.x, 0, place.width, LINE_PX, at, y - size, width, LINE_PX * scale);
    at += width;
  }
}
