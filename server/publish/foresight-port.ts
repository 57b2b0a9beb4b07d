/** What publishing needs of foresight. */
import type {
  AnomaliesView,
  ForesightSnapshot,
  LedgerView,
  MovedView,
  PlatformEvent,
  ScopeForesight,
} from '../../shared/foresight.ts';
import type { Awaitable } from './port.ts';

export interface ForesightScopeRef {
  readonly kind: 'tenant' | 'cluster' | 'platform';
  /** `''` for the platform. */
  readonly id: string;
}

/** Each event is answered for itself, so that a sender can tell which to send again. */
export interface EventsTaken {
  readonly accepted: number;
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
}

export interface ForesightPort {
  /** Null: nothing has been worked out yet. */
  snapshot(): ForesightSnapshot | null;
  /** Of one scope as of now, calm or not; undefined: there is no such scope, or nothing has been worked out yet. */
  told(scope: ForesightScopeRef): ScopeForesight | undefined;
  /** As it was said then; null: none is kept of that time. */
  at(atMs: number): Awaitable<ForesightSnapshot | null>;
  /** Undefined: there is no such scope. */
  ledger(scope: ForesightScopeRef, fromMs: number, toMs: number): Awaitable<LedgerView | undefined>;
  /** What was strange; undefined: there is no such scope. */
  anomalies(scope: ForesightScopeRef, fromMs: number, toMs: number): Awaitable<AnomaliesView | undefined>;
  /** What else moved then; undefined: there is no such scope. */
  moved(
    scope: ForesightScopeRef,
    query: {
      readonly fromMs: number;
      readonly toMs: number;
      readonly metric: string | null;
      readonly marginMs: number;
    },
  ): Awaitable<MovedView | undefined>;
  /** Takes in what happened outside of the mail flow; null: taken, else why not. */
  accept(event: PlatformEvent): string | null;
  /** Takes in a report of abuse as mail (ARF). */
  acceptReport(mail: Uint8Array): EventsTaken;
}
