/** One layer of a schedule: whose turn it is, and whether the layer holds at all. By the clocks of the zone; pure. */
import type { LayerConfig } from '../../base/config-on-call.ts';
import { addDays, instantOf, type LocalDay, localDay, minutesOf, weekdayOf } from '../../base/zoned.ts';

/** What a layer says at a moment, and the next moment at which it may say something else. */
export interface LayerAt {
  /** Null: the layer does not hold now. */
  readonly person: string | null;
  readonly changesMs: number;
}

const HOUR_MS = 3_600_000;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 1_440;
const WEEK_HOURS = 168;

/** Whose turn it is at `atMs`. */
export function layerAt(layer: LayerConfig, zone: string, atMs: number): LayerAt {
  const startMs = instantOf(dayOf(layer.start), minutesOf(layer.handover), zone);
  if (atMs < startMs) return { person: null, changesMs: startMs };
  const turn = turnAt(layer, zone, atMs);
  const hold = holdAt(layer, zone, atMs);
  const person = layer.people[turn.index % layer.people.length] ?? null;
  if (!hold.holds) return { person: null, changesMs: hold.changesMs };
  return { person, changesMs: Math.min(turn.endsMs, hold.changesMs) };
}

interface Turn {
  readonly index: number;
  readonly endsMs: number;
}

/** Turns are counted by the clocks on the wall, so that a handover is at the same time of day in summer and winter. */
function turnAt(layer: LayerConfig, zone: string, atMs: number): Turn {
  const hours = layer.rotation === 'hours' ? layer.hours : layer.rotation === 'daily' ? 24 : WEEK_HOURS;
  const first = firstDay(layer);
  const handover = minutesOf(layer.handover);
  const beginMs = (index: number) => {
    const minutes = handover + index * hours * HOUR_MINUTES;
    return instantOf(addDays(first, Math.floor(minutes / DAY_MINUTES)), minutes % DAY_MINUTES, zone);
  };
  // A good first guess: clocks that changed since put it off by a turn or two.
  let index = Math.max(0, Math.floor((atMs - beginMs(0)) / (hours * HOUR_MS)));
  while (beginMs(index + 1) <= atMs) index += 1;
  while (index > 0 && beginMs(index) > atMs) index -= 1;
  return { index, endsMs: beginMs(index + 1) };
}

/** A weekly layer that starts within a week begins with the first person's turn cut short. */
function firstDay(layer: LayerConfig): LocalDay {
  const day = dayOf(layer.start);
  if (layer.rotation !== 'weekly') return day;
  return addDays(day, -((weekdayOf(day) - layer.weekday + 7) % 7));
}

function holdAt({ only }: LayerConfig, zone: string, atMs: number): { holds: boolean; changesMs: number } {
  if (!only) return { holds: true, changesMs: Infinity };
  const { weekdays } = only;
  const [from, until] = [minutesOf(only.from), minutesOf(only.until)];
  const today = localDay(atMs, zone);
  let [holds, changesMs] = [false, Infinity];
  for (let offset = -1; offset <= 7; offset++) {
    const day = addDays(today, offset);
    if (weekdays && !weekdays.includes(weekdayOf(day))) continue;
    const beginMs = instantOf(day, from, zone);
    const endMs = until > from ? instantOf(day, until, zone) : instantOf(addDays(day, 1), until, zone);
    if (beginMs <= atMs && atMs < endMs) holds = true;
    changesMs = beginMs > atMs ? beginMs : endMs > atMs ? endMs : Infinity;
    if (changesMs < Infinity) break;
  }
  return { holds, changesMs };
}

function dayOf(text: string): LocalDay {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return { year, month, day };
}
