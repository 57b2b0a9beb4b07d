import { describe, expect, it } from 'vitest';
import { DISCONNECTED_AFTER_MS, PROTOCOL_VERSION } from '../../../shared/protocol.ts';
import {
  JOIN_TIMEOUT_MS,
  NEW_ROOM,
  REFUSED_RETRY_MS,
  stepRoom,
  type RoomInput,
  type RoomState,
} from '../../../client/live/room.ts';

const joining: RoomState = { phase: 'joining', attempt: 2, sinceMs: 0 };
const live: RoomState = { phase: 'live', attempt: 2, seq: 10, heardAtMs: 0 };
const joined = (change: Partial<RoomInput & { type: 'joined' }> = {}): RoomInput => ({
  type: 'joined',
  attempt: 2,
  seq: 10,
  protocol: PROTOCOL_VERSION,
  ...change,
});
const refused = (code: 'not-found' | 'unsupported', attempt = 2): RoomInput => ({
  type: 'refused',
  attempt,
  error: { code, message: 'no' },
});
const did = (state: RoomState, input: RoomInput, nowMs = 0) => {
  const { effect, reason } = stepRoom(state, input, nowMs);
  return `${effect}: ${reason}`;
};

describe('a room', () => {
  it('is joined as soon as there is a connection', () => {
    const step = stepRoom(NEW_ROOM, { type: 'connected' }, 5);
    expect(step).toEqual({
      state: { phase: 'joining', attempt: 1, sinceMs: 5 },
      effect: 'join',
      reason: 'connected',
    });
  });

  it('shows the snapshot of its join and goes on from its number', () => {
    const step = stepRoom(joining, joined(), 7);
    expect(step.effect).toBe('show-snapshot');
    expect(step.state).toEqual({ phase: 'live', attempt: 2, seq: 10, heardAtMs: 7 });
  });

  it('applies the frame that follows', () => {
    const step = stepRoom(live, { type: 'frame', seq: 11 }, 9);
    expect(step).toMatchObject({ effect: 'apply-frame', state: { seq: 11, heardAtMs: 9 } });
  });

  it('asks for the room again after a gap, and patches nothing over it (LIV-2)', () => {
    const step = stepRoom(live, { type: 'frame', seq: 12 }, 9);
    expect(step).toMatchObject({ effect: 'join', reason: 'gap', state: { phase: 'joining', attempt: 3 } });
  });

  it('ignores frames that its snapshot already holds', () => {
    expect(did(live, { type: 'frame', seq: 10 })).toBe('none: old-frame');
    expect(did(live, { type: 'frame', seq: 3 })).toBe('none: old-frame');
  });

  it('ignores frames while it is being joined: the snapshot will hold them', () => {
    expect(did(joining, { type: 'frame', seq: 11 })).toBe('none: not-live');
    expect(did(NEW_ROOM, { type: 'frame', seq: 11 })).toBe('none: not-live');
  });

  it('ignores the answer to an older join', () => {
    expect(did(joining, joined({ attempt: 1 }))).toBe('none: old-answer');
    expect(did(live, joined())).toBe('none: old-answer');
    expect(did(joining, refused('not-found', 1))).toBe('none: old-answer');
  });

  it('makes the page reload when the server speaks another protocol', () => {
    expect(did(joining, joined({ protocol: PROTOCOL_VERSION + 1 }))).toBe('reload: other-protocol');
    expect(did(joining, refused('unsupported'))).toBe('reload: other-protocol');
  });

  it('keeps why it was refused and asks again after a while', () => {
    const { state } = stepRoom(joining, refused('not-found'), 100);
    expect(state).toMatchObject({ phase: 'refused', error: { code: 'not-found' } });
    expect(did(state, { type: 'tick' }, 100 + REFUSED_RETRY_MS - 1)).toBe('none: nothing-to-do');
    expect(did(state, { type: 'tick' }, 100 + REFUSED_RETRY_MS)).toBe('join: try-again');
  });

  it('asks again when a join is not answered', () => {
    expect(did(joining, { type: 'tick' }, JOIN_TIMEOUT_MS)).toBe('none: nothing-to-do');
    expect(did(joining, { type: 'tick' }, JOIN_TIMEOUT_MS + 1)).toBe('join: no-answer');
  });

  it('asks again when its frames stop though the connection stands', () => {
    expect(did(live, { type: 'tick' }, DISCONNECTED_AFTER_MS)).toBe('none: nothing-to-do');
    expect(did(live, { type: 'tick' }, DISCONNECTED_AFTER_MS + 1)).toBe('join: stalled');
  });

  it('asks again when the server says that what it shows is no longer true', () => {
    expect(did(live, { type: 'reset' })).toBe('join: reset');
    expect(did(NEW_ROOM, { type: 'reset' })).toBe('none: not-live');
  });

  it('waits for the next connection when this one is lost, and takes no late answer of the old one', () => {
    const { state } = stepRoom(joining, { type: 'disconnected' }, 0);
    expect(state).toEqual({ phase: 'waiting', attempt: 2 });
    expect(did(state, joined())).toBe('none: old-answer');
    expect(did(state, { type: 'connected' })).toBe('join: connected');
  });
});

describe('a room under any order of messages', () => {
  const random = (seed: number) => () =>
    (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;

  it.each([1, 2, 3, 4, 5])('ends up right once messages come in order again (seed %d)', (seed) => {
    const next = random(seed);
    let state: RoomState = NEW_ROOM;
    let nowMs = 0;
    const feed = (input: RoomInput) => {
      state = stepRoom(state, input, nowMs).state;
    };
    for (let i = 0; i < 400; i += 1) {
      nowMs += next() * 2_000;
      const pick = Math.floor(next() * 6);
      if (pick === 0) feed({ type: 'connected' });
      if (pick === 1) feed({ type: 'disconnected' });
      if (pick === 2) feed({ type: 'frame', seq: Math.floor(next() * 50) });
      if (pick === 3) feed(joined({ attempt: state.attempt - Math.floor(next() * 2), seq: i }));
      if (pick === 4) feed({ type: 'reset' });
      if (pick === 5) feed({ type: 'tick' });
    }
    feed({ type: 'connected' });
    feed(joined({ attempt: state.attempt, seq: 900 }));
    feed({ type: 'frame', seq: 901 });
    expect(state).toMatchObject({ phase: 'live', seq: 901 });
  });
});
