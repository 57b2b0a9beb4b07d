/**
 * A large snapshot on the wire: its JSON, deflated (RFC 1951, no header). Of the wall it is a form of its own, by columns:
 * the same kind of value side by side is a third smaller, and rows have no sparklines where they are asked for apart.
 */
import {
  MOST_SPARKS,
  type Snapshot,
  type TenantEntry,
  type WallColumns,
  type WallSnapshot,
} from './protocol.ts';
import { columnsOf, rowsOf } from './wall-rows.ts';

/** Name of the compression, as `DecompressionStream` knows it. */
export const PACKING = 'deflate-raw';

interface TenantColumns {
  readonly id: readonly string[];
  readonly name: readonly string[];
  readonly clusters: readonly string[];
  /** Place in `clusters`; -1: of none. */
  readonly cluster: readonly number[];
  readonly mailboxes: readonly (number | null)[];
}

/** The wall's form; `kind` tells it from the snapshots that are packed as they are. */
export interface WireWall extends Omit<WallSnapshot, 'tenants' | 'rows'> {
  readonly kind: 'wall-columns';
  readonly tenants: TenantColumns;
  readonly rows: WallColumns;
}
export type WireSnapshot = WireWall | Snapshot;

function tenantColumns(tenants: readonly TenantEntry[]): TenantColumns {
  const clusters = [...new Set(tenants.flatMap(({ cluster }) => cluster ?? []))];
  return {
    id: tenants.map(({ id }) => id),
    name: tenants.map(({ name }) => name),
    clusters,
    cluster: tenants.map(({ cluster }) => (cluster === undefined ? -1 : clusters.indexOf(cluster))),
    mailboxes: tenants.map(({ mailboxes }) => mailboxes ?? null),
  };
}

function tenantsOf(columns: TenantColumns): readonly TenantEntry[] {
  return columns.id.map((id, at) => {
    const cluster = columns.clusters[columns.cluster[at] ?? -1];
    const mailboxes = columns.mailboxes[at] ?? null;
    return {
      id,
      name: columns.name[at] ?? id,
      ...(cluster === undefined ? {} : { cluster }),
      ...(mailboxes === null ? {} : { mailboxes }),
    };
  });
}

/** The wall as it is packed; its numbers are rounded to what is shown. */
export function toWire(snapshot: WallSnapshot): WireWall {
  const { tenants, rows, sparks } = snapshot;
  return {
    ...snapshot,
    kind: 'wall-columns',
    tenants: tenantColumns(tenants),
    rows: columnsOf(rows),
    sparks: tenants.length > MOST_SPARKS ? [] : sparks,
  };
}

/** What was packed, as everybody knows it. */
export function fromWire(wire: WireSnapshot): Snapshot {
  if (!('kind' in wire)) return wire;
  const { kind: _, tenants, rows, ...rest } = wire;
  return { ...rest, tenants: tenantsOf(tenants), rows: rowsOf(rows, tenants.id.length) };
}
