import type { Findings } from '../event.ts';
import { CLOSE_ROUND, COMMA, findByte, OPEN_ROUND, SEMICOLON, startsWith, ascii } from '../scan/bytes.ts';
import { F, type Scan } from '../scan/scan.ts';

/** Rules of one message that are kept, and of their options. rspamd hits 10 to 40. */
const MAX_SYMBOLS = 64;
const MAX_HOSTS = 4;
const MAX_FUZZY = 4;
/** Longer is no name of a rule, no host, no hash that is worth keeping. */
const MAX_NAME = 64;
const MAX_SUBJECT = 200;

const OPEN_CURLY = 0x7b;
const CLOSE_CURLY = 0x7d;
const UNDERSCORE = 0x5f;
const MIME_TRACE = ascii('MIME_TRACE');
const MIME_GOOD = ascii('MIME_GOOD');
const FUZZY = /^(?:FUZZY|.*_FUZZY)/;
/** Rules whose options name hosts of links: block lists of hosts (`host:url`), and the filter's own looks at links. */
const OF_LINKS = /URI|URL|SURBL|DBL|PHISH/;
const HOST = /^((?:[a-z0-9_-]{1,63}\.)+[a-z][a-z0-9-]{1,62})(?::url)?$/i;
/** `1:3f2a9c04d1:0.97:img`: list, beginning of the hash, likeness, of what (rspamd: src/plugins/fuzzy_check.c). */
const FUZZY_OPTION = /^\d+:([0-9a-f]{6,}):[\d.]+(?::\w+)?$/;
const BARE_HASH = /^[0-9a-f]{6,128}$/;

/** One rule that hit, as any of the forms tells it. */
interface Hit {
  readonly name: string;
  readonly options: readonly string[];
}

/** What the list of symbols of a log line says, `NAME(1.50){option;option;},NAME(0.00){}`. */
export function findingsOf(scan: Scan): Findings {
  const names = new Set<string>();
  const found: Hit[] = [];
  const end = scan.to(F.symbols);
  for (let at = scan.from(F.symbols); at < end && names.size < MAX_SYMBOLS;) {
    const nameEnd = endOfName(scan, at, end);
    const open = optionsAt(scan, nameEnd, end);
    const close = open < 0 ? -1 : endOfOptions(scan, open, end);
    if (nameEnd > at && nameEnd - at <= MAX_NAME) {
      const name = scan.term(at, nameEnd);
      names.add(name);
      if (close > open + 1 && isTelling(scan, at, name))
        found.push({ name, options: optionsOf(scan, open + 1, close) });
    }
    const comma = findByte(scan, COMMA, Math.max(nameEnd, close), end);
    if (comma < 0) break;
    at = comma + 1;
  }
  const digest = scan.has(F.digest) ? scan.text(F.digest) : '';
  return combine(names, found, digest === '' ? {} : { digest });
}

/** What a report of the exporter says. Anything of another form is left out. */
export function findingsOfReport(symbols: unknown, fuzzy: unknown, subject: string): Findings | undefined {
  const hits = (typeof symbols === 'string' ? flattened(symbols) : listed(symbols)).slice(0, MAX_SYMBOLS);
  if (hits.length === 0 && subject === '') return undefined;
  const hashes = Array.isArray(fuzzy) ? fuzzy.filter((hash) => typeof hash === 'string') : [];
  const known = hashes.filter((hash) => BARE_HASH.test(hash)).slice(0, MAX_FUZZY);
  const names = new Set(hits.map(({ name }) => name));
  const more = subject === '' ? {} : { subject: subject.slice(0, MAX_SUBJECT) };
  return combine(names, hits, more, known);
}

function combine(
  names: ReadonlySet<string>,
  hits: readonly Hit[],
  more: Pick<Findings, 'digest' | 'subject'>,
  hashes: readonly string[] = [],
): Findings {
  const trace = optionsFor(hits, 'MIME_TRACE').map((option) =>
    option.slice(option.indexOf(':') + 1, option.length),
  );
  const [mimeType] = optionsFor(hits, 'MIME_GOOD');
  const mimeTrace = trace.join('').slice(0, 16);
  const fuzzy = new Set(hashes);
  const urlHosts = new Set<string>();
  for (const { name, options } of hits) {
    if (FUZZY.test(name))
      for (const option of options) addTo(fuzzy, FUZZY_OPTION.exec(option)?.[1], MAX_FUZZY);
    else if (OF_LINKS.test(name))
      for (const option of options) addTo(urlHosts, HOST.exec(option)?.[1]?.toLowerCase(), MAX_HOSTS);
  }
  return {
    symbols: [...names].sort(),
    ...(mimeTrace === '' ? {} : { mimeTrace }),
    ...(mimeType === undefined ? {} : { mimeType }),
    urlHosts: [...urlHosts],
    fuzzy: [...fuzzy],
    ...more,
  };
}

function addTo(set: Set<string>, text: string | undefined, limit: number): void {
  if (text !== undefined && text.length <= MAX_NAME && set.size < limit) set.add(text);
}

function optionsFor(hits: readonly Hit[], name: string): readonly string[] {
  return hits.find((hit) => hit.name === name)?.options ?? [];
}

/** Letters, digits and underscores. */
function endOfName(scan: Scan, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const byte = scan.buffer[at] ?? 0;
    const letter = byte | 0x20;
    const isPart =
      (letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === UNDERSCORE;
    if (!isPart) break;
    at += 1;
  }
  return at;
}

/** Offset of the brace that opens the options, -1 without one: behind the name, or behind its score. */
function optionsAt(scan: Scan, nameEnd: number, end: number): number {
  let at = nameEnd;
  if (scan.buffer[at] === OPEN_ROUND) {
    const close = findByte(scan, CLOSE_ROUND, at, end);
    if (close < 0) return -1;
    at = close + 1;
  }
  return at < end && scan.buffer[at] === OPEN_CURLY ? at : -1;
}

/** Offset of the brace that closes them: what an option holds may have braces too, but is followed by `;`. */
function endOfOptions(scan: Scan, open: number, end: number): number {
  for (let at = open + 1; ; at += 1) {
    at = findByte(scan, CLOSE_CURLY, at, end);
    if (at < 0) return end;
    const next = scan.buffer[at + 1];
    const before = scan.buffer[at - 1];
    if ((at + 1 === end || next === COMMA) && (before === SEMICOLON || before === OPEN_CURLY)) return at;
  }
}

/** Whether the options of a rule are worth reading. */
function isTelling(scan: Scan, at: number, name: string): boolean {
  const isMime = startsWith(scan, at, MIME_TRACE) || startsWith(scan, at, MIME_GOOD);
  return isMime || FUZZY.test(name) || OF_LINKS.test(name);
}

function optionsOf(scan: Scan, from: number, to: number): readonly string[] {
  return scan
    .slice(from, to)
    .split(';', MAX_SYMBOLS)
    .filter((option) => option !== '');
}

/** `NAME(1.50) [option, option]`, a line each. */
function flattened(text: string): Hit[] {
  return text.split('\n', MAX_SYMBOLS).flatMap((line) => {
    const [, name, options = ''] = /^\s*(\w{1,64})\([-\d.]*\)(?: \[(.*)\])?/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, options: options.split(', ', MAX_SYMBOLS) }];
  });
}

function listed(symbols: unknown): Hit[] {
  if (!Array.isArray(symbols)) return [];
  return symbols.slice(0, MAX_SYMBOLS).flatMap((each: unknown) => {
    const { name, options } = (each ?? {}) as { name?: unknown; options?: unknown };
    if (typeof name !== 'string' || !/^\w{1,64}$/.test(name)) return [];
    const list = Array.isArray(options) ? options.slice(0, MAX_SYMBOLS) : [];
    return [{ name, options: list.filter((option) => typeof option === 'string') }];
  });
}
