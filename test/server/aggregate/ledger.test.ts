import { describe, expect, it } from 'vitest';
import { Ledger, LEDGER_LIMITS } from '../../../server/aggregate/ledger.ts';
import { arrivalOfLongId } from '../../../server/aggregate/queue-id.ts';
import { createRandom, pick } from '../../support/random.ts';

describe('ledger', () => {
  it('AGG-16: remembers so many messages at most, lets the oldest go and counts it', () => {
    const gone: string[] = [];
    const ledger = new Ledger(({ queueId }) => void gone.push(queueId), {
      ...LEDGER_LIMITS,
      maxMessages: 100,
    });
    for (let i = 0; i < 250; i++) ledger.begin('mx1', `Q${i}`, i);
    expect(ledger.size).toBe(100);
    expect(ledger.counters.evicted).toBe(150);
    expect(gone).toEqual(Array.from({ length: 150 }, (_, i) => `Q${i}`));
    expect(ledger.get('mx1', 'Q149')).toBeUndefined();
    expect(ledger.get('mx1', 'Q150')).toBeDefined();
  });

  it('AGG-16: forgets what never reached the queue sooner than what did', () => {
    const ledger = new Ledger();
    ledger.begin('mx1', 'GAVE-UP', 0);
    ledger.begin('mx1', 'WAITS', 0).isQueued = true;
    ledger.sweep(LEDGER_LIMITS.unqueuedMs + 1);
    expect(ledger.get('mx1', 'GAVE-UP')).toBeUndefined();
    expect(ledger.get('mx1', 'WAITS')).toBeDefined();
    ledger.sweep(LEDGER_LIMITS.queuedMs + 1);
    expect(ledger.size).toBe(0);
    expect(ledger.counters.expired).toBe(2);
  });

  it('AGG-6: keeps one message per host and queue id through any order of begin, rename, end and remove', () => {
    const hosts = ['mx1', 'mx2'];
    const ids = ['A', 'B', 'C', 'D'];
    for (let seed = 1; seed <= 200; seed++) {
      const random = createRandom(seed);
      const ledger = new Ledger();
      for (let nowMs = 0; nowMs < 200_000; nowMs += 4_000) {
        const known = ledger.get(pick(random, hosts), pick(random, ids));
        const deed = random();
        if (!known || deed < 0.3) ledger.begin(pick(random, hosts), pick(random, ids), nowMs);
        else if (deed < 0.5) ledger.rename(known, pick(random, ids));
        else if (deed < 0.7) ledger.end(known, nowMs);
        else if (deed < 0.9) ledger.finish(known, nowMs);
        ledger.expireEnded(nowMs);
        const messages = hosts.flatMap((host) => [...ledger.messagesOf(host)]);
        expect(messages, `seed ${seed}`).toHaveLength(ledger.size);
        for (const message of messages)
          expect(ledger.get(message.host, message.queueId), `seed ${seed}`).toBe(message);
      }
    }
  });
});

describe('long queue ids', () => {
  it('tell when the message arrived', () => {
    const atMs = Date.parse('2026-11-21T17:20:25Z');
    expect(arrivalOfLongId('4jWzVY435czBvpv', atMs)).toBeCloseTo(Date.parse('2026-11-21T17:20:21.570Z'), -1);
  });

  it.each(['4C0FF3E1AB', 'ABCDEF', '3Q1111Aaaaz111', '4jWzVY435cxBvpv'])(
    '%s tells nothing that could be true',
    (id) => {
      expect(arrivalOfLongId(id, Date.parse('2026-11-21T17:20:25Z'))).toBeUndefined();
    },
  );
});
