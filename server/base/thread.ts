/** Asking a worker thread as if it were an object: one message per call, one per answer, errors with their code. */
import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { type MessagePort, Worker } from 'node:worker_threads';
import { AppError, messageOf } from './errors.ts';
import { ERROR_CODES, type ErrorCode } from '../../shared/protocol.ts';

interface Call {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}
interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly details: readonly string[];
  };
}
interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Room for what lives shortly; with more of it a thread becomes larger and no faster. */
const YOUNG_MB = 24;

export interface Thread {
  call(method: string, ...args: readonly unknown[]): Promise<unknown>;
  /** Waits for what was asked before; what is asked afterwards is refused. */
  close(): Promise<void>;
}

export interface ThreadOptions {
  readonly name: string;
  readonly url: URL;
  readonly data: unknown;
}

/** A thread that is started with the first call, and anew with the first call after it has died. */
export function createThread(options: ThreadOptions): Thread {
  return new WorkerThread(options);
}

class WorkerThread implements Thread {
  readonly #options: ThreadOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #nextId = 1;
  #isClosed = false;
  #fault = '';

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    if (this.#isClosed)
      return Promise.reject(new AppError('unavailable', `the ${this.#options.name} thread is closed`));
    return this.#send(method, args);
  }

  #send(method: string, args: readonly unknown[]): Promise<unknown> {
    const worker = (this.#worker ??= this.#start());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, method, args } satisfies Call);
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    if (!worker) return;
    const exited = once(worker, 'exit');
    await this.#send('close', []).catch(() => undefined); // It ends either way, and what failed in it was told before.
    await worker.terminate();
    await exited;
  }

  #start(): Worker {
    const { url, data, name } = this.#options;
    const worker = new Worker(url, {
      workerData: data,
      name,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
      env: { ...process.env, ...compileCache() },
    });
    worker.on('message', (answer: Answer) => this.#settle(answer));
    worker.on('error', (error) => (this.#fault = messageOf(error)));
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
      const gone = new AppError(
        'unavailable',
        `the ${name} thread has ended: ${this.#fault || 'no reason given'}`,
      );
      for (const { reject } of this.#waiting.values()) reject(gone);
      this.#waiting.clear();
    });
    return worker;
  }

  #settle({ id, value, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(new AppError(error.code, error.message, error.details));
    else waiting?.resolve(value);
  }
}

/**
 * A thread does not know of the cache of compiled code that was opened beside it: by the variable it finds it, and neither
 * loads the compiler of types nor compiles what is there.
 */
function compileCache(): { readonly NODE_COMPILE_CACHE?: string } {
  const ofThisVersion = getCompileCacheDir();
  return ofThisVersion === undefined ? {} : { NODE_COMPILE_CACHE: dirname(ofThisVersion) };
}

export type Handlers = Readonly<Record<string, (...args: never[]) => unknown>>;

/** The other side: answers calls in the order they come. */
export function answerCalls(port: MessagePort, handlers: Handlers): void {
  let turn: Promise<void> = Promise.resolve();
  port.on('message', (call: Call) => {
    turn = turn.then(async () => port.postMessage(await answer(handlers, call)));
  });
}

async function answer(handlers: Handlers, { id, method, args }: Call): Promise<Answer> {
  try {
    const handler = handlers[method];
    if (!handler) throw new Error(`there is no ${method}`);
    return { id, value: await handler(...(args as never[])) };
  } catch (error) {
    const details = error instanceof AppError ? error.details : [];
    return { id, error: { code: codeOf(error), message: messageOf(error), details } };
  }
}

function codeOf(error: unknown): ErrorCode {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return ERROR_CODES.find((known) => known === code) ?? 'internal';
}
