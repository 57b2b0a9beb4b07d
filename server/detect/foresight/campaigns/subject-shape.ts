/** What is the same in the subjects of one template: words as they are, numbers and random text as marks. No language is assumed. */

/** Stands for a number, and for what looks made up. */
export const NUMBER = 'N';
export const RANDOM = 'X';
const MAX_TOKENS = 12;
const MAX_CHARS = 200;
/** A Latin word without a break of so many consonants is hardly one of any language. */
const CONSONANT_RUN = /[bcdfghjklmnpqrstvwxz]{5}/;
const LATIN = /^[a-z]+$/;
const MIXED = /[a-z]\d+[a-z]|\d[a-z]+\d/;
const EDGES = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}:]+$/gu;

export interface SubjectShape {
  /** `re: your order N` */
  readonly text: string;
  /** Words that are no marks, each once, in their order. */
  readonly words: readonly string[];
}

/** The shape of a subject; null of one without anything to go by. */
export function shapeOf(subject: string): SubjectShape | null {
  const plain = subject.slice(0, MAX_CHARS).normalize('NFKC').toLowerCase();
  const tokens = plain
    .split(/[\s\u200b-\u200f\ufeff]+/u, MAX_TOKENS)
    .map((token) => token.replace(EDGES, ''))
    .filter((token) => token !== '')
    .map(tokenOf);
  const words = [...new Set(tokens.filter((token) => token !== RANDOM && token !== NUMBER))];
  if (tokens.length === 0) return null;
  return { text: withoutTail(tokens).join(' '), words };
}

function tokenOf(token: string): string {
  if (!/\p{N}/u.test(token)) return isRandom(token) ? RANDOM : token;
  if (MIXED.test(token)) return RANDOM;
  return token.replace(/\p{N}(?:[.,:/-]?\p{N})*/gu, NUMBER);
}

function isRandom(token: string): boolean {
  if (!LATIN.test(token) || token.length < 5) return false;
  return CONSONANT_RUN.test(token) || !/[aeiouy]/.test(token);
}

/** Random text is put behind what is to be read; whether there is some, and how much, says nothing. */
function withoutTail(tokens: readonly string[]): readonly string[] {
  let end = tokens.length;
  while (end > 1 && (tokens[end - 1] === RANDOM || tokens[end - 1] === NUMBER)) end -= 1;
  return end === tokens.length ? tokens : [...tokens.slice(0, end), tokens[end] ?? RANDOM];
}
