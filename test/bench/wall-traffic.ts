/** An ordinary night of a large platform: messages that come, wait and are delivered, and logins, by chance but seeded. */
import type { MailEvent } from '../../server/collect/event.ts';
import type { Tenant } from '../../server/attribute/tenants-file.ts';
import { FEEDS, type SourceReport } from '../../shared/protocol.ts';

const CLUSTERS = ['A', 'B', 'C', 'D', 'E', 'F'];
const FIRST =
  'Aurora Borealis Cinder Dovetail Ember Foxglove Granite Harbour Ironbridge Juniper Kestrel Lantern Meadow Northwind Oakfield Pebble Quarry Rivermouth Saltmarsh Thistle Umber Valeview Westerly Xylem Yarrow'.split(
    ' ',
  );
const SECOND = 'Broadband Net Telecom Online Fibre Networks Mail Cable Internet Hosting'.split(' ');

/** Tenants of very different sizes, with names as people give them. */
export function busyTenants(count: number): readonly Tenant[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `t${String(n).padStart(4, '0')}`,
    name: `${FIRST[n % FIRST.length]} ${SECOND[Math.floor(n / FIRST.length) % SECOND.length]}${n < 250 ? '' : ` ${1 + Math.floor(n / 250)}`}`,
    domains: [`t${n}.example`],
    cluster: CLUSTERS[n % CLUSTERS.length] ?? 'A',
    mailboxes: Math.round(400_000 / (n + 1) ** 0.8),
  }));
}

/** Log, listing, filter and logins of each cluster, all well; as old as such sources are. */
export function healthyReports(nowMs: number): readonly SourceReport[] {
  const counters = { lines: 0, events: 0, unparsed: 0, foreign: 0, bytes: 0, dropped: {} };
  return CLUSTERS.flatMap((cluster, k) =>
    FEEDS.map((feed, f) => ({
      ...{ id: `${feed}-${cluster}`, type: 'log' as const, feeds: [feed], cluster, target: '', counters },
      ...{ state: 'ok' as const, asOfMs: nowMs - ((k * 137 + f * 1_711) % 6_000), intervalMs: 1_000 },
    })),
  );
}

export interface Traffic {
  /** Everything that happens in the second up to `atMs`. */
  second(atMs: number): readonly MailEvent[];
}

export interface TrafficOptions {
  readonly tenants: number;
  readonly messagesPerSecond: number;
  readonly random: () => number;
}

const MEAN_WAIT_SECONDS = 3;
const INBOUND_SHARE = 0.6;
const SPAM_SHARE = 0.12;
const LOGINS_PER_MESSAGE = 0.6;

/** Larger tenants have more of it (Zipf, exponent 0.8), as their mailboxes do. */
export function createTraffic({ tenants, messagesPerSecond, random }: TrafficOptions): Traffic {
  const weights = Array.from({ length: tenants }, (_, n) => 1 / (n + 1) ** 0.8);
  const total = weights.reduce((a, b) => a + b, 0);
  let sum = 0;
  const bounds = weights.map((weight) => (sum += weight / total));
  const pick = (): number => {
    const at = random();
    let [low, high] = [0, tenants - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((bounds[middle] ?? 1) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const due = new Map<number, MailEvent[]>();
  let messages = 0;

  function message(atMs: number): readonly MailEvent[] {
    const tenant = pick();
    messages += 1;
    const origin = { host: 'mx', source: 'mx', instance: 'postfix' };
    const queueId = `4${messages.toString(36)}`;
    const domains = [`t${tenant}.example`, 'elsewhere.example'] as const;
    const [toDomain, fromDomain] = random() < INBOUND_SHARE ? domains : ([domains[1], domains[0]] as const);
    const [to, from] = [`u${messages % 97}@${toDomain}`, `v${messages % 97}@${fromDomain}`];
    const action = random() < SPAM_SHARE ? ('reject' as const) : ('no action' as const);
    const verdict = {
      ...origin,
      atMs,
      kind: 'verdict',
      messageId: `${queueId}@x`,
      score: 1,
      from,
      to: [to],
    } as const;
    if (action === 'reject') return [{ ...verdict, action }];
    const waitMs = -Math.log(1 - random()) * MEAN_WAIT_SECONDS * 1_000;
    const doneMs = atMs + Math.ceil(waitMs / 1_000) * 1_000;
    const attempt = { kind: 'attempt', queueId, to, toDomain, relay: 'box[192.0.2.1]:24' } as const;
    due.set(doneMs, [
      ...(due.get(doneMs) ?? []),
      {
        ...{ ...origin, ...attempt, atMs: doneMs, delayMs: waitMs + 200, dsn: '2.0.0', status: 'sent' },
        ...{ reason: 'ok', service: 'lmtp' },
      },
      { ...origin, atMs: doneMs, kind: 'removed', queueId, by: 'qmgr' },
    ]);
    return [
      { ...verdict, action },
      { ...origin, atMs, kind: 'accepted', queueId, via: 'smtpd' },
      {
        ...origin,
        atMs,
        kind: 'queue-active',
        queueId,
        from,
        fromDomain,
        sizeBytes: 1_000,
        recipientCount: 1,
      },
    ];
  }
  function login(atMs: number): MailEvent {
    const user = `u${Math.floor(random() * 40)}@t${pick()}.example`;
    const outcome = random() < 0.0005 ? 'server-fault' : 'ok';
    const origin = { atMs, host: 'mx', source: 'mx', instance: 'dovecot' };
    return { ...origin, kind: 'login', user, outcome, protocol: 'imap', attempts: 1, reason: '' };
  }
  return {
    second(atMs) {
      const finished = due.get(atMs) ?? [];
      due.delete(atMs);
      const arrived = Array.from({ length: messagesPerSecond }, () => message(atMs));
      const logins = Array.from({ length: Math.round(messagesPerSecond * LOGINS_PER_MESSAGE) }, () =>
        login(atMs),
      );
      return [...finished, ...arrived.flat(), ...logins];
    },
  };
}
