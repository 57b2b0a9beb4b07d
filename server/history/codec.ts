/**
 * Bytes of a window, as they travel to the store and rest in it:
 * form, counters (mask and values), mask of parts, and each part preceded by its length.
 */
import type { Histogram } from '../../shared/histogram.ts';
import { Window } from '../../shared/window.ts';
import { ByteReader, ByteWriter, damaged } from './codec-bytes.ts';
import { arePairsEqual, passHistogram, readHistogram, writeHistogram } from './codec-histogram.ts';
import { readCounts, readGauges, writeCounts, writeGauges } from './codec-numbers.ts';
import { readTables, type TextCoder, writeTables } from './codec-tables.ts';
import type { Wanted } from './store.ts';

export { STORED_COUNTERS } from './codec-numbers.ts';
export type { TextCoder } from './codec-tables.ts';

/** First byte: the form, and whether keys of tables are texts or numbers of a dictionary. */
const WITH_TEXTS = 1;
const WITH_NUMBERS = 2;

const LAG = 1;
const EFFECTIVE_LAG = 2;
/** Effective lag is the lag: so it is of mail that came straight through. */
const SAME_LAG = 4;
const GAUGES = 8;
const TABLES = 16;
const ALL_PARTS = LAG | EFFECTIVE_LAG | SAME_LAG | GAUGES | TABLES;

const EVERYTHING: Wanted = { lag: true, gauges: true, tables: true };
const scratch = new ByteWriter();

/** `texts`: keys of tables become its numbers; without it they are written out. */
export function encodeWindow(window: Window, texts?: TextCoder): Uint8Array {
  scratch.reset();
  scratch.byte(texts ? WITH_NUMBERS : WITH_TEXTS);
  writeCounts(scratch, window);
  const parts = scratch.length;
  scratch.byte(0);
  let written = writeLags(window);
  if (window.queue || window.access) {
    written |= GAUGES;
    const start = scratch.begin();
    writeGauges(scratch, window);
    scratch.end(start);
  }
  if (window.destinations || window.reasons || window.causes || window.bounces) {
    written |= TABLES;
    const start = scratch.begin();
    writeTables(scratch, window, texts);
    scratch.end(start);
  }
  scratch.setByte(parts, written);
  return scratch.take();
}

/** `wanted`: other parts are passed over and stay empty. `texts`: the dictionary of numbered keys. */
export function decodeWindow(bytes: Uint8Array, wanted: Wanted = EVERYTHING, texts?: TextCoder): Window {
  return readWindow(new ByteReader(bytes), wanted, texts);
}

/** The one that takes up all that the reader has. */
export function readWindow(reader: ByteReader, wanted: Wanted, texts?: TextCoder): Window {
  const form = reader.byte();
  if (form !== WITH_TEXTS && form !== WITH_NUMBERS) throw damaged(`form ${form} is unknown`);
  const window = new Window();
  readCounts(reader, window);
  const parts = reader.byte();
  if ((parts & ~ALL_PARTS) !== 0) throw damaged('it has unknown parts');
  if (wanted.lag) readLags(reader, window, parts);
  else passLags(reader, parts, wanted.effectiveLag ? window.effectiveLag : null);
  if ((parts & GAUGES) !== 0) {
    const end = reader.part();
    if (wanted.gauges) readGauges(reader, window, end);
    else reader.at = end;
  }
  if ((parts & TABLES) !== 0) {
    const end = reader.part();
    if (wanted.tables) readTables(reader, window, form === WITH_NUMBERS ? mustHave(texts) : undefined);
    else reader.at = end;
    reader.mustBeAt(end);
  }
  reader.mustBeAt(reader.end);
  return window;
}

function mustHave(texts: TextCoder | undefined): TextCoder {
  if (!texts) throw new Error('a window with numbered keys is read with their dictionary');
  return texts;
}

function writeLags({ lag, effectiveLag }: Window): number {
  const pairs = lag.pairs();
  const effectivePairs = effectiveLag.pairs();
  const first = lag.count > 0 ? LAG : 0;
  if (lag.count > 0) writeHistogramPart(lag, pairs);
  if (effectiveLag.count === 0) return first;
  if (lag.max === effectiveLag.max && arePairsEqual(pairs, effectivePairs)) return first | SAME_LAG;
  writeHistogramPart(effectiveLag, effectivePairs);
  return first | EFFECTIVE_LAG;
}

function writeHistogramPart(histogram: Histogram, pairs: readonly number[]): void {
  const start = scratch.begin();
  writeHistogram(scratch, histogram, pairs);
  scratch.end(start);
}

function readLags(reader: ByteReader, window: Window, parts: number): void {
  if ((parts & LAG) !== 0) readHistogramPart(reader, window.lag);
  if ((parts & EFFECTIVE_LAG) !== 0) readHistogramPart(reader, window.effectiveLag);
  if ((parts & SAME_LAG) !== 0) window.effectiveLag.merge(window.lag);
}

function readHistogramPart(reader: ByteReader, into: Histogram): void {
  const end = reader.part();
  into.merge(readHistogram(reader));
  reader.mustBeAt(end);
}

/** Goes past both, and puts the effective lag, which may stand for the other, into `effective`. */
function passLags(reader: ByteReader, parts: number, effective: Histogram | null): void {
  for (const part of [LAG, EFFECTIVE_LAG]) {
    if ((parts & part) === 0) continue;
    const end = reader.part();
    const isIt = part === EFFECTIVE_LAG || (parts & SAME_LAG) !== 0;
    if (effective && isIt) effective.merge(passHistogram(reader, end));
    else reader.at = end;
  }
}
