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
    if (kept.lines.length > 2 * KEEP) kept.lines.splice(0, kept.lines.length - KEEP);
  }

  /** Number of lines seen so far. */
  total(scope: number): number {
    return this.#scopes[scope]?.total ?? 0;
  }

  /** The last ones, oldest first; with `since`, only those after that many. */
  latest(scope: number, since = 0): readonly RawLine[] {
    const kept = this.#scopes[scope];
    if (!kept) return [];
    return kept.lines.slice(
      -Math.min(KEEP, Math.max(0, kept.total - since), kept.lines.length) || kept.lines.length,
    );
  }
}

/** A copy of the line's text, cut. It must not keep the chunk it was read from alive. */
export function textOf({ buffer, start, end }: LineRef): string {
  const text = buffer.toString('utf8', start, Math.min(end, start + MAX_CHARS));
  return end - start > MAX_CHARS ? `${text}…` : text;
}
