/** Structured log: one JSON object a line on standard error; events are past tense, repeated ones are rate-limited. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  child(component: string): Log;
}

const RANK: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };
/** The same event of the same component at most this often; the rest is counted and said with the next one. */
const REPEAT_MS = 10_000;

export interface LogOptions {
  readonly level?: LogLevel;
  readonly write?: (line: string) => void;
  readonly now?: () => number;
}

/** A log for `component`; children share its rate limits. */
export function createLog(component: string, options: LogOptions = {}): Log {
  const { level = 'info', write = (line) => process.stderr.write(line), now = Date.now } = options;
  const seen = new Map<string, { atMs: number; suppressed: number }>();
  return make(component);

  function make(name: string): Log {
    const at = (rank: LogLevel) => (event: string, fields?: LogFields) => emit(rank, name, event, fields);
    const child = (sub: string) => make(`${name}.${sub}`);
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child };
  }

  function emit(rank: LogLevel, name: string, event: string, fields: LogFields = {}): void {
    if (RANK[rank] < RANK[level]) return;
    const key = `${name} ${event} ${String(fields['source'] ?? '')}`;
    const last = seen.get(key);
    const atMs = now();
    if (last && rank !== 'info' && atMs - last.atMs < REPEAT_MS) {
      last.suppressed += 1;
      return;
    }
    const suppressed = last?.suppressed ? { suppressed: last.suppressed } : {};
    if (seen.size > 1_000) seen.clear();
    seen.set(key, { atMs, suppressed: 0 });
    write(
      `${JSON.stringify({ time: new Date(atMs).toISOString(), level: rank, component: name, event, ...fields, ...suppressed })}\n`,
    );
  }
}

/** Swallows everything; for tests and for commands whose standard error is for people. */
export const silentLog: Log = createLog('silent', { level: 'error', write: () => undefined });
