import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { kept } from './keys.ts';

/** Texts that come again and again (hosts, relays, tenants, reasons) are stored once; entries hold their number. */

/** A text that has no number stands as it is behind this, so that it is never taken for one. */
const LITERAL = '~';
const MAX_NAMES = 200_000;
/** The rest is for hosts, relays and the like. */
const MAX_LEARNED = 150_000;
const MAX_NAME = 400;
/** A free text gets a number when it is met that often among the last ones. */
const TIMES_TO_LEARN = 3;
const RECENT_TEXTS = 8_192;

/** A number, or a literal. */
export type StoredName = number | string;

/** A text that has no number. */
export function literal(text: string): string {
  return LITERAL + text;
}

export interface NameWriter {
  /** For texts of which there are few. */
  always(text: string): StoredName;
  /** For free texts, some of which repeat. */
  often(text: string): StoredName;
  /** After a transaction that failed: forgets what it had numbered. */
  check(): void;
}

/** Numbers texts; it holds the whole table, some 20 MB when that is full. */
export function createNameWriter(db: DatabaseSync): NameWriter {
  const numbers = new Map<string, number>();
  const recent = new Map<string, number>();
  let last = 0;
  let insert: StatementSync | undefined;
  let highest: StatementSync | undefined;

  function add(text: string): number {
    insert ??= db.prepare('INSERT INTO journal_names (name) VALUES (?)');
    last = Number(insert.run(text).lastInsertRowid);
    numbers.set(text, last);
    return last;
  }

  function reload(): void {
    numbers.clear();
    for (const row of db.prepare('SELECT id, name FROM journal_names').iterate())
      numbers.set(String(row['name']), Number(row['id']));
  }

  function isNew(text: string): boolean {
    const times = (recent.get(text) ?? 0) + 1;
    if (times >= TIMES_TO_LEARN) {
      recent.delete(text);
      return false;
    }
    if (recent.size >= RECENT_TEXTS) recent.clear();
    recent.set(text, times);
    return true;
  }

  return {
    always: (raw) => {
      // What has a number is in the form that is kept.
      const known = numbers.get(raw);
      if (known !== undefined) return known;
      const text = kept(raw);
      if (text.length > MAX_NAME) return literal(text);
      return numbers.get(text) ?? (last < MAX_NAMES ? add(text) : literal(text));
    },
    often: (raw) => {
      const known = numbers.get(raw);
      if (known !== undefined) return known;
      const text = kept(raw);
      if (text.length > MAX_NAME) return literal(text);
      const number = numbers.get(text);
      if (number !== undefined) return number;
      return last >= MAX_LEARNED || isNew(text) ? literal(text) : add(text);
    },
    check: () => {
      highest ??= db.prepare('SELECT coalesce(max(id), 0) AS last FROM journal_names');
      const stored = Number(highest.get()?.['last']);
      if (stored !== last) reload();
      last = stored;
    },
  };
}

/** The text of a stored name; undefined for none. */
export type NameReader = (stored: string | undefined) => string | undefined;

/** Texts by their numbers, kept once read: a number never changes its meaning. */
export function createNameReader(db: DatabaseSync): NameReader {
  const names = new Map<number, string>();
  let find: StatementSync | undefined;
  return (stored) => {
    if (stored === undefined) return undefined;
    if (stored.startsWith(LITERAL)) return stored.slice(LITERAL.length);
    const number = Number(stored);
    const known = names.get(number);
    if (known !== undefined) return known;
    find ??= db.prepare('SELECT name FROM journal_names WHERE id = ?');
    const row = find.get(number);
    if (!row) return undefined;
    const name = String(row['name']);
    names.set(number, name);
    return name;
  };
}
