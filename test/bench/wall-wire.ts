/** What the wall of a large platform weighs on the wire: a snapshot, and the frame of each ordinary second. */
import { DEFAULT_THRESHOLDS } from '../../server/base/config.ts';
import { createPipeline } from '../../server/pipeline.ts';
import { createPacker } from '../../server/publish/packed.ts';
import { wallDelta, wallSnapshot } from '../../server/publish/views/wall.ts';
import type { Frame } from '../../shared/protocol.ts';
import { createRandom } from '../support/random.ts';
import { median, percentile } from './child.ts';
import { busyTenants, createTraffic, healthyReports } from './wall-traffic.ts';

const START_MS = Date.parse('2026-11-21T02:00:00Z');
/** Until the five minutes are full. */
const WARM_SECONDS = 330;

export interface WireSizes {
  readonly messagesPerSecond: number;
  readonly snapshotBytes: number;
  /** The same as JSON, with the sparklines, as a screen that knows nothing of packing would be sent it. */
  readonly plainBytes: number;
  readonly frameBytes: { readonly median: number; readonly p99: number };
  /** A frame that carries whole rows instead of cells. */
  readonly rowsBytes: number;
  readonly changedRows: number;
}

/** Simulates so many seconds of a platform and weighs what a screen is sent. */
export function weighWire(tenants: number, messagesPerSecond: number, seconds: number): WireSizes {
  const clock = { time: START_MS, now: () => clock.time, speed: 1 };
  const pipeline = createPipeline({
    ...{ tenants: busyTenants(tenants), limits: DEFAULT_THRESHOLDS, clock, isUnseen: true },
    reports: () => healthyReports(clock.time),
  });
  const traffic = createTraffic({ tenants, messagesPerSecond, random: createRandom(5) });
  const [frames, whole, changed]: [number[], number[], number[]] = [[], [], []];
  for (let second = 0; second < WARM_SECONDS + seconds; second++) {
    clock.time += 1_000;
    for (const event of traffic.second(clock.time)) pipeline.event(event);
    pipeline.tick(clock.time);
    if (second < WARM_SECONDS) continue;
    const { rows, rowsBefore } = pipeline.state;
    const delta = wallDelta(pipeline, undefined);
    const frame: Frame = { room: 'wall', seq: second, atMs: clock.time, speed: 1, delta };
    const moved = rows.filter((row, place) => row !== rowsBefore[place]);
    frames.push(bytesOf(['room:frame', frame]));
    whole.push(bytesOf(['room:frame', { ...frame, delta: { ...delta, rows: moved } }]));
    changed.push(moved.length);
  }
  const snapshot = wallSnapshot(pipeline, null);
  const outgoing = createPacker()('wall', 0, () => snapshot);
  return {
    messagesPerSecond,
    snapshotBytes: outgoing && 'packed' in outgoing ? outgoing.packed.length : NaN,
    plainBytes: bytesOf(snapshot),
    frameBytes: { median: median(frames), p99: percentile(frames, 0.99) },
    rowsBytes: median(whole),
    changedRows: median(changed),
  };
}

/** As Socket.IO writes an event: type of the packet, then the JSON. */
function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value)) + 2;
}
