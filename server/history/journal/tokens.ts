import type { NewRecord } from '../store.ts';
import {
  addressKey,
  kept,
  domainOfKey,
  messageIdKey,
  relayHost,
  relayNames,
  suffixesOf,
  wordsOf,
} from './keys.ts';

/**
 * What an entry can be found by. A token is a letter for the field, `:`, and the value; the index folds case and may
 * find too much (case, hashes), so what it finds is checked against the entry.
 */
export type Field =
  | 'q' // queue id
  | 'm' // message id
  | 't' // recipient
  | 'f' // sender
  | 'd' // domain of the recipient
  | 'v' // suffix of the recipient's domain
  | 'e' // domain of the sender
  | 'g' // domain of the recipient as it was before rewriting
  | 'r' // relay: host, address
  | 'u' // suffix of the relay's host
  | 'c' // code
  | 'k' // status
  | 's' // tenant of the recipient
  | 'o' // tenant of the sender
  | 'l' // power of two of the delay
  | 'w'; // word of the reason

/** Tokenizer of the index: these characters and letters and digits make up a token, nothing else comes in. */
export const TOKENIZER = `ascii tokenchars ''._@:+=#/-''`;
/** What is longer goes by its hash, which makes the index a third smaller. */
const PLAIN = /^[a-z0-9._@:+=#/-]{1,20}$/;

/** Entries of which neither side is a tenant's. */
export const UNATTRIBUTED = '_unattributed';

/** A token that nothing in `value` can break: what is long or has other characters goes by its hash. */
export function token(field: Field, value: string): string {
  return `${field}:${shortOf(value)}`;
}

function shortOf(value: string): string {
  const folded = value.toLowerCase();
  return PLAIN.test(folded) ? folded : `#${hashOf(folded)}`;
}

/** 53 bits from two multiplicative hashes (FNV-1a and a sibling). Who finds a text with the same hash only makes one search slower. */
function hashOf(text: string): string {
  let high = 0x811c9dc5;
  let low = 0x1b873593;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x85ebca6b);
    low ^= low >>> 15;
  }
  return digitsOf((high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0));
}

/** All numbers of two digits to the base 36. */
const PAIRS = Array.from({ length: 36 ** 2 }, (_, n) => n.toString(36).padStart(2, '0'));

/** `toString(36)` of a safe whole number, which takes many times as long. */
function digitsOf(value: number): string {
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / 1_296)) text = `${PAIRS[rest % 1_296]}${text}`;
  return text.startsWith('0') ? text.slice(1) : text === '' ? '0' : text;
}

/** What most entries have is not worth an index: to look at the entries themselves finds it as fast. */
export function isIndexed(value: string): boolean {
  return value !== 'sent' && value !== '2.0.0' && value !== '250';
}

/** All tokens of an entry, separated by spaces. */
export function tokensOf(record: NewRecord): string {
  const tokens: string[] = [];
  if (isIndexed(record.status)) tokens.push(token('k', record.status));
  if (record.queueId !== undefined) tokens.push(token('q', kept(record.queueId)));
  if (record.messageId !== undefined) tokens.push(token('m', messageIdKey(record.messageId)));
  addPeople(tokens, record);
  addTenants(tokens, record);
  if (record.relay !== undefined) tokens.push(tokensOfRelay(record.relay));
  if (record.dsn !== undefined && isIndexed(record.dsn)) tokens.push(token('c', kept(record.dsn)));
  const reply = String(record.replyCode ?? 250);
  if (isIndexed(reply)) tokens.push(token('c', reply));
  const power = delayPower(record.delayMs);
  if (power >= 0) tokens.push(`l:${power}`);
  if (record.status !== 'sent') for (const word of wordsOf(record.reason)) tokens.push(token('w', word));
  return tokens.join(' ');
}

function addPeople(tokens: string[], { from, to, origTo }: NewRecord): void {
  addAddress(tokens, addressLately(from), 'f', 'e');
  if (to !== '') {
    const address = addressLately(to);
    addAddress(tokens, address, 't', 'd');
    if (address.suffixes !== '') tokens.push(address.suffixes);
  }
  if (origTo !== undefined && origTo !== '' && origTo !== to)
    addAddress(tokens, addressLately(origTo), 't', 'g');
}

function addAddress(tokens: string[], { whole, domain }: Address, all: Field, part: Field): void {
  tokens.push(`${all}:${whole}`);
  if (domain !== '') tokens.push(`${part}:${domain}`);
}

/** Of an address: it and its domain as they stand in tokens, and the tokens of the domain's suffixes. */
interface Address {
  readonly whole: string;
  readonly domain: string;
  readonly suffixes: string;
}

const addressesLately = new Map<string, Address>();

function addressLately(address: string): Address {
  const known = addressesLately.get(address);
  if (known) return known;
  const key = addressKey(address);
  const domain = domainOfKey(key);
  const suffixes = suffixesOf(domain).map((suffix) => token('v', suffix));
  const made = {
    whole: shortOf(key),
    domain: domain === '' ? '' : shortOf(domain),
    suffixes: suffixes.join(' '),
  };
  if (addressesLately.size >= MOST_LATELY) addressesLately.clear();
  addressesLately.set(address, made);
  return made;
}

function addTenants(tokens: string[], { receiver, sender }: NewRecord): void {
  if (receiver !== undefined) tokens.push(token('s', kept(receiver)));
  if (sender !== undefined) tokens.push(token('o', kept(sender)));
  if (receiver === undefined && sender === undefined) tokens.push(token('s', UNATTRIBUTED));
}

/** Relays are few and come again and again. */
const relaysLately = new Map<string, string>();
const MOST_LATELY = 5_000;

function tokensOfRelay(relay: string): string {
  const known = relaysLately.get(relay);
  if (known !== undefined) return known;
  const names = relayNames(relay).map((name) => token('r', name));
  const suffixes = suffixesOf(relayHost(relay)).map((suffix) => token('u', suffix));
  const tokens = [...names, ...suffixes].join(' ');
  if (relaysLately.size >= MOST_LATELY) relaysLately.clear();
  relaysLately.set(relay, tokens);
  return tokens;
}

/** Highest power of two seconds in a delay, 0 to 31; -1 below a second. */
export function delayPower(delayMs: number | undefined): number {
  return delayMs === undefined || delayMs < 1000 ? -1 : Math.min(31, Math.floor(Math.log2(delayMs / 1000)));
}
export const HIGHEST_POWER = 31;
