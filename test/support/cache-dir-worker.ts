/** A thread that says where it finds compiled code. */
import { getCompileCacheDir } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { answerCalls } from '../../server/base/thread.ts';

if (!parentPort) throw new Error('this is a thread of a test');
answerCalls(parentPort, { dir: () => getCompileCacheDir() ?? null, close: () => undefined });
