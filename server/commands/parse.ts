import { createLineSplitter } from '../collect/lines.ts';
import { openLog } from '../collect/open-log.ts';
import { createLogReader, type LogReader, type ReaderOptions } from '../collect/reader.ts';
import type { CommandIo } from './io.ts';
import { createOutput, type Output } from './output.ts';
import { createProgress } from './progress.ts';

export interface ParseOptions {
  readonly format?: string;
  readonly year?: number;
  readonly timezone?: string;
}

/** Formats of the contract, and how their lines are read; `undefined`: known, not read yet. */
const FORMATS: Readonly<Record<string, ReaderOptions['format'] | undefined>> = {
  auto: 'auto',
  postfix: 'syslog',
  dovecot: 'syslog',
  syslog: 'syslog',
  rspamd: 'rspamd',
  exim: undefined,
  kumomta: undefined,
  haraka: undefined,
  powermta: undefined,
  arf: undefined,
  dsn: undefined,
};

const WRONG_USAGE = 2;

/** Prints one JSON object per line of the files, in order; `-` or no file is standard input. */
export async function runParse(
  files: readonly string[],
  options: ParseOptions,
  io: CommandIo,
): Promise<number> {
  const format = options.format ?? 'auto';
  const read = FORMATS[format];
  if (read === undefined) {
    io.stderr.write(`${usage(format)}\n`);
    return WRONG_USAGE;
  }
  const paths = files.length > 0 ? files : ['-'];
  const progress = createProgress(io.stderr, paths);
  const output = createOutput(io.stdout);
  try {
    for (const path of paths) {
      const chunks = openLog(path, (bytes) => progress.read(path, bytes));
      await parseFile(chunks, createLogReader(readerOptions(path, read, options)), output);
      if (output.isClosed()) break;
    }
    await output.flush();
  } finally {
    progress.done();
  }
  return 0;
}

function usage(format: string): string {
  const known = Object.keys(FORMATS);
  if (!known.includes(format)) return `--format ${format} is not known: it is one of ${known.join(', ')}`;
  const readable = known.filter((name) => FORMATS[name] !== undefined);
  return `--format ${format} is not read yet: ${readable.join(', ')} are`;
}

function readerOptions(path: string, format: ReaderOptions['format'], options: ParseOptions): ReaderOptions {
  return { format, source: path, year: options.year, timezone: options.timezone };
}

async function parseFile(chunks: AsyncIterable<Buffer>, reader: LogReader, output: Output): Promise<void> {
  let lineNumber = 0;
  const splitter = createLineSplitter(
    (buffer, start, end) => {
      lineNumber += 1;
      output.put(jsonLine(reader.record(buffer, start, end, lineNumber)));
    },
    {
      onDrop: (reason) => {
        lineNumber += 1;
        output.put(jsonLine({ unparsed: true, line: lineNumber, dropped: reason }));
      },
    },
  );
  for await (const chunk of chunks) {
    splitter.push(chunk);
    if (!(await output.drain())) return;
  }
  splitter.flush();
}

function jsonLine(record: object): string {
  return `${JSON.stringify(record)}\n`;
}
