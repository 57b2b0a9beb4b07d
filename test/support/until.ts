export interface UntilOptions {
  /** What is waited for, as the error message names it. */
  readonly what: string;
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

/** Asks `probe` again and again until it gives something, and returns that; the last error is the cause when time runs out. */
export async function until<T>(
  probe: () => T | Promise<T>,
  { what, timeoutMs = 20_000, everyMs = 50 }: UntilOptions,
): Promise<NonNullable<T>> {
  const endsAtMs = Date.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const found = await probe();
      if (found) return found;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > endsAtMs) throw new Error(`waited ${timeoutMs} ms in vain for: ${what}`, { cause });
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
