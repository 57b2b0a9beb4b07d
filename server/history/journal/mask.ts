import type { MessagePage, MessageRecord, MessageTrace } from '../../../shared/history.ts';

/** Stands for what is hidden of a local part; its length is not told. */
const HIDDEN = '•••';
/** Something with `@` and a domain behind it; a quoted local part may hold anything. Bounded, so that no text makes it slow. */
const ADDRESS = /("[^"\r\n]{0,256}"|[^\s<>()[\],;:"'|{}@]{1,256})@(?=[\p{L}\p{N}[])/gu;
const MESSAGE_ID = /(message-id=<|msgid=<|\bid: <)([^>\s]{1,998})>/giu;
/** Users named without an address: login names of submission and of mailboxes. */
const LOGIN = /\b((?:sasl_username|sasl_sender|user)[=:]\s?<?)([^\s<>,;@]{1,256})(?=[\s>,;]|$)/giu;

/** `u•••@example.net` of `user@example.net`; the null sender stays. */
export function maskAddress(address: string): string {
  if (address === '') return '';
  const at = address.lastIndexOf('@');
  return maskLocal(at < 0 ? address : address.slice(0, at)) + (at < 0 ? '' : address.slice(at));
}

/** The first character and nothing more. */
function maskLocal(local: string): string {
  const [first = ''] = local.startsWith('"') ? local.slice(1) : local;
  return first + HIDDEN;
}

/** Masks every address in a log line or a reply. Message ids stay: they name a message, not a person. */
export function maskText(text: string): string {
  let masked = '';
  let from = 0;
  for (const match of text.matchAll(MESSAGE_ID)) {
    masked += maskPlain(text.slice(from, match.index)) + match[0];
    from = match.index + match[0].length;
  }
  return masked + maskPlain(text.slice(from));
}

function maskPlain(text: string): string {
  return text
    .replace(ADDRESS, (_, local: string) => `${maskLocal(local)}@`)
    .replace(LOGIN, (_, before: string, name: string) => before + maskLocal(name));
}

/** An entry for those who may not see addresses. */
export function maskRecord(record: MessageRecord): MessageRecord {
  return {
    ...record,
    from: maskAddress(record.from),
    to: maskAddress(record.to),
    reason: maskText(record.reason),
    ...(record.origTo === undefined ? {} : { origTo: maskAddress(record.origTo) }),
    ...(record.login === undefined ? {} : { login: maskAddress(record.login) }),
  };
}

/** A page for those who may not see addresses. */
export function maskPage(page: MessagePage): MessagePage {
  return { ...page, records: page.records.map(maskRecord) };
}

/** A trace for those who may not see addresses. */
export function maskTrace(trace: MessageTrace): MessageTrace {
  return {
    ...trace,
    records: trace.records.map(maskRecord),
    lines: trace.lines.map((line) => ({ ...line, text: maskText(line.text) })),
  };
}
