/** How large a number is set, so that what is to be said beside it has its room. All pure. */
import { notesOf, type Reading } from '../../stores/reading.ts';
import type { RowPlan, TilePlan } from './layout.ts';
import { emsOf } from './letters.ts';

export interface NumberFit {
  /** CSS pixels. */
  readonly px: number;
  /** All that is to be said beside it has room there. */
  readonly hasNotes: boolean;
}

/** Shares of the size of the number, as the style sheets have them; nothing is smaller than `leastPx`. */
interface Form {
  readonly unit: number;
  readonly note: number;
  readonly letter: number;
  readonly gap: number;
  readonly leastPx: number;
}

/** Between a number and what is beside it, in the size of that. */
const NOTE_GAP_EMS = 0.3;
const NOTE_SPACING = 1.02;
/** Borders of a tile in alarm are wider than the plan counts. */
const ALARM_EDGE_PX = 2;
/** Nearer than this to the size of the others a number is still read as one of them. */
const LEAST_SHARE = 0.7;
const THIN = '\u2009';

function widthAt(px: number, reading: Reading, letter: string, form: Form): number {
  const sized = (share: number) => Math.max(share * px, form.leastPx);
  const { value = '—', unit = '' } = reading.quantity ?? {};
  const number = emsOf(`${reading.prefix ? `${reading.prefix}${THIN}` : ''}${value}`) * px;
  const letterPx = letter ? emsOf(letter) * sized(form.letter) + form.gap * px : 0;
  const unitPx = unit ? emsOf(`${THIN}${unit}`) * sized(form.unit) : 0;
  const noteEms = notesOf(reading).map((note) => NOTE_GAP_EMS + NOTE_SPACING * emsOf(note));
  return letterPx + number + unitPx + noteEms.reduce((sum, ems) => sum + ems, 0) * sized(form.note);
}

/** The largest size that leaves room for the notes; where even the least does not, as planned and without them. */
function fitOf(
  reading: Reading,
  letter: string,
  { form, mostPx, leastPx, roomPx }: { form: Form; mostPx: number; leastPx: number; roomPx: number },
): NumberFit {
  if (notesOf(reading).length === 0) return { px: mostPx, hasNotes: true };
  for (let px = mostPx; px >= leastPx; px -= 1)
    if (widthAt(px, reading, letter, form) <= roomPx) return { px, hasNotes: true };
  return { px: mostPx, hasNotes: false };
}

/** The large number of a tile. */
export function tileFit(reading: Reading, letter: string, { mainPx, smallPx, headPx }: TilePlan): NumberFit {
  const form = { unit: 0.6, note: 0, letter: 0.8, gap: 0.3, leastPx: smallPx };
  return fitOf(reading, letter, { form, mostPx: mainPx, leastPx: smallPx, roomPx: headPx - ALARM_EDGE_PX });
}

/** A number in a row. One that is lost gives all of its room to the word that says so. */
export function rowFit(reading: Reading, { mainPx, leastPx, figureWidth }: RowPlan): NumberFit {
  if (reading.state === 'lost') return { px: mainPx, hasNotes: true };
  const form = { unit: 0.62, note: 0.5, letter: 0.6, gap: 0.28, leastPx };
  const least = Math.max(leastPx, LEAST_SHARE * mainPx);
  return fitOf(reading, reading.letter, { form, mostPx: mainPx, leastPx: least, roomPx: figureWidth });
}
