/** What somebody means who types or pastes something into the one box of the message search. */

/** Fields of a search that the box can fill. */
export const TEXT_FIELDS = [
  'address',
  'from',
  'to',
  'domain',
  'toDomain',
  'queueId',
  'messageId',
  'code',
  'relay',
  'provider',
  'words',
] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

export const FIELD_WORDS: Readonly<Record<TextField, string>> = {
  address: 'address, sender or recipient',
  from: 'sender',
  to: 'recipient',
  domain: 'domain of sender or recipient',
  toDomain: 'domain of the recipient',
  queueId: 'queue id',
  messageId: 'Message-ID',
  code: 'SMTP or enhanced code',
  relay: 'relay, host or IP',
  provider: 'provider',
  words: 'words of the reason',
};

/** One piece of the text, and what it was taken for. */
export interface TextPart {
  /** As it stands in the box. */
  readonly raw: string;
  readonly field: TextField;
  readonly value: string;
  /** Somebody said so: `relay:...`; else it was guessed from its form. */
  readonly isTold: boolean;
  /** Why it takes no part in the search. Empty: it does. */
  readonly unused: string;
}

/** Names before a colon, ours and those of log lines before an equals sign. */
const NAMES: Readonly<Record<string, TextField>> = {
  ...Object.fromEntries(TEXT_FIELDS.map((field) => [field.toLowerCase(), field])),
  'to-domain': 'toDomain',
  queue: 'queueId',
  'message-id': 'messageId',
  dsn: 'code',
  reason: 'words',
};
const TOLD = /^([a-z-]+)[:=](.+)$/is;

const IP_V4 = /^(\d{1,3}\.){3}\d{1,3}$/;
const IP_V6 = /^[\da-f]*:[\da-f:.]*:[\da-f.]*$/i;
/** `mx.example[192.0.2.7]:25`, as logs write a relay. */
const LOGGED_RELAY = /^([\w.-]+)?\[([\da-f.:]+)\](:\d+)?$/i;
const SMTP_CODE = /^[245]\d\d$/;
const ENHANCED_CODE = /^[245]\.\d{1,3}\.\d{1,3}$/;
/** Postfix: hexadecimal of microseconds and inode; with `enable_long_queue_ids` base 52 with a `z` between. */
const SHORT_ID = /^(?=.*\d)[\dA-F]{6,16}$/;
const LONG_ID = /^(?=.*\d)[\dB-DF-HJ-NP-TV-Zb-df-hj-np-tv-y]{10,12}z[\dB-DF-HJ-NP-TV-Zb-df-hj-np-tv-y]+$/;
const EXIM_ID = /^\w{6}-\w{6,11}-\w{2,4}$/;
const DOMAIN = /^([\p{L}\p{N}_](-*[\p{L}\p{N}_])*\.)+(\p{L}{2,}|xn--[\w-]+)$/iu;
/** Hosts that take mail are mostly called so; a domain that people have addresses in is not. */
const MAIL_HOST =
  /^(mx|smtp|mail|mta|relay|aspmx|alt\d|inbound|outbound|[\w-]+-smtp-in)[\w-]*(\.[\w-]+)+\.[a-z]{2,}$/i;

/** Forms in the order in which they are tried; the first that fits tells the field and the value. */
const FORMS: readonly { form: RegExp; field: TextField; value?: (match: RegExpExecArray) => string }[] = [
  { form: /^<.*>$/, field: 'messageId' },
  { form: LOGGED_RELAY, field: 'relay', value: (match) => match[2] ?? match[0] },
  { form: /^@([^@]+)$/, field: 'domain', value: (match) => (match[1] ?? '').toLowerCase() },
  { form: /^[^@\s]+@[^@\s]+$/, field: 'address' },
  { form: SMTP_CODE, field: 'code' },
  { form: ENHANCED_CODE, field: 'code' },
  { form: IP_V4, field: 'relay' },
  { form: IP_V6, field: 'relay' },
  { form: SHORT_ID, field: 'queueId' },
  { form: LONG_ID, field: 'queueId' },
  { form: EXIM_ID, field: 'queueId' },
  { form: MAIL_HOST, field: 'relay', value: (match) => match.input.toLowerCase() },
  { form: DOMAIN, field: 'domain', value: (match) => match.input.toLowerCase() },
];

/** What a piece is by its form alone. */
function guess(piece: string): { field: TextField; value: string } {
  const bare = piece.replace(/[,;]$/, '');
  for (const { form, field, value } of FORMS) {
    const match = form.exec(bare);
    if (match) return { field, value: value ? value(match) : bare };
  }
  return { field: 'words', value: piece };
}

const unquoted = (text: string) => text.replace(/^"(.*)"$/s, '$1');

/** Of what a log writes around a value only the value is searched for. */
function cleaned(field: TextField, value: string): string {
  const bare = unquoted(value.replace(/,$/, ''));
  if (field === 'address' || field === 'from' || field === 'to') return bare.replace(/^<(.*)>$/, '$1');
  if (field === 'relay') return LOGGED_RELAY.exec(bare)?.[2] ?? bare;
  if (field === 'domain' || field === 'toDomain') return bare.replace(/^@/, '').toLowerCase();
  return bare;
}

function readPiece(raw: string): Omit<TextPart, 'unused'> {
  const told = TOLD.exec(raw);
  const field = told ? NAMES[(told[1] ?? '').toLowerCase()] : undefined;
  if (field) return { raw, field, value: cleaned(field, told?.[2] ?? ''), isTold: true };
  if (raw.startsWith('"')) return { raw, field: 'words', value: unquoted(raw), isTold: false };
  return { raw, ...guess(raw), isTold: false };
}

/** Splits at blanks, but not inside of quotes. */
const PIECES = /(?:[a-z-]+[:=])?"[^"]*"|\S+/gi;

const isLoose = (part: Omit<TextPart, 'unused'> | undefined) =>
  part?.field === 'words' && !part.isTold && !part.raw.startsWith('"');

/** Words one after the other are one piece. */
function joinWords(parts: readonly Omit<TextPart, 'unused'>[]): Omit<TextPart, 'unused'>[] {
  const joined: Omit<TextPart, 'unused'>[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last && isLoose(last) && isLoose(part))
      joined[joined.length - 1] = {
        ...last,
        raw: `${last.raw} ${part.raw}`,
        value: `${last.value} ${part.value}`,
      };
    else joined.push(part);
  }
  return joined;
}

/** Takes the text apart. Each field can be asked for once; words are added up. */
export function understand(text: string): readonly TextPart[] {
  const seen = new Set<TextField>();
  return joinWords((text.match(PIECES) ?? []).map(readPiece)).map((part) => {
    const isSecond = part.field !== 'words' && seen.has(part.field);
    seen.add(part.field);
    const second = isSecond ? `only one ${FIELD_WORDS[part.field]} at a time` : '';
    return { ...part, unused: part.value === '' ? 'it is empty' : second };
  });
}

/** What is searched for. */
export function fieldsOf(parts: readonly TextPart[]): Partial<Record<TextField, string>> {
  const fields: Partial<Record<TextField, string>> = {};
  for (const { field, value, unused } of parts) {
    if (unused) continue;
    fields[field] = field === 'words' && fields.words ? `${fields.words} ${value}` : value;
  }
  return fields;
}

/** A value as the box takes it back unchanged, whatever it looks like. */
export function toldText(field: TextField, value: string): string {
  return `${field}:${/\s/.test(value) || value.startsWith('"') ? `"${value.replaceAll('"', '')}"` : value}`;
}

/** The text with one piece taken for something else, or left out. */
export function retold(parts: readonly TextPart[], place: number, field: TextField | null): string {
  return parts
    .flatMap((part, i) => {
      if (i !== place) return [part.raw];
      return field === null ? [] : [toldText(field, part.value)];
    })
    .join(' ');
}
