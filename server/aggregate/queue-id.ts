/** Postfix' base-52 digits: no vowels (src/global/mail_queue.h, safe_ultostr.c). */
const DIGITS = '0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz';
const TIME_LENGTH = 6;
const MICRO_LENGTH = 4;

/**
 * Arrival time in a long queue id (6 digits of seconds, 4 of microseconds, `z`, inode), epoch ms.
 * Undefined for short ids and for ids whose time is not plausible for a line read at `atMs`.
 */
export function arrivalOfLongId(queueId: string, atMs: number): number | undefined {
  if (queueId[TIME_LENGTH + MICRO_LENGTH] !== 'z') return undefined;
  const seconds = decode(queueId.slice(0, TIME_LENGTH));
  const micros = decode(queueId.slice(TIME_LENGTH, TIME_LENGTH + MICRO_LENGTH));
  if (seconds === undefined || micros === undefined || micros >= 1_000_000) return undefined;
  const arrivedAtMs = seconds * 1000 + micros / 1000;
  const isPlausible = arrivedAtMs <= atMs + 120_000 && atMs - arrivedAtMs < 30 * 86_400_000;
  return isPlausible ? Math.min(arrivedAtMs, atMs) : undefined;
}

function decode(text: string): number | undefined {
  let value = 0;
  for (const char of text) {
    const digit = DIGITS.indexOf(char);
    if (digit < 0) return undefined;
    value = value * DIGITS.length + digit;
  }
  return value;
}

const QUEUED_AS = 'queued as ';

/** Queue id under which the next server has it (`250 2.0.0 Ok: queued as 4XyZ`). */
export function queuedAs(reason: string): string | undefined {
  const marker = reason === '' ? -1 : reason.lastIndexOf(QUEUED_AS);
  if (marker < 0) return undefined;
  const from = marker + QUEUED_AS.length;
  let to = from;
  while (isLetterOrDigit(reason.charCodeAt(to))) to += 1;
  return to > from ? reason.slice(from, to) : undefined;
}

function isLetterOrDigit(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a);
}
