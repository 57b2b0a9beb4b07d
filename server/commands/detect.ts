import { AppError } from '../base/errors.ts';
import { createLineSplitter } from '../collect/lines.ts';
import { openLog } from '../collect/open-log.ts';
import { createDetector, type Detector } from '../detect/anomaly/detector.ts';
import { cell, cellsOf, stampMs } from './csv.ts';
import type { CommandIo } from './io.ts';
import { createOutput, type Output } from './output.ts';
import { createProgress } from './progress.ts';

export interface DetectOptions {
  /** Column with the values; `value` without it. */
  readonly column?: string;
}

/** Streams the rows of a CSV file (`-`: standard input) through the detector and prints each with its score. */
export async function runDetect(path: string, options: DetectOptions, io: CommandIo): Promise<number> {
  const progress = createProgress(io.stderr, [path]);
  const output = createOutput(io.stdout);
  const scorer = createScorer(path, options.column ?? 'value', output);
  const splitter = createLineSplitter(
    (buffer, start, end) => scorer.line(buffer.toString('utf8', start, end)),
    {
      onDrop: () => scorer.tooLong(),
    },
  );
  try {
    for await (const chunk of openLog(path, (bytes) => progress.read(path, bytes))) {
      splitter.push(chunk);
      if (!(await output.drain())) return 0;
    }
    splitter.flush();
    scorer.end();
  } finally {
    await output.flush();
    progress.done();
  }
  return 0;
}

interface Columns {
  readonly stamp: number;
  readonly value: number;
}

/** Takes lines one after the other; the first is the header. */
function createScorer(path: string, column: string, output: Output) {
  const detector = createDetector();
  let lineNumber = 0;
  let columns: Columns | undefined;
  const fault = (what: string) => new AppError('bad-request', `${name(path)}, line ${lineNumber}: ${what}`);
  return {
    line: (text: string) => {
      lineNumber += 1;
      if (columns !== undefined) {
        if (text.trim() !== '') output.put(scoredRow(detector, cellsOf(text), columns, fault));
        return;
      }
      columns = columnsOf(cellsOf(text.replace(/^\uFEFF/, '')), column, fault);
      output.put('timestamp,value,anomaly_score\n');
    },
    tooLong: () => {
      lineNumber += 1;
      throw fault('the line is too long: is this a CSV file?');
    },
    end: () => {
      if (columns === undefined)
        throw new AppError('bad-request', `${name(path)} is empty: a header is needed`);
    },
  };
}

type Fault = (what: string) => AppError;

function columnsOf(header: readonly string[], column: string, fault: Fault): Columns {
  const find = (wanted: string) => {
    const index = header.indexOf(wanted);
    if (index >= 0) return index;
    const mend = wanted === column ? 'name the right one with --column' : 'rename the one with the times';
    throw fault(`there is no column ${wanted} in the header (${header.join(', ')}): ${mend}`);
  };
  return { stamp: find('timestamp'), value: find(column) };
}

/** An empty cell or NaN is a value that was due and is missing. */
function scoredRow(detector: Detector, cells: readonly string[], columns: Columns, fault: Fault): string {
  const stamp = cells[columns.stamp] ?? '';
  const text = cells[columns.value] ?? '';
  const atMs = stampMs(stamp);
  if (atMs === undefined) {
    throw fault(`${JSON.stringify(stamp)} is no time: RFC 3339 or YYYY-MM-DD HH:MM:SS is needed`);
  }
  const isMissing = text === '' || text.toLowerCase() === 'nan';
  const value = isMissing ? null : Number(text);
  if (value !== null && !Number.isFinite(value)) throw fault(`${JSON.stringify(text)} is no number`);
  const { score } = detector.next(atMs, value);
  return `${cell(stamp)},${isMissing ? '' : text},${score.toFixed(6)}\n`;
}

function name(path: string): string {
  return path === '-' ? 'standard input' : path;
}
