import { describe, expect, it } from 'vitest';
import { shortNames } from '../../../client/stores/short-name.ts';

describe('short names', () => {
  it('are the first word where that tells them apart', () => {
    expect(shortNames(['Aurora Broadband', 'Borealis Net'])).toEqual(['Aurora', 'Borealis']);
  });

  it('take another word where one is not enough', () => {
    expect(shortNames(['Lake East', 'Lake West', 'Hill'])).toEqual(['Lake East', 'Lake West', 'Hill']);
  });

  it('are cut to what a tile can hold', () => {
    expect(shortNames(['Northumberlandia'])).toEqual(['Northumberl…']);
  });

  it('are whole where nothing shorter tells them apart', () => {
    const names = ['Consolidated Networks of the North', 'Consolidated Networks of the South'];
    expect(shortNames(names)).toEqual(names);
  });

  it('never are the same for two different names', () => {
    const names = ['A B', 'A B C', 'A', 'Abcdefghijklmnop', 'Abcdefghijklmnoq'];
    const short = shortNames(names);
    expect(new Set(short).size).toBe(names.length);
  });
});
