/** What the result of a message search shows, and how it grows without end on a page that does not. */
import type { MessagePage, MessageRecord, RecordStatus } from '../../shared/history.ts';

/** More rows than these are not kept on the page: newer ones are let go. */
export const MOST_ROWS = 500;

export interface FoundMessages {
  /** Newest first. */
  readonly records: readonly MessageRecord[];
  /** Newer ones that were let go. */
  readonly leftOut: number;
  readonly cursor: string | null;
  readonly searchedBackToMs: number | null;
  readonly isComplete: boolean;
  readonly keptFromMs: number | null;
}

export const NOTHING_FOUND: FoundMessages = {
  records: [],
  leftOut: 0,
  cursor: null,
  searchedBackToMs: null,
  isComplete: true,
  keptFromMs: null,
};

/** Puts an older page under what is there; an entry that is there already is not put there twice. */
export function withOlder(found: FoundMessages, page: MessagePage): FoundMessages {
  const known = new Set(found.records.map((record) => record.id));
  const all = [...found.records, ...page.records.filter((record) => !known.has(record.id))];
  const tooMany = Math.max(0, all.length - MOST_ROWS);
  return {
    records: all.slice(tooMany),
    leftOut: found.leftOut + tooMany,
    cursor: page.cursor ?? null,
    searchedBackToMs: page.searchedBackToMs,
    isComplete: page.isComplete,
    keptFromMs: page.keptFromMs,
  };
}

/** What the status means to a person who waits for the mail. */
export const STATUS_WORDS: Readonly<Record<RecordStatus, string>> = {
  sent: 'sent',
  deferred: 'deferred',
  bounced: 'bounced',
  expired: 'expired',
  rejected: 'rejected',
  held: 'held',
  released: 'released',
  deleted: 'deleted',
};

/** Stages of a delay, as Postfix splits it (`delays=a/b/c/d`). The first ends when this try began: earlier tries, and the wait between them, are in it. */
export const DELAY_STAGES = [
  { letter: 'a', word: 'before this try' },
  { letter: 'b', word: 'in the active queue' },
  { letter: 'c', word: 'connecting' },
  { letter: 'd', word: 'transmitting' },
] as const;

/** The longest of the stages, and its share of all; null when there is no split or nothing took time. */
export function longestStage(
  delays: MessageRecord['delaysMs'],
): { readonly place: number; readonly share: number } | null {
  if (!delays) return null;
  const sum = delays.reduce((total, ms) => total + ms, 0);
  if (sum <= 0) return null;
  const most = Math.max(...delays);
  return { place: delays.indexOf(most), share: most / sum };
}

/** The domain a message went to. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? '' : address.slice(at + 1);
}

/** Somebody without the permission sees local parts as stars. */
export function isMasked(address: string): boolean {
  return /[*•…]/.test(address.slice(0, Math.max(0, address.lastIndexOf('@'))));
}

/** The null sender of notices. */
export function addressText(address: string): string {
  return address === '' ? '<>' : address;
}
