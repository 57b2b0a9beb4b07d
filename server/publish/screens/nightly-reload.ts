import { createHash } from 'node:crypto';
import type { ScreenRequest } from '../../../shared/screens.ts';
import { isZone } from '../../base/zoned.ts';
import type { Log } from '../../base/log.ts';
import type { DisplayOf, Screen } from '../screens.ts';
import { type Calm, planReload, type Reloadable, type ReloadPlan } from './reload-plan.ts';

export interface NightlyReloadDeps {
  readonly screens: () => Iterable<Screen>;
  readonly displayOf: DisplayOf;
  readonly ask: (screenId: string, request: ScreenRequest) => boolean;
  /** This display is about to be dark for a moment. */
  readonly reloading: (displayId: string) => void;
  readonly calm: () => Calm;
  /** Puts a monotonic time into epoch ms of real time. */
  readonly at: (monotonicMs: number) => number;
  readonly log: Log;
  /** IANA name; default: the zone of this machine. */
  readonly zone?: string;
}

/** Asks the walls to reload once a night, and says what became of it. */
export interface NightlyReload {
  look(nowMs: number): void;
  nextAtMs(nowMs: number): number;
}

/** Screens are spread over an hour: no closer look is needed. */
const LOOK_MS = 5_000;
/** A page with the wall on it: nobody types there. */
const WALL = '/';
const REQUEST: ScreenRequest = { what: 'reload', reason: 'the planned reload of the night' };

export function createNightlyReload(deps: NightlyReloadDeps): NightlyReload {
  const { calm, ask, reloading, displayOf } = deps;
  const log = deps.log.child('screens');
  const zone = deps.zone ?? localZone();
  /** By display: when it was asked last. */
  const askedAtMs = new Map<string, number>();
  let tonight: Night | null = null;
  let lookedMs = -Infinity;

  return {
    look(nowMs) {
      if (Math.abs(nowMs - lookedMs) < LOOK_MS) return;
      lookedMs = nowMs;
      const walls = wallsOf();
      const plan = planFor(walls, nowMs);
      tonight = follow(tonight, plan);
      for (const key of plan.due) reload(walls.get(key) ?? [], key, nowMs);
      if (tonight) tonight.asked += plan.due.length;
    },
    nextAtMs: (nowMs) => planFor(wallsOf(), nowMs).nextAtMs,
  };

  function planFor(walls: ReadonlyMap<string, readonly Screen[]>, nowMs: number): ReloadPlan {
    const screens = [...walls].map(([id, members]): Reloadable => ({ id, doneAtMs: doneAt(id, members) }));
    return planReload({ nowMs, zone, calm: calm(), screens, jitterOf });
  }

  /** A paired display keeps its name through a reload; another screen has been loaded since it connected, for all we know. */
  function doneAt(id: string, [screen]: readonly Screen[]): number | null {
    const isDisplay = screen !== undefined && displayOf(screen) !== undefined;
    return isDisplay || !screen ? (askedAtMs.get(id) ?? null) : deps.at(screen.connectedMonotonicMs);
  }

  function wallsOf(): Map<string, Screen[]> {
    const walls = new Map<string, Screen[]>();
    for (const screen of deps.screens()) {
      if (screen.told?.page !== WALL) continue;
      const key = displayOf(screen)?.id ?? screen.id;
      const same = walls.get(key);
      if (same) same.push(screen);
      else walls.set(key, [screen]);
    }
    return walls;
  }

  function reload(screens: readonly Screen[], key: string, nowMs: number): void {
    const display = screens[0] && displayOf(screens[0]);
    if (display) {
      askedAtMs.set(key, nowMs);
      reloading(display.id);
    }
    for (const { id } of screens) ask(id, REQUEST);
    log.debug('nightly_reload_asked', { screen: display?.name ?? key });
  }

  /** Says at the end of the hour what became of it. */
  function follow(before: Night | null, { window, waiting, reason }: ReloadPlan): Night {
    if (before?.fromMs === window.fromMs) return { ...before, waiting: waiting.length, reason };
    if (before && before.asked > 0) log.info('nightly_reload_done', { screens: before.asked });
    if (before && before.waiting > 0)
      log.info('nightly_reload_left_out', { screens: before.waiting, reason: before.reason });
    for (const [id, atMs] of askedAtMs) if (atMs < window.fromMs - KEEP_MS) askedAtMs.delete(id);
    return { fromMs: window.fromMs, asked: 0, waiting: waiting.length, reason };
  }
}

interface Night {
  readonly fromMs: number;
  asked: number;
  readonly waiting: number;
  readonly reason: string;
}

const KEEP_MS = 2 * 86_400_000;

/** The same screen has the same place in every hour. */
export function jitterOf(screenId: string): number {
  return createHash('sha256').update(screenId).digest().readUInt32BE(0) / 2 ** 32;
}

function localZone(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return isZone(timeZone) ? timeZone : 'UTC';
}
