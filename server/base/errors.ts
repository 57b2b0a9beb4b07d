import type { ErrorCode, Failure } from '../../shared/protocol.ts';

/** An expected failure that may leave the server: bounded code, a message that names fault and mend. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: readonly string[];

  constructor(code: ErrorCode, message: string, details: readonly string[] = [], options?: ErrorOptions) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }
}

/** What the outside may learn of an error; unknown ones become `internal` with the id under which they were logged. */
export function toFailure(error: unknown, id: string): Failure {
  if (!(error instanceof AppError))
    return { code: 'internal', message: `internal error, see the log at ${id}` };
  const { code, message, details } = error;
  return details.length > 0 ? { code, message, details } : { code, message };
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
