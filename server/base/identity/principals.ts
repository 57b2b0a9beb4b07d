import type { Display, DisplayScope } from '../../../shared/screens.ts';
import { localOperator, type Permission, type Principal } from '../permissions.ts';
import type { Identified } from './types.ts';

/** A display looks, and says how it is doing: it acts on nothing and sees no addresses. */
export const DISPLAY_PERMISSIONS: readonly Permission[] = [
  ...(['wall:view', 'alarms:view', 'foresight:view', 'tenant:view', 'screen:report', 'screen:pair'] as const),
  ...(['health:read', 'api:describe'] as const),
];

/** Somebody with an identity that does not hold: may ask for a new one. */
export const nobody: Principal = { id: 'nobody', permissions: ['screen:pair'], tenants: [] };

/** The tenants there are. */
export type Tenants = readonly { readonly id: string; readonly cluster?: string }[];

/** Who comes with such a cookie; without one it is the local operator, until people sign in. */
export function principalFor(identified: Identified, tenants: Tenants): Principal {
  if (identified.kind === 'none') return localOperator;
  return identified.kind === 'display' ? displayPrincipal(identified.display, tenants) : nobody;
}

function displayPrincipal({ id, scope }: Display, tenants: Tenants): Principal {
  return {
    id: `display:${id}`,
    permissions: DISPLAY_PERMISSIONS,
    tenants: grantedBy(scope, tenants),
    displayId: id,
  };
}

function grantedBy({ cluster, tenants: chosen }: DisplayScope, tenants: Tenants): Principal['tenants'] {
  if (cluster === null) return chosen ?? 'all';
  const inCluster = tenants.filter((it) => it.cluster === cluster).map(({ id }) => id);
  return chosen ? inCluster.filter((id) => chosen.includes(id)) : inCluster;
}
