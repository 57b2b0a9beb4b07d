/**
 * What the wall pins, by itself and by hand. Times are real ms of this screen: a demo's quick clock turns nothing faster.
 * It stays with what it shows; what turns by itself is not there when eyes look. All pure.
 */
import type { AlarmStrip, GroupView } from '../../shared/alarms.ts';

/** No pin changes within this time of the last change, unless a critical alarm that nobody has acknowledged asks for it. */
export const DWELL_MS = 20_000;
/** What is over stays for so long and says so. */
export const LINGER_MS = 8_000;
/** A pin by hand ends by itself after so long without a hand on the screen. */
export const MANUAL_MS = 30 * 60_000;
/** How long it is told that it did. */
export const NOTE_MS = 60_000;

/** What is pinned by hand. `group` null: not known yet (after a reload). */
export type ManualTarget =
  | { readonly kind: 'group'; readonly id: string; readonly group: GroupView | null }
  | { readonly kind: 'tenant'; readonly id: string };

interface ManualPin {
  readonly target: ManualTarget;
  readonly touchedAtMs: number;
  /** Since when the group is not among the alarms any more. */
  readonly goneAtMs: number | null;
}
interface AutoPin {
  readonly id: string;
  /** As it was last told; null: not told yet (after a reload). */
  readonly group: GroupView | null;
  readonly goneAtMs: number | null;
}
/** Why a pin by hand ended without one. */
export interface PinNote {
  readonly why: 'no-hand' | 'not-listed';
  readonly atMs: number;
}

export interface PinState {
  readonly auto: AutoPin | null;
  /** When the wall last changed its own pin. */
  readonly changedAtMs: number | null;
  readonly manual: ManualPin | null;
  readonly note: PinNote | null;
}
export const NO_PINS: PinState = { auto: null, changedAtMs: null, manual: null, note: null };

export type PinReason = 'unacknowledged-critical' | 'most-urgent' | 'no-longer-listed' | 'by-hand';

/** What to show large. */
export interface Pin {
  readonly kind: 'auto' | 'manual';
  readonly groupId: string | null;
  readonly tenantId: string | null;
  readonly reason: PinReason;
  /** As it was last told. Null: a tenant is pinned. */
  readonly group: GroupView | null;
  /** It is not among the alarms any more. */
  readonly isGone: boolean;
  /** Other critical alarms that nobody has acknowledged, in the order of the strip. */
  readonly others: readonly GroupView[];
  /** There may be still more of them than the strip has room for. */
  readonly areOthersFloor: boolean;
}

/** From a moment to another; a clock that was set back makes nothing wait for hours. */
const sinceMs = (atMs: number, nowMs: number) => (nowMs < atMs ? Infinity : nowMs - atMs);

/** Critical, and nobody has acknowledged it: the wall never turns away from such a one. */
export function isLoud({ priority, state, isHidden }: GroupView): boolean {
  return priority === 'critical' && state === 'unacknowledged' && !isHidden;
}

/** Nothing of it holds any more, whether or not somebody has said so: there is nothing to run for. */
export function isOver({ state, active }: GroupView): boolean {
  const hasEnded = state === 'normal' || state === 'pending' || state === 'returned';
  return hasEnded || (state === 'acknowledged' && active === 0);
}

const STATES: readonly string[] = ['acknowledged', 'unacknowledged'];

/** As the strip orders them: what nobody has acknowledged before the rest, then by priority. */
const rankOf = ({ state, priority }: GroupView) =>
  2 * STATES.indexOf(state) + Number(priority === 'critical');

const isUrgent = ({ priority, isHidden }: GroupView) =>
  (priority === 'critical' || priority === 'high') && !isHidden;

/** What the wall pins by itself: critical and high, the most urgent first, of equals the oldest. */
export function candidatesOf(strip: AlarmStrip): readonly GroupView[] {
  return strip.groups
    .filter((group) => isUrgent(group) && !isOver(group))
    .toSorted((a, b) => rankOf(b) - rankOf(a) || a.raisedAtMs - b.raisedAtMs);
}

type AutoPart = Pick<PinState, 'auto' | 'changedAtMs'>;

const autoOf = (group: GroupView): AutoPin => ({ id: group.id, group, goneAtMs: null });

/** To what the wall turns from what it shows, or null: it stays. */
function nextOf(own: GroupView | null, best: GroupView | null, isSettled: boolean): GroupView | null {
  if (!best) return null;
  if (isLoud(best)) return own && isLoud(own) ? null : best;
  return own && isSettled && rankOf(best) > rankOf(own) ? best : null;
}

/** What is over stays for a while. Null: its time is up. */
function lingering(
  auto: AutoPin | null,
  strip: AlarmStrip,
  { isSettled, nowMs }: { readonly isSettled: boolean; readonly nowMs: number },
): { auto: AutoPin | null } | null {
  if (!auto) return isSettled ? null : { auto };
  const { goneAtMs } = auto;
  // What is still told of it says that it is over; after a reload it is not pinned anew for that.
  const told = strip.groups.find((each) => each.id === auto.id && isUrgent(each) && isOver(each));
  const group = auto.group && (told ?? auto.group);
  const isLingering = group !== null && sinceMs(goneAtMs ?? nowMs, nowMs) < LINGER_MS;
  if (!isLingering && isSettled) return null;
  const isSame = goneAtMs !== null && group === auto.group;
  return { auto: isSame ? auto : { ...auto, group, goneAtMs: goneAtMs ?? nowMs } };
}

function stepAuto(before: AutoPart, strip: AlarmStrip, nowMs: number): AutoPart {
  const { auto, changedAtMs } = before;
  const all = candidatesOf(strip);
  const own = all.find(({ id }) => id === auto?.id) ?? null;
  const best = all[0] ?? null;
  const isSettled = changedAtMs === null || sinceMs(changedAtMs, nowMs) >= DWELL_MS;
  const next = nextOf(own, best, isSettled);
  if (next) return { auto: autoOf(next), changedAtMs: nowMs };
  const isSame = own !== null && own === auto?.group && auto.goneAtMs === null;
  if (own) return isSame ? before : { auto: autoOf(own), changedAtMs };
  const held = lingering(auto, strip, { isSettled, nowMs });
  if (held) return { auto: held.auto, changedAtMs };
  return best || auto ? { auto: best && autoOf(best), changedAtMs: nowMs } : before;
}

type HandPart = Pick<PinState, 'manual' | 'note'>;

function ended(why: PinNote['why'], nowMs: number): HandPart {
  return { manual: null, note: { why, atMs: nowMs } };
}

/** The pin of a group by hand a moment later; null: it is over. */
function stepHeld(manual: ManualPin, strip: AlarmStrip, nowMs: number): ManualPin | null {
  const { target, goneAtMs } = manual;
  if (target.kind === 'tenant') return manual;
  const group = strip.groups.find(({ id }) => id === target.id);
  if (group && group === target.group && goneAtMs === null) return manual;
  if (group) return { ...manual, target: { ...target, group }, goneAtMs: null };
  // A strip that is full does not tell of all: only one with room says that it is over.
  const isSure = strip.more === 0;
  const isDue = target.group === null || sinceMs(goneAtMs ?? nowMs, nowMs) >= LINGER_MS;
  if (isSure && isDue) return null;
  return goneAtMs === null ? { ...manual, goneAtMs: nowMs } : manual;
}

function stepManual({ manual, note }: HandPart, strip: AlarmStrip | null, nowMs: number): HandPart {
  const told = note && sinceMs(note.atMs, nowMs) < NOTE_MS ? note : null;
  if (!manual) return { manual, note: told };
  if (sinceMs(manual.touchedAtMs, nowMs) >= MANUAL_MS) return ended('no-hand', nowMs);
  const held = strip ? stepHeld(manual, strip, nowMs) : manual;
  return held ? { manual: held, note: told } : ended('not-listed', nowMs);
}

/** The pins a moment later. The same object when nothing changed. Null strip: nothing is known of alarms just now. */
export function stepPin(before: PinState, strip: AlarmStrip | null, nowMs: number): PinState {
  const { auto, changedAtMs } = strip ? stepAuto(before, strip, nowMs) : before;
  const { manual, note } = stepManual(before, strip, nowMs);
  const isSame =
    auto === before.auto &&
    changedAtMs === before.changedAtMs &&
    manual === before.manual &&
    note === before.note;
  return isSame ? before : { auto, changedAtMs, manual, note };
}

function manualPin({ target, goneAtMs }: ManualPin): Omit<Pin, 'others' | 'areOthersFloor'> | null {
  const base = { kind: 'manual', reason: 'by-hand', isGone: goneAtMs !== null } as const;
  if (target.kind === 'tenant') return { ...base, groupId: null, tenantId: target.id, group: null };
  return target.group && { ...base, groupId: target.id, tenantId: null, group: target.group };
}

function autoPin({ id, group, goneAtMs }: AutoPin): Omit<Pin, 'others' | 'areOthersFloor'> | null {
  if (!group) return null;
  const isGone = goneAtMs !== null;
  const loudness = isLoud(group) ? 'unacknowledged-critical' : 'most-urgent';
  return {
    kind: 'auto',
    groupId: id,
    tenantId: null,
    reason: isGone ? 'no-longer-listed' : loudness,
    group,
    isGone,
  };
}

/** What these pins show. */
export function pinOf({ manual, auto }: PinState, strip: AlarmStrip | null): Pin | null {
  const pin = (manual && manualPin(manual)) ?? (auto && autoPin(auto));
  if (!pin) return null;
  const groups = strip?.groups ?? [];
  const others = groups.filter((group) => isLoud(group) && group.id !== pin.groupId);
  return { ...pin, others, areOthersFloor: (strip?.more ?? 0) > 0 && groups.every(isLoud) };
}

/** What the wall pins now. */
export function choosePin(state: PinState, strip: AlarmStrip | null, nowMs: number): Pin | null {
  return pinOf(stepPin(state, strip, nowMs), strip);
}

/** Pins by hand. */
export function pinByHand(state: PinState, target: ManualTarget, nowMs: number): PinState {
  return { ...state, manual: { target, touchedAtMs: nowMs, goneAtMs: null }, note: null };
}

/** Lets go of what was pinned by hand. */
export function release(state: PinState): PinState {
  return state.manual || state.note ? { ...state, manual: null, note: null } : state;
}

/** A hand moves all the time: written down this often. */
const TOUCH_EVERY_MS = 10_000;

/** Somebody has a hand on the screen: a pin by hand goes on. */
export function touchPin(state: PinState, nowMs: number): PinState {
  const { manual } = state;
  if (!manual || sinceMs(manual.touchedAtMs, nowMs) < TOUCH_EVERY_MS) return state;
  return { ...state, manual: { ...manual, touchedAtMs: nowMs } };
}

/** What is kept over a reload: what is pinned and since when, without what was told of it. */
export function textOfPins({ auto, changedAtMs, manual }: PinState): string {
  const { target, touchedAtMs } = manual ?? {};
  return JSON.stringify({
    auto: auto?.id ?? null,
    changedAtMs,
    manual: target ? { kind: target.kind, id: target.id, touchedAtMs } : null,
  });
}

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function keptManual(kept: unknown): ManualPin | null {
  const { kind, id, touchedAtMs } = (kept ?? {}) as Record<string, unknown>;
  if (typeof id !== 'string' || !isTime(touchedAtMs)) return null;
  if (kind === 'tenant') return { target: { kind, id }, touchedAtMs, goneAtMs: null };
  return kind === 'group' ? { target: { kind, id, group: null }, touchedAtMs, goneAtMs: null } : null;
}

/** The pins that `textOfPins` wrote; whatever cannot be read is as if nothing was. */
export function pinsOfText(text: string | null): PinState {
  try {
    const kept: unknown = JSON.parse(text ?? 'null');
    const { auto, changedAtMs, manual } = (kept ?? {}) as Record<string, unknown>;
    return {
      auto: typeof auto === 'string' ? { id: auto, group: null, goneAtMs: null } : null,
      changedAtMs: isTime(changedAtMs) ? changedAtMs : null,
      manual: keptManual(manual),
      note: null,
    };
  } catch {
    return NO_PINS;
  }
}
