import { z } from 'zod';
import type { ScopeRef } from '../../../shared/history.ts';
import { AppError } from '../../base/errors.ts';
import { authorise, type Permission, type Principal, type Scope } from '../../base/permissions.ts';

/** An id of a tenant or cluster, as a URL carries it. */
export const Id = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/);

/** Where in the URL a scope is named, and what it takes to look at it. */
export interface ScopePath {
  readonly path: string;
  readonly of: string;
  readonly permission: Permission;
  readonly params: z.ZodType<{ readonly id?: string }>;
  readonly scope: (params: { readonly id?: string }) => Scope;
  readonly ref: (params: { readonly id?: string }) => ScopeRef;
}

export const TENANT: ScopePath = {
  path: '/api/v1/tenants/:id',
  of: 'one tenant',
  permission: 'tenant:view',
  params: z.object({ id: Id }),
  scope: ({ id = '' }) => ({ tenantId: id }),
  ref: ({ id = '' }) => ({ kind: 'tenant', id }),
};
export const CLUSTER: ScopePath = {
  path: '/api/v1/clusters/:id',
  of: 'one cluster',
  permission: 'wall:view',
  params: z.object({ id: Id }),
  scope: () => 'platform',
  ref: ({ id = '' }) => ({ kind: 'cluster', id }),
};
export const PLATFORM: ScopePath = {
  path: '/api/v1/platform',
  of: 'the platform',
  permission: 'wall:view',
  params: z.object({}),
  scope: () => 'platform',
  ref: () => ({ kind: 'platform' }),
};

/** The answer, or the error of a scope that there is not. */
export function found<T>(answer: T | undefined, scope: ScopeRef): T {
  if (answer !== undefined) return answer;
  throw new AppError(
    'not-found',
    scope.kind === 'platform' ? 'nothing' : `there is no ${scope.kind} ${scope.id}`,
  );
}

/** Refuses what the caller may not do there: for scopes that are not in the path. */
export function demand(principal: Principal, permission: Permission, scope: Scope): void {
  const decision = authorise(principal, permission, scope);
  if (!decision.allowed) throw new AppError('forbidden', `needs ${permission}: ${decision.reason}`);
}
