import { BlockList, isIP } from 'node:net';
import { normaliseDomain, type Tenant } from './tenants-file.ts';

/** Tenants are numbers on the hot path: their place in the file. NOBODY owns what no rule matches. */
export type TenantIndex = number;
export const NOBODY: TenantIndex = -1;
/** Stable key of the row that holds what belongs to nobody. */
export const UNATTRIBUTED = '_unattributed';

/** Answers of a directory are remembered for this many distinct questions, then forgotten all at once. */
const CACHE_SIZE = 50_000;

export interface Directory {
  readonly tenants: readonly Tenant[];
  ownerOfDomain(domain: string): TenantIndex;
  ownerOfAddress(address: string): TenantIndex;
  /** By login pattern, else by the domain part of the user name. */
  ownerOfLogin(login: string): TenantIndex;
  ownerOfRelay(clientIp: string): TenantIndex;
  hasRelays: boolean;
}

/** Who owns a domain, a login, a client network. Answers are pure; they are cached within bounds. */
export function createDirectory(tenants: readonly Tenant[]): Directory {
  const exact = new Map<string, TenantIndex>();
  const below = new Map<string, TenantIndex>();
  const logins: { pattern: RegExp; owner: TenantIndex }[] = [];
  const relays: { list: BlockList; owner: TenantIndex }[] = [];
  tenants.forEach((tenant, owner) => {
    const domains = [
      ...tenant.domains,
      ...(tenant.services ?? []).flatMap((service) => service.domains ?? []),
    ];
    for (const domain of domains.map(normaliseDomain)) {
      if (domain.startsWith('.')) below.set(domain.slice(1), owner);
      else exact.set(domain, owner);
    }
    for (const login of tenant.logins ?? []) logins.push({ pattern: globToRegExp(login), owner });
    if (tenant.relays?.length) relays.push({ list: toBlockList(tenant.relays), owner });
  });

  const ownerOfDomain = cached((raw: string): TenantIndex => {
    const domain = normaliseDomain(raw);
    return exact.get(domain) ?? walkUp(below, domain);
  });
  const ownerOfLogin = cached((login: string): TenantIndex => {
    const matched = logins.find(({ pattern }) => pattern.test(login));
    return matched ? matched.owner : ownerOfDomain(domainOf(login));
  });
  const ownerOfRelay = cached((clientIp: string): TenantIndex => {
    const family = isIP(clientIp);
    if (family === 0) return NOBODY;
    const matched = relays.find(({ list }) => list.check(clientIp, family === 4 ? 'ipv4' : 'ipv6'));
    return matched ? matched.owner : NOBODY;
  });
  const ownerOfAddress = (address: string) => ownerOfDomain(domainOf(address));
  return { tenants, ownerOfDomain, ownerOfAddress, ownerOfLogin, ownerOfRelay, hasRelays: relays.length > 0 };
}

/** What stands after the last `@`; empty for bare names and the null sender. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? '' : address.slice(at + 1);
}

function walkUp(below: ReadonlyMap<string, TenantIndex>, domain: string): TenantIndex {
  for (let rest = domain; rest !== '';) {
    const owner = below.get(rest);
    if (owner !== undefined) return owner;
    const dot = rest.indexOf('.');
    rest = dot < 0 ? '' : rest.slice(dot + 1);
  }
  return NOBODY;
}

function cached(answer: (question: string) => TenantIndex): (question: string) => TenantIndex {
  const known = new Map<string, TenantIndex>();
  return (question) => {
    if (question === '') return NOBODY;
    const remembered = known.get(question);
    if (remembered !== undefined) return remembered;
    if (known.size >= CACHE_SIZE) known.clear();
    const owner = answer(question);
    known.set(question, owner);
    return owner;
  };
}

function globToRegExp(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'iu');
}

function toBlockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}
