import type { Message } from '../message.ts';

/** What came of sending: `retry` later, or `refused`: sending it again would not help. */
export type Outcome =
  | { readonly kind: 'ok' }
  | {
      readonly kind: 'retry';
      readonly reason: string;
      readonly afterMs?: number;
      /** Some of its receivers have it: the channel works, and only the others are tried again. */
      readonly isPartly?: boolean;
    }
  | { readonly kind: 'refused'; readonly reason: string };
export const OK: Outcome = { kind: 'ok' };

/** One way to tell somebody. Never throws; ends within the channel's time limit. */
export interface Channel {
  readonly id: string;
  readonly type: string;
  /** Without secrets. */
  readonly target: string;
  send(message: Message): Promise<Outcome>;
  /** Says again what still holds, for receivers that forget; absent where that is not needed. */
  readonly refresh?: {
    readonly everyMs: number;
    run(holding: readonly Message[]): Promise<Outcome>;
  };
}
