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
  const folded = value.toLowerCase();
  return PLAIN.test(folded) ? `${field}:${folded}` : `${field}:#${hashOf(folded)}`;
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
  return ((high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0)).toString(36);
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
  addAddress(tokens, from, 'f', 'e');
  if (to !== '') {
    const domain = addAddress(tokens, to, 't', 'd');
    for (const suffix of suffixesOf(domain)) tokens.push(token('v', suffix));
  }
  if (origTo !== undefined && origTo !== '' && origTo !== to) addAddress(tokens, origTo, 't', 'g');
}

function addAddress(tokens: string[], address: string, whole: Field, part: Field): string {
  const key = addressKey(address);
  const domain = domainOfKey(key);
  tokens.push(token(whole, key));
  if (domain !== '') tokens.push(token(part, domain));
  return domain;
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
