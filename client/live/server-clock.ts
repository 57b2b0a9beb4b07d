import type { ClockAnswer, Result } from '../../shared/protocol.ts';

/** How often the server is asked for its clock: two clocks part by less than 60 ms in that time (`DRIFT` in `clock.ts`). */
const ASK_EVERY_MS = 300_000;
/** An answer that takes longer may never come; it is asked again. */
const ANSWER_MS = 5_000;

export interface ServerClockDeps {
  readonly localMs: () => number;
  readonly ask: (ack: (result: Result<ClockAnswer>) => void) => void;
  readonly onAnswer: (answer: ClockAnswer, roundTripMs: number) => void;
}

/** Knows how long what comes from the server can have been on its way. */
export interface ServerClock {
  /** Something was asked; call the returned function when it is answered: it says how long that took. */
  asked(): () => number;
  /**
   * The longest that what comes now can have been on its way; null: not known. On one connection things come in the order in
   * which they were sent: what comes after an answer was sent after the question.
   */
  onWayMs(): number | null;
  /** Another connection: what was asked on the old one says nothing. */
  reset(): void;
  /** Asks when it is time to. */
  tick(isConnected: boolean): void;
}

/** Asks for the server's clock now and then, and keeps when the newest answered question was sent. */
export function createServerClock({ localMs, ask, onAnswer }: ServerClockDeps): ServerClock {
  let connection = 0;
  let answeredMs: number | null = null;
  let askedMs: number | null = null;
  let isAnswered = true;

  function asked(): () => number {
    const [sentMs, own] = [localMs(), connection];
    return () => {
      if (own === connection) answeredMs = Math.max(answeredMs ?? sentMs, sentMs);
      return localMs() - sentMs;
    };
  }
  function askNow(): void {
    askedMs = localMs();
    isAnswered = false;
    const [answered, own] = [asked(), connection];
    ask((result) => {
      const roundTripMs = answered();
      if (own !== connection) return;
      isAnswered = true;
      if (result.ok) onAnswer(result.data, roundTripMs);
    });
  }
  return {
    asked,
    onWayMs: () => (answeredMs === null ? null : localMs() - answeredMs),
    reset: () => {
      connection += 1;
      answeredMs = null;
      askedMs = null;
    },
    tick: (isConnected) => {
      const waitMs = isAnswered ? ASK_EVERY_MS : ANSWER_MS;
      if (isConnected && (askedMs === null || localMs() - askedMs >= waitMs)) askNow();
    },
  };
}
