/** Reports of abuse as mail (ARF, RFC 5965), as providers and webmail buttons send them. */
import { createHash } from 'node:crypto';
import {
  contentTypeOf,
  decodedBody,
  type Entity,
  entityOf,
  fieldOf,
  fieldsOf,
  MAX_VALUE,
  partsOf,
} from './mime.ts';

export interface ArfReport {
  /** The same report twice has the same; it says nothing of anybody. */
  readonly id: string;
  /** `abuse`, `fraud`, `virus`, `other`, `not-spam` …, lower case. */
  readonly type: string;
  /** Who got the mail that is complained of, lower case; empty: it does not say. */
  readonly recipients: readonly string[];
  /** When the report was written; null: it does not say, or not so that it can be read. */
  readonly writtenMs: number | null;
}
export type ArfFault =
  'not a mail' | 'no report in it' | 'the report names no type' | 'the report names no recipient';

const MAX_RECIPIENTS = 20;
/** A report within a mail that was forwarded within a mail. */
const MAX_DEPTH = 4;
const ADDRESS = /[^\s<>(),;:"@]+@[A-Za-z0-9._-]+/;

/** Total: whatever comes gives a report or the reason why there is none. */
export function parseArf(bytes: Uint8Array): ArfReport | ArfFault {
  const mail = mailOf(bytes);
  if (mail.fields.size === 0) return 'not a mail';
  const { feedback, original = null } = find(mail, 0);
  // Microsoft's programme sends the mail alone, and writes the recipient into its head.
  const isOldForm = !feedback && original?.fields.has('x-hmxmroriginalrecipient') === true;
  if (!feedback && !isOldForm) return 'no report in it';
  const fields = feedback ? fieldsOf(decodedBody(feedback).trim()) : OLD_FORM;
  const type = fieldOf({ fields }, 'feedback-type');
  if (type === undefined) return 'the report names no type';
  const recipients = recipientsOf(fields.get('original-rcpt-to') ?? [], original);
  if (recipients.length === 0) return 'the report names no recipient';
  const writtenMs = Date.parse(fieldOf(mail, 'date') ?? '');
  return {
    ...{ id: idOf(mail, bytes), type: type.toLowerCase(), recipients },
    writtenMs: Number.isNaN(writtenMs) ? null : writtenMs,
  };
}
const OLD_FORM: Entity['fields'] = new Map([['feedback-type', ['abuse']]]);

/** A body that was sent without its head begins with its boundary. */
function mailOf(bytes: Uint8Array): Entity {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').trimStart();
  const boundary = /^--([^\r\n"]{1,200})\r?\n/.exec(text)?.[1]?.trim();
  if (boundary === undefined) return entityOf(text);
  return { fields: new Map([['content-type', [`multipart/report; boundary="${boundary}"`]]]), body: text };
}

interface Parts {
  readonly feedback?: Entity;
  /** The mail complained of, or its head. */
  readonly original?: Entity;
}

/** Senders wrap it as they like: the report may lie in a mail that was forwarded as a whole. */
function find(entity: Entity, depth: number): Parts {
  const { type } = contentTypeOf(entity);
  if (type === 'message/feedback-report') return { feedback: entity };
  if (depth > MAX_DEPTH) return {};
  if (type === 'message/rfc822' || type === 'text/rfc822-headers') {
    const inner = entityOf(decodedBody(entity));
    const within = find(inner, depth + 1);
    return within.feedback ? within : { original: inner };
  }
  if (!type.startsWith('multipart/')) return {};
  let parts: Parts = {};
  for (const part of partsOf(entity)) {
    const more = find(part, depth + 1);
    parts = { ...more, ...parts };
  }
  return parts;
}

/** As told; else as the head of the mail has it. */
function recipientsOf(told: readonly string[], original: Entity | null): readonly string[] {
  const named = addressesIn(told);
  if (named.length > 0 || !original) return named;
  for (const name of ['x-hmxmroriginalrecipient', 'x-original-to', 'delivered-to', 'to']) {
    const found = addressesIn(original.fields.get(name) ?? []);
    // Who else is in the list did not complain.
    if (found.length === 1) return found;
  }
  return [];
}

function addressesIn(values: readonly string[]): readonly string[] {
  const found = values.flatMap((value) => ADDRESS.exec(value.slice(0, MAX_VALUE))?.[0].toLowerCase() ?? []);
  return [...new Set(found)].slice(0, MAX_RECIPIENTS);
}

function idOf(mail: Entity, bytes: Uint8Array): string {
  const own = fieldOf(mail, 'message-id');
  return `arf:${createHash('sha256')
    .update(own ?? bytes)
    .digest('base64url')
    .slice(0, 22)}`;
}
