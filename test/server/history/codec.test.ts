import { describe, expect, it } from 'vitest';
import { COUNTERS, merge, Window } from '../../../shared/window.ts';
import { AppError } from '../../../server/base/errors.ts';
import {
  decodeWindow,
  encodeWindow,
  STORED_COUNTERS,
  type TextCoder,
} from '../../../server/history/codec.ts';
import { createRandom } from '../../support/random.ts';
import { randomWindow, said } from '../../support/random-window.ts';

const SEEDS = Array.from({ length: 400 }, (_, i) => i + 1);

function dictionary(): TextCoder {
  const texts: string[] = [];
  return {
    idOf: (text) => texts.indexOf(text) + 1 || texts.push(text),
    textOf: (id) => texts[id - 1]!,
  };
}

describe('bytes of a window', () => {
  it('HIS-20: decoding what was encoded gives the window back, with keys as texts and as numbers', () => {
    for (const seed of SEEDS) {
      const window = randomWindow(seed);
      const texts = dictionary();
      expect(said(decodeWindow(encodeWindow(window))), `seed ${seed}`).toEqual(said(window));
      const numbered = encodeWindow(window, texts);
      expect(said(decodeWindow(numbered, undefined, texts)), `seed ${seed}`).toEqual(said(window));
    }
  });

  it('HIS-20: merging decoded windows is the same as decoding the merged one', () => {
    for (const seed of SEEDS) {
      const [a, b] = [randomWindow(seed), randomWindow(seed + 1_000)];
      const [p, q] = [encodeWindow(a), encodeWindow(b)];
      const merged = merge(decodeWindow(p), decodeWindow(q));
      expect(said(merged), `seed ${seed}`).toEqual(said(merge(a, b)));
      expect(said(decodeWindow(encodeWindow(merged))), `seed ${seed}`).toEqual(said(merged));
    }
  });

  it('parts that are not wanted stay empty, and the wanted ones are whole', () => {
    for (const seed of SEEDS.slice(0, 100)) {
      const window = randomWindow(seed);
      const bytes = encodeWindow(window);
      const { counts, lag, tables, queue, queuePeak, access } = said(window) as Record<string, unknown>;
      const bare = said(new Window()) as object;
      expect(said(decodeWindow(bytes, {}))).toEqual({ ...bare, counts });
      expect(said(decodeWindow(bytes, { gauges: true }))).toEqual({
        ...bare,
        counts,
        queue,
        queuePeak,
        access,
      });
      expect(said(decodeWindow(bytes, { tables: true }))).toEqual({ ...bare, counts, tables });
      expect(said(decodeWindow(bytes, { lag: true }))).toMatchObject({ counts, lag });
    }
  });

  it('texts that share a number in the dictionary are one key with the sum of their counts', () => {
    const window = new Window();
    window.bounces = new Map([
      ['5.1.1', 2],
      ['5.7.1', 3],
    ]);
    const one: TextCoder = { idOf: () => 1, textOf: () => 'other' };
    const { bounces } = decodeWindow(encodeWindow(window, one), undefined, one);
    expect([...bounces!]).toEqual([['other', 5]]);
  });

  it('HIS-21: every counter has a place in stored bytes, and the places that were given stay', () => {
    expect(new Set(STORED_COUNTERS)).toEqual(new Set(COUNTERS));
    expect(STORED_COUNTERS.slice(0, 28).join(' ')).toBe(
      'accepted delivered deferred deferredRecipients bounced expired rejected rejectedTemporary rejectedPermanent held ' +
        'released deleted scanned spam softRejected loginOk loginFailed loginFault queued milterSpam filterHops late ' +
        'troubles byInstance byLogin byRecipientDomain byRelay bySenderDomain',
    );
  });

  it('HIS-21: bytes written by the first version read the same for ever', () => {
    const window = new Window();
    window.counts.accepted = 3;
    window.counts.queued = 300;
    window.lag.add(0, 2);
    window.lag.add(1_500, 20);
    window.effectiveLag.merge(window.lag);
    window.destinations = new Map([['gmail.com', { delivered: 22, deferred: 1, bounced: 0 }]]);
    window.access = { atMs: 1_795_281_600_000, access: 'submission', users: 5, failing: 1 };
    const stored = '0181801003ac021d08b8170201ffcd05040a0480f8f9f1bf68010a020e010109676d61696c2e636f6d5901';
    expect(said(decodeWindow(Buffer.from(stored, 'hex')))).toEqual(said(window));
  });

  it('HIS-22: damaged bytes are refused with a fault and a mend, or are another window, and never take long', () => {
    const random = createRandom(7);
    let refused = 0;
    for (const seed of SEEDS) {
      const bytes = encodeWindow(randomWindow(seed));
      for (let n = 0; n < 20; n++) {
        const damaged = bytes.slice(0, random() < 0.3 ? Math.floor(random() * bytes.length) : bytes.length);
        for (let hits = 1 + random() * 3; hits > 0 && damaged.length > 0; hits--)
          damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
        try {
          decodeWindow(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect((error as AppError).message).toContain('restore a backup');
          refused += 1;
        }
      }
    }
    expect(refused).toBeGreaterThan(1_000);
    expect(() => decodeWindow(new Uint8Array())).toThrow('ends too early');
    expect(() => decodeWindow(new Uint8Array([9, 0, 0]))).toThrow('form 9 is unknown');
  });

  it('a count that is none is refused when it is written', () => {
    const window = new Window();
    window.counts.accepted = -1;
    expect(() => encodeWindow(window)).toThrow('not a count: -1');
  });
});
