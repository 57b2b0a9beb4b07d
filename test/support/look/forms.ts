/** Looks for the forms of levels in a picture, as somebody sees it who may not tell its colours. */
import { contrastOf, luminanceOf, type Picture, type Rgb } from './png.ts';

/** A box in which a form is drawn, CSS pixels of a picture of scale 1. */
export interface LookedForm {
  readonly level: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** What of it is border. Absent: of large boxes a little. */
  readonly borderPx?: number;
}

/** WCAG 2.2, 1.4.11. */
const LEAST_CONTRAST = 3;
/** A form fills at least so much of its box. */
const LEAST_SHARE = 0.06;
/** Levels whose fills differ so much in lightness are told apart by it alone. */
const TOLD_BY_LIGHT = 1.25;
/** Cells of a form's outline that must differ, of `GRID` times `GRID`. */
const TOLD_BY_FORM = 0.05;
const GRID = 24;

interface Found {
  readonly level: string;
  readonly share: number;
  readonly light: number;
  readonly outline: readonly boolean[];
}

const keyOf = ([r, g, b]: Rgb) => `${r >> 3},${g >> 3},${b >> 3}`;

/** The commonest colour of a box, and where what stands out from it is. */
function findForm(picture: Picture, form: LookedForm): Found {
  // Borders are no forms: what is looked at is inside of them.
  const pad = form.borderPx ?? (form.width > 60 ? 7 : 0);
  const [x0, y0] = [Math.ceil(form.x + pad), Math.ceil(form.y + pad)];
  const [x1, y1] = [Math.floor(form.x + form.width - pad), Math.floor(form.y + form.height - pad)];
  const ground = picture.at(Math.max(0, x0 - (pad === 0 ? 3 : 0)), Math.max(0, y0 - (pad === 0 ? 3 : 0)));
  const fills = new Map<string, { n: number; color: Rgb }>();
  const marked: (readonly [number, number])[] = [];
  for (let y = y0; y < y1; y += 1)
    for (let x = x0; x < x1; x += 1) {
      const color = picture.at(x, y);
      if (contrastOf(color, ground) < LEAST_CONTRAST) continue;
      const known = fills.get(keyOf(color)) ?? { n: 0, color };
      fills.set(keyOf(color), { ...known, n: known.n + 1 });
    }
  const fill = [...fills.values()].toSorted((a, b) => b.n - a.n)[0];
  if (!fill) return { level: form.level, share: 0, light: luminanceOf(ground), outline: [] };
  for (let y = y0; y < y1; y += 1)
    for (let x = x0; x < x1; x += 1) if (contrastOf(picture.at(x, y), fill.color) < 1.2) marked.push([x, y]);
  return {
    level: form.level,
    share: fill.n / Math.max(1, (x1 - x0) * (y1 - y0)),
    light: luminanceOf(fill.color),
    outline: outlineOf(marked),
  };
}

/** The outline in a box of its own: what is inside of each row is filled, so that a digit is no hole. */
function outlineOf(marked: readonly (readonly [number, number])[]): readonly boolean[] {
  const xs = marked.map(([x]) => x);
  const ys = marked.map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const side = Math.max(Math.max(...xs) - left, Math.max(...ys) - top) + 1;
  const rows = Array.from({ length: GRID }, () => ({ from: GRID, to: -1 }));
  for (const [x, y] of marked) {
    const row = rows[Math.floor(((y - top) / side) * GRID)];
    const column = Math.floor(((x - left) / side) * GRID);
    if (!row) continue;
    row.from = Math.min(row.from, column);
    row.to = Math.max(row.to, column);
  }
  return rows.flatMap(({ from, to }) => Array.from({ length: GRID }, (_, x) => x >= from && x <= to));
}

/** What cannot be told in a picture: forms that do not stand out, and levels that look alike. */
export function checkForms(picture: Picture, forms: readonly LookedForm[]): readonly string[] {
  const found = forms.map((form) => findForm(picture, form));
  const faint = found
    .filter(({ share }) => share < LEAST_SHARE)
    .map(({ level, share }) => `${level} does not stand out: ${share.toFixed(3)}`);
  const byLevel = new Map(found.map((each) => [each.level, each]));
  const levels = [...byLevel.values()];
  const alike = levels.flatMap((a, i) =>
    levels.slice(i + 1).flatMap((b) => {
      const light = (Math.max(a.light, b.light) + 0.05) / (Math.min(a.light, b.light) + 0.05);
      const differing = a.outline.filter((isIn, at) => isIn !== b.outline[at]).length / (GRID * GRID);
      return light >= TOLD_BY_LIGHT || differing >= TOLD_BY_FORM
        ? []
        : [`${a.level} and ${b.level} look alike`];
    }),
  );
  return [...faint, ...alike];
}
