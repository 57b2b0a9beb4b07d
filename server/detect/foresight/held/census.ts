/** One pass over everything that waits: by tenant and class, and which mailboxes it is for. */
import type { Message } from '../../../aggregate/message.ts';
import { isOwned } from '../../../aggregate/scope.ts';

/** Mail that waits for longer than this is late (the lag alarm's limit). */
export const LATE_MS = 300_000;
/** Mailboxes told apart at one tenant; beyond it the rest is counted as different. */
const MAX_MAILBOXES = 100_000;

export interface Count {
  clean: number;
  unsure: number;
  spam: number;
  unscanned: number;
}
export const emptyCount = (): Count => ({ clean: 0, unsure: 0, spam: 0, unscanned: 0 });

/** What waits at one tenant. */
export class Held {
  readonly hold = emptyCount();
  readonly late = emptyCount();
  /** With mail that is clean for all we know, and with any. */
  readonly cleanMailboxes = new Set<string>();
  readonly mailboxes = new Set<string>();
  overflow = 0;
  oldestArrivalMs = Infinity;

  add(address: string, message: Message): void {
    const { spamClass, queueName, edgeAtMs } = message;
    (queueName === 'hold' ? this.hold : this.late)[spamClass ?? 'unscanned'] += 1;
    if (this.mailboxes.size >= MAX_MAILBOXES) this.overflow += 1;
    else this.mailboxes.add(address);
    if (spamClass === 'spam') return;
    this.oldestArrivalMs = Math.min(this.oldestArrivalMs, edgeAtMs);
    if (spamClass === 'clean' && this.cleanMailboxes.size < MAX_MAILBOXES) this.cleanMailboxes.add(address);
  }
}

/** By place of the receiving tenant; what the other side holds up is none of ours. */
export function censusOf(messages: Iterable<Message>, nowMs: number): ReadonlyMap<number, Held> {
  const found = new Map<number, Held>();
  for (const message of messages) {
    if (!message.isDeposited || message.queueName === 'corrupt' || message.queueName === 'maildrop') continue;
    if (message.queueName !== 'hold' && nowMs - message.edgeAtMs <= LATE_MS) continue;
    for (const { address, owner, state, isRemoteFault } of message.recipients) {
      if (state === 'done' || isRemoteFault || !isOwned(owner)) continue;
      let held = found.get(owner);
      if (!held) found.set(owner, (held = new Held()));
      held.add(address, message);
    }
  }
  return found;
}
