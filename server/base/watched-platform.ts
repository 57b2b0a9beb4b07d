import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/** What belongs to the platform that is watched, as far as it is known. */
export interface WatchedPlatform {
  /** Names of its machines; a name covers those below it. `localhost` when it runs on this machine. */
  readonly hosts: readonly string[];
  /** `192.0.2.0/24`, `2001:db8::/32` or one address. */
  readonly networks: readonly string[];
  /** Domains whose mail it carries. */
  readonly domains: readonly string[];
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Whether the name is one of its machines, or below one of its names. */
export function isPlatformHost(host: string, platform: Pick<WatchedPlatform, 'hosts' | 'networks'>): boolean {
  const name = plainHost(host);
  if (isIP(name) > 0) {
    const isHere = isLoopback(name) && platform.hosts.some((each) => plainHost(each) === 'localhost');
    return (
      isHere || platform.hosts.some((each) => plainHost(each) === name) || inNetworks(name, platform.networks)
    );
  }
  return platform.hosts.some((each) => isBelow(name, plainHost(each)));
}

/** The domain of the platform that the name is or lies below. */
export function platformDomainOf(host: string, domains: readonly string[]): string | undefined {
  const name = plainHost(host);
  return domains.find((domain) => isBelow(name, plainHost(domain)));
}

/** Whether an address lies in one of the networks; those that are none are left out. */
export function inNetworks(address: string, networks: readonly string[]): boolean {
  const plain = MAPPED.exec(address)?.[1] ?? address;
  const family = isIP(plain);
  if (family === 0) return false;
  return toBlockList(networks).check(plain, family === 4 ? 'ipv4' : 'ipv6');
}

/** Whether the host is this machine itself, so that nothing leaves it in clear. */
export function isLoopback(host: string): boolean {
  const name = plainHost(host);
  return name === 'localhost' || name.endsWith('.localhost') || inNetworks(name, ['127.0.0.0/8', '::1/128']);
}

/** Whether the text is a network or one address. */
export function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

function toBlockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks.filter(isNetwork)) {
    const [address = '', prefix] = network.split('/');
    const isV4 = isIP(address) === 4;
    list.addSubnet(
      address,
      prefix === undefined ? (isV4 ? 32 : 128) : Number(prefix),
      isV4 ? 'ipv4' : 'ipv6',
    );
  }
  return list;
}

function isBelow(name: string, parent: string): boolean {
  return parent !== '' && (name === parent || name.endsWith(`.${parent}`));
}

/** As URLs and configurations write it: brackets of IPv6, dots at either end, capitals, letters beyond ASCII. */
function plainHost(host: string): string {
  const name = host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/^\.|\.$/g, '');
  return /^[\x21-\x7e]*$/.test(name) ? name : domainToASCII(name);
}
