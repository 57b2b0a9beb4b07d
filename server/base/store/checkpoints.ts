import { z } from 'zod';

/** A position in the form of the source that made it; the store does not look inside. */
export const Position = z.json();
export type Position = z.infer<typeof Position>;

/** How far a source has been read. What was read up to here is handed over; what comes after is not. */
export interface Checkpoint {
  readonly sourceId: string;
  readonly takenAtMs: number;
  readonly position: Position;
}
