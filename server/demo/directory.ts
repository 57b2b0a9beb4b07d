import type { Random } from './random.ts';
import type { ClusterId, Domain, Tenant } from './tenants.ts';

/** Every fifth mailbox is known to nobody but friends: background spam never goes there. */
const CLEAN_EVERY = 5;
const FIRST = [
  'alice', 'ben', 'carla', 'dan', 'emma', 'farid', 'grace', 'henrik', 'iris', 'jon', 'karin', 'liam', 'mina',
  'noor', 'olaf', 'priya', 'quentin', 'rosa', 'sven', 'tara', 'umar', 'vera', 'will', 'xenia', 'yusuf', 'zoe',
] as const; // prettier-ignore
const LAST = [
  'adams', 'brandt', 'clark', 'dubois', 'evans', 'fischer', 'garcia', 'hughes', 'ito', 'jensen', 'kowalski', 'lee',
  'moore', 'novak', 'owens', 'patel', 'quinn', 'rossi', 'smith', 'turner', 'ueda', 'vogel', 'walker', 'young',
] as const; // prettier-ignore

/** A mailbox of the platform. */
export interface Mailbox {
  readonly address: string;
  readonly login: string;
  readonly domain: Domain;
}

/** Who is there to write to and to sign in. */
export interface Directory {
  readonly tenants: readonly Tenant[];
  /** A domain, as often as its tenant is large (mailboxes^0.8: small ISPs are busier for their size). */
  domain(): Domain;
  domainOn(cluster: ClusterId): Domain;
  /** Any mailbox, busy ones more often. */
  mailbox(domain: Domain): Mailbox;
  /** A mailbox that spammers know. */
  exposed(domain: Domain): Mailbox;
  /** The next of the mailboxes that have never had spam; each is given once. */
  nextClean(domain: Domain): Mailbox;
}

/** The directory of these tenants. */
export function createDirectory(tenants: readonly Tenant[], random: Random): Directory {
  const all = tenants.flatMap((tenant) => tenant.domains);
  const anywhere = weighted(all, random);
  const onCluster = {
    A: weighted(all.filter((domain) => domain.cluster === 'A'), random),
    B: weighted(all.filter((domain) => domain.cluster === 'B'), random),
    C: weighted(all.filter((domain) => domain.cluster === 'C'), random),
  }; // prettier-ignore
  const cursors = new Map<Domain, number>();
  const busy = (domain: Domain) => Math.floor(random.next() ** 2 * domain.mailboxes);

  return {
    tenants,
    domain: anywhere,
    domainOn: (cluster) => onCluster[cluster](),
    mailbox: (domain) => mailboxAt(domain, busy(domain)),
    exposed(domain) {
      const index = busy(domain);
      return mailboxAt(domain, isClean(index) ? index + 1 : index);
    },
    nextClean(domain) {
      const turn = cursors.get(domain) ?? 0;
      cursors.set(domain, turn + 1);
      const index = CLEAN_EVERY * turn;
      if (index >= domain.mailboxes) throw new RangeError(`no clean mailbox is left at ${domain.name}`);
      return mailboxAt(domain, index);
    },
  };
}

/** Whether background spam leaves this mailbox alone. */
export function isClean(index: number): boolean {
  return index % CLEAN_EVERY === 0;
}

function mailboxAt(domain: Domain, index: number): Mailbox {
  const first = FIRST[index % FIRST.length] ?? '';
  const rest = Math.floor(index / FIRST.length);
  const last = LAST[rest % LAST.length] ?? '';
  const round = Math.floor(rest / LAST.length);
  const address = `${first}.${last}${round === 0 ? '' : round}@${domain.name}`;
  const prefix = domain.tenant.loginPrefix;
  return { address, login: prefix === undefined ? address : `${prefix}${100_000 + index}`, domain };
}

function weighted(domains: readonly Domain[], random: Random): () => Domain {
  let total = 0;
  const steps = domains.map((domain) => (total += weight(domain)));
  return () => {
    const mark = random.next() * total;
    let low = 0;
    let high = steps.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((steps[middle] ?? 0) > mark) high = middle;
      else low = middle + 1;
    }
    const domain = domains[low];
    if (!domain) throw new RangeError('no domain to choose from');
    return domain;
  };
}

/** Activity of a tenant, shared by its domains according to their mailboxes. */
function weight({ tenant, mailboxes }: Domain): number {
  return (tenant.mailboxes ** 0.8 * mailboxes) / tenant.mailboxes;
}
