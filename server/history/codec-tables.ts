import type { DestinationCounts, Window } from '../../shared/window.ts';
import { type ByteReader, type ByteWriter, damaged } from './codec-bytes.ts';

/** A dictionary: texts by numbers from 1 on. Texts it has no place for may share a number: their counts are then one. */
export interface TextCoder {
  idOf(text: string): number;
  textOf(id: number): string;
}

const DESTINATIONS = 1;
const REASONS = 2;
const CAUSES = 4;
const BOUNCES = 8;
const ALL_TABLES = DESTINATIONS | REASONS | CAUSES | BOUNCES;

/** Which numbers follow that of the deliveries. */
const HAS_DEFERRED = 1;
const HAS_BOUNCED = 2;
/** Second half of a cause that has none. */
const NO_TEXT = 0;

export function writeTables(writer: ByteWriter, window: Window, texts: TextCoder | undefined): void {
  const { destinations, reasons, causes, bounces } = window;
  writer.byte(
    (destinations ? DESTINATIONS : 0) |
      (reasons ? REASONS : 0) |
      (causes ? CAUSES : 0) |
      (bounces ? BOUNCES : 0),
  );
  if (destinations) writeDestinations(writer, destinations, texts);
  if (reasons) writeCounts(writer, reasons, texts);
  if (causes) writeCauses(writer, causes, texts);
  if (bounces) writeCounts(writer, bounces, texts);
}

export function readTables(reader: ByteReader, window: Window, texts: TextCoder | undefined): void {
  const mask = reader.byte();
  if (mask > ALL_TABLES) throw damaged('it has unknown tables');
  if ((mask & DESTINATIONS) !== 0) window.destinations = readDestinations(reader, texts);
  if ((mask & REASONS) !== 0) window.reasons = readCounts(reader, texts);
  if ((mask & CAUSES) !== 0) window.causes = readCauses(reader, texts);
  if ((mask & BOUNCES) !== 0) window.bounces = readCounts(reader, texts);
}

function writeKey(writer: ByteWriter, key: string, texts: TextCoder | undefined): void {
  if (texts) writer.varint(texts.idOf(key));
  else writer.text(key);
}

function readKey(reader: ByteReader, texts: TextCoder | undefined): string {
  return texts ? texts.textOf(reader.varint()) : reader.text();
}

function writeDestinations(
  writer: ByteWriter,
  table: ReadonlyMap<string, DestinationCounts>,
  texts: TextCoder | undefined,
): void {
  writer.varint(table.size);
  for (const [key, { delivered, deferred, bounced }] of table) {
    writeKey(writer, key, texts);
    const follow = (deferred > 0 ? HAS_DEFERRED : 0) | (bounced > 0 ? HAS_BOUNCED : 0);
    writer.varint(delivered * 4 + follow);
    if (deferred > 0) writer.varint(deferred);
    if (bounced > 0) writer.varint(bounced);
  }
}

function readDestinations(reader: ByteReader, texts: TextCoder | undefined): Map<string, DestinationCounts> {
  const table = new Map<string, DestinationCounts>();
  for (let left = reader.size(); left > 0; left--) {
    const key = readKey(reader, texts);
    const first = reader.varint();
    const delivered = Math.floor(first / 4);
    const deferred = (first & HAS_DEFERRED) !== 0 ? reader.varint() : 0;
    const bounced = (first & HAS_BOUNCED) !== 0 ? reader.varint() : 0;
    const before = table.get(key);
    if (before) add(before, { delivered, deferred, bounced });
    else table.set(key, { delivered, deferred, bounced });
  }
  return table;
}

function writeCounts(
  writer: ByteWriter,
  table: ReadonlyMap<string, number>,
  texts: TextCoder | undefined,
): void {
  writer.varint(table.size);
  for (const [key, count] of table) {
    writeKey(writer, key, texts);
    writer.varint(count);
  }
}

function readCounts(reader: ByteReader, texts: TextCoder | undefined): Map<string, number> {
  const table = new Map<string, number>();
  for (let left = reader.size(); left > 0; left--) {
    const key = readKey(reader, texts);
    table.set(key, (table.get(key) ?? 0) + reader.varint());
  }
  return table;
}

/** Destination and reason are numbered apart: their pairs are too many for a dictionary. */
function writeCauses(
  writer: ByteWriter,
  table: ReadonlyMap<string, number>,
  texts: TextCoder | undefined,
): void {
  if (!texts) {
    writeCounts(writer, table, texts);
    return;
  }
  writer.varint(table.size);
  for (const [key, count] of table) {
    const tab = key.indexOf('\t');
    writer.varint(texts.idOf(tab < 0 ? key : key.slice(0, tab)));
    writer.varint(tab < 0 ? NO_TEXT : texts.idOf(key.slice(tab + 1)));
    writer.varint(count);
  }
}

function readCauses(reader: ByteReader, texts: TextCoder | undefined): Map<string, number> {
  if (!texts) return readCounts(reader, texts);
  const table = new Map<string, number>();
  for (let left = reader.size(); left > 0; left--) {
    const destination = texts.textOf(reader.varint());
    const reason = reader.varint();
    const key = reason === NO_TEXT ? destination : `${destination}\t${texts.textOf(reason)}`;
    table.set(key, (table.get(key) ?? 0) + reader.varint());
  }
  return table;
}

function add(into: DestinationCounts, more: DestinationCounts): void {
  into.delivered += more.delivered;
  into.deferred += more.deferred;
  into.bounced += more.bounced;
}
