import { type Directory, NOBODY, type TenantIndex } from './directory.ts';

/** Which rule of the order of trust gave an event to a tenant (formats.md 3.1), highest first. */
export type Rule = 'instance' | 'login' | 'recipient-domain' | 'relay' | 'sender-domain';

export interface Attribution {
  readonly owner: TenantIndex;
  readonly rule: Rule | null;
}

export const NO_ONE: Attribution = { owner: NOBODY, rule: null };

export interface SenderTraits {
  readonly instance?: string | undefined;
  readonly login?: string | undefined;
  readonly clientIp?: string | undefined;
  readonly from?: string | undefined;
  /** Of `from`, where the reader has cut it out. */
  readonly fromDomain?: string | undefined;
}

/** Explicit tenants of Postfix instances (`syslog_name` → owner). */
export type Instances = ReadonlyMap<string, TenantIndex>;

/** Who sends: instance, login, relay network, then the sender's domain; the first that names a tenant. */
export function attributeSender(
  directory: Directory,
  instances: Instances,
  traits: SenderTraits,
): Attribution {
  const { instance, login, clientIp } = traits;
  const explicit = instance === undefined || instances.size === 0 ? undefined : instances.get(instance);
  if (explicit !== undefined) return { owner: explicit, rule: 'instance' };
  const byLogin = login ? directory.ownerOfLogin(login) : NOBODY;
  if (byLogin !== NOBODY) return { owner: byLogin, rule: 'login' };
  const byRelay = clientIp && directory.hasRelays ? directory.ownerOfRelay(clientIp) : NOBODY;
  if (byRelay !== NOBODY) return { owner: byRelay, rule: 'relay' };
  const bySender = ownerOfSender(directory, traits);
  return bySender === NOBODY ? NO_ONE : { owner: bySender, rule: 'sender-domain' };
}

function ownerOfSender(directory: Directory, { from, fromDomain }: SenderTraits): TenantIndex {
  if (!from) return NOBODY;
  const address = unwrapRewritten(from);
  return fromDomain !== undefined && address === from
    ? directory.ownerOfDomain(fromDomain)
    : directory.ownerOfAddress(address);
}

/** `SRS0=hash=tt=domain=local@forwarder`, and `SRS1=hash=forwarder==hash=tt=domain=local@next`; a local part may hold `=`. */
const SRS = /^srs(?:0|1[=+-][^=]*=[^=]+=)[=+-][^=]*=[^=]*=([^=]+)=(.+)$/i;

/** The sender behind a rewritten one (https://www.libsrs2.net/srs/srs.pdf). */
export function unwrapRewritten(address: string): string {
  const isCandidate = address.charCodeAt(0) === 0x53 || address.charCodeAt(0) === 0x73;
  if (!isCandidate || !/^srs[01][=+-]/i.test(address)) return address;
  const [, domain, local] = SRS.exec(address.slice(0, address.lastIndexOf('@'))) ?? [];
  return local && domain ? `${local}@${domain}` : address;
}
