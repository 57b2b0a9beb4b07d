import { createRandom } from './random.ts';
import type { Random } from './random.ts';

/** What the filter's rules say of unwanted mail: of the bot that brings it, and of what is in it. */
export type SpamKind = 'spam' | 'pharmacy' | 'flood';

const BOT =
  'HFILTER_HOSTNAME_UNKNOWN(2.50){},RDNS_NONE(1.00){},ONCE_RECEIVED(0.10){},ARC_NA(0.00){},DMARC_NA(0.00){},FROM_EQ_ENVFROM(0.00){},R_DKIM_NA(0.00){},R_SPF_NA(0.00){no SPF record;},RCPT_COUNT_ONE(0.00){1;}';
/** Each is there with this chance, whatever the mail is. */
const SOMETIMES: readonly Chance[] = [
  [0.5, 'AUTH_NA(1.00){}'],
  [0.5, 'MID_RHS_MATCH_FROM(0.00){}'],
  [0.7, 'FROM_HAS_DN(0.00){}'],
  [0.6, 'TO_DN_ALL(0.00){}'],
];
type Chance = readonly [share: number, symbol: string];

/** Picture spam: the text is in the picture, its subject pretends to answer; pictures differ in a few pixels. */
const PHARMACY =
  'R_SUSPICIOUS_IMAGES(2.00){},HTML_SHORT_LINK_IMG_1(0.50){},MIME_GOOD(-0.10){multipart/related;},HAS_ATTACHMENT(0.00){},MANY_INVISIBLE_PARTS(0.05){1;}';
const PHARMACY_SOMETIMES: readonly Chance[] = [
  [0.45, 'FAKE_REPLY(1.00){}'],
  [0.25, 'SUBJECT_ENDS_EXCLAIM(0.00){}'],
  [0.2, 'SUBJECT_HAS_CURRENCY(1.00){}'],
  [0.15, 'SUBJ_ALL_CAPS(1.50){20;}'],
];
const PICTURE_HASHES = ['3f2a9c04d1', '8be17703fa', '51cc0e9d22', 'd40a7b6631', '77f1e2a9b8'] as const;

/** Links to a shop, at a host that changes when the last is blocked. */
const FLOOD =
  'MIME_HTML_ONLY(0.20){},R_SUSPICIOUS_URL(1.00){},MANY_BLANKS_HTML(0.50){},SUBJECT_ENDS_EXCLAIM(0.00){},MISSING_TO(0.50){},MIME_TRACE(0.00){0:~;}';
const FLOOD_HOSTS = ['meds-overnight.example', 'rx-express.example', 'pills-direct.example'] as const;
const FLOOD_SOMETIMES: readonly Chance[] = [
  [0.4, 'HTTP_TO_IP(1.00){}'],
  [0.3, 'SUBJECT_HAS_CURRENCY(1.00){}'],
];

/** Everything else that is sent to everybody, every day: no two alike. */
const TRASH = [
  'SUBJ_ALL_CAPS(1.20){18;}', 'SUBJECT_HAS_CURRENCY(1.00){}', 'SUBJECT_ENDS_EXCLAIM(0.00){}', 'FAKE_REPLY(1.00){}',
  'HTTP_TO_IP(1.00){}', 'R_SUSPICIOUS_URL(1.00){}', 'R_EMPTY_IMAGE(2.00){}', 'HTML_SHORT_LINK_IMG_2(1.00){}',
  'R_SUSPICIOUS_IMAGES(1.00){}', 'MANY_BLANKS_HTML(0.50){}', 'R_PARTS_DIFFER(0.50){64.2%;}', 'R_MIXED_CHARSET(1.20){}',
  'LEAKED_PASSWORD_SCAM(2.00){}', 'BITCOIN_ADDR(0.00){}', 'URI_COUNT_ODD(1.00){3;}', 'HAS_X_PRIO_ONE(0.00){1;}',
  'HAS_X_PRIO_THREE(0.00){3;}', 'R_UNDISC_RCPT(1.00){}', 'MISSING_TO(0.50){}', 'MISSING_DATE(1.00){}',
  'INVALID_MSGID(1.70){}', 'HAS_PHPMAILER_SIG(0.00){}', 'HAS_X_POS(0.00){}', 'FREEMAIL_REPLYTO(0.00){}',
  'REPLYTO_DOM_NEQ_FROM_DOM(0.00){}', 'SPOOF_REPLYTO(1.50){}', 'FROM_NAME_EXCESS_SPACE(1.00){}', 'ZERO_FONT(1.00){2;}',
  'SUSPICIOUS_RECIPS(1.50){}', 'BASE64_LENGTH(0.50){}', 'CTYPE_MIXED_BOGUS(1.00){}', 'MIME_BASE64_TEXT(0.10){}',
  'HTML_META_REFRESH_URL(1.00){}', 'OMOGRAPH_URL(1.50){}', 'REDIRECTOR_URL(0.00){}', 'DRUGS_ERECTILE(1.50){}',
  'ADVANCE_FEE_2(1.00){}', 'MONEY_NOHTML(0.50){}', 'HAS_ATTACHMENT(0.00){}', 'MIME_DOUBLE_BAD_EXTENSION(2.00){}',
] as const; // prettier-ignore
const TRACES = [
  '0:+;',
  '0:~;',
  '0:+;1:+;',
  '0:+;1:+;2:~;',
  '0:+;1:~;',
  '0:+;1:+;2:~;3:~;',
  '0:+;1:-;',
] as const;

/** Symbols of one message, always the same ones for the same message id. `hasLearnt`: the fuzzy store knows the pictures. */
export function looksOf(kind: SpamKind, messageId: string, hasLearnt: boolean): string {
  const random = createRandom(seedOf(messageId));
  const own =
    kind === 'pharmacy' ? pharmacy(random, hasLearnt) : kind === 'flood' ? flood(random) : trash(random);
  return [...own, BOT, ...some(SOMETIMES, random)].join(',');
}

function pharmacy(random: Random, hasLearnt: boolean): readonly string[] {
  const parts = random.chance(0.12) ? '0:+;1:~;2:~;3:~;' : '0:+;1:~;2:~;';
  const likeness = random.between(0.8, 1).toFixed(2);
  const fuzzy = `FUZZY_DENIED(6.00){1:${random.pick(PICTURE_HASHES)}:${likeness}:img;}`;
  return [
    PHARMACY,
    `MIME_TRACE(0.00){${parts}}`,
    ...some(PHARMACY_SOMETIMES, random),
    ...(hasLearnt ? [fuzzy] : []),
  ];
}

function flood(random: Random): readonly string[] {
  const host = `DBL_SPAM(6.50){${random.pick(FLOOD_HOSTS)}:url;}`;
  return [FLOOD, ...(random.chance(0.6) ? [host] : []), ...some(FLOOD_SOMETIMES, random)];
}

function trash(random: Random): readonly string[] {
  const count = 2 + random.int(5);
  const own = new Set(Array.from({ length: count }, () => random.pick(TRASH)));
  return [...own, `MIME_TRACE(0.00){${random.pick(TRACES)}}`];
}

function some(chances: readonly Chance[], random: Random): readonly string[] {
  return chances.flatMap(([share, symbol]) => (random.chance(share) ? [symbol] : []));
}

/** FNV-1a, 32 bits. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
