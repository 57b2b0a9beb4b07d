import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { withPage } from '../support/browser.ts';
import type { Child } from '../support/child.ts';
import { startCli } from '../support/server-process.ts';
import { ROOT } from '../support/source-tree.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { openWall, readTile } from '../support/wall-page.ts';
import { median, percentile, table } from './child.ts';
import type { BareApi } from './live-bare.ts';
import { cpuBySecond, sleep } from './live-cpu.ts';
import { type PaintedDepth, paintedDepths, visibleDepths, watchDepths } from './live-page.ts';
import { createLivePlatform, type LivePlatform, type Waiting } from './live-platform.ts';
import type { Connect, ScreensApi, Seen, SeenFrame } from './live-screens.ts';
import { startWorker, type Worker, type WorkerApi } from './live-worker.ts';

const TENANTS = 200;
const SCREENS = 100;
const MESSAGES_PER_SECOND = 200;
const PROBES = 60;
/** Many more than wait for one tenant otherwise (about one), so that a tile with so many shows a probe. */
const PROBE_RECIPIENTS = 20;
const PROBE_WAITS_MS = 4_000;
/** A large hall, or many of them. */
const CROWD = Number(process.env['MAILVIGIL_BENCH_SCREENS'] ?? 1_000);
const CPU_SECONDS = Number(process.env['MAILVIGIL_BENCH_SECONDS'] ?? 45);
/** A little less than Socket.IO's pings are apart, so that each second has its share of them. */
const SPREAD_MS = 20_000;
const SETTLE_MS = 2_000;
const PAINTED_TARGET_MS = 1_500;
const CPU_TARGET = 1.5;
const DELIVERED_TARGET_MS = 200;
/** Large enough for so many tiles with their numbers. */
const VIEWPORT = { width: 2_560, height: 1_600 };

interface Latency {
  readonly receivedMs: readonly number[];
  readonly paintedMs: readonly number[];
  readonly visibleTiles: number;
  readonly seen: Seen;
}

/** Processor ms in each second, and bytes per screen and second. */
interface Cost {
  readonly screens: number;
  readonly idle: readonly number[];
  readonly live: readonly number[];
  readonly bare: readonly number[];
  readonly liveBytes: number;
  readonly bareBytes: number;
  /** From the full second that a frame is about to its arrival at each screen. */
  readonly deliveredMs: readonly number[];
}

interface Target {
  readonly pid: number;
  readonly url: string;
}

/** Tenants that one wall shows with their numbers. */
const SHOWN = 60;

/** From a line in the log to the tile of a real browser, and what the screens cost the server beside a bare broadcast. */
export async function benchLive(): Promise<void> {
  if (!existsSync(join(ROOT, 'dist', 'index.html'))) {
    console.log('skipped: there is no built client; run `npm run build` first');
    return;
  }
  const dir = createTempDir('bench-live');
  const stops: (() => unknown)[] = [() => dir.remove()];
  const onInterrupt = (): void => process.exit(130);
  process.once('SIGINT', onInterrupt);
  const worker = <A extends WorkerApi<A>>(script: string): Worker<A> => {
    const started = startWorker<A>(join(import.meta.dirname, script));
    stops.push(() => started.stop());
    return started;
  };
  const platform = createLivePlatform(dir.path, TENANTS, MESSAGES_PER_SECOND);
  let child: Child | undefined;
  try {
    child = startCli(
      'serve',
      '--config',
      platform.configPath,
      '--port',
      '0',
      '--data',
      join(dir.path, 'data'),
    );
    stops.push(platform.stop, child.stop);
    const server = { pid: child.pid, url: await readyUrl(child) };
    platform.start();
    const screens = worker<ScreensApi>('live-screens.ts');
    const latency = await measureLatency(server.url, screens, platform);
    reportLatency(latency);
    const listeners = worker<ScreensApi>('live-screens.ts');
    const audience = { screens, listeners, bare: worker<BareApi>('live-bare.ts') };
    for (const count of [SCREENS, CROWD]) reportCost(await measureCost(server, audience, count));
  } catch (error) {
    const code = child?.exitCode() ?? null;
    throw code === null
      ? error
      : new Error(`the server ended with ${code}: ${child?.stderr() ?? ''}`, { cause: error });
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
  await screens.ask('connect', { ...audienceOf(url, true), spreadMs: 0 });
  let painted: readonly PaintedDepth[] = [];
  let probes: readonly Waiting[] = [];
  let visibleTiles = 0;
  await withPage('bench-live', async (page) => {
    await page.setViewportSize(VIEWPORT);
    // A wall of more tenants draws them without numbers: this screen shows its part, the audience all.
    await openWall(page, `${url}/?tenants=${platform.tenantIds.slice(0, SHOWN).join(',')}`);
    await until(async () => /^\d+$/.test((await readTile(page, 't000'))?.queueDepth ?? ''), {
      what: 'a queue depth on a tile',
    });
    visibleTiles = await visibleDepths(page);
    await watchDepths(page);
    probes = await writeProbes(platform);
    painted = await paintedDepths(page);
  });
  const seen = await screens.ask('take', undefined);
  return {
    receivedMs: probes.flatMap((probe) => receiptsOf(probe, seen.frames)),
    paintedMs: probes.map((probe) => paintOf(probe, painted)),
    visibleTiles,
    seen,
  };
}

/** One message after the other, each from another tenant and at any moment of the second. */
async function writeProbes(platform: LivePlatform): Promise<Waiting[]> {
  const tenants = platform.tenantIds
    .slice(0, SHOWN)
    .sort(() => Math.random() - 0.5)
    .slice(0, PROBES);
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

interface Audience {
  readonly screens: Worker<ScreensApi>;
  readonly listeners: Worker<ScreensApi>;
  /** Sends the listeners what the screens were sent a moment ago. */
  readonly bare: Worker<BareApi>;
}

/**
 * The same server without screens, with them for twice as long, and without again, so that what drifts falls on both. The bare broadcast goes
 * on half a second apart all the while: when either sends, only its own audience works beside it.
 */
async function measureCost(
  server: Target,
  { screens, listeners, bare }: Audience,
  count: number,
): Promise<Cost> {
  // What screens that have come or gone leave to be done is not their cost by the second: nothing tells when it is done.
  const unseen = async (): Promise<number[]> => {
    await sleep(SETTLE_MS);
    return (await cpuBySecond(CPU_SECONDS, [server.pid])).map(([ms = NaN]) => ms);
  };
  const before = await unseen();
  await screens.ask('connect', audienceOf(server.url, true, count));
  const bareUrl = await bare.ask('start', (await screens.ask('take', undefined)).samples);
  const bareIdle = median((await cpuBySecond(5, [bare.pid])).map(([ms = NaN]) => ms));
  await listeners.ask('connect', audienceOf(bareUrl, false, count));
  await sleep(SETTLE_MS);
  for (const each of [screens, listeners]) await each.ask('take', undefined);
  const together = await cpuBySecond(2 * CPU_SECONDS, [server.pid, bare.pid]);
  const seen = await screens.ask('take', undefined);
  const heard = await listeners.ask('take', undefined);
  for (const each of [screens, listeners]) await each.ask('disconnect', undefined);
  await bare.ask('stop', undefined);
  const idle = [...before, ...(await unseen())];
  return {
    screens: count,
    deliveredMs: seen.frames.flatMap(({ atMs, receivedMs }) =>
      receivedMs.map((ms) => ms - Math.floor(atMs / 1_000) * 1_000),
    ),
    idle,
    live: together.map(([ms = NaN]) => ms - median(idle)),
    bare: together.map(([, ms = NaN]) => ms - bareIdle),
    liveBytes: seen.bytes / together.length,
    bareBytes: heard.bytes / together.length,
  };
}

function audienceOf(url: string, isScreen: boolean, count = SCREENS): Connect {
  return { url, count, isScreen, minDepth: PROBE_RECIPIENTS, spreadMs: SPREAD_MS };
}

const quantiles = (values: readonly number[]): string[] =>
  [0.5, 0.99].map((q) => `${percentile(values, q).toFixed(0)} ms`);

function reportLatency({ receivedMs, paintedMs, visibleTiles }: Latency): void {
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
  const p99 = percentile(paintedMs, 0.99);
  console.log(
    target(
      'line to painted, p99',
      `${p99.toFixed(0)} ms`,
      `<= ${PAINTED_TARGET_MS} ms`,
      p99 <= PAINTED_TARGET_MS,
    ),
  );
}

function reportCost({ screens, idle, live, bare, liveBytes, bareBytes, deliveredMs }: Cost): void {
  const cpu = (values: readonly number[]): string[] => [
    `${median(values).toFixed(1)} ms/s`,
    `${percentile(values, 0.25).toFixed(1)} to ${percentile(values, 0.75).toFixed(1)}`,
  ];
  const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} kB/s`;
  console.log(
    table([
      [`${screens} screens, processor in each of ${live.length} s`, 'median', 'quartiles', 'per screen'],
      ['server without screens', ...cpu(idle), ''],
      ['live wire: what the screens add', ...cpu(live), kilobytes(liveBytes)],
      ['bare Socket.IO broadcast', ...cpu(bare), kilobytes(bareBytes)],
    ]),
  );
  console.log(
    table([
      ['from the full second to', 'p50', 'p99'],
      ['frame received, each screen', ...quantiles(deliveredMs)],
    ]),
  );
  const ratio = median(live) / median(bare);
  const p99 = percentile(deliveredMs, 0.99);
  console.log(
    target(
      `${screens} screens, live wire of bare broadcast`,
      `${ratio.toFixed(2)} x`,
      `<= ${CPU_TARGET} x`,
      ratio <= CPU_TARGET,
    ),
  );
  console.log(
    target(
      `${screens} screens, delivered, p99`,
      `${p99.toFixed(0)} ms`,
      `<= ${DELIVERED_TARGET_MS} ms`,
      p99 <= DELIVERED_TARGET_MS,
    ),
  );
}

function target(what: string, is: string, limit: string, isMet: boolean): string {
  return `${what}: ${is}, target ${limit}: ${isMet ? 'met' : 'NOT met'}`;
}
