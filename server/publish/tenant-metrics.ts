import { Gauge, type Registry } from 'prom-client';
import type { WallRow } from '../../shared/protocol.ts';
import type { QueryPort } from './port.ts';

interface TenantMetric {
  readonly name: string;
  readonly help: string;
  readonly read: (row: WallRow) => number | null;
}

const METRICS: readonly TenantMetric[] = [
  {
    name: 'queue_depth',
    help: 'Recipients waiting in maildrop, incoming, active and deferred',
    read: (row) => row.queueDepth,
  },
  {
    name: 'spam_percent',
    help: 'Spam in percent of the final verdicts of the last 5 minutes',
    read: (row) => row.spamPercent,
  },
  {
    name: 'lag_p95_seconds',
    help: 'Effective lag, delivered and still waiting, 95th percentile of 5 minutes',
    read: (row) => (row.lagP95Ms === null ? null : row.lagP95Ms / 1_000),
  },
  {
    name: 'lag_p95_is_floor',
    help: '1 when the 95th percentile is a message still waiting: the lag is that or more',
    read: (row) => (row.lagP95Ms === null ? null : Number(row.isLagFloor)),
  },
  {
    name: 'access_percent',
    help: 'Users without a server fault in percent of the users of the last 5 minutes',
    read: (row) => row.accessPercent,
  },
];

/** Gauges per tenant; to be read anew before each scrape. No data is no series: a zero would be believed. */
export function createTenantMetrics(registry: Registry, query: QueryPort): { refresh(): Promise<void> } {
  const gauges = METRICS.map(({ name, help, read }) => {
    const labelNames: 'tenant'[] = ['tenant'];
    return {
      read,
      gauge: new Gauge({ name: `mailvigil_tenant_${name}`, help, labelNames, registers: [registry] }),
    };
  });
  return {
    async refresh() {
      const wall = await query.wall();
      for (const { gauge, read } of gauges) {
        gauge.reset();
        wall?.rows.forEach((row, place) => {
          const value = read(row);
          const tenant = wall.tenants[place]?.id;
          if (value !== null && tenant !== undefined) gauge.set({ tenant }, value);
        });
      }
    },
  };
}
