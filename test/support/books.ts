import { Books } from '../../server/aggregate/books.ts';
import { fold } from '../../server/aggregate/fold.ts';
import { createDirectory } from '../../server/attribute/directory.ts';
import type { Tenant } from '../../server/attribute/tenants-file.ts';
import { createLogReader } from '../../server/collect/reader.ts';
import { merge, Window } from '../../shared/window.ts';

export const TENANTS: readonly Tenant[] = [
  { id: 'aurora', name: 'Aurora', domains: ['aurora.example'] },
  { id: 'boreal', name: 'Boreal', domains: ['boreal.example'], logins: ['boreal-*'] },
  { id: 'cirrus', name: 'Cirrus', domains: ['cirrus.example'], relays: ['192.0.2.0/24'] },
];
export const [AURORA, BOREAL, CIRRUS, UNATTRIBUTED_SCOPE, PLATFORM] = [0, 1, 2, 3, 4] as const;

/** Epoch ms of `hh:mm:ss` on the day of the made-up logs. */
export function at(time: string): number {
  return Date.parse(`2026-11-21T${time}Z`);
}

export function createTestBooks(slotMs = 60_000, isLive = true): Books {
  return new Books({ directory: createDirectory(TENANTS), slotMs, isLive });
}

/** Reads lines `hh:mm:ss program: text` of host mx1 the way a log file would be read, and folds what they say. */
export function foldLines(books: Books, lines: readonly string[], source = 'log', into = fold): Books {
  const reader = createLogReader({ format: 'syslog', source, timezone: '+00:00', year: 2026 });
  for (const line of lines) {
    const [time = '', ...rest] = line.split(' ');
    const buffer = Buffer.from(`2026-11-21T${time}.000000+00:00 mx1 ${rest.join(' ')}`);
    const found = reader.read(buffer, 0, buffer.length);
    if (found === 'unparsed') throw new Error(`not understood: ${line}`);
    if (found === 'event') into(books, reader.event);
  }
  return books;
}

/** Everything that one scope and direction (0 in, 1 out) has counted. */
export function sum(books: Books, scope: number, direction: 0 | 1 = 0): Window {
  const total = new Window();
  for (const window of books.windows.slots(scope, direction).values()) merge(total, window);
  return total;
}

/** Counters that are not zero. */
export function counted(window: Window): Record<string, number> {
  return Object.fromEntries(
    Object.entries(window.counts).filter(([name, n]) => n > 0 && !name.startsWith('by')),
  );
}
