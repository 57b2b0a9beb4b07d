/** A state and when it was so. */
export interface Seen<T> {
  readonly gauge: T;
  readonly atMs: number;
}

/** Where time runs fast, a state that was looked at later stands for the step it is stored in. */
export function seenBy<T extends { readonly atMs: number }>(gauge: T, endMs: number): Seen<T> {
  return { gauge, atMs: Math.min(gauge.atMs, endMs) };
}
