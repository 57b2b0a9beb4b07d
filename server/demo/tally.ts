import type { Tenant } from './tenants.ts';

const KEYS = [
  'accepted', 'delivered', 'deferred', 'bounced', 'expired', 'rejectedTemporary', 'rejectedPermanent', 'held',
  'released', 'deleted', 'scanned', 'spam', 'softRejected', 'loginOk', 'loginFailed', 'loginFault',
] as const; // prettier-ignore

/** What is counted per tenant and direction. */
export type Count = (typeof KEYS)[number];
export type Counts = Readonly<Record<Count, number>>;

/**
 * What the platform has really done, for tests. `in` belongs to the recipient's tenant, `out` to the sender's.
 * `accepted`: messages that came into the queue; `expired`, `held`, `released`, `deleted`, `scanned`, `spam`,
 * `softRejected`: messages; `delivered`, `deferred`, `bounced`: delivery lines; `rejected...`: reject lines;
 * `login...`: sessions.
 */
export interface Truth {
  readonly platform: Counts;
  readonly tenants: Readonly<Record<string, { readonly in: Counts; readonly out: Counts }>>;
  /** Lines by what a reader must make of them, e.g. `attempt sent`. */
  readonly events: Readonly<Record<string, number>>;
  /** Recipients that came into a queue, and where they are now. */
  readonly ledger: Readonly<Record<'accepted' | 'delivered' | 'bounced' | 'expired' | 'deleted', number>>;
}

/** Sender's and recipients' tenants of a message; outsiders have none. */
export interface Parties {
  readonly from?: Tenant | undefined;
  readonly to: readonly (Tenant | undefined)[];
}

/** Counts what is done. */
export interface Tally {
  count(key: Count, parties: Parties): void;
  event(kind: string): void;
  recipients(end: keyof Truth['ledger'], n: number): void;
  truth(): Truth;
}

/** An empty tally with a row for each tenant. */
export function createTally(tenants: readonly Tenant[]): Tally {
  const platform = zeroes();
  const rows = new Map(tenants.map((tenant) => [tenant.id, { in: zeroes(), out: zeroes() }]));
  const events: Record<string, number> = {};
  const ledger = { accepted: 0, delivered: 0, bounced: 0, expired: 0, deleted: 0 };

  function count(key: Count, { from, to }: Parties): void {
    platform[key] += 1;
    const out = from && rows.get(from.id);
    if (out) out.out[key] += 1;
    to.forEach((tenant, i) => {
      const row = tenant && to.indexOf(tenant) === i ? rows.get(tenant.id) : undefined;
      if (row) row.in[key] += 1;
    });
  }

  return {
    count,
    event: (kind) => void (events[kind] = (events[kind] ?? 0) + 1),
    recipients: (end, n) => void (ledger[end] += n),
    truth: () => structuredClone({ platform, tenants: Object.fromEntries(rows), events, ledger }),
  };
}

function zeroes(): Record<Count, number> {
  return Object.fromEntries(KEYS.map((key) => [key, 0])) as Record<Count, number>;
}
