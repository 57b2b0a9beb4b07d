import { once } from 'node:events';
import { AppError } from '../base/errors.ts';
import { createLineSplitter } from '../collect/lines.ts';
import { openLog } from '../collect/open-log.ts';
import { createLogReader, type LogReader, type ReaderOptions } from '../collect/reader.ts';
import type { CommandIo } from './io.ts';
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
/** Bytes gathered before they are written: one write per line costs more than the line. */
const WRITE_BYTES = 64 * 1024;

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
      output.put(reader.record(buffer, start, end, lineNumber));
    },
    {
      onDrop: (reason) => {
        lineNumber += 1;
        output.put({ unparsed: true, line: lineNumber, dropped: reason });
      },
    },
  );
  for await (const chunk of chunks) {
    splitter.push(chunk);
    if (!(await output.drain())) return;
  }
  splitter.flush();
}

/** JSON lines to a stream: gathered, no faster than it takes them, and quiet when its reader has left (`| head`). */
interface Output {
  put(record: object): void;
  /** Waits until the stream takes more; false when nobody reads it any longer. */
  drain(): Promise<boolean>;
  flush(): Promise<void>;
  isClosed(): boolean;
}

function createOutput(stdout: CommandIo['stdout']): Output {
  let text = '';
  let closed = false;
  let failure: Error | undefined;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    closed = true;
    if (error.code !== 'EPIPE') failure = error;
  });

  async function write(): Promise<void> {
    const part = text;
    text = '';
    if (part === '' || closed) return;
    if (!stdout.write(part))
      await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => undefined);
  }

  async function drain(): Promise<boolean> {
    if (text.length >= WRITE_BYTES) await write();
    if (failure) throw new AppError('unavailable', `standard output can't be written: ${failure.message}`);
    return !closed;
  }

  return {
    put: (record) => {
      if (!closed) text += `${JSON.stringify(record)}\n`;
    },
    drain,
    flush: write,
    isClosed: () => closed,
  };
}
