import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { damaged } from '../codec-bytes.ts';
import type { TextCoder } from '../codec.ts';

/** Names kept in memory; beyond it the memory begins anew. */
const MAX_KNOWN = 200_000;
/** Texts stored; what comes beyond it is counted as `other`. */
export const MAX_TEXTS = 2_000_000;
export const OTHER = 'other';

/** Numbers of texts, for ever: in the tables `scopes` and `texts`. */
export class Dictionary implements TextCoder {
  readonly #find: StatementSync;
  readonly #tell: StatementSync;
  readonly #count: StatementSync;
  readonly #insert: StatementSync | undefined;
  readonly #max: number;
  #size: number | undefined;
  readonly #ids = new Map<string, number>();
  readonly #texts = new Map<number, string>();

  /** Without `maxTexts` it is only read. */
  constructor(db: DatabaseSync, table: 'scopes' | 'texts', maxTexts?: number) {
    const column = table === 'scopes' ? 'name' : 'text';
    this.#find = db.prepare(`SELECT id FROM ${table} WHERE ${column} = ?`);
    this.#tell = db.prepare(`SELECT ${column} AS text FROM ${table} WHERE id = ?`);
    this.#count = db.prepare(`SELECT max(id) AS size FROM ${table}`);
    this.#insert =
      maxTexts === undefined ? undefined : db.prepare(`INSERT INTO ${table} (${column}) VALUES (?)`);
    this.#max = maxTexts ?? 0;
  }

  /** Undefined: it has none yet. */
  find(text: string): number | undefined {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const row = this.#find.get(text);
    return row && this.#learn(text, Number(row['id']));
  }

  idOf(text: string): number {
    const id = this.find(text);
    if (id !== undefined) return id;
    if (!this.#insert) throw new Error('a dictionary that is only read takes no new texts');
    this.#size ??= Number(this.#count.get()?.['size'] ?? 0);
    if (this.#size >= this.#max && text !== OTHER) return this.idOf(OTHER);
    this.#size = Number(this.#insert.run(text).lastInsertRowid);
    return this.#learn(text, this.#size);
  }

  textOf(id: number): string {
    const known = this.#texts.get(id);
    if (known !== undefined) return known;
    const row = this.#tell.get(id);
    if (!row) throw damaged(`text ${id} is missing`);
    const text = String(row['text']);
    this.#learn(text, id);
    return text;
  }

  /** After a transaction that failed: numbers given in it were not. */
  forget(): void {
    this.#ids.clear();
    this.#texts.clear();
    this.#size = undefined;
  }

  #learn(text: string, id: number): number {
    if (this.#ids.size >= MAX_KNOWN || this.#texts.size >= MAX_KNOWN) this.forget();
    this.#ids.set(text, id);
    this.#texts.set(id, text);
    return id;
  }
}
