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
let onWays: (number | null)[];
let builds: (string | undefined)[];

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

/** The reading contradicts what was known. */
let isClockSet = false;
beforeEach(() => {
  isClockSet = false;
  vi.useFakeTimers();
  [nowMs, anchors, reloads, shown] = [0, [], [], []];
  [onWays, builds] = [[], []];
  transport = createFakeTransport();
  client = createLiveClient({
    transport,
    localMs: () => nowMs,
    dateMs: () => T0,
    onLink: (facts) => {
      link = facts;
    },
    random: () => 0.5,
    onClock: (_, isAnchor, onWayMs) => {
      anchors.push(isAnchor);
      onWays.push(onWayMs);
      return isClockSet;
    },
    onServerBuild: (build) => void builds.push(build),
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
    transport.accept();
    answer();
    transport.handlers.frame(wallFrame(11));
    transport.cut();
    transport.accept();
    answer({ seq: 40 });
    expect(shown).toEqual(['snapshot 10', 'frame 11', 'snapshot 40']);
  });

  it('joins a room that is opened later at once, and leaves it when it is closed', () => {
    transport.accept();
    const close = client.open('wall', handlers);
    expect(transport.joins).toHaveLength(1);
    close();
    expect(transport.left).toEqual(['wall']);
    answer();
    expect(shown).toEqual([]);
  });

  it('does not leave a room that somebody else has opened since', () => {
    transport.accept();
    const close = client.open('wall', handlers);
    client.open('wall', handlers);
    close();
    expect(transport.left).toEqual([]);
  });

  it('asks for the room again after a lost frame and shows the snapshot', () => {
    client.open('wall', handlers);
    transport.accept();
    answer();
    transport.handlers.frame(wallFrame(12));
    expect(transport.joins).toHaveLength(1);
    answer({ seq: 12 });
    transport.handlers.frame(wallFrame(13));
    expect(shown).toEqual(['snapshot 10', 'snapshot 12', 'frame 13']);
  });

  it('asks for the room again when a frame does not fit what is shown', () => {
    client.open('wall', handlers);
    transport.accept();
    answer({ seq: 65 });
    transport.handlers.frame(wallFrame(66));
    expect(transport.joins).toHaveLength(1);
  });

  it('gives up a connection that has gone silent, without any word of its end, and makes another (WAL-5, WAL-121)', () => {
    client.open('wall', handlers);
    transport.accept();
    answer();
    wait(6_000);
    expect(transport.drops).toBe(0);
    wait(1_000);
    expect(transport.drops).toBeGreaterThan(0);
    expect(transport.attempts).toEqual([0]);
    wait(3_000);
    expect(transport.attempts).toEqual([0, 0]);
  });

  it('connects at once when the machine wakes up, whatever it was waiting for (WAL-128)', () => {
    client.open('wall', handlers);
    transport.accept();
    answer();
    nowMs += 3 * 3_600_000;
    vi.advanceTimersByTime(1_000);
    expect(transport.attempts).toEqual([0, 0]);
  });

  it('asks for the clock of the server at once when it was set (WAL-125)', () => {
    client.open('wall', handlers);
    transport.accept();
    answer();
    const before = transport.clocks.length;
    transport.handlers.frame(wallFrame(11));
    expect(transport.clocks).toHaveLength(before);
    isClockSet = true;
    transport.handlers.frame(wallFrame(12));
    expect(transport.clocks).toHaveLength(before + 1);
  });

  it('asks for the clock of the server when it has connected, and again every five minutes (WAL-125)', () => {
    transport.accept();
    expect(transport.clocks).toHaveLength(1);
    transport.clocks.shift()?.({ ok: true, data: { atMs: T0, speed: 1 } });
    expect(onWays.at(-1)).toBe(0);
    for (let i = 0; i < 149; i += 1) {
      beat();
      wait(2_000);
    }
    expect(transport.clocks).toHaveLength(0);
    beat();
    wait(2_000);
    expect(transport.clocks).toHaveLength(1);
  });

  it('knows of each frame how long it can have been on its way, by what was answered before it (WAL-125)', () => {
    client.open('wall', handlers);
    transport.accept();
    nowMs += 40;
    answer();
    expect(onWays.at(-1)).toBe(40);
    nowMs += 900;
    transport.handlers.frame(wallFrame(11));
    expect(onWays.at(-1)).toBe(940);
  });

  it('keeps a connection that only beats, but asks for its room again', () => {
    client.open('wall', handlers);
    transport.accept();
    answer();
    for (let i = 0; i < 4; i += 1) {
      wait(2_000);
      beat();
    }
    expect(transport.drops).toBe(0);
    expect(transport.joins).toHaveLength(1);
  });

  it('tries again when an attempt is refused, and when nothing comes of one', () => {
    transport.handlers.refused();
    wait(7_000);
    expect(transport.attempts.length).toBeGreaterThanOrEqual(2);
    const before = transport.attempts.length;
    wait(12_000);
    expect(transport.attempts.length).toBeGreaterThan(before);
  });

  it('asks for all rooms again when another server answers on the same connection', () => {
    client.open('wall', handlers);
    transport.accept();
    answer();
    beat('s1');
    expect(transport.joins).toHaveLength(0);
    beat('s2');
    expect(transport.joins).toHaveLength(1);
    expect(anchors.at(-1)).toBe(true);
  });

  it('starts the clock anew when it is that of another server, and only then (WAL-125)', () => {
    client.open('wall', handlers);
    transport.accept();
    answer({ serverId: 's1' });
    transport.handlers.frame(wallFrame(11));
    transport.cut();
    transport.accept();
    answer({ serverId: 's1' });
    expect(anchors).toEqual([false, false, false]);
    transport.cut();
    transport.accept();
    answer({ serverId: 's2' });
    expect(anchors.at(-1)).toBe(true);
  });

  it('tells the build of the page that the server serves, also when it does not say (WAL-126)', () => {
    client.open('wall', handlers);
    transport.accept();
    answer({ build: 'b1' });
    transport.cut();
    transport.accept();
    answer();
    expect(builds).toEqual(['b1', undefined]);
  });

  it('says that it is of another version and reloads, once the server says so', () => {
    client.open('wall', handlers);
    transport.accept();
    answer({ protocol: 99, version: '9.0.0' });
    expect(reloads).toEqual(['9.0.0']);
    expect(link.isMismatched).toBe(true);
    expect(shown).toEqual([]);
  });

  it('reports what was painted only while somebody can hear it', () => {
    client.painted('wall', 10);
    transport.accept();
    client.painted('wall', 11);
    expect(transport.painteds).toEqual([['wall', 11]]);
  });

  it('reports the first painted frame of a room it joined, then one every ten seconds', () => {
    client.open('wall', handlers);
    transport.accept();
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

  it('tries nothing any more when it is stopped', () => {
    transport.handlers.refused();
    client.stop();
    wait(20_000);
    client.wake();
    expect(transport.attempts).toEqual([0]);
  });
});
