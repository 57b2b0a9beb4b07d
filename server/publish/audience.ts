import { createHash } from 'node:crypto';
import type { RoomName } from '../../shared/protocol.ts';
import { authorise, type Principal } from '../base/permissions.ts';

/** Who sees the same of a room: it is made and encoded once for all of them. */
export interface Audience {
  /** Tells audiences apart; empty: sees everything. */
  readonly key: string;
  readonly tenants: Principal['tenants'];
  readonly seesAddresses: boolean;
}

/** For whom this room is to be made when the principal joins it. */
export function audienceOf(principal: Principal, room: RoomName): Audience {
  const { tenants } = principal;
  const seesAddresses = authorise(principal, 'addresses:view', 'own').allowed;
  if (tenants !== 'all') return { key: keyOf(tenants, seesAddresses), tenants, seesAddresses };
  // Only pages of tenants hold addresses.
  const isWhole = seesAddresses || !room.startsWith('tenant:');
  return { key: isWhole ? '' : 'masked', tenants, seesAddresses };
}

function keyOf(tenants: readonly string[], seesAddresses: boolean): string {
  const names = [...new Set(tenants)].toSorted().join(' ');
  const digest = createHash('sha256').update(names).digest('base64url').slice(0, 22);
  return `${seesAddresses ? 'limited' : 'masked'}-${digest}`;
}
