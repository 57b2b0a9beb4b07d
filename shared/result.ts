/** Answers to requests, and what can go wrong with them. */
/** Bounded list of what can go wrong with a request; also the `code` of HTTP errors. */
export const ERROR_CODES = [
  'bad-request',
  'forbidden',
  'not-found',
  'not-demo',
  'too-large',
  'unsupported',
  'unavailable',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: readonly string[];
}
export type Result<T> =
  { readonly ok: true; readonly data: T } | { readonly ok: false; readonly error: Failure };
