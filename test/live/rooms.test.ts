import type { Socket as NetSocket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import type { Joined, Result, TenantSnapshot, WallDelta, WallSnapshot } from '../../shared/protocol.ts';
import { HEARTBEAT_MS, MOST_SPARKS, PROTOCOL_VERSION } from '../../shared/protocol.ts';
import { until } from '../support/until.ts';
import { createFakePlatform } from './support/fake-platform.ts';
import { metric, startPublisher } from './support/test-publisher.ts';
import { followWall } from './support/test-screen.ts';

function joined(result: Result<Joined>): Joined {
  if (!result.ok) throw new Error(result.error.message);
  return result.data;
}

describe('a room', () => {
  it('LIV-1: is joined with a snapshot whose number the next frame follows', async () => {
    const server = await startPublisher();
    server.tick();
    server.platform.set(1, { queueDepth: 7 });
    server.tick();
    const screen = await server.connect();
    const { seq, serverId, protocol, snapshot } = joined(await screen.join('wall'));
    expect({ seq, serverId, protocol }).toEqual({ seq: 2, serverId: 'server-1', protocol: PROTOCOL_VERSION });
    expect((snapshot as WallSnapshot).rows[1]?.queueDepth).toBe(7);

    server.tick();
    server.tick();
    expect((await screen.framesOf('wall', 2)).map((frame) => frame.seq)).toEqual([3, 4]);
  });

  it('sends its frames to those who joined it and to nobody else', async () => {
    const server = await startPublisher();
    const [member, bystander] = [await server.connect(), await server.connect()];
    await member.join('wall');
    await bystander.join('tenant:t0');
    server.tick();
    await member.framesOf('wall', 1);
    await bystander.framesOf('tenant:t0', 1);
    expect(member.frames.map(({ room }) => room)).toEqual(['wall']);
    expect(bystander.frames.map(({ room }) => room)).toEqual(['tenant:t0']);
  });

  it('carries only rows that changed since the tick before', async () => {
    const server = await startPublisher();
    const screen = await server.connect();
    await screen.join('wall');
    server.platform.set(2, { queueDepth: null, reason: 'no listing' });
    server.tick();
    server.tick();
    const [first, second] = (await screen.framesOf('wall', 2)).map(({ delta }) => delta as WallDelta);
    expect(first?.rows).toEqual({ queueDepth: [[2], [null]], reason: [[2], ['no listing']] });
    expect(second?.rows).toBeNull();
  });

  it('is not computed while nobody is in it', async () => {
    const server = await startPublisher();
    const screen = await server.connect();
    await screen.join('tenant:t1');
    server.tick();
    await screen.send('room:leave', { room: 'tenant:t1' });
    server.tick();
    expect(server.platform.deltas).toEqual(['tenant:t1']);
  });

  it('reaches a screen that is in two of them in each of them', async () => {
    const server = await startPublisher();
    const screen = await server.connect();
    await screen.join('wall');
    await screen.join('tenant:t1');
    for (let i = 1; i <= 3; i += 1) {
      server.tick();
      await screen.framesOf('wall', i);
      await screen.framesOf('tenant:t1', i);
    }
    expect(screen.frames.map(({ seq }) => seq)).toEqual([1, 1, 2, 2, 3, 3]);
  });

  it('LIV-2: encodes a frame once, however many screens it goes to', async () => {
    const server = await startPublisher();
    const screens = await Promise.all([1, 2, 3, 4, 5].map(() => server.connect()));
    await Promise.all(screens.map((screen) => screen.join('wall')));
    const stringify = vi.spyOn(JSON, 'stringify');
    server.tick();
    const encoded = stringify.mock.calls.filter(
      ([value]) => Array.isArray(value) && value[0] === 'room:frame',
    );
    stringify.mockRestore();
    await Promise.all(screens.map((screen) => screen.framesOf('wall', 1)));
    expect(encoded).toHaveLength(1);
    expect(await metric(server.registry, 'mailvigil_live_frames_total', { room: 'wall' })).toBe(1);
    expect(await metric(server.registry, 'mailvigil_live_frames_sent_total', { room: 'wall' })).toBe(5);
    const text = `2${JSON.stringify(['room:frame', screens[0]?.frames[0]])}`;
    expect(await metric(server.registry, 'mailvigil_live_frame_bytes_total', { room: 'wall' })).toBe(
      text.length,
    );
  });

  it('that cannot be computed leaves a gap there and no trace in the other rooms', async () => {
    const server = await startPublisher();
    const [wall, tenant] = [await server.connect(), await server.connect()];
    await wall.join('wall');
    await tenant.join('tenant:t0');
    const { delta } = server.platform;
    server.platform.delta = (room) => {
      if (room === 'wall') throw new Error('no such window');
      return delta(room);
    };
    server.tick();
    server.platform.delta = delta;
    server.tick();
    expect((await wall.framesOf('wall', 1)).map(({ seq }) => seq)).toEqual([2]);
    expect((await tenant.framesOf('tenant:t0', 2)).map(({ seq }) => seq)).toEqual([1, 2]);
    expect(await metric(server.registry, 'mailvigil_handler_failures_total', { handler: 'live tick' })).toBe(
      1,
    );
  });

  it('LIV-2: can be asked for again after a gap', async () => {
    const server = await startPublisher();
    const screen = await server.connect();
    const follower = await followWall(screen, () => undefined);
    follower.isDeaf = true;
    server.platform.set(0, { queueDepth: 3 });
    server.tick();
    await screen.framesOf('wall', 1);
    follower.isDeaf = false;
    server.tick();
    await until(() => follower.rejoins === 1 && follower.seq === 2, { what: 'a new snapshot', everyMs: 5 });
    expect(follower.rows[0]?.queueDepth).toBe(3);
  });

  it('is reset by a fact of its own, and by a gap in the numbers for who missed that', async () => {
    const server = await startPublisher();
    const screen = await server.connect();
    await screen.join('wall');
    server.tick();
    await screen.framesOf('wall', 1);
    server.hub.resetRooms('another scenario');
    server.tick();
    expect((await screen.framesOf('wall', 2)).map(({ seq }) => seq)).toEqual([1, 3]);
    expect(screen.resets).toEqual([{ room: 'wall', reason: 'another scenario' }]);
  });

  it('of a tenant that is not there is refused', async () => {
    const server = await startPublisher();
    const screen = await server.connect();
    expect(await screen.join('tenant:nobody')).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(joined(await screen.join('tenant:t2')).snapshot as TenantSnapshot).toMatchObject({
      tenant: { id: 't2' },
    });
  });
});

describe('a large snapshot', () => {
  const changed = { queueDepth: 12, reason: 'lag ≥ 6.2 min', level: 'high', signal: 'lag' } as const;

  it.each(['websocket', 'polling'])(
    'LIV-9: is deflated once a tick for all who join in it, and each has what the server shows (%s)',
    async (transport) => {
      const server = await startPublisher({}, createFakePlatform(300));
      server.platform.set(299, changed);
      server.tick();
      const asked = vi.spyOn(server.platform, 'snapshot');
      const screens = await Promise.all([1, 2, 3].map(() => server.connect({ transports: [transport] })));
      let bytes = 0;
      screens[0]?.socket.io.engine.on('packet', ({ data }: { data?: unknown }) => {
        bytes += typeof data === 'string' ? data.length : ((data as Buffer | undefined)?.byteLength ?? 0);
      });
      const snapshots = (await Promise.all(screens.map((screen) => screen.join('wall')))).map(
        (answer) => joined(answer).snapshot as WallSnapshot,
      );
      expect(asked).toHaveBeenCalledTimes(1);
      for (const { rows, tenants, sparks } of snapshots) {
        expect(rows).toEqual(server.platform.rows());
        expect([tenants[299], sparks]).toEqual([{ id: 't299', name: 'Tenant 299' }, []]);
      }
      expect(bytes).toBeLessThan(JSON.stringify(snapshots[0]).length / 10);

      server.platform.set(0, { queueDepth: 1 });
      server.tick();
      expect(joined(await screens[0]!.join('wall')).snapshot).toMatchObject({
        rows: { 0: { queueDepth: 1 } },
      });
    },
  );

  it('WAL-141: leaves sparklines out; they are asked for by tenant, with the number of the frame they end with', async () => {
    const server = await startPublisher({}, createFakePlatform(300));
    server.tick();
    const screen = await server.connect();
    expect(await screen.send('sparks:ask', { tenants: ['t9', 'nobody'] })).toEqual({
      ok: true,
      data: { seq: 1, sparks: [[1, null], null] },
    });
    const tooMany = Array.from({ length: MOST_SPARKS + 1 }, (_, i) => `t${i}`);
    for (const tenants of [tooMany, [], ['x'.repeat(100)], 'all'])
      expect(await screen.send('sparks:ask', { tenants })).toMatchObject({
        ok: false,
        error: { code: 'bad-request' },
      });
  });

  it('WAL-141: sparklines of a tenant that was not granted are refused', async () => {
    const permissions = ['wall:view'] as const;
    const principalOf = () => ({ id: 'display', permissions, tenants: ['t1'] });
    const server = await startPublisher({ principalOf });
    const screen = await server.connect();
    expect(await screen.send('sparks:ask', { tenants: ['t1'] })).toMatchObject({ ok: true });
    for (const tenants of [['t1', 't2'], ['nobody']])
      expect(await screen.send('sparks:ask', { tenants })).toMatchObject({
        ok: false,
        error: { code: 'forbidden' },
      });
  });
});

describe('a screen', () => {
  it('LIV-4: hears the heartbeat without having joined anything', async () => {
    const server = await startPublisher({ heartbeatMs: 10 });
    const screen = await server.connect();
    await until(() => screen.beats.length >= 3, { what: 'three heartbeats', everyMs: 5 });
    expect(screen.beats[0]).toEqual({ atMs: server.platform.clock.now(), speed: 1, serverId: 'server-1' });
    expect(HEARTBEAT_MS).toBeLessThanOrEqual(5_000);
  });

  it('LIV-4: is not sent a beat where a frame said as much, and is again when frames stay away', async () => {
    const server = await startPublisher({ heartbeatMs: 200 });
    const [screen, lobby] = [await server.connect(), await server.connect()];
    await screen.join('wall');
    const ticking = setInterval(server.tick, 20);
    const before = screen.beats.length;
    const heard = lobby.beats.length;
    await until(() => lobby.beats.length >= heard + 3, { what: 'three beats for who sees no frames' });
    expect(screen.beats.length - before).toBeLessThanOrEqual(1);
    clearInterval(ticking);
    const then = screen.beats.length;
    await until(() => screen.beats.length >= then + 2, { what: 'beats after the frames' });
  });

  it('LIV-5: is reported with the newest frame that it has painted', async () => {
    const server = await startPublisher();
    const screen = await server.connect();
    await screen.join('wall');
    expect(server.hub.screens()).toMatchObject([{ room: 'wall', paintedSeq: null, paintedAtMs: null }]);
    server.tick();
    await screen.framesOf('wall', 1);
    expect(await screen.send('screen:painted', { room: 'wall', seq: 1 })).toEqual({ ok: true, data: null });
    const [report] = server.hub.screens();
    expect(report).toMatchObject({ id: screen.socket.id, room: 'wall', paintedSeq: 1 });
    expect(report?.paintedAtMs).toBeGreaterThanOrEqual(report?.connectedAtMs ?? Infinity);
    expect(report?.paintedAtMs).toBeLessThanOrEqual(server.platform.clock.now());
  });

  it('cannot have painted what was never sent', async () => {
    const server = await startPublisher();
    const screen = await server.connect();
    await screen.join('wall');
    const refused = { ok: false, error: { code: 'bad-request' } };
    expect(await screen.send('screen:painted', { room: 'wall', seq: 99 })).toMatchObject(refused);
    expect(await screen.send('screen:painted', { room: 'sources', seq: 0 })).toMatchObject(refused);
  });

  it('is forgotten when it goes', async () => {
    const server = await startPublisher();
    const screen = await server.connect();
    expect(server.hub.screens()).toMatchObject([{ room: '' }]);
    screen.socket.disconnect();
    await until(() => server.hub.screens().length === 0, { what: 'the screen to be gone', everyMs: 5 });
  });

  it('that cannot follow loses frames, is counted, keeps nothing in memory, and is right again when it can', async () => {
    const server = await startPublisher({}, createFakePlatform(300));
    const [slow, quick] = [await server.connect(), await server.connect()];
    const follower = await followWall(slow, () => undefined);
    await quick.join('wall');
    const { ws } = slow.socket.io.engine.transport as unknown as { ws: { _socket: NetSocket } };
    ws._socket.pause();
    const dropped = () => metric(server.registry, 'mailvigil_dropped_total', { reason: 'slow-screen' });
    let ticks = 0;
    await until(
      async () => {
        for (let place = 0; place < 300; place += 1)
          server.platform.set(place, { queueDepth: ticks, reason: 'x'.repeat(5_000) + ticks });
        server.tick();
        ticks += 1;
        await quick.framesOf('wall', ticks);
        return ((await dropped()) ?? 0) >= 5;
      },
      { what: 'five dropped frames', everyMs: 0 },
    );
    ws._socket.resume();
    await until(
      async () => {
        server.tick();
        return follower.rejoins > 0 && follower.rows[0]?.queueDepth === ticks - 1;
      },
      { what: 'the slow screen to be right again' },
    );
    expect(follower.rows).toEqual(server.platform.rows());
    expect(slow.frames.length).toBeLessThan(quick.frames.length);
  });

  it('finds the server again after a restart, and sees that it is another one', async () => {
    const first = await startPublisher();
    const screen = await first.connect();
    expect(joined(await screen.join('wall')).serverId).toBe('server-1');
    await first.stop();
    const platform = createFakePlatform(3);
    platform.serverId = 'server-2';
    const reconnected = new Promise<void>((resolve) => void screen.socket.once('connect', resolve));
    await startPublisher({ port: Number(new URL(first.url).port) }, platform);
    await reconnected;
    expect(joined(await screen.join('wall'))).toMatchObject({ serverId: 'server-2', seq: 0 });
  });

  it('may use polling where websockets do not get through', async () => {
    const server = await startPublisher();
    const screen = await server.connect({ transports: ['polling'] });
    await screen.join('wall');
    server.tick();
    expect(await screen.framesOf('wall', 1)).toHaveLength(1);
  });
});
