/** What a page's main thread works for each frame that comes once a second. */
import type { CDPSession, Page } from 'playwright-core';
import { median, percentile } from './child.ts';

interface TraceEvent {
  readonly name: string;
  readonly ts: number;
  readonly dur?: number;
  /** Of the processor, which on a busy machine is less than what went by. */
  readonly tdur?: number;
  readonly tid: number;
  readonly pid: number;
  readonly args: { readonly name?: string };
}

export interface FrameWork {
  readonly median: number;
  readonly p99: number;
  readonly frames: number;
}

const CATEGORIES = ['toplevel', '__metadata'];
/** A turn of the thread's event loop; finer categories cost as much as what they show. */
const TASK = 'ThreadControllerImpl::RunTask';
const SECOND_US = 1e6;

/** Work of the main thread, ms, in each of so many seconds; each holds one frame, however its work is spread over tasks. */
export async function frameWork(page: Page, seconds: number): Promise<FrameWork> {
  const cdp = await page.context().newCDPSession(page);
  const tasks = await traceTasks(cdp, (seconds + 2) * 1_000);
  await cdp.detach();
  const [first = 0] = tasks.map(({ ts }) => ts);
  // Seconds begin where least is done, so that no frame falls on the edge of one.
  const quiet = quietestPhase(tasks);
  const begin = first - (first % SECOND_US) + quiet + (quiet < first % SECOND_US ? SECOND_US : 0);
  const work = Array.from({ length: seconds }, () => 0);
  for (const { ts, dur = 0, tdur = dur } of tasks) {
    const at = Math.floor((ts - begin) / SECOND_US);
    if (at >= 0 && at < seconds) work[at] = (work[at] ?? 0) + tdur / 1_000;
  }
  return { median: median(work), p99: percentile(work, 0.99), frames: seconds };
}

async function traceTasks(cdp: CDPSession, forMs: number): Promise<readonly TraceEvent[]> {
  const events: TraceEvent[] = [];
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await cdp.send('Tracing.start', { traceConfig: { includedCategories: CATEGORIES } });
  await new Promise((resolve) => setTimeout(resolve, forMs));
  const done = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
  await cdp.send('Tracing.end');
  await done;
  // Another page of the browser has a main thread too, which does nothing.
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  const byMain = mains.map(({ pid, tid }) =>
    events.filter((event) => event.name === TASK && event.pid === pid && event.tid === tid && event.dur),
  );
  const busiest = byMain.sort((a, b) => sum(b) - sum(a))[0];
  return (busiest ?? []).sort((a, b) => a.ts - b.ts);
}

const sum = (tasks: readonly TraceEvent[]): number => tasks.reduce((all, { dur = 0 }) => all + dur, 0);

const PHASES = 20;

/** The middle of the part of the second, µs, in which least was done. */
function quietestPhase(tasks: readonly TraceEvent[]): number {
  const byPhase = Array.from({ length: PHASES }, () => 0);
  for (const { ts, dur = 0 } of tasks) {
    const at = Math.floor(((ts % SECOND_US) / SECOND_US) * PHASES);
    byPhase[at] = (byPhase[at] ?? 0) + dur;
  }
  return ((byPhase.indexOf(Math.min(...byPhase)) + 0.5) / PHASES) * SECOND_US;
}
