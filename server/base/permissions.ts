/** All that may be asked for; each route, room and event handler names one or does not compile. */
export const PERMISSIONS = [
  /** Without it addresses are shown masked. */
  'addresses:view',
  /** Acknowledge, shelve, silence, resolve. */
  'alarms:act',
  /** Rules, maintenance windows, out of service, who is on call. */
  'alarms:configure',
  'alarms:view',
  'api:describe',
  'demo:control',
  'foresight:view',
  'health:read',
  'ingest:push',
  'messages:search',
  'metrics:read',
  'providers:edit',
  /** Show a code, and wait to be approved. */
  'screen:pair',
  'screen:report',
  /** Approve, name, change, revoke, reload. */
  'screens:manage',
  'screens:view',
  'sources:view',
  'storage:view',
  'tenant:view',
  'wall:view',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Who asks. */
export interface Principal {
  readonly id: string;
  readonly permissions: readonly Permission[];
  readonly tenants: 'all' | readonly string[];
  /** Of a paired screen; absent: it is none. */
  readonly displayId?: string;
}

/** What it touches: every tenant at once, one tenant, or nothing beyond what is the caller's anyway. */
export type Scope = 'platform' | 'own' | { readonly tenantId: string };

export type Decision =
  | { readonly allowed: true; readonly reason: 'granted' }
  | {
      readonly allowed: false;
      readonly reason: 'permission-missing' | 'platform-not-granted' | 'tenant-not-granted';
    };

/** May do everything; whoever reaches the loopback address while there are no users yet. */
export const localOperator: Principal = { id: 'local', permissions: PERMISSIONS, tenants: 'all' };

/** Whether the principal may do this there, and why (not). */
export function authorise(principal: Principal, permission: Permission, scope: Scope): Decision {
  if (!principal.permissions.includes(permission)) return { allowed: false, reason: 'permission-missing' };
  if (scope === 'own' || principal.tenants === 'all') return { allowed: true, reason: 'granted' };
  if (scope === 'platform') return { allowed: false, reason: 'platform-not-granted' };
  return principal.tenants.includes(scope.tenantId)
    ? { allowed: true, reason: 'granted' }
    : { allowed: false, reason: 'tenant-not-granted' };
}
