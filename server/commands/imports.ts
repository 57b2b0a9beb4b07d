import { z } from 'zod';

/** What has been imported, by fingerprint of the file; kept in the store. */
export const IMPORTS = 'imports';
export const Imports = z.record(
  z.string(),
  z.object({
    path: z.string(),
    lines: z.number(),
    isDone: z.boolean(),
    /** Null was written of files without mail, and must not make the others unknown. */
    fromMs: z.number().or(z.null().transform(() => Infinity)),
    toMs: z.number(),
  }),
);
export type Imports = z.infer<typeof Imports>;
