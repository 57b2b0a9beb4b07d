import { describe, expect, it } from 'vitest';
import { Message } from '../../../../../server/aggregate/message.ts';
import type { Scopes } from '../../../../../server/aggregate/scope.ts';
import { dueOf } from '../../../../../server/detect/foresight/drain/due.ts';
import { POSTFIX_PACE } from '../../../../../server/detect/foresight/drain/pace.ts';

const NOW = Date.parse('2026-11-20T03:00:00Z');
const MINUTE_MS = 60_000;
const PLATFORM = 9;

/** Ninety minutes old, one recipient of tenant 0, in the deferred queue. */
function deferred(change: Partial<Message> = {}): Message {
  const message = new Message('mx-a', '3CJhlt2jrJzBQw1', NOW - 90 * MINUTE_MS);
  message.addRecipient('ada@one.example', 0);
  return Object.assign(message, { isDeposited: true, queueName: 'deferred' as const, ...change });
}

function dueIn(...messages: readonly Message[]) {
  const scopes = { platform: PLATFORM } as unknown as Scopes;
  const due = dueOf(messages, { scopes, nowMs: NOW, pace: POSTFIX_PACE }).get(PLATFORM);
  if (!due) throw new Error('nothing is due');
  const slots = [...due.bySlot].flatMap((n, slot) => (n > 0 ? [slot] : []));
  return { slots, unknown: due.unknown, all: due.bySlot.reduce((sum, n) => sum + n, 0) };
}

describe('when mail that waits is tried again', () => {
  it('is the longest pause after it was put off, once it is old (DRN-11)', () => {
    expect(dueIn(deferred({ putOffAtMs: NOW - 10 * MINUTE_MS }))).toEqual({
      slots: [Math.floor(4_000 / 60 - 10)],
      ...{ unknown: 0, all: 1 },
    });
  });

  it('is any time within its pause where nobody saw it put off', () => {
    const { slots, unknown, all } = dueIn(deferred());
    expect([slots[0], slots.length]).toEqual([0, Math.ceil(4_000 / 60)]);
    expect(unknown).toBe(1);
    expect(all).toBeCloseTo(1);
  });

  it('is now where it was let go from hold and had never been put off (DRN-20)', () => {
    expect(dueIn(deferred({ isReleased: true }))).toEqual({ slots: [0], unknown: 0, all: 1 });
    const before = deferred({ isReleased: true, putOffAtMs: NOW - 10 * MINUTE_MS });
    expect(dueIn(before).slots).toEqual([56]);
  });

  it('is nothing of ours while the other side holds it up', () => {
    const message = deferred();
    for (const recipient of message.recipients) recipient.isRemoteFault = true;
    expect(() => dueIn(message)).toThrow('nothing is due');
  });
});
