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

/** Where positions are kept between two runs. */
export interface CheckpointStore {
  read(sourceId: string): Promise<Checkpoint | undefined>;
  list(): Promise<readonly Checkpoint[]>;
  /** All of them or none; a later one of the same source takes the place of the earlier. */
  write(checkpoints: readonly Checkpoint[]): Promise<void>;
  remove(sourceId: string): Promise<void>;
}

/** Forgets with the process; for the demo and for tests. */
export function createMemoryCheckpoints(): CheckpointStore {
  const kept = new Map<string, Checkpoint>();
  return {
    read: async (sourceId) => structuredClone(kept.get(sourceId)),
    list: async () => structuredClone([...kept.values()].sort(bySource)),
    write: async (checkpoints) => {
      for (const checkpoint of structuredClone(checkpoints)) kept.set(checkpoint.sourceId, checkpoint);
    },
    remove: async (sourceId) => void kept.delete(sourceId),
  };
}

const bySource = (a: Checkpoint, b: Checkpoint): number => (a.sourceId < b.sourceId ? -1 : 1);
