import { createLogReader, type LogReader } from '../../../server/collect/reader.ts';

/** What a reader makes of one line, on both of its paths. */
export interface ReadLine {
  readonly class: string;
  readonly record: object;
  readonly event?: object;
  readonly repeat?: number;
}

export function createFixtureReader(): LogReader {
  return createLogReader({ format: 'auto', source: 'fixture', timezone: 'Europe/Berlin', year: 2026 });
}

/** Reads every line of a text as an event and as a record. */
export function readLines(text: Buffer): ReadLine[] {
  const events = createFixtureReader();
  const records = createFixtureReader();
  const lines: ReadLine[] = [];
  for (let start = 0; start < text.length;) {
    const end = text.indexOf(0x0a, start);
    const record = records.record(text, start, end, lines.length + 1);
    const found = events.read(text, start, end);
    const repeat = events.repeat > 1 ? { repeat: events.repeat } : {};
    lines.push({ class: found, record, ...(found === 'event' ? { event: events.event, ...repeat } : {}) });
    start = end + 1;
  }
  return lines;
}
