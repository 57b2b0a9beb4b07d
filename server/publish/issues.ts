import type { z } from 'zod';

/** What is wrong with something from outside, one line per fault: `path: message`. */
export function describeIssues(error: z.ZodError): string[] {
  return error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );
}
