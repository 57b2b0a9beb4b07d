import type { LineRef } from '../collect/source.ts';
import type { RawLine } from '../../shared/protocol.ts';

/** Lines kept for one scope, and how much of each. */
const KEEP = 40;
const MAX_CHARS = 600;

/** The latest raw lines behind each tenant's numbers, with a running number so that a reader can ask for what is new. */
export class RecentLines {
  readonly #scopes: { total: number; readonly lines: RawLine[] }[];

  constructor(scopeCount: number) {
    this.#scopes = Array.from({ length: scopeCount }, () => ({ total: 0, lines: [] }));
  }

  add(scope: number, line: RawLine): void {
    const kept = this.#scopes[scope];
    if (!kept) return;
    kept.lines.push(line);
    kept.total += 1;
    if (kept.lines.length > 4 * KEEP) kept.lines.splice(0, kept.lines.length - 2 * KEEP);
  }

  /** Number of lines seen so far. */
  total(scope: number): number {
    return this.#scopes[scope]?.total ?? 0;
  }

  /** The last ones of lines `after` to `until` (running numbers, the first excluded), oldest first. */
  between(scope: number, after: number, until: number): readonly RawLine[] {
    const kept = this.#scopes[scope];
    if (!kept) return [];
    const first = kept.total - kept.lines.length;
    return kept.lines.slice(Math.max(0, after - first, until - first - KEEP), Math.max(0, until - first));
  }
}

/** A copy of the line's text, cut. It must not keep the chunk it was read from alive. */
export function textOf({ buffer, start, end }: LineRef): string {
  const text = buffer.toString('utf8', start, Math.min(end, start + MAX_CHARS));
  return end - start > MAX_CHARS ? `${text}…` : text;
}
