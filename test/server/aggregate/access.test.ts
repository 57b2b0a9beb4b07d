import { describe, expect, it } from 'vitest';
import { ACCESS_WINDOW_MS, AccessBook } from '../../../server/aggregate/access.ts';
import { coverageOf } from '../../../server/detect/coverage.ts';
import { Recent } from '../../../server/history/recent.ts';
import { createTestBooks } from '../../support/books.ts';
import { createRandom } from '../../support/random.ts';

const NOW = Date.parse('2026-11-21T03:00:00Z');
const NO_COVERAGE = coverageOf([], new Set());

/** Notes the last outcome of a user, so many seconds before NOW. */
function bookOf(logins: readonly (readonly [user: string, agoS: number, isFault: boolean])[]): AccessBook {
  const book = new AccessBook(1);
  for (const [user, agoS, isFault] of logins)
    book.note(0, 'mailbox', { user, atMs: NOW - agoS * 1000, isFault });
  return book;
}

describe('access', () => {
  it('AGG-14: is not told by a log that is read again after a gap', () => {
    const book = bookOf([
      ['fresh', 0, false],
      ...Array.from({ length: 60 }, (_, i) => [`old${i}`, 3_600, true] as const),
    ]);
    expect(book.gauge(0, NOW)).toMatchObject({ users: 1, failing: 0 });
  });

  it('AGG-14: is of the last five minutes, in whatever order the logins came', () => {
    for (const seed of [1, 2, 3]) {
      const random = createRandom(seed);
      const logins = Array.from(
        { length: 400 },
        (_, i) => [`u${i}`, Math.floor(random() * 299), random() < 0.3] as const,
      );
      const book = bookOf(logins);
      for (const laterS of [0, 60, 150, 299]) {
        const within = logins.filter(([, agoS]) => (agoS + laterS) * 1000 < ACCESS_WINDOW_MS);
        const gauge = book.gauge(0, NOW + laterS * 1000);
        expect(gauge?.users ?? 0).toBe(within.length);
        expect(gauge?.failing ?? 0).toBe(within.filter(([, , isFault]) => isFault).length);
      }
      expect(book.gauge(0, NOW + ACCESS_WINDOW_MS)).toBeNull();
    }
  });

  it('AGG-14: begins anew when the clock is set back', () => {
    const books = createTestBooks();
    const recent = new Recent(books);
    const note = (user: string, atMs: number, isFault: boolean) =>
      books.access?.note(0, 'mailbox', { user, atMs, isFault });
    recent.advance(NOW, NO_COVERAGE);
    note('u', NOW, true);
    expect(books.access?.gauge(0, NOW)).toMatchObject({ users: 1, failing: 1 });
    recent.advance(NOW - 3_600_000, NO_COVERAGE);
    note('u', NOW - 3_600_000, false);
    expect(books.access?.gauge(0, NOW - 3_600_000)).toMatchObject({ users: 1, failing: 0 });
  });
});
