/** Cells of one line of CSV; a cell in double quotes may hold commas, and quotes that are doubled. */
export function cellsOf(line: string): readonly string[] {
  if (!line.includes('"')) return line.split(',').map((cell) => cell.trim());
  return Array.from(
    line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(?=,|$)/g),
    ([, quoted, plain]) => (quoted === undefined ? (plain ?? '').trim() : quoted.replaceAll('""', '"')),
  );
}

/** A cell as it was, in quotes where it has to be. */
export function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const STAMP = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:?\d{2})?$/i;

/** Epoch ms of `YYYY-MM-DD HH:MM:SS` (UTC) or RFC 3339; `undefined` where it is neither. */
export function stampMs(text: string): number | undefined {
  const [, date, time, zone = 'Z'] = STAMP.exec(text) ?? [];
  if (date === undefined || time === undefined) return undefined;
  const ms = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(ms) ? undefined : ms;
}
