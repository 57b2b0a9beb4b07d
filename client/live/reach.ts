/** Whether there is a way to the server, asked while nothing is heard of it: what people are told depends on it. */

/**
 * `answers`: it speaks HTTP, so only the live connection is broken. `refused`: its machine, or a proxy before it, says at
 * once that nothing runs there. `silent`: nothing comes back at all.
 */
export type Reach = 'unknown' | 'answers' | 'refused' | 'silent';

/** What came of one question. `status` 0: it failed. */
export interface ProbeResult {
  readonly status: number;
  readonly tookMs: number;
}

/** A question is given up after this. */
export const PROBE_TIMEOUT_MS = 2_500;
const PROBE_EVERY_MS = 4_000;
/** A machine that refuses does so within a round trip or two. */
const AT_ONCE_MS = 1_200;

/** Says what an answer, or its absence, means. */
export function reachOf({ status, tookMs }: ProbeResult): Reach {
  // What a proxy says when there is nobody behind it.
  if (status === 502 || status === 504) return 'refused';
  if (status > 0) return 'answers';
  return tookMs < AT_ONCE_MS ? 'refused' : 'silent';
}

export interface ReachDeps {
  readonly localMs: () => number;
  /** Asks the server anything small; never fails. Status 0 when nothing came. */
  readonly probe: () => Promise<number>;
  readonly onReach: (reach: Reach) => void;
}

/** Looks for the way there. */
export interface Reacher {
  /** Once a second. */
  tick(isLost: boolean): void;
}

/** Asks while the server is lost, one question at a time; forgets what it knew when it is back. */
export function createReacher({ localMs, probe, onReach }: ReachDeps): Reacher {
  let askedAtMs = -Infinity;
  let isAsking = false;
  let isLost = false;

  async function ask(): Promise<void> {
    isAsking = true;
    askedAtMs = localMs();
    const status = await probe();
    isAsking = false;
    if (isLost) onReach(reachOf({ status, tookMs: localMs() - askedAtMs }));
  }
  return {
    tick: (lost) => {
      if (isLost && !lost) onReach('unknown');
      isLost = lost;
      if (lost && !isAsking && localMs() - askedAtMs >= PROBE_EVERY_MS) void ask();
    },
  };
}
