import type { MessageQuery, MessageRecord } from '../../../shared/history.ts';
import {
  addressKey,
  kept,
  domainKey,
  domainOf,
  messageIdKey,
  relayNames,
  relayQuery,
  wordsOf,
} from './keys.ts';
import type { Providers } from './providers.ts';
import { delayPower, HIGHEST_POWER, isIndexed, token, UNATTRIBUTED } from './tokens.ts';

/** Ids of the tenants whose entries are sought; `_unattributed` among them takes those that are nobody's. */
export type ScopeTenants = readonly string[] | 'all';

/** A query made ready: what to ask the index, and what an entry must be. */
export interface CompiledQuery {
  /** Full-text expression; null: every entry is looked at. */
  readonly expression: string | null;
  matches(record: MessageRecord): boolean;
}

/** One condition: one of `tokens` is there (none given: the index cannot help), and `holds` says yes. */
interface Condition {
  readonly tokens: readonly string[];
  /** Few entries have it: no other condition is worth asking the index for. */
  readonly isRare?: boolean;
  readonly holds: (record: MessageRecord) => boolean;
}

/** More alternatives than that cost more than they spare, unless nothing else narrows the search. */
const FEW_TOKENS = 40;
const MANY_TOKENS = 1_000;

/** Makes a query ready. All of its conditions hold for an entry that matches. */
export function compileQuery(
  query: Omit<MessageQuery, 'scope' | 'limit' | 'cursor'>,
  tenants: ScopeTenants,
  providers: Providers,
): CompiledQuery {
  const conditions = [
    ...people(query),
    ...ids(query),
    ...transport(query, providers),
    ...outcome(query),
    ...scope(tenants),
  ];
  const { fromMs = -Infinity, toMs = Infinity } = query;
  return {
    expression: expressionOf(conditions),
    matches: (record) =>
      record.atMs >= fromMs && record.atMs < toMs && conditions.every(({ holds }) => holds(record)),
  };
}

function expressionOf(conditions: readonly Condition[]): string | null {
  const indexed = conditions.filter(({ tokens }) => tokens.length > 0);
  const rare = indexed.filter(({ isRare }) => isRare);
  const few = indexed.filter(({ tokens }) => tokens.length <= FEW_TOKENS);
  const last = indexed.filter(({ tokens }) => tokens.length <= MANY_TOKENS).slice(0, 1);
  const chosen = [rare, few, last].find((some) => some.length > 0) ?? [];
  if (chosen.length === 0) return null;
  return chosen
    .map(({ tokens }) => `(${tokens.map((text) => `"${text.replaceAll('"', '""')}"`).join(' OR ')})`)
    .join(' AND ');
}

function people({ address, from, to, domain, toDomain }: Partial<MessageQuery>): Condition[] {
  const conditions: Condition[] = [];
  if (address !== undefined) {
    const key = addressKey(address);
    const holds = (record: MessageRecord) => isFrom(record, key) || isTo(record, key);
    conditions.push({ tokens: [token('t', key), token('f', key)], holds });
  }
  if (from !== undefined) {
    const key = addressKey(from);
    conditions.push({ tokens: [token('f', key)], holds: (record) => isFrom(record, key) });
  }
  if (to !== undefined) {
    const key = addressKey(to);
    conditions.push({ tokens: [token('t', key)], holds: (record) => isTo(record, key) });
  }
  if (domain !== undefined) {
    const key = domainKey(domain);
    conditions.push({
      tokens: [token('d', key), token('e', key), token('g', key)],
      holds: (record) => [record.to, record.from, record.origTo ?? ''].some((one) => domainOf(one) === key),
    });
  }
  if (toDomain !== undefined) {
    const key = domainKey(toDomain);
    conditions.push({ tokens: [token('d', key)], holds: (record) => domainOf(record.to) === key });
  }
  return conditions;
}

function isFrom(record: MessageRecord, key: string): boolean {
  return addressKey(record.from) === key;
}

function isTo({ to, origTo = '' }: MessageRecord, key: string): boolean {
  return [to, origTo].some((one) => one !== '' && addressKey(one) === key);
}

function ids({ queueId, messageId }: Partial<MessageQuery>): Condition[] {
  const conditions: Condition[] = [];
  if (queueId !== undefined) {
    const key = kept(queueId);
    const holds = (record: MessageRecord) => record.queueId === key;
    conditions.push({ tokens: [token('q', key)], isRare: true, holds });
  }
  if (messageId !== undefined) {
    const key = messageIdKey(messageId);
    const holds = (record: MessageRecord) =>
      record.messageId !== undefined && messageIdKey(record.messageId) === key;
    conditions.push({ tokens: [token('m', key)], isRare: true, holds });
  }
  return conditions;
}

function transport({ relay, provider }: Partial<MessageQuery>, providers: Providers): Condition[] {
  const conditions: Condition[] = [];
  if (relay !== undefined) {
    const wanted = relayQuery(relay);
    const holds = (record: MessageRecord) => {
      const names = record.relay === undefined ? [] : relayNames(record.relay);
      return wanted.length > 0 && wanted.every((name) => names.includes(name));
    };
    conditions.push({ tokens: wanted.slice(0, 1).map((name) => token('r', name)), holds });
  }
  if (provider !== undefined) {
    const { domains, relays } = providers.get(provider) ?? { domains: [], relays: [] };
    const tokens = [...domains.flatMap(domainTokens), ...relays.flatMap(relayTokens)];
    // Of a provider nobody knows there is nothing.
    conditions.push({
      tokens: tokens.length > 0 ? tokens : ['p:none'],
      holds: (record) => record.provider === provider,
    });
  }
  return conditions;
}

function domainTokens(domain: string): string[] {
  if (!domain.startsWith('.')) return [token('d', domain)];
  return [token('d', domain.slice(1)), token('v', domain)];
}

function relayTokens(relay: string): string[] {
  if (!relay.startsWith('.')) return [token('r', relay)];
  return [token('r', relay.slice(1)), token('u', relay)];
}

function outcome({ code, status, words, minDelayMs }: Partial<MessageQuery>): Condition[] {
  const conditions: Condition[] = [];
  if (code !== undefined) {
    const key = kept(code);
    const holds = (record: MessageRecord) => record.dsn === key || String(record.replyCode) === key;
    conditions.push({ tokens: isIndexed(key) ? [token('c', key)] : [], holds });
  }
  if (status !== undefined) {
    const tokens = status.length > 0 ? status.map((one) => token('k', one)) : ['k:none'];
    conditions.push({
      tokens: status.every(isIndexed) ? tokens : [],
      holds: (record) => status.includes(record.status),
    });
  }
  if (words !== undefined) {
    const wanted = wordsOf(words);
    const holds = (record: MessageRecord) => {
      if (record.status === 'sent') return false;
      const there = new Set(wordsOf(record.reason));
      return wanted.every((word) => there.has(word));
    };
    conditions.push({ tokens: [], holds });
    for (const word of wanted) conditions.push({ tokens: [token('w', word)], holds: () => true });
  }
  if (minDelayMs !== undefined) {
    const holds = (record: MessageRecord) => record.delayMs !== undefined && record.delayMs > minDelayMs;
    conditions.push({ tokens: delayTokens(minDelayMs), holds });
  }
  return conditions;
}

function delayTokens(minDelayMs: number): readonly string[] {
  const lowest = delayPower(minDelayMs);
  if (lowest < 0) return [];
  return Array.from({ length: HIGHEST_POWER - lowest + 1 }, (_, i) => `l:${lowest + i}`);
}

function scope(tenants: ScopeTenants): Condition[] {
  if (tenants === 'all') return [];
  const ids = tenants.map(kept);
  const wanted = new Set(ids);
  const takesOthers = wanted.has(UNATTRIBUTED);
  const tokens = ids.flatMap((id) => [token('s', id), token('o', id)]);
  const holds = ({ receiver, sender }: MessageRecord): boolean =>
    receiver === undefined && sender === undefined
      ? takesOthers
      : (receiver !== undefined && wanted.has(receiver)) || (sender !== undefined && wanted.has(sender));
  return [{ tokens: tokens.length > 0 ? tokens : ['s:#none'], holds }];
}
