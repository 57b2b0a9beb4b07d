/** A campaign in the words of an operator. */
import { MARKS } from './features.ts';
import type { Nucleus } from './nucleus.ts';

/** A trait is what so many of its mails have. */
const COMMON = 0.6;
/** A subject is said to be theirs from this share on. */
const SUBJECT_SHARE = 0.25;
const MAX_TRAITS = 10;
const MAX_RULES = 6;
const QUOTED_CHARS = 60;
const KIB = 1_024;

/** What rules of the filter mean, the first that fits; the others are named as they are. */
const MEANINGS: readonly (readonly [rule: RegExp, kind: string, text: string])[] = [
  [/IMAGE|_IMG|IMG_/, 'image', 'pictures carry the text'],
  [/ATTACHMENT|EXTENSION|ARCHIVE|MACRO|EXE/, 'attachment', 'something is attached'],
  [/PHISH|OMOGRAPH|SPOOF/, 'phishing', 'pretends to be somebody else'],
  [/URI|URL|DBL|SURBL|HTTP_TO_IP/, 'link', 'links that are listed or look bad'],
  [/DRUG|PHARM|ERECT/, 'pharmacy', 'words of a pharmacy'],
  [/BITCOIN|ADVANCE|MONEY|SCAM|CURRENCY/, 'money', 'it is about money'],
];
const FAKE_REPLY = 'FAKE_REPLY';

/** `image, "re: your order N", 214 sender networks`. */
export function titleOf(nucleus: Nucleus): string {
  const parts = [kindsOf(nucleus).slice(0, 2).join(' and ') || plainKind(nucleus)];
  const subject = subjectOf(nucleus);
  if (subject) parts.push(`subject like "${subject}"`);
  else if (shareOf(nucleus, FAKE_REPLY) >= SUBJECT_SHARE) parts.push('subject like an answer');
  parts.push(counted(nucleus.networks.estimate(), 'sender network'));
  return parts.join(', ');
}

/** What its mails have in common, a sentence each. */
export function traitsOf(nucleus: Nucleus): readonly string[] {
  const { profile, spam, messages } = nucleus;
  const common = profile.features(COMMON).map(([feature]) => feature);
  const rules = common.filter((feature) => !feature.includes(':'));
  const traits = MEANINGS.filter(([rule]) => rules.some((name) => rule.test(name))).map(([, , text]) => text);
  const subject = subjectOf(nucleus);
  if (subject) traits.push(`subject like "${subject}"`);
  const parts = after(common, MARKS.mimeTrace);
  if (parts) traits.push(counted(parts.length, 'part'));
  const type = after(common, MARKS.mimeType);
  if (type) traits.push(`built as ${type}`);
  const size = sizeText(nucleus.sizes);
  if (size) traits.push(size);
  const hosts = profile.features(0.15).flatMap(([feature]) => after([feature], MARKS.host) ?? []);
  if (hosts.length > 0) traits.push(`links to ${hosts.slice(0, 4).join(', ')}`);
  if (profile.features(0.1).some(([feature]) => feature.startsWith(MARKS.fuzzy)))
    traits.push('content known to the fuzzy store');
  if (rules.length > 0) traits.push(`rules that hit: ${rules.slice(0, MAX_RULES).join(', ')}`);
  traits.push(`the filter called ${Math.round((100 * spam) / Math.max(1, messages))} % of it spam`);
  return traits.slice(0, MAX_TRAITS);
}

function kindsOf({ profile }: Nucleus): readonly string[] {
  const rules = profile.features(COMMON).map(([feature]) => feature);
  return MEANINGS.filter(([rule]) => rules.some((name) => !name.includes(':') && rule.test(name))).map(
    ([, kind]) => kind,
  );
}

function plainKind({ profile }: Nucleus): string {
  const [first] = profile.features(COMMON).filter(([feature]) => !feature.includes(':'));
  return first ? first[0] : 'text';
}

function subjectOf({ profile }: Nucleus): string | null {
  const [found] = profile.features(SUBJECT_SHARE).filter(([feature]) => feature.startsWith(MARKS.subject));
  if (found) return found[0].slice(MARKS.subject.length, MARKS.subject.length + QUOTED_CHARS);
  const words = profile.features(COMMON).filter(([feature]) => feature.startsWith(MARKS.word));
  return words.length < 2
    ? null
    : words
        .map(([word]) => word.slice(MARKS.word.length))
        .join(' … ')
        .slice(0, QUOTED_CHARS);
}

function shareOf({ profile }: Nucleus, feature: string): number {
  return profile.share(feature);
}

function after(features: readonly string[], mark: string): string | undefined {
  return features.find((feature) => feature.startsWith(mark))?.slice(mark.length);
}

/** Four fifths of them; half-octaves are as near as it is known. */
function sizeText(sizes: ReadonlyMap<number, number>): string | null {
  const sorted = [...sizes].sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, n]) => sum + n, 0);
  if (total === 0) return null;
  let below = 0;
  let low: number | undefined;
  let high = 0;
  for (const [size, n] of sorted) {
    below += n;
    if (low === undefined && below > total / 10) low = size;
    high = size;
    if (below >= total * 0.9) break;
  }
  return `${sizeOf(low ?? high)} to ${sizeOf(high + 1)} KiB each`;
}

function sizeOf(halfOctave: number): string {
  const kib = 2 ** (halfOctave / 2) / KIB;
  return kib < 10 ? kib.toFixed(1) : String(Math.round(kib));
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
