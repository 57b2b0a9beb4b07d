/** What a mail is, as a set of features that are alike for mail of one kind; addresses are never among them. */
import type { Findings } from '../../../collect/event.ts';
import { shapeOf, type SubjectShape } from './subject-shape.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Rule names are features as they are; the others have a mark of their kind before them. */
export const MARKS = {
  mimeTrace: 'm:',
  mimeType: 't:',
  size: 'z:',
  halfSize: 'y:',
  subject: 'S:',
  word: 'w:',
  host: 'u:',
  fuzzy: 'f:',
} as const;

/** Bits of those whose rarity is not counted. A word more or less is little, the whole subject is much. */
const FIXED_BITS: ReadonlyMap<number, number> = new Map([
  [markOf(MARKS.size), 1],
  [markOf(MARKS.halfSize), 1],
  [markOf(MARKS.subject), 3],
  [markOf(MARKS.word), 1.5],
  [markOf(MARKS.host), 3],
  [markOf(MARKS.fuzzy), 4],
]);
const COLON = 0x3a;
/** Length of a mark. */
const MARK_CHARS = 2;
const MAX_WORDS = 8;
/** Words such as `re:` say little. */
const SHORT_WORD = 3;
const WORD = markOf(MARKS.word);
const SUBJECT = markOf(MARKS.subject);
const IDENTITIES: ReadonlySet<number> = new Set(
  [MARKS.subject, MARKS.word, MARKS.host, MARKS.fuzzy].map(markOf),
);

/** What the filter said of one mail, so far as it tells the kind. */
export interface Looks {
  readonly findings: Findings;
  readonly sizeBytes: number | null;
  readonly subject: SubjectShape | null;
  /** The same for mail of exactly the same looks. */
  readonly key: number;
}

/** Counts the mail's rules as seen, and gives its looks. Cheap: done for each mail. */
export function looksOf(findings: Findings, sizeBytes: number | undefined, words: Vocabulary): Looks {
  const { symbols, mimeTrace = '', mimeType = '' } = findings;
  const structure = structureOf(findings);
  words.note(symbols);
  words.note(structure);
  const subject = findings.subject === undefined ? null : shapeOf(findings.subject);
  let low = 1;
  let high = 2;
  const add = (hash: number) => {
    low = Math.imul(low ^ hash, 0x01000193);
    high = Math.imul(high ^ (hash >>> 7) ^ low, 0x85ebca6b);
  };
  for (const name of symbols) if (words.tells(name)) add(words.hash(name));
  add(words.hash(mimeTrace));
  add(words.hash(mimeType));
  if (sizeBytes !== undefined) add(octaveOf(sizeBytes));
  if (subject) add(words.hash(subject.text));
  for (const host of findings.urlHosts) add(words.hash(host));
  for (const hash of findings.fuzzy) add(words.hash(hash));
  const key = (low >>> 0) * 0x200000 + (high >>> 11);
  return { findings, sizeBytes: sizeBytes ?? null, subject, key };
}

/** The features of a mail, each once. */
export function featuresOf({ findings, sizeBytes, subject }: Looks, words: Vocabulary): readonly string[] {
  const features = findings.symbols.filter((name) => words.tells(name));
  features.push(...structureOf(findings));
  if (sizeBytes !== null && sizeBytes > 0) {
    features.push(`${MARKS.size}${octaveOf(sizeBytes)}`);
    features.push(`${MARKS.halfSize}${Math.floor(Math.log2(sizeBytes) + 0.5)}`);
  }
  if (subject) {
    features.push(MARKS.subject + subject.text);
    for (const word of subject.words.slice(0, MAX_WORDS)) features.push(MARKS.word + word);
  }
  for (const host of findings.urlHosts) features.push(MARKS.host + host);
  for (const hash of findings.fuzzy) features.push(MARKS.fuzzy + hash);
  return features;
}

/** How much it says that two mails share this feature. */
export function bitsOf(feature: string, words: Vocabulary): number {
  if (feature.charCodeAt(1) !== COLON) return words.bits(feature);
  const mark = feature.charCodeAt(0);
  const bits = FIXED_BITS.get(mark);
  if (bits === undefined) return words.bits(feature);
  return mark === WORD && feature.length - MARK_CHARS <= SHORT_WORD ? bits / 4 : bits;
}

/** Whether it names a thing rather than a kind: random ones cost little, as who sends changes them. */
export function isIdentity(feature: string): boolean {
  if (feature.charCodeAt(1) !== COLON) return false;
  return IDENTITIES.has(feature.charCodeAt(0));
}

/** Whether it is of the subject. */
export function isSubject(feature: string): boolean {
  if (feature.charCodeAt(1) !== COLON) return false;
  const mark = feature.charCodeAt(0);
  return mark === WORD || mark === SUBJECT;
}

function markOf(mark: string): number {
  return mark.charCodeAt(0);
}

function structureOf({ mimeTrace, mimeType }: Findings): string[] {
  const features = [];
  if (mimeTrace !== undefined) features.push(MARKS.mimeTrace + mimeTrace);
  if (mimeType !== undefined) features.push(MARKS.mimeType + mimeType);
  return features;
}

/** 14 is 16 to 32 KiB. */
function octaveOf(sizeBytes: number): number {
  return Math.floor(Math.log2(Math.max(1, sizeBytes)));
}
