import { randomInt } from 'node:crypto';

/** Consonants without vowels, so that no words come out, and without what looks like a digit (RFC 8628 6.1). */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
/** Without 0 and 1, which look like letters. */
const DIGITS = '23456789';
const HALF = 4;
const FORM = new RegExp(`^[${LETTERS}]{${HALF}}[${DIGITS}]{${HALF}}$`);

/** What is read for another from five metres; which of the two it is follows from its place. */
const LOOKALIKES = [
  ['B', '8'],
  ['G', '6'],
  ['S', '5'],
  ['Z', '2'],
] as const;
const AS_LETTER = new Map<string, string>(LOOKALIKES.map(([letter, digit]) => [digit, letter]));
const AS_DIGIT = new Map<string, string>(LOOKALIKES);

/** Four letters, four digits: 29 bits, of which at most fifty are taken for a quarter of an hour. */
export function makeUserCode(pick: (below: number) => number = randomInt): string {
  const draw = (from: string) => Array.from({ length: HALF }, () => from[pick(from.length)]).join('');
  return draw(LETTERS) + draw(DIGITS);
}

/** The code in what somebody typed: any case, any separators, lookalikes put right. Undefined: it is no code. */
export function readUserCode(typed: string): string | undefined {
  const plain = typed.toUpperCase().replaceAll(/[\s._–-]/g, '');
  if (plain.length !== 2 * HALF) return undefined;
  const put = [...plain].map((sign, i) => (i < HALF ? AS_LETTER : AS_DIGIT).get(sign) ?? sign).join('');
  return FORM.test(put) ? put : undefined;
}

/** As people read and type it: `BCDF-2345`. */
export function showUserCode(code: string): string {
  return `${code.slice(0, HALF)}-${code.slice(HALF)}`;
}
