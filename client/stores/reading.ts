import type { WallRow } from '../../shared/protocol.ts';
import { ageText, countOf, durationOf, percentOf, quantityText, type Quantity } from '../format/number.ts';
import {
  numberFreshness,
  type FeedFreshness,
  type FreshState,
  type Freshness,
  type NumberName,
} from '../live/freshness.ts';

/** As the freshness of its feed; `none`: all is well known, there was just nothing to measure. */
export type ReadingState = FreshState | 'none';

/** One number as a screen shows it: never without its state, and never a zero for want of data. */
export interface Reading {
  readonly name: string;
  /** Cause glyph. */
  readonly letter: string;
  readonly word: string;
  readonly quantity: Quantity | null;
  /** `≥` when the truth is this or more. */
  readonly prefix: '' | '≥';
  readonly state: ReadingState;
  /** Age of the number, `6s`; empty when it has none. */
  readonly age: string;
  /** Age when late, `LOST 2m`, or the word for why there is no number. Empty when fresh. */
  readonly note: string;
  readonly isPartial: boolean;
}

/** What kind of number it is, whoever it is about. */
export interface Kind<Name extends string = string> {
  readonly name: Name;
  readonly letter: string;
  readonly word: string;
  readonly format: (n: number) => Quantity;
  /** No true value is larger. */
  readonly most?: number;
  /** What a missing number of a feed that is up to date means. */
  readonly nothing: string;
}

export const QUEUE: Kind<NumberName> = {
  name: 'queueDepth',
  letter: 'Q',
  word: 'queue',
  format: countOf,
  nothing: 'no data',
};
export const LAG: Kind<NumberName> = {
  name: 'lagP95Ms',
  letter: 'L',
  word: 'lag p95',
  format: durationOf,
  nothing: 'no mail',
};
export const SPAM: Kind<NumberName> = {
  name: 'spamPercent',
  letter: 'S',
  word: 'spam',
  format: percentOf,
  most: 100,
  nothing: 'no verdicts',
};
export const ACCESS: Kind<NumberName> = {
  name: 'accessPercent',
  letter: 'A',
  word: 'access',
  format: percentOf,
  most: 100,
  nothing: 'no logins',
};
const KINDS = [QUEUE, LAG, SPAM, ACCESS] as const;

/** Age in the shortest form. */
export function ageOf(freshness: Freshness): string {
  return freshness.ageMs === null ? '' : ageText(freshness.ageMs);
}

/** The word that goes with a state. */
export function stateNote(freshness: Freshness): string {
  const age = ageOf(freshness);
  switch (freshness.state) {
    case 'fresh':
      return '';
    case 'late':
      return age;
    case 'lost':
      return `LOST ${age}`;
    case 'no-data':
      return 'no data';
    case 'no-source':
      return 'no source';
  }
}

/** A number that cannot be true is a fault of ours: worse than none, and not to be shown as one. */
const isImpossible = (kind: Kind, n: number) => !(n >= 0 && n <= (kind.most ?? Infinity));

/** A number with the state of the feed it comes from. */
export function readNumber(kind: Kind, n: number | null, freshness: Freshness): Reading {
  const { name, letter, word, format } = kind;
  const isUnknown = freshness.state === 'no-data' || freshness.state === 'no-source';
  const isPartial = freshness.isPartial && !isUnknown;
  const base = { name, letter, word, prefix: '', age: ageOf(freshness), isPartial } as const;
  if (isUnknown) return { ...base, quantity: null, state: freshness.state, note: stateNote(freshness) };
  if (n !== null && isImpossible(kind, n))
    return { ...base, quantity: null, state: 'no-data', note: 'invalid' };
  if (n !== null) return { ...base, quantity: format(n), state: freshness.state, note: stateNote(freshness) };
  if (freshness.state === 'lost')
    return { ...base, quantity: null, state: 'lost', note: stateNote(freshness) };
  // "No mail" can only be said by sources that are all there and up to date.
  const isSure = freshness.state === 'fresh' && !freshness.isPartial && kind.nothing !== 'no data';
  return {
    ...base,
    quantity: null,
    state: isSure ? 'none' : 'no-data',
    note: isSure ? kind.nothing : 'no data',
  };
}

/** The numbers of a row, always the same four in the same order. */
export function readingsOf(row: WallRow, feeds: FeedFreshness): readonly Reading[] {
  return KINDS.map((kind) => {
    // A row without data cannot say that there was nothing to measure.
    const asked = row.level === 'no-data' ? { ...kind, nothing: 'no data' } : kind;
    const reading = readNumber(asked, row[kind.name], numberFreshness(kind.name, feeds));
    return kind === LAG && row.isLagFloor && reading.quantity
      ? { ...reading, prefix: '≥' as const }
      : reading;
  });
}

/** What is said beside the number, nothing shortened: its age or why there is none, and that it is of a part of the sources. */
export function notesOf({ note, isPartial, quantity, state }: Reading): readonly string[] {
  return [...(note ? [note] : []), ...(isPartial && quantity && state !== 'lost' ? ['partial'] : [])];
}

/** The number in one text: `≥ 6.2 min`, or a dash with the word why. */
export function readingText(reading: Reading): string {
  if (!reading.quantity) return `— ${reading.note}`;
  const number = quantityText(reading.quantity);
  return reading.prefix ? `${reading.prefix} ${number}` : number;
}

/** The age beside a number: `6s old`, `late, 31s old`, `LOST 2m`, `no source`; and whether all sources are in it. */
export function ageLine(reading: Reading): string {
  const { state, age, note, isPartial } = reading;
  const told = state === 'fresh' ? `${age} old` : state === 'late' ? `late, ${age} old` : note;
  return isPartial ? `${told} · partial` : told;
}

/** For those who listen: `lag p95 at least 6.2 min, lost 2m ago`. */
export function readingSpeech(reading: Reading): string {
  if (!reading.quantity) return `${reading.word} ${reading.note}`;
  const number = `${reading.word} ${reading.prefix ? 'at least ' : ''}${quantityText(reading.quantity)}`;
  return reading.note ? `${number} (${reading.state} ${reading.note.replace('LOST ', '')} ago)` : number;
}
