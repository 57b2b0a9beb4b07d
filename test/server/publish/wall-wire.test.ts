import { describe, expect, it } from 'vitest';
import { inflateRawSync } from 'node:zlib';
import { applyWallFrame, wallOf, type WallModel } from '../../../client/stores/wall-model.ts';
import { unpack } from '../../../client/live/unpack.ts';
import type { LiveState } from '../../../server/detect/live-state.ts';
import { createPacker } from '../../../server/publish/packed.ts';
import { sparksOf, wallDelta, wallSnapshot } from '../../../server/publish/views/wall.ts';
import {
  type Coverage,
  FEEDS,
  type Frame,
  type Joined,
  LEVELS,
  MOST_SPARKS,
  SIGNALS,
  type TenantEntry,
  type WallDelta,
  type WallRow,
  type WallSnapshot,
} from '../../../shared/protocol.ts';
import { columnsOf } from '../../../shared/wall-rows.ts';
import { createRandom } from '../../support/random.ts';

const AT = 1_790_000_000_000;
const CLUSTERS = ['a', '7', 'b'];
const entriesOf = (count: number): TenantEntry[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `t${i}`,
    name: `Tenant ${i} — “${i}”`,
    ...(i % 4 < 3 && { cluster: CLUSTERS[i % 3]! }),
    ...(i % 5 > 0 && { mailboxes: i * 13 }),
  }));

/** A platform that moves by chance: everything about it may change from one tick to the next. */
function createWorld(count: number, seed: number) {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const maybe = (n: number) => (random() < 0.2 ? null : n);
  const row = (): WallRow => ({
    level: pick(LEVELS),
    signal: pick(SIGNALS),
    sinceMs: AT - Math.floor(random() * 1e7),
    reason: pick(['', 'lag ≥ 6.2 min', 'queue "12"']),
    queueDepth: maybe(Math.floor(random() * 30_000)),
    spamPercent: maybe(100 * random() ** 3),
    spamN: Math.floor(random() * 4_000),
    lagP95Ms: maybe(10 ** (7 * random())),
    isLagFloor: random() < 0.5,
    accessPercent: maybe(100 - random() ** 8),
    trend: pick(['up', 'flat', 'down', null]),
  });
  const coverage = (clusters: readonly string[]): Coverage =>
    Object.fromEntries(
      clusters.map((cluster) => [
        cluster,
        Object.fromEntries(
          FEEDS.map((feed) => [
            feed,
            {
              expected: 2,
              fresh: pick([1, 2, 2, 2, 2]),
              asOfMs: maybe(AT - Math.floor(random() * 1e5)),
              intervalMs: 1_000,
            },
          ]),
        ),
      ]),
    ) as Coverage;
  const rows = entriesOf(count).map(row);
  const state = {
    ...{ atMs: AT, rows, rowsBefore: [], coverageShown: coverage(['', ...CLUSTERS]), coverageBefore: {} },
    ...{ sparks: rows.map(() => [1, null]), sparked: false, platform: { queueDepth: 0 } },
  } as unknown as LiveState;
  return {
    live: { entries: entriesOf(count), state },
    tick(changes: number): void {
      state.atMs += 1_000;
      state.rowsBefore = state.rows;
      const next = [...state.rows];
      for (let n = Math.floor(random() * changes); n > 0; n -= 1) {
        const place = Math.floor(random() * count);
        // One cell, some, or the whole row.
        const [was, other] = [next[place]!, row()];
        const keys = (Object.keys(other) as (keyof WallRow)[]).filter(() => random() < 0.3);
        next[place] =
          random() < 0.2 ? other : { ...was, ...Object.fromEntries(keys.map((key) => [key, other[key]])) };
      }
      state.rows = next;
      state.coverageBefore = state.coverageShown;
      const clusters = random() < 0.1 ? ['', 'b'] : Object.keys(state.coverageShown);
      state.coverageShown = random() < 0.3 ? state.coverageShown : coverage(clusters);
      state.sparked = random() < 0.2;
      if (state.sparked)
        state.sparks.forEach((points, place) => points.push(state.rows[place]?.queueDepth ?? null));
      Object.assign(state.platform, { queueDepth: Math.floor(random() * 1e6) });
    },
  };
}

type World = ReturnType<typeof createWorld>;
const overTheWire = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** A join as a screen has it. */
async function join({ live }: World, seq: number): Promise<WallModel> {
  const outgoing = createPacker()('wall', seq, () => wallSnapshot(live, null))!;
  const head = {
    room: 'wall',
    seq,
    atMs: live.state.atMs,
    speed: 1,
    serverId: 's',
    version: '1',
    protocol: 2,
  } as const;
  const answer =
    'packed' in outgoing
      ? await unpack({ ...head, packed: outgoing.packed })
      : { ...head, snapshot: overTheWire(outgoing.snapshot) };
  return wallOf(answer as Joined<WallSnapshot>);
}

function frameOf({ live }: World, seq: number): Frame<WallDelta> {
  const { atMs } = live.state;
  return overTheWire({
    room: 'wall',
    seq,
    atMs: atMs + 7,
    speed: 1,
    delta: wallDelta(live, undefined),
  } as const);
}

/** What can be seen of a wall. */
const seen = ({ rows, coverage, platform }: WallModel | WallSnapshot) => ({
  rows: columnsOf(rows),
  coverage,
  platform,
});

describe('the wall on the wire', () => {
  it.each([
    [5, 1],
    [5, 2],
    [MOST_SPARKS, 3],
    [400, 4],
    [400, 5],
  ])('LIV-8: is at every frame what the server shows, of %i tenants (seed %i)', async (count, seed) => {
    const world = createWorld(count, seed);
    let model = await join(world, 0);
    for (let seq = 1; seq <= 150; seq += 1) {
      world.tick(count / 2);
      const next = seq % 40 === 0 ? await join(world, seq) : applyWallFrame(model, frameOf(world, seq));
      expect(next, `frame ${seq}`).not.toBeNull();
      model = next!;
      const shown = wallSnapshot(world.live, null);
      expect(seen(model)).toEqual(seen(shown));
      if (count <= MOST_SPARKS)
        expect(model.sparks.map((points) => points?.at(-1))).toEqual(
          shown.sparks.map((points) => points.at(-1)),
        );
    }
    expect(model.tenants).toEqual(world.live.entries);
  });

  it('LIV-9: is packed once a tick for all who join in it, anew in the next, and not at all when small', () => {
    const packer = createPacker();
    let made = 0;
    const large = () => ((made += 1), wallSnapshot(createWorld(300, 1).live, null));
    const first = packer('wall', 1, large);
    expect([packer('wall', 1, large), made]).toEqual([first, 1]);
    expect(packer('wall', 1, large)).toBe(first);
    packer('wall of a few', 1, large);
    expect(made).toBe(2);
    packer('wall', 2, large);
    expect(made).toBe(3);

    const small = wallSnapshot(createWorld(3, 1).live, null);
    expect(packer('wall', 3, () => small)).toEqual({ snapshot: small });
    expect(packer('nowhere', 3, () => undefined)).toBeUndefined();
  });

  it('LIV-9: packs snapshots of other rooms as they are', async () => {
    const snapshot = { sources: [], screens: [], pipeline: { ['x'.repeat(20_000)]: 1 } };
    const outgoing = createPacker()('sources', 1, () => snapshot)!;
    if (!('packed' in outgoing)) throw new Error('not packed');
    expect(outgoing.packed.length).toBeLessThan(500);
    expect(JSON.parse(inflateRawSync(outgoing.packed).toString())).toEqual(snapshot);
  });

  it('WAL-141: comes without the sparklines of many tenants, which are there for the asking', async () => {
    const world = createWorld(MOST_SPARKS + 1, 1);
    expect((await join(world, 0)).sparks).toEqual([]);
    expect(sparksOf(world.live, ['t3', 'nobody'])).toEqual([[1, null], null]);
  });

  it('sends no cell, no column and no row of which nothing can be seen to have changed', () => {
    const world = createWorld(3, 1);
    const [a, b, c] = world.live.state.rows.map((row) => ({ ...row, spamPercent: 3.21, lagP95Ms: 4_200 }));
    Object.assign(world.live.state, {
      rowsBefore: [a, b, c],
      rows: [a, { ...b, spamPercent: 3.2104, lagP95Ms: 4_220 }, { ...c, spamN: (c?.spamN ?? 0) + 1_000 }],
    });
    const { rows } = wallDelta(world.live, undefined);
    expect(Object.keys(rows ?? {})).toEqual(['spamN']);
    expect(rows?.spamN?.[0]).toEqual([2]);
  });
});
