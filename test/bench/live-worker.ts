/** A script of ours in a process of its own, so that what it costs is not taken for the server's. */
import { type ChildProcess, fork } from 'node:child_process';

/** What a worker can be asked for: one argument, one answer, both plain data. */
export type WorkerApi<A> = { readonly [K in keyof A]: (argument: never) => unknown };
type Asked<A extends WorkerApi<A>, K extends keyof A> = Parameters<A[K]>[0];
type Answered<A extends WorkerApi<A>, K extends keyof A> = Awaited<ReturnType<A[K]>>;

export interface Worker<A extends WorkerApi<A>> {
  readonly pid: number;
  /** One question at a time. */
  ask<K extends keyof A & string>(name: K, argument: Asked<A, K>): Promise<Answered<A, K>>;
  stop(): Promise<void>;
}

interface Question {
  readonly name: string;
  readonly argument: unknown;
}
type Answer = { readonly data: unknown } | { readonly error: string };

const alive = new Set<ChildProcess>();
process.on('exit', () => alive.forEach((child) => child.kill('SIGKILL')));

/** Nothing that is asked for takes long. */
const TIMEOUT_MS = 60_000;

function silence(): Promise<Answer> {
  return new Promise((resolve) => {
    setTimeout(() => resolve({ error: `no answer for ${TIMEOUT_MS} ms` }), TIMEOUT_MS).unref();
  });
}

/** Starts the script; it answers by `serveParent`. */
export function startWorker<A extends WorkerApi<A>>(path: string): Worker<A> {
  const child = fork(path);
  alive.add(child);
  const exited = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? -1)));
  void exited.then(() => alive.delete(child));
  return {
    pid: child.pid ?? -1,
    async ask(name, argument) {
      const answered = new Promise<Answer>((resolve) => child.once('message', resolve));
      const ended = exited.then((code): Answer => ({ error: `it ended with ${code}` }));
      child.send({ name, argument } satisfies Question);
      const answer = await Promise.race([answered, ended, silence()]);
      if ('error' in answer) throw new Error(`${path}: ${name}: ${answer.error}`);
      return answer.data as never;
    },
    async stop() {
      if (!alive.has(child)) return;
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** In the worker: answers what the parent asks, and ends with it. */
export function serveParent<A extends WorkerApi<A>>(api: A): void {
  process.on('disconnect', () => process.exit());
  process.on('message', (question: Question) => void answer(question).then((given) => process.send?.(given)));

  async function answer({ name, argument }: Question): Promise<Answer> {
    try {
      const call = api[name as keyof A] as unknown as (argument: unknown) => unknown;
      return { data: (await call(argument)) ?? null };
    } catch (error) {
      return { error: String(error) };
    }
  }
}
