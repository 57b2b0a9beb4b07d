import type { Random } from './random.ts';
import type { Target } from './message.ts';
import type { Client } from './postfix-lines.ts';

/** How a mail domain outside the platform behaves. Shares are of first attempts, per recipient. */
export interface Remote {
  readonly domain: string;
  readonly ip: string;
  /** Share of the mail that goes there or comes from there. */
  readonly weight: number;
  readonly setUpMs: number;
  readonly transmitMs: number;
  readonly greylists: number;
  readonly tempfails: number;
  readonly refuses: number;
  /** Nobody answers there; `no-host`: the name does not resolve. */
  readonly fault?: 'refused' | 'timeout' | 'no-host';
}

const GOOD = { setUpMs: 25, transmitMs: 140, greylists: 0, tempfails: 0.001, refuses: 0.004 } as const;

/** Everybody else on the Internet. */
export const REMOTES: readonly Remote[] = [
  { ...GOOD, domain: 'bigmail.example', ip: '198.51.100.4', weight: 34 },
  { ...GOOD, domain: 'freemail.example', ip: '198.51.100.8', weight: 21, greylists: 0.03 },
  { ...GOOD, domain: 'webpost.example', ip: '198.51.100.12', weight: 14, transmitMs: 420 },
  { ...GOOD, domain: 'corp.example', ip: '198.51.100.16', weight: 8, setUpMs: 60 },
  { ...GOOD, domain: 'school.example', ip: '198.51.100.20', weight: 5, greylists: 0.05 },
  { ...GOOD, domain: 'shop.example', ip: '198.51.100.24', weight: 5 },
  { ...GOOD, domain: 'slowpost.example', ip: '198.51.100.28', weight: 4, setUpMs: 900, transmitMs: 3_200 },
  { ...GOOD, domain: 'tempwall.example', ip: '198.51.100.32', weight: 3, tempfails: 0.1 },
  { ...GOOD, domain: 'strictcorp.example', ip: '198.51.100.36', weight: 3, refuses: 0.05 },
  { ...GOOD, domain: 'gov-news.example', ip: '198.51.100.40', weight: 2.6 },
  { ...GOOD, domain: 'deadhost.example', ip: '198.51.100.44', weight: 0.02, fault: 'refused' },
  { ...GOOD, domain: 'blackhole.example', ip: '198.51.100.48', weight: 0.01, fault: 'timeout' },
  { ...GOOD, domain: 'bigmial.example', ip: '', weight: 0.08, fault: 'no-host' },
];

const LISTED = REMOTES.reduce((sum, remote) => sum + remote.weight, 0);
const PEOPLE = [
  'anna',
  'billing',
  'carl',
  'dora',
  'eve',
  'frank',
  'info',
  'mum',
  'news',
  'noreply',
  'office',
  'sales',
];
const BOT_WORDS = ['parcel', 'win', 'pills', 'rolex', 'casino', 'loan', 'pharma', 'deal'] as const;

/** `mx1.bigmail.example[198.51.100.4]:25` */
export function relayOf(remote: Remote): string {
  return `mx1.${remote.domain}[${remote.ip}]:25`;
}

/** A remote domain, by its share of traffic. */
export function anyRemote(random: Random): Remote {
  let mark = random.next() * LISTED;
  for (const remote of REMOTES) {
    mark -= remote.weight;
    if (mark < 0) return remote;
  }
  return random.pick(REMOTES);
}

/** Somebody at a remote domain. */
export function anyRemoteTarget(random: Random): Target & { kind: 'remote' } {
  const remote = anyRemote(random);
  return { kind: 'remote', remote, address: `${random.pick(PEOPLE)}.${random.int(900)}@${remote.domain}` };
}

/** A well-behaved outside sender: address, and the server that brings its mail. */
export function anySender(random: Random): {
  readonly target: Target & { kind: 'remote' };
  readonly client: Client;
} {
  let target = anyRemoteTarget(random);
  while (target.remote.fault) target = anyRemoteTarget(random);
  const n = 1 + random.int(4);
  const host = `mx${n}.${target.remote.domain}`;
  const lastDot = target.remote.ip.lastIndexOf('.');
  const base = Number(target.remote.ip.slice(lastDot + 1));
  const ip = `${target.remote.ip.slice(0, lastDot + 1)}${base + n - 1}`;
  return { target, client: { host, ip, helo: host } };
}

/** A machine of a bot net, from the networks set aside for benchmarks (RFC 2544) and documentation. */
export function anyBot(random: Random): { readonly from: string; readonly client: Client } {
  const word = random.pick(BOT_WORDS);
  const domain = `${word}-${random.int(60)}.example`;
  const ip = random.chance(0.1)
    ? `2001:db8:${(random.int(0xefff) + 0x1000).toString(16)}::${random.hex(3)}`
    : `198.${18 + random.int(2)}.${random.int(256)}.${1 + random.int(254)}`;
  const from = `${word}${random.int(9_999)}@${domain}`;
  return { from, client: { host: 'unknown', ip, helo: `host${random.int(99)}.${domain}` } };
}

/** A customer's own connection. */
export function anyCustomerIp(random: Random): string {
  return `203.0.113.${1 + random.int(254)}`;
}
