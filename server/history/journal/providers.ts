import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { domainKey, relayHost, suffixesOf } from './keys.ts';

/** `.example.net` takes everything below it too, `example.net` only itself. */
const Name = z
  .string()
  .regex(/^\.?[^\s@.]+(\.[^\s@.]+)*\.?$/u, 'is not a domain name')
  .refine(
    (name) => !name.startsWith('.') || name.slice(1, -1).includes('.'),
    'takes a whole top-level domain',
  );

/** One operator of mailboxes, and what he is known by. */
export const Provider = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/, 'is not an id: small letters, digits, `_`, `.`, `-`'),
  name: z.string().min(1).max(100),
  domains: z.array(Name).default([]),
  relays: z.array(Name).default([]),
});
export type Provider = z.infer<typeof Provider>;
const ProvidersFile = z.strictObject({ providers: z.array(Provider).max(1_000) });

export type ProvidersResult =
  | { readonly ok: true; readonly providers: readonly Provider[] }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Who runs a destination: told by its domain, else by the relay that took the mail. */
export interface Providers {
  readonly list: readonly Provider[];
  get(id: string): Provider | undefined;
  of(domain: string, relay: string | undefined): Provider | undefined;
}

/** Looks providers up by domain and relay; exact names go before suffixes, longer suffixes before shorter. */
export function createProviders(list: readonly Provider[]): Providers {
  const byId = new Map(list.map((provider) => [provider.id, provider]));
  const byDomain = indexOf(list, ({ domains }) => domains);
  const byRelay = indexOf(list, ({ relays }) => relays);
  return {
    list,
    get: (id) => byId.get(id),
    of: (domain, relay) =>
      lookUp(byDomain, domainKey(domain)) ??
      (relay === undefined ? undefined : lookUp(byRelay, relayHost(relay))),
  };
}

type Index = ReadonlyMap<string, Provider>;

function indexOf(list: readonly Provider[], names: (provider: Provider) => readonly string[]): Index {
  const index = new Map<string, Provider>();
  for (const provider of list) {
    for (const name of names(provider)) {
      const key = domainKey(name);
      if (!index.has(key)) index.set(key, provider);
    }
  }
  return index;
}

function lookUp(index: Index, host: string): Provider | undefined {
  if (host === '') return undefined;
  for (const name of [host, `.${host}`, ...suffixesOf(host)]) {
    const found = index.get(name);
    if (found) return found;
  }
  return undefined;
}

/** Reads a list of providers (YAML or JSON, which is YAML). Refused with every fault and its line. */
export function parseProviders(text: string, name = 'providers file'): ProvidersResult {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number | undefined) =>
    `${name}${offset === undefined ? '' : `:${lines.linePos(offset).line}`}`;
  if (document.errors.length > 0) {
    const faults = document.errors.map(
      ({ pos, message }) => `${at(pos[0])}: ${message.split('\n')[0] ?? ''}`,
    );
    return { ok: false, faults };
  }
  const lineOf = (path: readonly PropertyKey[]) => at(offsetOf(document, path));
  const value = valueOf(document);
  if (value === undefined) return { ok: false, faults: [`${name}: aliases are not understood here`] };
  const parsed = ProvidersFile.safeParse(value);
  if (!parsed.success)
    return { ok: false, faults: parsed.error.issues.flatMap((issue) => describe(issue, lineOf)) };
  const providers = parsed.data.providers.map(normalised);
  const faults = doubleClaims(providers, lineOf);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, providers };
}

/** Undefined when there are aliases: with them a small file could be a huge list. */
function valueOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 }) ?? null;
  } catch {
    return undefined;
  }
}

function normalised(provider: Provider): Provider {
  return {
    ...provider,
    domains: provider.domains.map(domainKey),
    relays: provider.relays.map(domainKey),
  };
}

type LineOf = (path: readonly PropertyKey[]) => string;

function describe(issue: z.core.$ZodIssue, lineOf: LineOf): string[] {
  const where = (path: readonly PropertyKey[]) => path.map(String).join('.') || 'the file';
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `${lineOf([...issue.path, key])}: unknown key '${key}' in ${where(issue.path)}`,
    );
  }
  return [`${lineOf(issue.path)}: ${where(issue.path)}: ${issue.message}`];
}

function doubleClaims(providers: readonly Provider[], lineOf: LineOf): string[] {
  const faults: string[] = [];
  const owners = new Map<string, string>();
  const claim = (what: string, owner: string, path: readonly PropertyKey[]) => {
    const first = owners.get(what);
    if (first === undefined) owners.set(what, owner);
    else faults.push(`${lineOf(path)}: ${what} of '${owner}' is claimed by '${first}' already`);
  };
  providers.forEach(({ id, domains, relays }, p) => {
    claim(`id '${id}'`, id, ['providers', p, 'id']);
    domains.forEach((domain, i) => claim(`domain '${domain}'`, id, ['providers', p, 'domains', i]));
    relays.forEach((relay, i) => claim(`relay '${relay}'`, id, ['providers', p, 'relays', i]));
  });
  return faults;
}

/** Where a value stands, or the nearest parent that does. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair && isScalar(pair.key) && pair.key.range) return pair.key.range[0];
    }
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return undefined;
}
