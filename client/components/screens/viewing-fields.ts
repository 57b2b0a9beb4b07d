/** Diagonal and distance as people type them. */
import { DIAGONAL_INCHES, DISTANCE_M, viewingOf, type Viewing } from '../wall/visual-angle.ts';

const numberOf = (text: string) =>
  /^\d+([.,]\d+)?$/.test(text.trim()) ? Number(text.trim().replace(',', '.')) : NaN;

/** What two fields say; null when they do not, or cannot be true. */
export function viewingOfTexts(diagonal: string, distance: string): Viewing | null {
  return viewingOf(numberOf(diagonal), numberOf(distance));
}

/** Why it cannot be kept; empty when it can, or when nothing is said. */
export function viewingFault(diagonal: string, distance: string): string {
  if (diagonal === '' && distance === '') return '';
  if (viewingOfTexts(diagonal, distance)) return '';
  if (diagonal === '' || distance === '') return 'Both numbers are needed.';
  return `Between ${DIAGONAL_INCHES.least} and ${DIAGONAL_INCHES.most} inches, and ${DISTANCE_M.least} and ${DISTANCE_M.most} m.`;
}
