import { DISCONNECTED_AFTER_MS } from '../../shared/protocol.ts';

/** `stale`: connected as far as the socket knows, but silent. `disconnected`: the connection is gone. Either way the numbers are old. */
export type LinkPhase = 'connecting' | 'live' | 'stale' | 'disconnected' | 'version-mismatch';

/** What is known of the connection. */
export interface LinkFacts {
  readonly isConnected: boolean;
  /** Screen clock of the last frame, beat or answer. Null: never. */
  readonly heardAtMs: number | null;
  /** The same in the viewer's own time, for people. */
  readonly heardAtDateMs: number | null;
  /** The server speaks another protocol than this page. */
  readonly isMismatched: boolean;
}

export const UNLINKED: LinkFacts = {
  isConnected: false,
  heardAtMs: null,
  heardAtDateMs: null,
  isMismatched: false,
};

/** A connection that is back within this is not worth a word: shorter than one missed beat. */
const BLINK_MS = 2_500;

/** State of the link. Silence alone decides: a half-open connection never reports its end. */
export function linkPhase(facts: LinkFacts, nowMs: number): LinkPhase {
  if (facts.isMismatched) return 'version-mismatch';
  if (facts.heardAtMs === null) return 'connecting';
  const silentMs = nowMs - facts.heardAtMs;
  if (!facts.isConnected) return silentMs > BLINK_MS ? 'disconnected' : 'live';
  return silentMs > DISCONNECTED_AFTER_MS ? 'stale' : 'live';
}
