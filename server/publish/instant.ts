import { z } from 'zod';

const EPOCH_MS = /^\d{12,14}$/;
/** Date and time with a zone: without one the same text means another hour elsewhere. */
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const FORM = 'epoch milliseconds, or RFC 3339 with a zone';

/** A point in time as a URL carries it. */
export const Instant = z
  .string()
  .describe(FORM)
  .transform((text, context) => {
    const atMs = EPOCH_MS.test(text) ? Number(text) : RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
    if (!Number.isNaN(atMs)) return atMs;
    context.addIssue({ code: 'custom', message: `must be ${FORM}` });
    return z.NEVER;
  });
