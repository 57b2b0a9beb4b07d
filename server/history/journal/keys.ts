import { isIPv6 } from 'node:net';
import { normaliseDomain } from '../../attribute/tenants-file.ts';

/**
 * What is compared when something is sought: one form for each way of writing it.
 * Entries are indexed and queries are asked in these forms.
 */

/** Longest text kept of a field; SMTP allows 320 characters of an address and 512 of a reply line. */
export const MAX_TEXT = 2_000;

/** Control characters that separate what is stored (SQLite ends some texts at NUL). */
// eslint-disable-next-line no-control-regex -- those are what it is about
const UNWANTED = /[\u0000\u001f\u007f]/g;
/** Those and halves of characters, of which one alone cannot be stored: worth a second look. */
// eslint-disable-next-line no-control-regex -- see above
const SUSPECT = /[\u0000\u001f\u007f\ud800-\udfff]/;

/** A text as it is kept: no longer than that, and without what cannot be stored. The same again when it is kept already. */
export function kept(text: string): string {
  if (text.length <= MAX_TEXT && !SUSPECT.test(text)) return text;
  const short = text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
  return short.toWellFormed().replace(UNWANTED, '\ufffd');
}

/** An address without `<>` and without case; `''` is the null sender. */
export function addressKey(address: string): string {
  if (PLAIN_ADDRESS.test(address) && !address.includes('xn--')) return address;
  const text = withoutAngles(kept(address));
  const at = text.lastIndexOf('@');
  if (at < 0) return text.toLowerCase().normalize('NFC');
  return `${text.slice(0, at).toLowerCase().normalize('NFC')}@${normalised(text.slice(at + 1))}`;
}

/** Most addresses and domains are in that form already. */
const PLAIN_ADDRESS = /^[a-z0-9._+=-]{1,64}@[a-z0-9.-]{0,250}[a-z0-9]$/;
const IS_PLAIN = /^[a-z0-9.-]*[a-z0-9-]$/;

function normalised(domain: string): string {
  return IS_PLAIN.test(domain) && !domain.includes('xn--') ? domain : normaliseDomain(domain);
}

/** Domain of an address in the form that domains are compared in; `''` without one. */
export function domainOf(address: string): string {
  return domainOfKey(addressKey(address));
}

/** What stands behind the last `@` of an address in its compared form. */
export function domainOfKey(key: string): string {
  const at = key.lastIndexOf('@');
  return at < 0 ? '' : key.slice(at + 1);
}

/** A domain as `domainOf` gives it. */
export function domainKey(domain: string): string {
  return normaliseDomain(kept(domain.startsWith('@') ? domain.slice(1) : domain));
}

/** A message id without `<>`; case counts (RFC 5322, 3.6.4). */
export function messageIdKey(messageId: string): string {
  return withoutAngles(kept(messageId));
}

/** Names of the relay `host[ip]:port`: its host and its address; all of it where it has no address (`local`). */
export function relayNames(relay: string): readonly string[] {
  const text = kept(relay).toLowerCase();
  const open = text.lastIndexOf('[');
  const close = text.indexOf(']', open);
  if (open < 0 || close < 0) return text === '' ? [] : [ipKey(text)];
  const host = text.slice(0, open).replace(/\.$/, '');
  return [host, ipKey(text.slice(open + 1, close))].filter((key) => key !== '');
}

/** Host of a relay; all of it when it has no address (`local`, `virtual`). */
export function relayHost(relay: string): string {
  const text = kept(relay).toLowerCase();
  const open = text.indexOf('[');
  return (open < 0 ? text : text.slice(0, open)).replace(/\.$/, '');
}

/** How a relay is asked for: by a host, an address, or both as `host[ip]`; every name given must be one of its. */
export function relayQuery(query: string): readonly string[] {
  return relayNames(query.trim()).map((name) => name.replace(/\.$/, ''));
}

/** `.b.c` and `.c` of `a.b.c`, but none of a single label. */
export function suffixesOf(host: string): readonly string[] {
  const suffixes: string[] = [];
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
    if (host.indexOf('.', dot + 1) > 0) suffixes.push(host.slice(dot));
  }
  return suffixes.slice(-MAX_SUFFIXES);
}
/** Names have four labels or so; one with hundreds would be an attempt to fill the index. */
const MAX_SUFFIXES = 6;

/** Letters and digits of a reason, without case, each word once. */
export function wordsOf(text: string): readonly string[] {
  return [
    ...new Set(
      kept(text)
        .toLowerCase()
        .normalize('NFC')
        .match(/[\p{L}\p{N}]+/gu) ?? [],
    ),
  ];
}

function withoutAngles(text: string): string {
  return text.startsWith('<') && text.endsWith('>') ? text.slice(1, -1) : text;
}

function ipKey(text: string): string {
  const ip = text.startsWith('ipv6:') ? text.slice(5) : text;
  // The URL parser gives the one canonical form (RFC 5952).
  return ip.includes(':') && isIPv6(ip) && !ip.includes('%')
    ? new URL(`http://[${ip}]`).hostname.slice(1, -1)
    : text;
}
