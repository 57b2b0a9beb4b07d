import { spawn, type ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';

export interface CommandExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Its beginning. */
  readonly stderr: string;
  /** Error code of the system (`ENOENT`) when it could not be started. */
  readonly spawnError?: string;
}

export interface RunningCommand {
  readonly stdout: AsyncIterable<Buffer>;
  /** Never rejects. */
  readonly exit: Promise<CommandExit>;
}

/** Starts a command that ends at the latest when `signal` is aborted. */
export type RunCommand = (argv: readonly string[], signal: AbortSignal) => RunningCommand;

const STDERR_CHARS = 2_048;
/** What was killed and has not gone by then (a disk that hangs) is not waited for any longer. */
const KILL_GRACE_MS = 2_000;
const NICENESS = 10;

/** Runs a real command, never through a shell, at low priority and in a process group of its own. */
export const runCommand: RunCommand = ([program = '', ...args], signal) => {
  try {
    // `postqueue` lives in /usr/sbin, which is not in the path of ordinary users; reasons are matched in English.
    const env = {
      ...process.env,
      PATH: `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`,
      LC_ALL: 'C',
    };
    const child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    beNice(child);
    return { stdout: child.stdout, exit: exitOf(child, signal) };
  } catch (error) {
    return { stdout: nothing(), exit: Promise.resolve(notStarted(error)) };
  }
};

function exitOf(child: ChildProcess, signal: AbortSignal): Promise<CommandExit> {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(0, STDERR_CHARS);
  });
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const kill = () => {
      killGroup(child);
      timer = setTimeout(() => resolve({ code: null, signal: 'SIGKILL', stderr }), KILL_GRACE_MS);
    };
    const settle = (exit: CommandExit) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      resolve(exit);
    };
    child.once('error', (error) => settle({ ...notStarted(error), stderr }));
    child.once('close', (code, by) => settle({ code, signal: by, stderr }));
    if (signal.aborted) kill();
    else signal.addEventListener('abort', kill, { once: true });
  });
}

/** A wrapper (`ssh`, a script) and what it started; their pipes too, in case one of them got away. */
function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Gone already, or another user's: that one gets SIGPIPE when it writes.
  }
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function beNice(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) setPriority(child.pid, NICENESS);
  } catch {
    // Gone already, or another user's: the listing is the same without.
  }
}

function notStarted(error: unknown): CommandExit {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return { code: null, signal: null, stderr: '', spawnError: code };
}

// eslint-disable-next-line require-yield -- what a command prints that was never started
async function* nothing(): AsyncGenerator<Buffer> {
  return;
}
