import type { ClockAnswer, Result } from '../../shared/protocol.ts';
import type { ClockSync } from './clock.ts';
import { UNLINKED, type LinkFacts } from './link.ts';
import { createServerClock } from './server-clock.ts';

export interface EarsDeps {
  /** This screen's clock, ms. */
  readonly localMs: () => number;
  /** The viewer's time of day, epoch ms. */
  readonly dateMs: () => number;
  readonly onLink: (facts: LinkFacts) => void;
  /**
   * A reading of the server's clock. `isAnchor`: it starts anew, for what came before was another clock. `onWayMs`: the longest
   * that it can have been on its way; null: not known. Says whether it contradicts what was known.
   */
  readonly onClock: (reading: ClockSync, isAnchor: boolean, onWayMs: number | null) => boolean;
  readonly onTick: (localMs: number) => void;
}

/** Keeps the facts of the link: whatever is heard proves that the server is there. */
export interface Ears {
  link(): LinkFacts;
  setLink(change: Partial<LinkFacts>): void;
  connected(): void;
  hear(said: ClockAnswer, isAnchor?: boolean): void;
  /** The server was asked something; call the returned function when it has answered. */
  asked(): () => void;
  tick(isConnected: boolean, hasSlept: boolean): void;
}

/** A clock that contradicts itself all the time is not asked all the time. */
const DOUBT_EVERY_MS = 5_000;

/** Makes them; `askClock` sends the question. */
export function createEars(
  deps: EarsDeps,
  askClock: (ack: (result: Result<ClockAnswer>) => void) => void,
): Ears {
  let link: LinkFacts = UNLINKED;
  let doubtedMs = -Infinity;
  const clock = createServerClock({
    localMs: deps.localMs,
    ask: askClock,
    onAnswer: (answer, roundTripMs) => take(answer, false, roundTripMs),
  });

  function setLink(change: Partial<LinkFacts>): void {
    link = { ...link, ...change };
    deps.onLink(link);
  }
  function take({ atMs, speed }: ClockAnswer, isAnchor: boolean, onWayMs: number | null): void {
    const now = deps.localMs();
    setLink({ isConnected: true, heardAtMs: now, heardAtDateMs: deps.dateMs() });
    const isOther = deps.onClock({ atMs, localMs: now, speed }, isAnchor, onWayMs);
    // The clock of the server was set: how long things are on their way is asked at once, not in half a minute.
    if (isOther && now - doubtedMs >= DOUBT_EVERY_MS) {
      doubtedMs = now;
      clock.reset();
      clock.tick(true);
    }
    deps.onTick(now);
  }
  return {
    link: () => link,
    setLink,
    connected: () => {
      setLink({ isConnected: true });
      clock.reset();
      clock.tick(true);
    },
    hear: (said, isAnchor = false) => take(said, isAnchor, clock.onWayMs()),
    asked: clock.asked,
    tick: (isConnected, hasSlept) => {
      // A screen's clock that has jumped says nothing about what is on its way.
      if (hasSlept) clock.reset();
      clock.tick(isConnected);
    },
  };
}
