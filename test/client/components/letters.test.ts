import { afterEach, describe, expect, it } from 'vitest';
import { emsOf, emsOfLetters, letterShare, measureLetters } from '../../../client/components/wall/letters.ts';
import { stripRoom } from '../../../client/components/wall/strip-room.ts';
import { group, strip } from '../fixtures-alarms.ts';

const PX = 100;
const NAME = 'NOBODY HAS IT';

/** Has this page's canvas find every text so many times as wide as the table says. */
function withLetters(times: number): void {
  const table = emsOf;
  const fonts: string[] = [];
  const context = {
    set font(font: string) {
      fonts.push(font);
    },
    measureText: (text: string) => ({ width: times * table(text) * PX }),
  };
  const create = document.createElement.bind(document);
  document.createElement = ((name: string) =>
    name === 'canvas' ? { getContext: () => context } : create(name)) as typeof document.createElement;
  try {
    measureLetters(document);
  } finally {
    document.createElement = create;
  }
  expect(fonts.join()).toContain(`${PX}px`);
}

describe('WAL-164: the letters that a screen has are measured', () => {
  const before = { name: emsOf(NAME), ten: emsOfLetters(10) };

  afterEach(() => {
    document.documentElement.style.removeProperty('--letter-share');
  });

  it('takes letters as wide as Arial, and narrower ones, as the table has them', () => {
    expect(letterShare(0)).toBe(1);
    expect(letterShare(10)).toBe(1);
    expect(letterShare(NaN)).toBe(1);
  });

  it('counts with more room for wider ones, says fewer words, and tells the style sheets', () => {
    const columns = () =>
      stripRoom(
        strip({ groups: Array.from({ length: 6 }, (_, i) => group({ id: `g${i}`, title: 'Held mail' })) }),
        [],
        {
          width: 1_900,
          height: 1_080,
          leastPx: null,
        },
      ).columns;
    const usual = columns();
    withLetters(1.5);
    try {
      const share = Number(document.documentElement.style.getPropertyValue('--letter-share'));
      expect(share).toBeGreaterThan(1.5);
      expect(share).toBeLessThan(1.6);
      expect(emsOf(NAME) / before.name).toBeCloseTo(share, 2);
      expect(emsOfLetters(10) / before.ten).toBeCloseTo(share, 2);
      expect(columns()).toBeLessThan(usual);
    } finally {
      withLetters(0.1);
    }
    expect(emsOf(NAME)).toBe(before.name);
  });
});
