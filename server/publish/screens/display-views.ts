/** How each paired display is doing. Pure: all times epoch ms of real time, `nowMs` is given. */
import {
  type Display,
  type DisplayView,
  SCREEN_DARK_AFTER_MS,
  type ScreenTell,
} from '../../../shared/screens.ts';
import { durationText } from '../../detect/alarms/duration-text.ts';

/** What is known of a display since this server started, or since it was paired. */
export interface DisplaySeen {
  /** From when on it is expected to paint: the start of the server, or its pairing. */
  readonly expectedFromMs: number;
  /** Null: nothing since then. */
  readonly paintedAtMs: number | null;
  readonly isConnected: boolean;
  /** When its last connection ended; null: it has had none, or has one. */
  readonly leftAtMs: number | null;
  readonly told: ScreenTell | null;
  /** Since when it has been silenced by hand without a break; null: it is not. */
  readonly silencedSinceMs: number | null;
  /** Until then its silence has another cause, in words. */
  readonly excuse: { readonly untilMs: number; readonly reason: string } | null;
}

/** For how long nothing has been painted; `isFloor`: or longer, for the server was not there. Null: nothing can be said. */
export interface Dark {
  readonly ms: number | null;
  readonly isFloor: boolean;
  /** Why nothing can be said. */
  readonly noData: string | null;
}

/** A screen that is silenced for longer than this is not there to wake anybody. */
export const SILENCED_LONG_MS = 3_600_000;

/** How long a display has painted nothing. */
export function darkOf({ paintedAtMs, expectedFromMs, excuse }: DisplaySeen, nowMs: number): Dark {
  const isFloor = paintedAtMs === null;
  const ms = Math.max(0, nowMs - (paintedAtMs ?? expectedFromMs));
  const isOver = ms > SCREEN_DARK_AFTER_MS;
  if (isOver && excuse && nowMs < excuse.untilMs) return { ms: null, isFloor, noData: excuse.reason };
  if (isFloor && !isOver)
    return { ms: null, isFloor, noData: `nothing painted yet, expected for ${durationText(ms)}` };
  return { ms, isFloor, noData: null };
}

/** Whether a display shows nothing, as far as that can be said. */
export function isDark(seen: DisplaySeen, nowMs: number): boolean {
  const { ms } = darkOf(seen, nowMs);
  return ms !== null && ms > SCREEN_DARK_AFTER_MS;
}

/** 1: the browser holds its sound back, or it is silenced for long; 0: it can sound, or is not meant to; else why that is not known. */
export function muteOf({ isConnected, told, silencedSinceMs }: DisplaySeen, nowMs: number): 0 | 1 | string {
  if (!isConnected) return 'it is not connected';
  if (!told) return 'it has not told yet';
  if (told.sound === 'blocked') return 1;
  if (told.sound !== 'silenced') return 0;
  const leftMs = (told.silencedUntilMs ?? Infinity) - nowMs;
  const forMs = nowMs - (silencedSinceMs ?? nowMs);
  return leftMs > SILENCED_LONG_MS || forMs > SILENCED_LONG_MS ? 1 : 0;
}

/** Views in the order of the displays; one of which nothing was seen has not come for its identity yet. */
export function displayViews(
  displays: readonly Display[],
  seen: ReadonlyMap<string, DisplaySeen>,
  nowMs: number,
): DisplayView[] {
  return displays.map((display) => viewOf(display, seen.get(display.id), nowMs));
}

/** Name and place as an alarm names it: `Night wall left (control room)`. */
export function displayTitle({ name, place }: Pick<Display, 'name' | 'place'>): string {
  return place === '' ? name : `${name} (${place})`;
}

const UNSEEN = { isConnected: false, told: null, paintedAtMs: null } as const;

function viewOf(display: Display, seen: DisplaySeen | undefined, nowMs: number): DisplayView {
  const { isConnected, told, paintedAtMs } = seen ?? UNSEEN;
  const known = { ...display, paintedAtMs, isConnected, told };
  const { revoked } = display;
  if (revoked) return { ...known, state: 'revoked', reason: `revoked by ${revoked.by}: ${revoked.reason}` };
  if (!seen) return { ...known, state: 'waiting', reason: 'approved; the screen has not come for it yet' };
  return { ...known, state: isDark(seen, nowMs) ? 'dark' : 'painting', reason: reasonOf(seen, nowMs) };
}

function reasonOf(seen: DisplaySeen, nowMs: number): string {
  const { isConnected, leftAtMs, paintedAtMs, expectedFromMs, excuse, told } = seen;
  const dark = isDark(seen, nowMs);
  if (!dark && excuse && nowMs < excuse.untilMs) return excuse.reason;
  const hidden = told && !told.isVisible ? ', its page is not in front' : '';
  if (isConnected) {
    if (paintedAtMs === null)
      return `connected, nothing painted for ${durationText(nowMs - expectedFromMs)} or longer${hidden}`;
    const painted = durationText(nowMs - paintedAtMs);
    return dark ? `connected, nothing painted for ${painted}${hidden}` : `painted ${painted} ago`;
  }
  return leftAtMs === null
    ? `not connected for ${durationText(nowMs - expectedFromMs)} or longer`
    : `not connected for ${durationText(nowMs - leftAtMs)}`;
}
