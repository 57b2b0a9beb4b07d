import type { TenantIndex } from '../attribute/directory.ts';

/** Scopes are numbers: tenants by their place in the file, then the row of the unattributed, then the platform. */
export type Scope = number;
export type Direction = 0 | 1;
export const IN: Direction = 0;
export const OUT: Direction = 1;
export const DIRECTIONS: readonly Direction[] = [IN, OUT];

export interface Scopes {
  readonly count: number;
  readonly unattributed: Scope;
  readonly platform: Scope;
}

export function scopesOf(tenants: { readonly length: number }): Scopes {
  return { count: tenants.length + 2, unattributed: tenants.length, platform: tenants.length + 1 };
}

/** Whether an index names a tenant (and not NOBODY). */
export function isOwned(owner: TenantIndex): boolean {
  return owner >= 0;
}

/** Clusters have accounts of recipients behind all scopes: mail between two tenants of one cluster is there once. */
export interface ClusterScopes {
  /** Of a tenant; undefined: of nobody, or of one without a cluster. */
  of(owner: TenantIndex): Scope | undefined;
  scopeOf(cluster: string): Scope | undefined;
  /** Scopes and clusters together. */
  readonly count: number;
}

export function clusterScopesOf(
  tenants: readonly { readonly cluster?: string | undefined }[],
  scopes: Scopes,
): ClusterScopes {
  const names = [...new Set(tenants.flatMap(({ cluster }) => cluster ?? []))];
  const byName = new Map(names.map((name, i) => [name, scopes.count + i]));
  const byTenant = tenants.map(({ cluster }) => (cluster === undefined ? undefined : byName.get(cluster)));
  return {
    of: (owner) => byTenant[owner],
    scopeOf: (cluster) => byName.get(cluster),
    count: scopes.count + names.length,
  };
}
