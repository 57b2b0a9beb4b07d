/** What bodies of screen routes hold. */
import { z } from 'zod';
import type { TenantEntry } from '../../../shared/protocol.ts';
import type { DisplayScope } from '../../../shared/screens.ts';
import { AppError } from '../../base/errors.ts';
import { By } from './alarm-bodies.ts';
import { Id } from './scopes.ts';

const MAX_TENANTS = 2_000;

const Scope = z
  .strictObject({
    cluster: Id.nullable().default(null),
    tenants: z.array(Id).min(1, 'name a tenant, or null for all').max(MAX_TENANTS).nullable().default(null),
  })
  .refine(
    ({ cluster, tenants }) => cluster === null || tenants === null,
    'give a cluster or tenants, not both',
  );

const Settings = z.strictObject({
  diagonalInches: z.number().min(5).max(500).nullable().default(null),
  distanceM: z.number().min(0.2).max(100).nullable().default(null),
  theme: z.enum(['auto', 'night', 'day']).nullable().default(null),
});

const form = {
  name: z.string().trim().min(1, 'give it a name, such as Night wall left').max(60),
  place: z.string().trim().max(100).default(''),
  scope: Scope.default({ cluster: null, tenants: null }).describe(
    'tenants that it shows; both null: all of them',
  ),
  settings: Settings.default({ diagonalInches: null, distanceM: null, theme: null }),
  by: By,
};
const UserCode = z.string().max(40).describe('as it stands on the screen: BCDF-2345');

export const ChangeBody = z.strictObject(form);
export const ApproveBody = z.strictObject({ userCode: UserCode, ...form });
export const DenyBody = z.strictObject({ userCode: UserCode, by: By });
export const ClaimBody = z.strictObject({ deviceCode: z.string().min(1).max(191) });
export const AskBody = z.strictObject({ what: z.enum(['reload', 'test-sound']), by: By });
export const EmptyBody = z.strictObject({});

/** Refuses a scope that names what there is not: the display would show nothing, and nobody would know why. */
export function assertScope({ cluster, tenants }: DisplayScope, known: readonly TenantEntry[]): void {
  if (cluster !== null && !known.some((it) => it.cluster === cluster)) throw unknown('cluster', [cluster]);
  const ids = new Set(known.map(({ id }) => id));
  const strangers = (tenants ?? []).filter((id) => !ids.has(id));
  if (strangers.length > 0) throw unknown('tenant', strangers);
}

function unknown(what: string, names: readonly string[]): AppError {
  return new AppError('bad-request', `scope: there is no ${what} ${names.slice(0, 5).join(', ')}`);
}
