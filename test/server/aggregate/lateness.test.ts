import { describe, expect, it } from 'vitest';
import { Watermarks } from '../../../server/aggregate/lateness.ts';

const NOW = Date.parse('2026-11-21T03:00:00Z');

describe('AGG-3: late is who is behind his own file and host', () => {
  const marks = new Watermarks();
  const isLate = (stream: string, host: string, agoS: number) =>
    marks.isLate(stream, host, NOW - agoS * 1000, NOW);

  it('by more than a minute', () => {
    expect(isLate('a.log', 'mx1', 10)).toBe(false);
    expect(isLate('a.log', 'mx1', 69)).toBe(false);
    expect(isLate('a.log', 'mx1', 71)).toBe(true);
  });

  it('and not who is behind another, file or host', () => {
    expect(isLate('b.log', 'mx1', 1_200)).toBe(false);
    expect(isLate('a.log', 'mx2', 110)).toBe(false);
    expect(isLate('a.log', 'mx2', 109)).toBe(false);
    expect(isLate('a.log', 'mx1', 71)).toBe(true);
    expect(isLate('b.log', 'mx1', 1_261)).toBe(true);
  });

  it('nor whom a stamp from the future has overtaken', () => {
    expect(isLate('c.log', 'mx1', -3_600)).toBe(false);
    expect(isLate('c.log', 'mx1', 59)).toBe(false);
  });
});
