import { describe, expect, it } from 'vitest';
import {
  PERMISSIONS,
  type Principal,
  type Scope,
  authorise,
  localOperator,
} from '../../../server/base/permissions.ts';

const limited: Principal = { id: 'isp', permissions: ['tenant:view', 'wall:view'], tenants: ['aurora'] };

describe('authorise', () => {
  it('lets the local operator do everything everywhere', () => {
    const scopes: Scope[] = ['platform', 'own', { tenantId: 'aurora' }];
    const decisions = PERMISSIONS.flatMap((permission) =>
      scopes.map((scope) => authorise(localOperator, permission, scope)),
    );
    expect(new Set(decisions.map(({ reason }) => reason))).toEqual(new Set(['granted']));
  });

  it.each([
    ['a permission it has not', 'sources:view', 'own', 'permission-missing'],
    ['a tenant it was granted', 'tenant:view', { tenantId: 'aurora' }, 'granted'],
    ['a tenant it was not granted', 'tenant:view', { tenantId: 'borealis' }, 'tenant-not-granted'],
    ['all tenants at once', 'wall:view', 'platform', 'platform-not-granted'],
    ['what is its own', 'tenant:view', 'own', 'granted'],
  ] as const)('decides on %s for a principal of one tenant', (_, permission, scope, reason) => {
    expect(authorise(limited, permission, scope)).toEqual({ allowed: reason === 'granted', reason });
  });

  it('gives nothing to a principal without permissions, whatever its tenants', () => {
    const nobody: Principal = { id: 'nobody', permissions: [], tenants: 'all' };
    expect(PERMISSIONS.some((permission) => authorise(nobody, permission, 'own').allowed)).toBe(false);
  });
});
