import type { Level } from '../../shared/protocol.ts';

/** A level's form in a box of 24 by 24, its digit, and where the digit stands. */
export interface LevelForm {
  readonly path: string;
  readonly digit: string;
  readonly y: number;
}

/** Form, digit and colour say the same three times; any one of them is enough. */
export const LEVEL_FORMS: Readonly<Record<Level, LevelForm>> = {
  critical: { path: 'M7 1h10l6 6v10l-6 6H7l-6-6V7z', digit: '1', y: 17.4 },
  high: { path: 'M12 1 23.5 22H.5z', digit: '2', y: 20 },
  medium: { path: 'M2 2h20v20H2z', digit: '3', y: 17.4 },
  low: { path: 'M12 1a11 11 0 1 0 .01 0z', digit: '4', y: 17.4 },
  ok: { path: 'M12 4a8 8 0 1 0 .01 0z', digit: '', y: 0 },
  'no-data': { path: 'M2 2h20v20H2zM2 12 12 2M2 22 22 2M12 22 22 12', digit: '', y: 0 },
};
