import { z } from 'zod';
import type { Verdict } from '../event.ts';
import { findingsOfReport } from './findings.ts';
import { isSpamAction } from './spam-action.ts';

/** A number, also as the text that a `flatten`ed report has. */
const Num = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .transform(Number),
]);
const Text = z.string().catch('').transform(known);
/** Absent, or nonsense: a report is worth having without it. */
const Measure = Num.optional().catch(undefined);

/** What metadata_exporter posts with `formatter = "json"` (rspamd: src/plugins/lua/metadata_exporter.lua); the rest is ignored. */
const Report = z.object({
  action: z.string(),
  score: Num,
  qid: Text,
  user: Text,
  ip: Text,
  from: Text,
  message_id: Text,
  rcpt: z
    .union([z.array(z.string()), z.string().transform(splitAddresses)])
    .catch([])
    .transform((list) => list.map(known).filter((address) => address !== '')),
  /** Milliseconds. */
  scan_time: Measure,
  size: Measure,
  subject: Text,
  symbols: z.unknown().optional(),
  fuzzy: z.unknown().optional(),
});

/** The verdict in a report of the exporter, which does not say when; or why there is none. Never throws. */
export function decodeExporter(
  body: unknown,
  receivedAtMs: number,
  origin: { readonly source: string; readonly host: string },
): Verdict | { readonly fault: string } {
  const parsed = Report.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { fault: `'${issue?.path.join('.') ?? ''}' is missing or not what the JSON formatter writes` };
  }
  const {
    action,
    score,
    qid,
    user,
    ip,
    scan_time: scanMs,
    size,
    message_id: messageId,
    from,
    rcpt,
    subject,
    symbols,
    fuzzy,
  } = parsed.data;
  if (!isSpamAction(action)) return { fault: `the action '${action.slice(0, 40)}' is none of rspamd's` };
  const findings = findingsOfReport(symbols, fuzzy, subject);
  return {
    kind: 'verdict',
    atMs: receivedAtMs,
    ...origin,
    instance: 'rspamd',
    messageId,
    action,
    score,
    from,
    to: rcpt,
    ...(qid === '' ? {} : { queueId: qid }),
    ...(user === '' ? {} : { login: user }),
    ...(ip === '' ? {} : { clientIp: ip }),
    ...(scanMs === undefined || scanMs < 0 ? {} : { scanMs }),
    ...(size === undefined || size < 0 ? {} : { sizeBytes: size }),
    ...(findings === undefined ? {} : { findings }),
  };
}

/** The exporter says `unknown` for what it does not know, and `undef` for a message without an id. */
function known(text: string): string {
  return text === 'unknown' || text === 'undef' ? '' : text;
}

/** Recipients of a `flatten`ed report; a comma in a quoted local part separates nothing. */
function splitAddresses(text: string): string[] {
  const parts = text.match(/(?:"(?:[^"\\]|\\.)*"|[^,"]|")+/g) ?? [];
  return parts.map((part) => part.trim());
}
