import { describe, expect, it } from 'vitest';
import { quantityText } from '../../../client/format/number.ts';
import { filledShare, lacksRoom, sizeOf } from '../../../client/stores/storage-model.ts';
import type { StorageReport } from '../../../shared/history.ts';

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.00 kB'],
    [12_345, '12.3 kB'],
    [99_960, '100 kB'],
    [999_600, '1.00 MB'],
    [123_400_000, '123 MB'],
    [20e9, '20.0 GB'],
    [5e15, '5000 TB'],
  ])('%i bytes are %s', (bytes, text) => expect(quantityText(sizeOf(bytes))).toBe(text));
});

describe('budgets', () => {
  it('have no share where there is none', () => {
    expect(filledShare(5, null)).toBeNull();
    expect(filledShare(5, 20)).toBe(0.25);
  });

  it('cannot be kept on a disk with less room than they may still take', () => {
    const report = { totalBytes: 10, budgetBytes: 30, freeBytes: 19 } as StorageReport;
    expect(lacksRoom(report)).toBe(true);
    expect(lacksRoom({ ...report, freeBytes: 20 })).toBe(false);
    expect(lacksRoom({ ...report, freeBytes: null })).toBe(false);
  });
});
