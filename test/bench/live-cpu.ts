/** Processor time that the kernel has counted for a process. */
import { readdirSync, readFileSync } from 'node:fs';

const EVERY_MS = 1_000;
const OFFSET_MS = 250;

/** Time on a processor of all threads so far, ms. From `schedstat` (ns), as the ticks of `stat` are 10 ms each. */
function cpuMs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  const spentNs = readdirSync(tasks).map((task) =>
    Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]),
  );
  return spentNs.reduce((sum, ns) => sum + ns, 0) / 1e6;
}

/**
 * Processor time of each process in each of the next seconds, ms. A second begins at a quarter past the full one, when
 * neither server sends a frame, so that each holds one.
 */
export async function cpuBySecond(seconds: number, pids: readonly number[]): Promise<number[][]> {
  const marks: number[][] = [];
  for (let i = 0; i <= seconds; i++) {
    await sleep(EVERY_MS - ((Date.now() - OFFSET_MS) % EVERY_MS));
    marks.push(pids.map(cpuMs));
  }
  return marks.slice(1).map((mark, i) => mark.map((ms, at) => ms - (marks[i]?.[at] ?? NaN)));
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
