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
