import type { Random } from './random.ts';

/** What shares hosts, filter and store. */
export const CLUSTER_IDS = ['A', 'B', 'C'] as const;
export type ClusterId = (typeof CLUSTER_IDS)[number];

/** One mail domain of a tenant, on one cluster. */
export interface Domain {
  readonly name: string;
  readonly tenant: Tenant;
  readonly cluster: ClusterId;
  readonly mailboxes: number;
}

/** An invented ISP. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly cluster: ClusterId;
  readonly mailboxes: number;
  /** Share of spam in the mail that reaches its filter on a quiet day. */
  readonly spamShare: number;
  /** Its users sign in with a bare customer number that begins so, not with their address. */
  readonly loginPrefix?: string;
  /** Its address books lie in the webmail of the 2007 scenario. */
  readonly isWebmailUser: boolean;
  readonly domains: readonly Domain[];
  readonly services: readonly Service[];
}

/** A product of a tenant, on a cluster of its own. */
export interface Service {
  readonly id: string;
  readonly name: string;
  readonly cluster: ClusterId;
  readonly domains: readonly Domain[];
}

interface ServiceSpec {
  readonly id: string;
  readonly name: string;
  readonly cluster: ClusterId;
  readonly mailboxes: number;
  readonly domains: readonly string[];
}

/** `[id, name, cluster, mailboxes, domains below .example]` */
type Row = readonly [string, string, ClusterId, number, readonly string[]];

const ROWS: readonly Row[] = [
  ['aurora', 'Aurora Broadband', 'B', 230_000, ['aurora-bb', 'mail.aurora-bb', 'biz.aurora-bb']],
  ['bluefin', 'Bluefin Online', 'A', 164_000, ['bluefin-online', 'bluefin']],
  ['cedar', 'Cedar Telecom', 'C', 142_000, ['cedartel', 'users.cedartel']],
  ['dalesway', 'Dalesway Internet', 'A', 118_000, ['dalesway', 'home.dalesway']],
  ['eastlink', 'Eastlink Cooperative', 'B', 96_000, ['eastlink-coop', 'farm.eastlink-coop']],
  ['fjordnet', 'Fjordnet', 'C', 88_000, ['fjordnet', 'post.fjordnet']],
  ['granite', 'Granite State Online', 'A', 74_000, ['granite-online']],
  ['harborline', 'Harborline', 'B', 69_000, ['harborline', 'marina.harborline']],
  ['islanda', 'Islanda Cable', 'C', 61_000, ['islanda-cable']],
  ['juniper', 'Juniper Hill', 'A', 52_000, ['juniperhill']],
  ['kestrel', 'Kestrel Mobile', 'B', 47_000, ['kestrel-mobile']],
  ['lumen', 'Lumen Valley', 'C', 41_000, ['lumenvalley', 'vip.lumenvalley']],
  ['moorland', 'Moorland Net', 'A', 36_000, ['moorland-net']],
  ['nordwest', 'Nordwest Kabel', 'B', 33_000, ['nordwest-kabel', 'kunde.nordwest-kabel']],
  ['orchard', 'Orchard Fibre', 'C', 29_000, ['orchard-fibre']],
  ['pinewood', 'Pinewood Rural', 'A', 26_000, ['pinewood-rural']],
  ['quarry', 'Quarry Bank Internet', 'B', 22_500, ['quarrybank']],
  ['riverbend', 'Riverbend Telephone', 'C', 19_800, ['riverbend-tel']],
  ['saltmarsh', 'Saltmarsh Online', 'A', 17_200, ['saltmarsh']],
  ['tideway', 'Tideway', 'B', 15_000, ['tideway-net']],
  ['umbra', 'Umbra Hosting', 'C', 13_600, ['umbra-hosting', 'shared.umbra-hosting']],
  ['vesper', 'Vesper Wireless', 'A', 11_400, ['vesper-wireless']],
  ['westmere', 'Westmere Cable', 'B', 9_800, ['westmere']],
  ['xylo', 'Xylo Networks', 'C', 8_300, ['xylo-networks']],
  ['yarrow', 'Yarrow Community Net', 'A', 7_100, ['yarrow-net']],
  ['zephyr', 'Zephyr DSL', 'B', 6_000, ['zephyr-dsl']],
  ['alder', 'Alder Bay', 'C', 5_100, ['alderbay']],
  ['brisk', 'Brisk ISP', 'A', 4_300, ['brisk-isp']],
  ['copper', 'Copper Canyon', 'B', 3_600, ['coppercanyon']],
  ['dovetail', 'Dovetail', 'C', 3_000, ['dovetail-net']],
  ['elmstead', 'Elmstead Village Net', 'A', 2_400, ['elmstead']],
  ['foxglove', 'Foxglove', 'B', 1_900, ['foxglove-net']],
  ['glen', 'Glen Telecom', 'C', 1_500, ['glen-telecom']],
  ['heath', 'Heathfield Schools', 'A', 1_150, ['heathfield-schools']],
  ['inlet', 'Inlet Harbour', 'B', 900, ['inlet-harbour']],
  ['jetty', 'Jetty', 'C', 700, ['jetty-net']],
  ['knoll', 'Knoll House', 'A', 520, ['knollhouse']],
  ['larch', 'Larch Lane', 'B', 400, ['larchlane']],
  ['mill', 'Millrace', 'C', 300, ['millrace']],
];

/** Two tenants that sell two products each, on different clusters: in 2008 one service was hit, the other not. */
const SPLIT: readonly {
  readonly id: string;
  readonly name: string;
  readonly services: readonly ServiceSpec[];
}[] = [
  {
    id: 'virgo',
    name: 'Virgo Media',
    services: [
      { id: 'dsl', name: 'DSL', cluster: 'A', mailboxes: 200_000, domains: ['virgo-net'] },
      { id: 'cable', name: 'Cable', cluster: 'B', mailboxes: 200_000, domains: ['virgo-cable'] },
    ],
  },
  {
    id: 'northgate',
    name: 'Northgate',
    services: [
      { id: 'dsl', name: 'DSL', cluster: 'A', mailboxes: 31_000, domains: ['northgate-dsl'] },
      { id: 'fibre', name: 'Fibre', cluster: 'C', mailboxes: 24_000, domains: ['northgate-fibre'] },
    ],
  },
];

const WEBMAIL = new Set(['aurora', 'cedar', 'dalesway', 'fjordnet', 'harborline', 'orchard']);
const LOGIN_PREFIX: Readonly<Record<string, string>> = { kestrel: 'km-' };

/** All tenants, largest first. Only their spam shares depend on the seed. */
export function createTenants(random: Random): readonly Tenant[] {
  const split = SPLIT.map(({ id, name, services }) => makeTenant({ id, name, services, random }));
  const plain = ROWS.map(([id, name, cluster, mailboxes, domains]) =>
    makeTenant({ id, name, services: [{ id: '', name: '', cluster, mailboxes, domains }], random }),
  );
  return [...split, ...plain].sort((a, b) => b.mailboxes - a.mailboxes);
}

interface TenantSpec {
  readonly id: string;
  readonly name: string;
  readonly services: readonly ServiceSpec[];
  readonly random: Random;
}

function makeTenant({ id, name, services, random }: TenantSpec): Tenant {
  const domains: Domain[] = [];
  const named: Service[] = [];
  const prefix = LOGIN_PREFIX[id];
  const tenant: Tenant = {
    id,
    name,
    cluster: services[0]?.cluster ?? 'A',
    mailboxes: services.reduce((sum, service) => sum + service.mailboxes, 0),
    spamShare: random.between(0.08, 0.18),
    ...(prefix === undefined ? {} : { loginPrefix: prefix }),
    isWebmailUser: WEBMAIL.has(id),
    domains,
    services: named,
  };
  for (const service of services) {
    const own = service.domains.map((domain, i) => makeDomain(tenant, service, { domain, i }));
    domains.push(...own);
    if (service.id !== '')
      named.push({ id: service.id, name: service.name, cluster: service.cluster, domains: own });
  }
  return tenant;
}

/** The first domain of a service holds most of its mailboxes. */
function makeDomain(
  tenant: Tenant,
  service: ServiceSpec,
  { domain, i }: { domain: string; i: number },
): Domain {
  const others = service.domains.length - 1;
  const share = i === 0 ? 1 - 0.15 * others : 0.15;
  const mailboxes = Math.round(service.mailboxes * share);
  return { name: `${domain}.example`, tenant, cluster: service.cluster, mailboxes };
}

/** The tenants file that belongs to this platform, in the form of the contract. */
export function tenantsFile(tenants: readonly Tenant[]): TenantsFile {
  return { tenants: tenants.map(toEntry) };
}

/** Structure of a tenants file. */
export interface TenantsFile {
  readonly tenants: readonly {
    readonly id: string;
    readonly name: string;
    readonly domains: readonly string[];
    readonly logins?: readonly string[];
    readonly mailboxes: number;
    readonly services?: readonly {
      readonly id: string;
      readonly name: string;
      readonly domains: readonly string[];
      readonly cluster: string;
    }[];
    readonly cluster: string;
  }[];
}

function toEntry(tenant: Tenant): TenantsFile['tenants'][number] {
  const names = (domains: readonly Domain[]) => domains.map((domain) => domain.name);
  const { id, name, mailboxes, cluster } = tenant;
  const services = tenant.services.map((service) => ({ ...service, domains: names(service.domains) }));
  return {
    id,
    name,
    domains: names(tenant.domains),
    ...(tenant.loginPrefix === undefined ? {} : { logins: [`${tenant.loginPrefix}*`] }),
    mailboxes,
    ...(services.length > 0 ? { services } : {}),
    cluster,
  };
}
