import type { StoragePart, StorageReport, StorageState } from '../../shared/history.ts';
import type { Level } from '../../shared/protocol.ts';
import type { Quantity } from '../format/number.ts';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Sizes on disk, in powers of ten as disks are sold: `12.4 MB`. */
export function sizeOf(bytes: number): Quantity {
  const step = bytes < 1_000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const scaled = bytes / 1_000 ** step;
  if (step === 0) return { value: String(Math.round(bytes)), unit: 'B' };
  // What rounds up to a thousand belongs to the next unit.
  if (Number(scaled.toPrecision(3)) >= 1_000 && step < UNITS.length - 1) return sizeOf(1_000 ** (step + 1));
  return { value: scaled.toFixed(scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2), unit: UNITS[step] ?? 'TB' };
}

export const STORAGE_LEVELS: Readonly<Record<StorageState, Level>> = {
  ok: 'ok',
  behind: 'medium',
  failing: 'critical',
  off: 'no-data',
};
export const STORAGE_WORDS: Readonly<Record<StorageState, string>> = {
  ok: 'OK',
  behind: 'BEHIND',
  failing: 'FAILING',
  off: 'OFF',
};

/** Parts as people call them. */
const PART_WORDS: Readonly<Record<string, string>> = {
  '10s': 'numbers, 10 s',
  '1m': 'numbers, 1 min',
  '1h': 'numbers, 1 h',
  journal: 'message journal',
  lines: 'log lines',
  coverage: 'coverage',
  other: 'other',
};
export const partName = (part: StoragePart) => PART_WORDS[part.name] ?? part.name;

/** Share of its budget that a part has filled, 0 and up; null: it has none. */
export function filledShare(bytes: number, budgetBytes: number | null): number | null {
  return budgetBytes === null || budgetBytes <= 0 ? null : bytes / budgetBytes;
}

/** A budget is kept by letting the oldest go, in steps: it is never quite full. */
export const NEARLY_FULL = 0.9;

/** Free disk that is less than what the budget may still take: the budget cannot be kept. */
export function lacksRoom({ freeBytes, totalBytes, budgetBytes }: StorageReport): boolean {
  return freeBytes !== null && freeBytes < budgetBytes - totalBytes;
}
