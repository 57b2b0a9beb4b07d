import { AGE_MINUTES, type WaitingMatrix } from '../../shared/history.ts';
import type { Books } from './books.ts';
import type { Message } from './message.ts';
import { isOwned, type Scope } from './scope.ts';

/** Destinations shown by name; the others are summed up. */
const MAX_ROWS = 30;
const OTHER = 'other';

/** Who waits for one scope now, by destination domain and age, as `qshape deferred active incoming` prints it (Postfix QSHAPE_README). */
export function waitingMatrix(books: Books, scope: Scope, nowMs: number): WaitingMatrix {
  const rows = new Map<string, number[]>();
  for (const message of books.ledger.all()) {
    if (!message.isDeposited || message.queueName === 'hold' || message.queueName === 'corrupt') continue;
    const column = ageColumn(nowMs - message.edgeAtMs);
    for (const [destination, count] of destinationsOf(books, message, scope)) {
      let row = rows.get(destination);
      if (!row) rows.set(destination, (row = emptyRow()));
      row[column] = (row[column] ?? 0) + count;
    }
  }
  return summedUp(rows, nowMs);
}

/** Place of an age in a row of the matrix. */
export function ageColumn(ageMs: number): number {
  const column = AGE_MINUTES.findIndex((minutes) => ageMs < minutes * 60_000);
  return column < 0 ? AGE_MINUTES.length : column;
}

function* destinationsOf(books: Books, message: Message, scope: Scope): Iterable<[string, number]> {
  const { platform, unattributed } = books.scopes;
  const sender = message.sender.owner;
  for (const { address, owner, state } of message.recipients) {
    if (state === 'done') continue;
    const isOurs =
      scope === platform ||
      owner === scope ||
      sender === scope ||
      (scope === unattributed && !isOwned(owner) && !isOwned(sender));
    if (isOurs) yield [domainOf(address), 1];
  }
  const unnamed = message.recipientCount - message.recipients.length;
  // Postfix names a recipient at the first attempt only.
  if (unnamed > 0 && (scope === platform || sender === scope)) yield ['(not yet named)', unnamed];
}

function summedUp(rows: ReadonlyMap<string, readonly number[]>, atMs: number): WaitingMatrix {
  const all = [...rows]
    .map(([destination, ages]) => ({ destination, total: ages.reduce((a, b) => a + b, 0), ages }))
    .sort((a, b) => b.total - a.total || (a.destination < b.destination ? -1 : 1));
  const others = all.slice(MAX_ROWS);
  const other = addUp(others.map(({ ages }) => ages));
  const shown = all.slice(0, MAX_ROWS);
  if (others.length > 0)
    shown.push({ destination: OTHER, total: other.reduce((a, b) => a + b, 0), ages: other });
  return { atMs, rows: shown, total: addUp(all.map(({ ages }) => ages)), otherDestinations: others.length };
}

function addUp(rows: readonly (readonly number[])[]): number[] {
  const sum = emptyRow();
  for (const row of rows) row.forEach((count, i) => (sum[i] = (sum[i] ?? 0) + count));
  return sum;
}

function emptyRow(): number[] {
  return new Array<number>(AGE_MINUTES.length + 1).fill(0);
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase() || OTHER;
}
