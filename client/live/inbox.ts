import type { Joined, JoinAnswer, Result } from '../../shared/protocol.ts';
import { unpacking } from './unpack.ts';

/** What came for each room, in order: nothing overtakes an answer that is still being unpacked. */
export interface Inbox {
  /** Something for a room: handed on at once, or after all that came before it. */
  pass(room: string, deliver: () => void): void;
  /** The answer to a join. */
  answer(room: string, result: Result<JoinAnswer>, ack: (result: Result<Joined>) => void): void;
}

/** More wait only for an answer that will never be unpacked: they are let through, the room sees the gap and asks anew. */
export const MOST_WAITING = 30;

/** Unpacking takes a few milliseconds in which the next frame may come; one that overtook its snapshot would be a gap. */
export function createInbox(unpack: typeof unpacking = unpacking): Inbox {
  /** Room → what waits behind an answer that is being unpacked. */
  const waiting = new Map<string, (() => void)[]>();

  function pass(room: string, deliver: () => void): void {
    const line = waiting.get(room);
    if (!line) return deliver();
    line.push(deliver);
    if (line.length > MOST_WAITING) release(room, line);
  }
  /** One of those that waited may be an answer that is unpacked in its turn: then the rest waits behind that. */
  function release(room: string, line: (() => void)[]): void {
    if (waiting.get(room) === line) waiting.delete(room);
    for (const deliver of line.splice(0)) pass(room, deliver);
  }
  function answer(room: string, result: Result<JoinAnswer>, ack: (result: Result<Joined>) => void): void {
    pass(room, () => {
      const job = unpack(result);
      if (!job) return ack(result as Result<Joined>);
      const line: (() => void)[] = [];
      waiting.set(room, line);
      void job.then((unpacked) => {
        ack(unpacked);
        release(room, line);
      });
    });
  }
  return { pass, answer };
}
