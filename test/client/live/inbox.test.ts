import { describe, expect, it } from 'vitest';
import { createInbox, MOST_WAITING } from '../../../client/live/inbox.ts';
import { unpack } from '../../../client/live/unpack.ts';
import type { Joined, JoinAnswer, Result } from '../../../shared/protocol.ts';
import { joined, wallSnapshot } from '../fixtures.ts';

const bytes = new Uint8Array(4);
const packed = (seq: number): Result<JoinAnswer> => {
  const { snapshot: _, ...head } = joined(wallSnapshot(), { seq });
  return { ok: true, data: { ...head, packed: bytes } };
};
const plain = (seq: number): Result<Joined> => ({ ok: true, data: joined(wallSnapshot(), { seq }) });
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

/** An inbox whose unpacking ends when it is told to; `log` is what came out of it. */
function createSlow() {
  const jobs: (() => void)[] = [];
  const log: string[] = [];
  const inbox = createInbox((result) => {
    if (!result.ok || 'snapshot' in result.data) return null;
    const { packed: _, ...head } = result.data;
    return new Promise((resolve) =>
      jobs.push(() => resolve({ ok: true, data: { ...head, snapshot: wallSnapshot() } })),
    );
  });
  const answer = (room: string, result: Result<JoinAnswer>) =>
    inbox.answer(room, result, (given) =>
      log.push(given.ok ? `${room} joined ${given.data.seq}` : given.error.code),
    );
  const frame = (room: string, seq: number) => inbox.pass(room, () => log.push(`${room} ${seq}`));
  const finish = async () => {
    jobs.shift()?.();
    await settled();
  };
  return { log, answer, frame, finish };
}

describe('LIV-10: what comes for a room', () => {
  it('is handed on at once as long as nothing is being unpacked', () => {
    const { log, answer, frame } = createSlow();
    answer('wall', plain(1));
    frame('wall', 2);
    expect(log).toEqual(['wall joined 1', 'wall 2']);
  });

  it('waits in order behind a snapshot that is being unpacked; other rooms do not', async () => {
    const { log, answer, frame, finish } = createSlow();
    answer('wall', packed(1));
    frame('wall', 2);
    frame('tenant:a', 2);
    frame('wall', 3);
    expect(log).toEqual(['tenant:a 2']);
    await finish();
    expect(log).toEqual(['tenant:a 2', 'wall joined 1', 'wall 2', 'wall 3']);
    frame('wall', 4);
    expect(log.at(-1)).toBe('wall 4');
  });

  it('stays in order when the room is joined again while the first answer is being unpacked', async () => {
    const { log, answer, frame, finish } = createSlow();
    answer('wall', packed(1));
    frame('wall', 2);
    answer('wall', packed(5));
    frame('wall', 6);
    await finish();
    expect(log).toEqual(['wall joined 1', 'wall 2']);
    await finish();
    expect(log).toEqual(['wall joined 1', 'wall 2', 'wall joined 5', 'wall 6']);
  });

  it('does not wait for ever for one that is never unpacked', async () => {
    const { log, answer, frame, finish } = createSlow();
    answer('wall', packed(1));
    for (let seq = 2; seq <= MOST_WAITING + 2; seq += 1) frame('wall', seq);
    expect(log).toHaveLength(MOST_WAITING + 1);
    expect(log.at(-1)).toBe(`wall ${MOST_WAITING + 2}`);
    // The room has long asked anew and takes an answer that late for an old one.
    await finish();
    expect(log.at(-1)).toBe('wall joined 1');
  });

  it('is a refusal when it cannot be unpacked, and what follows goes on', async () => {
    const inbox = createInbox();
    const log: string[] = [];
    inbox.answer('wall', packed(1), (result) => log.push(result.ok ? 'joined' : result.error.message));
    inbox.pass('wall', () => log.push('frame'));
    await expect.poll(() => log.length).toBe(2);
    expect(log).toEqual([expect.stringContaining('cannot be read'), 'frame']);
    await expect(unpack({ ...joined(wallSnapshot()), packed: bytes })).rejects.toThrow();
  });
});
