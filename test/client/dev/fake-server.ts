/** A stand-in for the server that speaks the protocol over made-up data: `node test/client/dev/fake-server.ts [port] [scene] [dist]`. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Server } from 'socket.io';
import {
  HEARTBEAT_MS,
  PROTOCOL_VERSION,
  type ClientEvents,
  type Delta,
  type RoomName,
  type ServerEvents,
  type Snapshot,
} from '../../../shared/protocol.ts';
import type { AlarmsDelta, AlarmsSnapshot } from '../../../shared/alarms.ts';
import { columnsOf } from '../fixtures.ts';
import { answerPast } from './fake-api.ts';
import type { FakeMood } from './fake-history.ts';
import { createFakeScreens, type FakeScreens } from './fake-screens.ts';
import { stripAt, type StripMood } from './fake-strip.ts';
import {
  demoOf,
  rawLine,
  SCENES,
  seriesAt,
  sourcesAt,
  tenantAt,
  wallAt,
  type Scene,
} from './fake-platform.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** Starts it. */
export function startFakeServer(options: {
  port: number;
  scene: Scene;
  dist: string;
  isDemo?: boolean;
  mood?: FakeMood;
  /** What the wall is told of alarms; absent: nothing. */
  strip?: StripMood;
  /** The room `alarms` and what is done to it; absent: the room is refused. */
  alarmRoom?: {
    snapshot(nowMs: number): AlarmsSnapshot | null;
    delta(nowMs: number): AlarmsDelta | null;
    answer(request: IncomingMessage, url: URL, response: ServerResponse, nowMs: number): boolean;
  };
  /** Who this screen is, which screens there are, and codes; absent: none is paired. */
  screens?: FakeScreens;
  /** Answers first, when it can: true. */
  answer?: (url: URL, response: ServerResponse, nowMs: number) => boolean;
}) {
  let { scene } = options;
  const screens = options.screens ?? createFakeScreens('empty');
  let speed = 1;
  let seq = 100;
  const bootMs = Date.now();
  const http = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const api = { scene, mood: options.mood ?? 'fine', nowMs: now(), bootMs } as const;
    if (options.alarmRoom?.answer(request, url, response, now())) return;
    if (options.answer?.(url, response, now())) return;
    if (screens.answer(request, url, response)) return;
    if (answerPast(url, api, response)) return;
    const path = join(options.dist, url.pathname);
    const file = existsSync(path) && statSync(path).isFile() ? path : join(options.dist, 'index.html');
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  const io = new Server<ClientEvents, ServerEvents>(http, { perMessageDeflate: false });
  const serverId = `fake-${bootMs}`;
  const demo = () => (options.isDemo === false ? null : demoOf(scene, speed, bootMs));
  const now = () => bootMs + (Date.now() - bootMs) * speed;

  const alarms = () => (options.strip ? { alarms: stripAt(options.strip, now(), bootMs) } : {});

  function snapshotOf(room: RoomName): Snapshot | null {
    if (room === 'wall') return { ...wallAt(scene, now(), bootMs), demo: demo(), ...alarms() };
    if (room === 'sources') return sourcesAt(scene, now());
    if (room === 'alarms') return options.alarmRoom?.snapshot(now()) ?? null;
    const tenant = tenantAt(scene, room.slice('tenant:'.length), now(), bootMs);
    return tenant && { ...tenant, demo: demo() };
  }

  function deltaOf(room: RoomName): Delta | null {
    if (room === 'sources') return sourcesAt(scene, now());
    if (room === 'alarms') return options.alarmRoom?.delta(now()) ?? null;
    if (room === 'wall') {
      const { rows, platform, coverage } = wallAt(scene, now(), bootMs);
      return {
        rows: columnsOf(rows.map((row, i) => [i, row] as const)),
        platform,
        coverage,
        spark: seq % 5 === 0 ? 1 : 0,
        ...alarms(),
      };
    }
    const tenant = tenantAt(scene, room.slice('tenant:'.length), now(), bootMs);
    return (
      tenant && {
        row: tenant.row,
        coverage: tenant.coverage,
        series: seriesAt(3, now(), 2),
        lines: [rawLine(now(), seq)],
      }
    );
  }

  io.on('connection', (socket) => {
    screens.connected((asked) => socket.emit('screen:asked', asked));
    socket.on('room:join', ({ room }, ack) => {
      const snapshot = snapshotOf(room as RoomName);
      if (!snapshot)
        return ack({ ok: false, error: { code: 'not-found', message: 'There is no such tenant.' } });
      void socket.join(room);
      ack({
        ok: true,
        data: {
          room: room as RoomName,
          seq,
          atMs: now(),
          speed,
          serverId,
          version: '0.1.0',
          protocol: PROTOCOL_VERSION,
          snapshot,
        },
      });
    });
    socket.on('room:leave', ({ room }, ack) => {
      void socket.leave(room);
      ack({ ok: true, data: null });
    });
    socket.on('demo:set', (request, ack) => {
      scene = SCENES.find((id) => id === request.scenario) ?? scene;
      speed = request.speed;
      const state = demo();
      ack(
        state
          ? { ok: true, data: state }
          : { ok: false, error: { code: 'not-demo', message: 'This is not a demo.' } },
      );
      for (const room of io.of('/').adapter.rooms.keys())
        if (room === 'wall' || room.startsWith('tenant:'))
          io.to(room).emit('room:reset', { room: room as RoomName, reason: 'demo' });
    });
  });

  const frames = setInterval(() => {
    seq += 1;
    for (const room of io.of('/').adapter.rooms.keys()) {
      if (room !== 'wall' && room !== 'sources' && room !== 'alarms' && !room.startsWith('tenant:')) continue;
      const delta = deltaOf(room as RoomName);
      if (delta) io.to(room).emit('room:frame', { room: room as RoomName, seq, atMs: now(), speed, delta });
    }
  }, 1_000);
  const beats = setInterval(() => io.emit('server:beat', { atMs: now(), speed, serverId }), HEARTBEAT_MS);

  return new Promise<{ url: string; stop(): Promise<void> }>((resolve) => {
    http.listen(options.port, '127.0.0.1', () => {
      const address = http.address();
      const port = typeof address === 'object' && address ? address.port : options.port;
      resolve({
        url: `http://127.0.0.1:${port}`,
        stop: async () => {
          clearInterval(frames);
          clearInterval(beats);
          const closed = io.close();
          // A question that is being asked would hold it open.
          http.closeAllConnections();
          await closed;
        },
      });
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [port = '8026', scene = 'trouble', dist = 'dist'] = process.argv.slice(2);
  const server = await startFakeServer({
    port: Number(port),
    scene: SCENES.find((id) => id === scene) ?? 'trouble',
    dist,
  });
  console.log(server.url);
}
