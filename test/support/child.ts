import { spawn, type ChildProcess } from 'node:child_process';

export interface Child {
  readonly pid: number;
  /** Everything written so far. */
  stdout(): string;
  stderr(): string;
  /** Exit code, -1 when a signal ended it; null while it runs. */
  exitCode(): number | null;
  readonly exited: Promise<void>;
  /** Asks it to end and waits; kills it when it doesn't listen. */
  stop(graceMs?: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A child leads a process group of its own, so that what it forked goes with it. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already: nothing left to signal.
  }
}

/**
 * Runs the program as leader of its process group beside a watch on our end of a pipe. When the pipe closes, because we
 * say so or because this process ended in whatever way, the group goes too: nothing a test starts outlives it.
 */
const WATCHED = 'exec 3<&0; { cat <&3; kill -KILL -$$; } >/dev/null 2>&1 & exec 3<&-; exec "$@" </dev/null';

/** Starts a program that never outlives this process. */
export function startChild(command: string, args: readonly string[], options: ChildOptions = {}): Child {
  const child = spawn('bash', ['-c', WATCHED, 'watched', command, ...args], { ...options, detached: true });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  let code: number | null = null;
  const exited = new Promise<void>((resolve) => {
    child.once('error', (error) => (text.stderr += `${error.message}\n`));
    child.once('exit', () => child.stdin.end());
    child.once('close', (status) => {
      code = status ?? -1;
      resolve();
    });
  });
  const stop = async (graceMs = 8_000): Promise<void> => {
    if (code !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
    await exited;
    clearTimeout(timer);
  };
  return {
    pid: child.pid ?? -1,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    exitCode: () => code,
    exited,
    stop,
    kill: (signal) => signalGroup(child, signal),
  };
}
