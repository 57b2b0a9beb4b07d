/** Addresses of the demo platform that nobody knows: planted into three of its stores. */
import { type CanaryFile, canaryHash } from '../base/canary-file.ts';
import type { Mailbox } from './directory.ts';
import { createRandom } from './random.ts';
import type { Tenant } from './tenants.ts';

export const CANARY_STORES = ['webmail', 'billing', 'newsletter'] as const;
export type CanaryStoreId = (typeof CANARY_STORES)[number];
/** In each store. */
const COUNT = 12;
/** Planted so long before the story. */
const AGE_MS = 120 * 86_400_000;
/** Apart from the platform's own chance, so that it lives the same with and without them. */
const SEED = 7_919;

export type Canaries = Readonly<Record<CanaryStoreId, readonly Mailbox[]>>;

/** The webmail is that of the tenants that share it; the other stores know everybody's customers. */
export function createCanaries(tenants: readonly Tenant[], seed: number): Canaries {
  const random = createRandom(seed + SEED);
  const webmail = tenants.filter(({ isWebmailUser }) => isWebmailUser);
  const plant = (owners: readonly Tenant[]): Mailbox[] =>
    Array.from({ length: COUNT }, () => {
      const domain = random.pick(random.pick(owners).domains);
      const address = `${random.hex(20)}@${domain.name}`;
      return { address, login: address, domain };
    });
  return { webmail: plant(webmail), billing: plant(tenants), newsletter: plant(tenants) };
}

/** As `canaries plant` would have written it. */
export function canaryFileOf(canaries: Canaries, startMs: number): CanaryFile {
  const salt = 'the salt of the demo platform';
  return {
    salt,
    stores: CANARY_STORES.map((store) => ({
      ...{ store, kind: 'planted' as const, since: new Date(startMs - AGE_MS).toISOString() },
      hashes: canaries[store].map(({ address }) => canaryHash(salt, address)),
    })),
  };
}
