import { describe, expect, it, vi } from 'vitest';
import { transportOver } from '../../../client/live/socket.ts';

type Wire = Parameters<typeof transportOver>[0];

describe('the connection', () => {
  it('SCR-30: what was painted is told for certain: over plain requests a volatile packet is dropped while one is under way', () => {
    const emit = vi.fn();
    const volatile = { emit: vi.fn() };
    const socket = { emit, volatile, connected: true };
    transportOver(socket as unknown as Wire).painted('wall', 7);
    expect(emit.mock.calls).toEqual([['screen:painted', { room: 'wall', seq: 7 }]]);
    expect(volatile.emit).not.toHaveBeenCalled();
  });
});
