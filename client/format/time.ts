import { durationOf, quantityText } from './number.ts';

/** Above this a time of day alone could be read as today's. */
const SAME_DAY_MS = 20 * 3_600_000;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter costs a hundred times what using one does. */
function formatter(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', { ...options, hourCycle: 'h23' });
  formatters.set(key, made);
  return made;
}

let zone: string | undefined;

/** The zone in which all times on this screen are told. Asked once: a page full of times asks hundreds of times a second. */
export function viewerZone(): string {
  zone ??= new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone;
}

/** `21:35:07` in the given zone. */
export function clockText(atMs: number, timeZone = viewerZone()): string {
  const options = { timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  return formatter(`clock ${timeZone}`, options).format(atMs);
}

/** Texts that have been made, forgotten when they are many: a page full of times asks for the same ones every second. */
const MOST_KEPT = 500;
const keptTexts = new Map<string, string>();
function kept(key: string, make: () => string): string {
  const known = keptTexts.get(key);
  if (known !== undefined) return known;
  if (keptTexts.size >= MOST_KEPT) keptTexts.clear();
  const made = make();
  keptTexts.set(key, made);
  return made;
}
const MINUTE_MS = 60_000;

/** `21:35` in the given zone. */
export function minuteText(atMs: number, timeZone = viewerZone()): string {
  return kept(`minute ${timeZone} ${Math.floor(atMs / MINUTE_MS)}`, () =>
    formatter(`minute ${timeZone}`, { timeZone, hour: '2-digit', minute: '2-digit' }).format(atMs),
  );
}

/** `Mon 14 May 2007`. */
export function dayText(atMs: number, timeZone = viewerZone()): string {
  const options = { timeZone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
  return kept(`day ${timeZone} ${Math.floor(atMs / MINUTE_MS)}`, () =>
    formatter(`day ${timeZone}`, options).format(atMs).replace(',', ''),
  );
}

/** `Europe/Berlin GMT+2`: the name and what it meant at that time. */
export function zoneText(atMs: number, timeZone = viewerZone()): string {
  // Clocks are set on the full minute.
  return kept(`zone ${timeZone} ${Math.floor(atMs / MINUTE_MS)}`, () => {
    const options = { timeZone, timeZoneName: 'shortOffset' } as const;
    const parts = formatter(`zone ${timeZone}`, options).formatToParts(atMs);
    const offset = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
    return timeZone === offset ? timeZone : `${timeZone} ${offset}`.trim();
  });
}

/** `since 21:35 · 12 min`, with the weekday when it could be another day's. */
export function sinceText(sinceMs: number, nowMs: number, timeZone = viewerZone()): string {
  const agoMs = Math.max(0, nowMs - sinceMs);
  const day = agoMs > SAME_DAY_MS ? `${dayText(sinceMs, timeZone).split(' ')[0] ?? ''} ` : '';
  return `since ${day}${minuteText(sinceMs, timeZone)} · ${quantityText(durationOf(agoMs))}`;
}
