/** A sound test under way: it plays, then it asks whether it was heard. Pure; times epoch ms of real time. */

export type TestRun =
  /** Waits for audio to run. */
  | { readonly phase: 'wanted'; readonly untilMs: number }
  | { readonly phase: 'playing'; readonly untilMs: number }
  | { readonly phase: 'asking'; readonly untilMs: number }
  /** It could not be played, and says so for a while. */
  | { readonly phase: 'failed'; readonly untilMs: number };

const STARTS_WITHIN_MS = 3_000;
/** Who walks up to the wall to answer needs time; who went away is no answer. */
const ASKS_FOR_MS = 60_000;
const FAILED_FOR_MS = 20_000;

export const testFrom = (nowMs: number): TestRun => ({ phase: 'wanted', untilMs: nowMs + STARTS_WITHIN_MS });

export interface TestStep {
  readonly run: TestRun | null;
  /** What is to be done now. */
  readonly deed: 'play' | 'keep-unanswered' | null;
}

/** One look at a test. `lengthMs`: how long the tones take. */
export function stepTest(
  run: TestRun | null,
  {
    nowMs,
    canPlay,
    lengthMs,
  }: { readonly nowMs: number; readonly canPlay: boolean; readonly lengthMs: number },
): TestStep {
  if (!run) return { run, deed: null };
  const isDue = nowMs >= run.untilMs;
  switch (run.phase) {
    case 'wanted':
      if (canPlay) return { run: { phase: 'playing', untilMs: nowMs + lengthMs }, deed: 'play' };
      return { run: isDue ? { phase: 'failed', untilMs: nowMs + FAILED_FOR_MS } : run, deed: null };
    case 'playing':
      return { run: isDue ? { phase: 'asking', untilMs: nowMs + ASKS_FOR_MS } : run, deed: null };
    case 'asking':
      return isDue ? { run: null, deed: 'keep-unanswered' } : { run, deed: null };
    case 'failed':
      return { run: isDue ? null : run, deed: null };
  }
}
