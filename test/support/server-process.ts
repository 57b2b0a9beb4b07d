import { join } from 'node:path';
import { startChild, type Child } from './child.ts';
import { ROOT } from './source-tree.ts';
import { until } from './until.ts';

export interface ServerProcess {
  readonly url: string;
  readonly port: number;
  /** Ends it like a power cut. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** `SIGSTOP` holds it, `SIGCONT` lets it go on. */
  signal(name: NodeJS.Signals): void;
  stderr(): string;
}

const NODE = join(ROOT, 'node_modules', '.bin', 'node');
const CLI = join(ROOT, 'server', 'cli.ts');

/** Any command of ours in a process of its own. */
export function startCli(...args: string[]): Child {
  return startChild(NODE, [CLI, ...args], { cwd: ROOT });
}

/** `serve` with these flags, once it says that it is ready. */
export async function startServer(...args: string[]): Promise<ServerProcess> {
  const child = startCli('serve', ...args);
  const ready = await until(
    () => {
      if (child.exitCode() !== null) return 'ended';
      return readyLine(child.stdout());
    },
    { what: 'the ready line of the server', timeoutMs: 30_000 },
  );
  if (ready === 'ended') throw new Error(`the server ended with ${child.exitCode()}: ${child.stderr()}`);
  const { url } = ready;
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await child.exited;
  };
  return {
    url,
    port: Number(new URL(url).port),
    kill,
    stop: () => child.stop(),
    signal: (name) => child.kill(name),
    stderr: child.stderr,
  };
}

function readyLine(stdout: string): { readonly url: string } | undefined {
  const line = stdout.split('\n').find((each) => each.includes('"event":"ready"'));
  return line === undefined ? undefined : (JSON.parse(line) as { url: string });
}
