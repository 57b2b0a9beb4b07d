/** How wide words are, so that what has no room is said in fewer of them and not cut off. */

/** Widths of letters of a bold face as a share of the font size, a little too wide rather than too narrow. */
const WIDE = /[A-HJ-Zmw%@&—≥+]/;
const NARROW = /[ijlItf.,:;·'|!()\u2009 -]/;
/** What the table is a little too wide by, for Liberation Sans (as wide as Arial). */
const TABLE_MARGIN = 1.02;
/** Words of the wall, to see how wide the letters are that this screen has. */
const SAMPLE = 'Users are locked out: 15 tenants on cluster A, lag ≥ 54.2 min NOBODY HAS IT';
const SAMPLE_PX = 100;
/** Letters of a face are about this wide. */
const LETTER = 0.54;

/** Measured once, before anything is shown, and never again: what is reckoned with it is pure from then on. */
let share = 1;

/** Room of so many letters, in their font size. */
export function emsOfLetters(count: number): number {
  return share * count * LETTER;
}

/** How wide a text is, in its font size. */
export function emsOf(text: string): number {
  return share * tableEms(text);
}

function tableEms(text: string): number {
  let sum = 0;
  for (const letter of text) sum += WIDE.test(letter) ? 0.73 : NARROW.test(letter) ? 0.3 : 0.57;
  return sum;
}

/** How much wider than the table's the letters are of which the sample is `sampleEms` wide; 1 for narrower ones. */
export function letterShare(sampleEms: number): number {
  const found = (sampleEms * TABLE_MARGIN) / tableEms(SAMPLE);
  return Number.isFinite(found) && found > 1 ? found : 1;
}

/** Measures the letters that this screen has for the page's text, before anything is shown; style sheets know it as `--letter-share`. */
export function measureLetters(page: Document): void {
  const drawing = page.createElement('canvas').getContext('2d');
  if (!drawing) return;
  drawing.font = `700 ${SAMPLE_PX}px ${getComputedStyle(page.body).fontFamily}`;
  share = letterShare(drawing.measureText(SAMPLE).width / SAMPLE_PX);
  page.documentElement.style.setProperty('--letter-share', share.toFixed(3));
}
