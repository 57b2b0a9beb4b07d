/** Worker: a server whose wall is a stage, so that a browser is sent what it would be, by the server's own code. */
import { Registry } from 'prom-client';
import { silentLog } from '../../server/base/log.ts';
import { createTelemetry } from '../../server/base/telemetry.ts';
import { createPublisher, type Publisher } from '../../server/publish/server.ts';
import { createFakePlatform } from '../live/support/fake-platform.ts';
import { createStage, type Stage } from '../support/wall-stage.ts';
import { serveParent } from './live-worker.ts';

export interface Staging {
  readonly tenants: number;
  readonly distDir: string;
  /** Server-clock seconds per real second. */
  readonly speed: number;
  /** 0: any free one. */
  readonly port: number;
  /** A frame every second; else one each time it is asked for. */
  readonly isRunning: boolean;
  /** Alarms are there for the first half of each so many frames; 0: never. */
  readonly alarmTicks: number;
  /** Rows that change in a frame, about; absent: every row. */
  readonly moving?: number;
}

export interface WallServerApi {
  /** Resolves with the address. */
  start(staging: Staging): Promise<string>;
  /** So many frames; resolves with the number of the last. */
  tick(count: number): Promise<number>;
  /** Ends all connections and listens no more. */
  stop(): Promise<void>;
}

const EVERY_MS = 1_000;

let publisher: Publisher | undefined;
let stage: Stage | undefined;
let timer: NodeJS.Timeout | undefined;
/** Of the server that runs now. */
let seq = 0;

serveParent<WallServerApi>({ start, tick, stop });

async function start({
  tenants,
  distDir,
  speed,
  port,
  isRunning,
  alarmTicks,
  moving,
}: Staging): Promise<string> {
  stage ??= createStage({
    tenants,
    serverId: `stage-${process.pid}`,
    startMs: Date.now(),
    speed,
    alarmTicks,
    ...(moving !== undefined && { moving }),
  });
  const registry = new Registry();
  const { query, health } = createFakePlatform(1);
  publisher = createPublisher({
    ...{ host: '127.0.0.1', port, distDir, live: stage.live, query, health, registry },
    ...{ telemetry: createTelemetry(silentLog, registry), log: silentLog },
  });
  const url = await publisher.start();
  seq = 0;
  if (isRunning) timer = setInterval(() => void tick(1, Date.now()), EVERY_MS);
  return url;
}

/** One after the other is on its way: a socket that has not taken a frame yet would miss the next. */
async function tick(count: number, atMs?: number): Promise<number> {
  for (let n = 0; n < count; n += 1) {
    stage?.advance(atMs);
    publisher?.hub.tick();
    seq += 1;
    if (n + 1 < count) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return seq;
}

async function stop(): Promise<void> {
  clearInterval(timer);
  await publisher?.stop();
}
