import { loadavg } from 'node:os';
import { join } from 'node:path';
import { withPage } from '../support/browser.ts';
import type { Child } from '../support/child.ts';
import { startCli } from '../support/server-process.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { openWall, readTile } from '../support/wall-page.ts';
import { median, percentile, table } from './child.ts';
import type { BareApi } from './live-bare.ts';
import { betweenFrames, cpuOver, sleep } from './live-cpu.ts';
import { type PaintedDepth, paintedDepths, visibleDepths, watchDepths } from './live-page.ts';
import { createLivePlatform, type LivePlatform, type Waiting } from './live-platform.ts';
import type { ScreensApi, Seen, SeenFrame } from './live-screens.ts';
import { startWorker, type Worker } from './live-worker.ts';

const TENANTS = 200;
const SCREENS = 100;
const MESSAGES_PER_SECOND = 200;
const PROBES = 150;
/** Many more than wait for one tenant otherwise (about one), so that a tile with so many shows a probe. */
const PROBE_RECIPIENTS = 20;
const PROBE_WAITS_MS = 4_000;
const ROUNDS = 7;
const ROUND_SECONDS = 8;
const SETTLE_MS = 1_000;
const PAINTED_TARGET_MS = 1_500;
const CPU_TARGET = 1.5;
/** Large enough for 200 tiles with their numbers. */
const VIEWPORT = { width: 2_560, height: 1_600 };

interface Latency {
  readonly receivedMs: readonly number[];
  readonly paintedMs: readonly number[];
  readonly visibleTiles: number;
  readonly seen: Seen;
}

/** Processor ms per second, and bytes per screen and second. */
interface Round {
  readonly idle: number;
  readonly live: number;
  readonly bare: number;
  readonly liveBytes: number;
  readonly bareBytes: number;
}

/** From a line in the log to the tile of a real browser, and what the screens cost the server beside a bare broadcast. */
export async function benchLive(): Promise<void> {
  const dir = createTempDir('bench-live');
  const stops: (() => unknown)[] = [() => dir.remove()];
  const onInterrupt = (): void => process.exit(130);
  process.once('SIGINT', onInterrupt);
  try {
    const platform = createLivePlatform(dir.path, TENANTS, MESSAGES_PER_SECOND);
    stops.push(platform.stop);
    const server = startCli(
      'serve',
      '--config',
      platform.configPath,
      '--port',
      '0',
      '--data',
      join(dir.path, 'data'),
    );
    stops.push(() => server.stop());
    const url = await readyUrl(server);
    const screens = startWorker<ScreensApi>(join(import.meta.dirname, 'live-screens.ts'));
    stops.push(() => screens.stop());
    platform.start();
    const latency = await measureLatency(url, screens, platform);
    const bare = startWorker<BareApi>(join(import.meta.dirname, 'live-bare.ts'));
    stops.push(() => bare.stop());
    const bareUrl = await bare.ask('start', latency.seen.samples);
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++)
      rounds.push(await measureRound(screens, { pid: server.pid, url }, { pid: bare.pid, url: bareUrl }));
    report(latency, rounds);
  } finally {
    process.off('SIGINT', onInterrupt);
    for (const stop of stops.reverse()) await stop();
  }
}

async function readyUrl(server: Child): Promise<string> {
  const line = await until(
    () => {
      if (server.exitCode() !== null)
        throw new Error(`the server ended with ${server.exitCode()}: ${server.stderr()}`);
      return server
        .stdout()
        .split('\n')
        .find((each) => each.includes('"event":"ready"'));
    },
    { what: 'the ready line of the server', timeoutMs: 30_000 },
  );
  return (JSON.parse(line) as { readonly url: string }).url;
}

async function measureLatency(
  url: string,
  screens: Worker<ScreensApi>,
  platform: LivePlatform,
): Promise<Latency> {
  await screens.ask('connect', { url, count: SCREENS, isScreen: true, minDepth: PROBE_RECIPIENTS });
  let painted: readonly PaintedDepth[] = [];
  let probes: readonly Waiting[] = [];
  let visibleTiles = 0;
  await withPage('bench-live', async (page) => {
    await page.setViewportSize(VIEWPORT);
    await openWall(page, url);
    await until(async () => /^\d+$/.test((await readTile(page, 't000'))?.queueDepth ?? ''), {
      what: 'a queue depth on a tile',
    });
    visibleTiles = await visibleDepths(page);
    await watchDepths(page);
    probes = await writeProbes(platform);
    painted = await paintedDepths(page);
  });
  const seen = await screens.ask('take', undefined);
  await screens.ask('disconnect', undefined);
  return {
    receivedMs: probes.flatMap((probe) => receiptsOf(probe, seen.frames)),
    paintedMs: probes.map((probe) => paintOf(probe, painted)),
    visibleTiles,
    seen,
  };
}

/** One message after the other, each from another tenant and at any moment of the second. */
async function writeProbes(platform: LivePlatform): Promise<Waiting[]> {
  const tenants = [...platform.tenantIds].sort(() => Math.random() - 0.5).slice(0, PROBES);
  const probes: Waiting[] = [];
  for (const tenantId of tenants) {
    const probe = platform.accept(tenantId, PROBE_RECIPIENTS);
    probes.push(probe);
    setTimeout(probe.deliver, PROBE_WAITS_MS);
    await sleep(150 + Math.random() * 300);
  }
  await sleep(PROBE_WAITS_MS + SETTLE_MS);
  return probes;
}

/** How long it took to each screen; one that never had it takes for ever. */
function receiptsOf({ tenantId, writtenMs }: Waiting, frames: readonly SeenFrame[]): number[] {
  const frame = frames.find(({ deep }) => deep.some(([id]) => id === tenantId));
  return Array.from({ length: SCREENS }, (_, i) => (frame?.receivedMs[i] ?? Infinity) - writtenMs);
}

function paintOf({ tenantId, writtenMs }: Waiting, painted: readonly PaintedDepth[]): number {
  const found = painted.find((each) => each.tenantId === tenantId && each.depth >= PROBE_RECIPIENTS);
  return (found?.atMs ?? Infinity) - writtenMs;
}

interface Target {
  readonly pid: number;
  readonly url: string;
}

/** The same screens first at the real server, then at the bare one; meanwhile the other one shows what it costs without. */
async function measureRound(screens: Worker<ScreensApi>, server: Target, bare: Target): Promise<Round> {
  const pids = [server.pid, bare.pid];
  const measure = async (url: string): Promise<{ cpu: number[]; bytes: number }> => {
    await screens.ask('connect', {
      url,
      count: SCREENS,
      isScreen: url === server.url,
      minDepth: PROBE_RECIPIENTS,
    });
    await sleep(SETTLE_MS);
    await betweenFrames();
    await screens.ask('take', undefined);
    const cpu = await cpuOver(ROUND_SECONDS, pids);
    const { bytes } = await screens.ask('take', undefined);
    await screens.ask('disconnect', undefined);
    await sleep(SETTLE_MS);
    return { cpu, bytes: bytes / ROUND_SECONDS };
  };
  const [atServer, atBare] = [await measure(server.url), await measure(bare.url)];
  const idle = atBare.cpu[0] ?? NaN;
  return {
    idle,
    live: (atServer.cpu[0] ?? NaN) - idle,
    bare: (atBare.cpu[1] ?? NaN) - (atServer.cpu[1] ?? NaN),
    liveBytes: atServer.bytes,
    bareBytes: atBare.bytes,
  };
}

function report({ receivedMs, paintedMs, visibleTiles }: Latency, rounds: readonly Round[]): void {
  const of = (name: keyof Round): number => median(rounds.map((round) => round[name]));
  const spread = (values: readonly number[], digits: number): string =>
    `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}`;
  const quantiles = (values: readonly number[]): string[] =>
    [0.5, 0.99].map((q) => `${percentile(values, q).toFixed(0)} ms`);
  const cpu = (name: 'idle' | 'live' | 'bare', bytes: string): string[] => [
    `${of(name).toFixed(1)} ms/s`,
    spread(
      rounds.map((round) => round[name]),
      1,
    ),
    bytes,
  ];
  const kilobytes = (name: 'liveBytes' | 'bareBytes'): string => `${(of(name) / 1_000).toFixed(1)} kB/s`;
  const ratio = of('live') / of('bare');
  const load = loadavg().map((each) => each.toFixed(1));
  console.log(
    `${TENANTS} tenants, ${SCREENS} screens, ${MESSAGES_PER_SECOND} messages/s, load average ${load.join(' ')}\n` +
      `${PROBES} probes; ${visibleTiles} tiles in sight with their queue depth, ${VIEWPORT.width}x${VIEWPORT.height}`,
  );
  console.log(
    table([
      ['from a line written to', 'p50', 'p99'],
      ['frame received, each screen', ...quantiles(receivedMs)],
      ['tile painted, Chromium', ...quantiles(paintedMs)],
    ]),
  );
  console.log(
    table([
      [`processor, ${ROUNDS} rounds of ${ROUND_SECONDS} s`, 'median', 'rounds', 'per screen'],
      ['server without screens', ...cpu('idle', '')],
      [`live wire: what ${SCREENS} screens add`, ...cpu('live', kilobytes('liveBytes'))],
      ['bare Socket.IO broadcast', ...cpu('bare', kilobytes('bareBytes'))],
    ]),
  );
  const p99 = percentile(paintedMs, 0.99);
  console.log(
    target(
      'line to painted, p99',
      `${p99.toFixed(0)} ms`,
      `<= ${PAINTED_TARGET_MS} ms`,
      p99 <= PAINTED_TARGET_MS,
    ),
  );
  console.log(
    target(
      'live wire, of bare broadcast',
      `${ratio.toFixed(2)} x`,
      `<= ${CPU_TARGET} x`,
      ratio <= CPU_TARGET,
    ),
  );
}

function target(what: string, is: string, limit: string, isMet: boolean): string {
  return `${what}: ${is}, target ${limit}: ${isMet ? 'met' : 'NOT met'}`;
}
