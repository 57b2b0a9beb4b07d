import type { Scan } from '../scan/scan.ts';
import type { Zone } from './zone.ts';

const ZONED = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:[.,](\d+))?(?:([Zz])|([+-]\d{2}):?(\d{2})?)$/;
const FRACTION = /[.,](\d+)$/;

/** The stamp of a scanned line as RFC 3339: as it stands when it has a zone, else with the zone it was read in. */
export function formatStamp(scan: Scan, zone: Zone): string {
  const text = scan.slice(scan.stampStart, scan.stampEnd);
  const zoned = ZONED.exec(text);
  if (zoned) {
    const [, day, time, fraction, utc, hours, minutes] = zoned;
    const offset = utc === undefined ? `${hours ?? '+00'}:${minutes ?? '00'}` : 'Z';
    return `${day ?? ''}T${time ?? ''}${fraction === undefined ? '' : `.${fraction}`}${offset}`;
  }
  const fraction = FRACTION.exec(text)?.[1];
  return formatLocal(scan.atMs, zone.offsetMinutes(scan.atMs), fraction);
}

/** Wall-clock time with its offset; `Z` for none. */
export function formatLocal(atMs: number, offsetMinutes: number, fraction?: string): string {
  const wall = new Date(atMs + offsetMinutes * 60_000).toISOString().slice(0, 19);
  const digits = fraction === undefined ? '' : `.${fraction}`;
  if (offsetMinutes === 0) return `${wall}${digits}Z`;
  const size = Math.abs(offsetMinutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${wall}${digits}${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
