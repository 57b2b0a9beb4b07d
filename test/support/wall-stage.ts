/** A wall on a stage: rows that move by chance but seeded, alarms that come and go, and time that goes on a second a tick. */
import { FEEDS, LEVELS, type Coverage, type SourceReport, type WallRow } from '../../shared/protocol.ts';
import type { AlarmStrip } from '../../shared/alarms.ts';
import type { LiveState } from '../../server/detect/live-state.ts';
import type { LivePort } from '../../server/publish/port.ts';
import { sparksOf, wallDelta, wallSnapshot } from '../../server/publish/views/wall.ts';
import { busyTenants } from '../bench/wall-traffic.ts';
import { createFakeAlarms } from '../client/dev/fake-alarms.ts';
import { stripAt } from '../client/dev/fake-strip.ts';
import { createRandom } from './random.ts';

export interface StageOptions {
  readonly tenants: number;
  readonly serverId: string;
  readonly startMs: number;
  /** Server-clock seconds per real second. */
  readonly speed?: number;
  /** Alarms are there for the first half of each so many ticks; 0: never. */
  readonly alarmTicks?: number;
  /** Rows that change in a tick, about; absent: every row. */
  readonly moving?: number;
}

export interface Stage {
  readonly live: LivePort;
  /** The next second; `atMs`: when it is, if not a second later. */
  advance(atMs?: number): void;
}

const TROUBLES = [
  ['queue', 'queue 12 k', 'high'],
  ['lag', 'lag ≥ 41 min', 'critical'],
  ['spam', 'spam 43 %', 'medium'],
  ['access', 'access 91 %', 'low'],
] as const;

const CALM = { level: 'ok', signal: 'none', reason: '' } as const;

function troubleAt(random: () => number, sinceMs: number) {
  const [signal, reason, level] = TROUBLES[Math.floor(random() * TROUBLES.length)] ?? TROUBLES[0];
  return { level, signal, reason, sinceMs };
}

/** Unless told otherwise everything of every row changes each second, as on a platform with more mail than any. */
export function createStage({
  tenants,
  serverId,
  startMs,
  speed = 1,
  alarmTicks = 240,
  moving = tenants,
}: StageOptions): Stage {
  const random = createRandom(3);
  const entries = busyTenants(tenants).map(({ id, name, cluster = '', mailboxes = 0 }) => ({
    ...{ id, name, cluster, mailboxes },
  }));
  const clusters = ['', ...new Set(entries.map(({ cluster }) => cluster))];
  const alarmRoom = createFakeAlarms('forty');
  let nowMs = startMs;
  let tick = 0;
  let hadAlarms = false;
  const hasAlarms = () => alarmTicks > 0 && tick % alarmTicks < alarmTicks / 2;
  const strip = (): AlarmStrip => stripAt(hasAlarms() ? 'few' : 'calm', nowMs, startMs);

  function rowOf(before: WallRow | undefined): WallRow {
    const isTroubled = before?.level === 'ok' ? random() < 0.000_3 : random() < 0.99 && before !== undefined;
    const isSame = before !== undefined && isTroubled === (before.level !== 'ok');
    return {
      ...(isSame ? before : isTroubled ? troubleAt(random, nowMs) : { ...CALM, sinceMs: nowMs }),
      queueDepth: Math.floor(random() * 4_000),
      spamPercent: 100 * random() ** 3,
      spamN: Math.floor(random() * 3_000),
      lagP95Ms: 10 ** (2 + 3 * random()),
      isLagFloor: random() < 0.1,
      accessPercent: 100 - random() ** 6,
      trend: (['up', 'flat', 'down'] as const)[Math.floor(random() * 3)] ?? 'flat',
    };
  }
  const coverageAt = (): Coverage => {
    const feed = (age: number) => ({ expected: 2, fresh: 2, asOfMs: nowMs - age, intervalMs: 5_000 });
    const feeds = Object.fromEntries(FEEDS.map((name, i) => [name, feed(400 + i * 900)]));
    return Object.fromEntries(clusters.map((cluster) => [cluster, feeds])) as Coverage;
  };
  const rows = entries.map(() => rowOf(undefined));
  const coverage = coverageAt();
  const reports: SourceReport[] = [];
  const state: LiveState = {
    ...{
      atMs: nowMs,
      atBeforeMs: nowMs,
      rows,
      rowsBefore: [],
      platform: platformOf(rows),
      reports,
      sparked: false,
    },
    ...{ coverage, coverageShown: coverage, coverageBefore: coverage, lineTotals: [], lineTotalsBefore: [] },
    sparks: rows.map(() => Array.from({ length: 60 }, () => Math.floor(random() * 4_000))),
  };
  const shown = { entries, state };

  const live: LivePort = {
    ...{ serverId, version: '0.0.0-stage' },
    clock: { now: () => nowMs, speed },
    snapshot: (room) => {
      if (room === 'wall') return wallSnapshot(shown, null, strip());
      return room === 'alarms' ? (alarmRoom.snapshot(nowMs) ?? undefined) : undefined;
    },
    sparks: (ids) => sparksOf(shown, ids),
    delta: (room) => {
      if (room === 'alarms') return alarmRoom.delta(nowMs) ?? {};
      return wallDelta(shown, undefined, hadAlarms === hasAlarms() ? undefined : strip());
    },
  };

  return {
    live,
    advance(atMs = nowMs + 1_000) {
      hadAlarms = hasAlarms();
      tick += 1;
      nowMs = atMs;
      state.atBeforeMs = state.atMs;
      state.atMs = nowMs;
      state.rowsBefore = state.rows;
      state.rows = state.rows.map((row) => (random() * tenants < moving ? rowOf(row) : row));
      state.platform = platformOf(state.rows);
      state.coverageBefore = state.coverageShown;
      state.coverage = state.coverageShown = coverageAt();
      state.sparked = tick % 5 === 0;
      if (!state.sparked) return;
      state.sparks.forEach((points, place) => {
        points.shift();
        points.push(state.rows[place]?.queueDepth ?? null);
      });
    },
  };

  function platformOf(all: readonly WallRow[]): LiveState['platform'] {
    const levels = Object.fromEntries(LEVELS.map((level) => [level, 0])) as Record<
      (typeof LEVELS)[number],
      number
    >;
    for (const { level } of all) levels[level] += 1;
    return {
      ...{
        queueDepth: all.reduce((sum, row) => sum + (row.queueDepth ?? 0), 0),
        spamPercent: 100 * random(),
      },
      ...{
        lagP95Ms: 9_000 * random(),
        isLagFloor: false,
        accessPercent: 99 + random(),
        acceptedPerMinute: 9_000,
      },
      ...{
        deliveredPerMinute: 9_000 * random(),
        oldestWaitingMs: 6e5 * random(),
        unattributedPercent: random(),
      },
      ...{ sourcesUp: 24, sourcesExpected: 24, levels },
    };
  }
}
