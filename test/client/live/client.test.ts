import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Frame, Joined } from '../../../shared/protocol.ts';
import { createLiveClient, type LiveClient } from '../../../client/live/client.ts';
import type { LinkFacts } from '../../../client/live/link.ts';
import { joined, T0, wallFrame, wallSnapshot } from '../fixtures.ts';
import { createFakeTransport, type FakeTransport } from './fake-transport.ts';

let transport: FakeTransport;
let client: LiveClient;
let link: LinkFacts;
let nowMs: number;
let anchors: boolean[];
let reloads: string[];
let shown: string[];

const wait = (ms: number) => {
  for (let passed = 0; passed < ms; passed += 1_000) {
    nowMs += 1_000;
    vi.advanceTimersByTime(1_000);
  }
};
const answer = (change: Partial<Joined> = {}) =>
  transport.joins.shift()?.ack({ ok: true, data: joined(wallSnapshot(), change as never) as Joined });
const beat = (serverId = 's1') => transport.handlers.beat({ atMs: T0, speed: 1, serverId });
const handlers = {
  snapshot: ({ seq }: Joined) => void shown.push(`snapshot ${seq}`),
  frame: ({ seq }: Frame) => {
    shown.push(`frame ${seq}`);
    return seq !== 66;
  },
  phase: () => undefined,
};

beforeEach(() => {
  vi.useFakeTimers();
  [nowMs, anchors, reloads, shown] = [0, [], [], []];
  transport = createFakeTransport();
  client = createLiveClient({
    transport,
    localMs: () => nowMs,
    dateMs: () => T0,
    onLink: (facts) => {
      link = facts;
    },
    onClock: (_, isAnchor) => void anchors.push(isAnchor),
    onTick: () => undefined,
    reload: (version) => void reloads.push(version),
  });
  client.start();
});
afterEach(() => {
  client.stop();
  vi.useRealTimers();
});

describe('the live client', () => {
  it('joins its rooms when the connection comes, and again when it comes back', () => {
    client.open('wall', handlers);
    expect(transport.joins).toHaveLength(0);
    transport.connect();
    answer();
    transport.handlers.frame(wallFrame(11));
    transport.drop();
    transport.connect();
    answer({ seq: 40 });
    expect(shown).toEqual(['snapshot 10', 'frame 11', 'snapshot 40']);
  });

  it('joins a room that is opened later at once, and leaves it when it is closed', () => {
    transport.connect();
    const close = client.open('wall', handlers);
    expect(transport.joins).toHaveLength(1);
    close();
    expect(transport.left).toEqual(['wall']);
    answer();
    expect(shown).toEqual([]);
  });

  it('does not leave a room that somebody else has opened since', () => {
    transport.connect();
    const close = client.open('wall', handlers);
    client.open('wall', handlers);
    close();
    expect(transport.left).toEqual([]);
  });

  it('asks for the room again after a lost frame and shows the snapshot', () => {
    client.open('wall', handlers);
    transport.connect();
    answer();
    transport.handlers.frame(wallFrame(12));
    expect(transport.joins).toHaveLength(1);
    answer({ seq: 12 });
    transport.handlers.frame(wallFrame(13));
    expect(shown).toEqual(['snapshot 10', 'snapshot 12', 'frame 13']);
  });

  it('asks for the room again when a frame does not fit what is shown', () => {
    client.open('wall', handlers);
    transport.connect();
    answer({ seq: 65 });
    transport.handlers.frame(wallFrame(66));
    expect(transport.joins).toHaveLength(1);
  });

  it('gives up a connection that has gone silent, without any word of its end (WAL-5)', () => {
    client.open('wall', handlers);
    transport.connect();
    answer();
    wait(6_000);
    expect(transport.reconnects).toBe(0);
    wait(1_000);
    expect(transport.reconnects).toBe(1);
    wait(4_000);
    expect(transport.reconnects).toBe(1);
    wait(3_000);
    expect(transport.reconnects).toBe(2);
  });

  it('keeps a connection that only beats, but asks for its room again', () => {
    client.open('wall', handlers);
    transport.connect();
    answer();
    for (let i = 0; i < 4; i += 1) {
      wait(2_000);
      beat();
    }
    expect(transport.reconnects).toBe(0);
    expect(transport.joins).toHaveLength(1);
  });

  it('takes up a connection that nobody tries to make any more', () => {
    transport.isIdle = () => true;
    wait(6_000);
    expect(transport.reconnects).toBe(1);
  });

  it('asks for all rooms again when another server answers on the same connection', () => {
    client.open('wall', handlers);
    transport.connect();
    answer();
    beat('s1');
    expect(transport.joins).toHaveLength(0);
    beat('s2');
    expect(transport.joins).toHaveLength(1);
    expect(anchors.at(-1)).toBe(true);
  });

  it('starts the clock anew with each join, and only then', () => {
    client.open('wall', handlers);
    transport.connect();
    answer();
    transport.handlers.frame(wallFrame(11));
    expect(anchors).toEqual([true, false]);
  });

  it('says that it is of another version and reloads, once the server says so', () => {
    client.open('wall', handlers);
    transport.connect();
    answer({ protocol: 99, version: '9.0.0' });
    expect(reloads).toEqual(['9.0.0']);
    expect(link.isMismatched).toBe(true);
    expect(shown).toEqual([]);
  });

  it('reports what was painted only while somebody can hear it', () => {
    client.painted('wall', 10);
    transport.connect();
    client.painted('wall', 11);
    expect(transport.painteds).toEqual([['wall', 11]]);
  });

  it('reports the first painted frame of a room it joined, then one every ten seconds', () => {
    client.open('wall', handlers);
    transport.connect();
    answer();
    for (let seq = 11; seq <= 32; seq++) {
      transport.handlers.frame(wallFrame(seq));
      client.painted('wall', seq);
      wait(1_000);
    }
    expect(transport.painteds.map(([, seq]) => seq)).toEqual([11, 21, 31]);
    transport.handlers.reset('wall');
    answer();
    client.painted('wall', 33);
    expect(transport.painteds.at(-1)).toEqual(['wall', 33]);
  });

  it('stops ticking when it is stopped', () => {
    transport.isIdle = () => true;
    client.stop();
    wait(20_000);
    expect(transport.reconnects).toBe(0);
  });
});
