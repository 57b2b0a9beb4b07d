import { describe, expect, it } from 'vitest';
import { makeUserCode, readUserCode, showUserCode } from '../../../../server/base/identity/user-code.ts';

describe('a user code', () => {
  it('SCR-1: is four letters and four digits, none of which looks like another', () => {
    for (let i = 0; i < 500; i++) {
      const code = makeUserCode();
      expect(showUserCode(code)).toMatch(/^[A-Z]{4}-[2-9]{4}$/);
      expect(code).not.toMatch(/[AEIOUY01]/);
    }
  });

  it('SCR-1: takes every sign that there is, each as often as the others', () => {
    const picks: number[] = [];
    makeUserCode((below) => (picks.push(below), 0));
    expect(picks).toEqual([20, 20, 20, 20, 8, 8, 8, 8]);
  });

  it.each([
    ['as it is shown', 'BCDF-2345'],
    ['in small letters', 'bcdf-2345'],
    ['without the dash', 'BCDF2345'],
    ['with spaces', ' bcd f 23 45 '],
    ['with another dash', 'BCDF–2345'],
    ['with digits read as letters', 'BCDF-Z34S'],
    ['with a letter read as a digit', '8CDF-2345'],
  ])('SCR-1: is read %s', (_, typed) => {
    expect(readUserCode(typed)).toBe('BCDF2345');
  });

  it.each(['', 'BCDF', 'BCDF-23456', 'ACDF-2345', 'BCDF-2340', '2345-BCDF', 'BCDF-2345; x', 'ÄCDF-2345'])(
    'SCR-1: is not read out of %j',
    (typed) => {
      expect(readUserCode(typed)).toBeUndefined();
    },
  );
});
