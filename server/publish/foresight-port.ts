/** What publishing needs of foresight. */
import type { ForesightSnapshot, LedgerView, PlatformEvent } from '../../shared/foresight.ts';
import type { Awaitable } from './port.ts';

export interface ForesightPort {
  /** Null: nothing has been worked out yet. */
  snapshot(): ForesightSnapshot | null;
  /** As it was said then; null: none is kept of that time. */
  at(atMs: number): Awaitable<ForesightSnapshot | null>;
  /** Undefined: there is no such scope. */
  ledger(
    scope: { readonly kind: 'tenant' | 'cluster' | 'platform'; readonly id: string },
    fromMs: number,
    toMs: number,
  ): Awaitable<LedgerView | undefined>;
  /** Takes in what happened outside of the mail flow; null: taken, else why not. */
  accept(event: PlatformEvent): string | null;
}
