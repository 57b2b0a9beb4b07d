import { AppError } from '../errors.ts';
import type { Identity } from './types.ts';

/** Identities that cannot be read: nobody is paired, and whoever says to be a display is nobody. The watch goes on. */
export function unavailableIdentity(reason: string): Identity {
  const refuse = async (): Promise<never> => {
    throw new AppError('unavailable', `screens cannot be paired or told apart: ${reason}`);
  };
  return {
    displays: () => [],
    displayOf: () => undefined,
    identify: (cookie) => (cookie === undefined ? { kind: 'none' } : { kind: 'unknown' }),
    seen: () => undefined,
    pairings: async () => [],
    startPairing: refuse,
    claim: refuse,
    approve: refuse,
    deny: refuse,
    change: refuse,
    revoke: refuse,
    renew: refuse,
    listen: () => undefined,
    close: async () => undefined,
  };
}
