/** Complete lines, valid only during the call. `isLive`: written just now, not left over from an earlier time. */
export interface Lines {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
  readonly isLive: boolean;
}

/** Synchronous; must not throw, what it could not use it has to count. */
export type OnLines = (lines: Lines) => void;

/** `too-long` and `torn` are lines; the others are what was left of a file. */
export type LossReason = 'too-long' | 'torn' | 'truncated' | 'file-gone' | 'archive-unreadable';

/** Something that was written and will not be handed over. */
export interface Loss {
  readonly reason: LossReason;
  readonly text: string;
}
