/** Postfix' alphabet without vowels (base 52); the inode part leaves out `z`, which separates (base 51). */
const ALPHABET = '0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz';

/**
 * A long Postfix queue id: base-52 seconds (6 digits or more), base-52 microseconds (4 digits), `z`, base-51 inode
 * (`enable_long_queue_ids`, global/mail_queue.h). Unique on a host when the microsecond is.
 */
export function longQueueId(epochUs: number, inode: number): string {
  const seconds = Math.floor(epochUs / 1_000_000);
  return `${encode(seconds, 52, 6)}${encode(epochUs - seconds * 1_000_000, 52, 4)}z${encode(inode, 51, 1)}`;
}

function encode(value: number, base: number, width: number): string {
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / base)) text = ALPHABET.charAt(rest % base) + text;
  return text.padStart(width, '0');
}
