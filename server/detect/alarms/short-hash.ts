import { createHash } from 'node:crypto';

/** A few letters that stand for a text: the same on every run. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}
