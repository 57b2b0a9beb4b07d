/** Processor time that the kernel has counted for a process. */
import { readdirSync, readFileSync } from 'node:fs';

/** Time on a processor of all threads so far, ms. From `schedstat` (ns), as the ticks of `stat` are 10 ms each. */
export function cpuMs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  const spentNs = readdirSync(tasks).map((task) =>
    Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]),
  );
  return spentNs.reduce((sum, ns) => sum + ns, 0) / 1e6;
}

/** Waits for a moment between two frames, so that as many of them as seconds fall into what is measured then. */
export function betweenFrames(): Promise<void> {
  return sleep((1_250 - (Date.now() % 1_000)) % 1_000);
}

/** Processor ms per second of each process, over the same stretch of time. */
export async function cpuOver(seconds: number, pids: readonly number[]): Promise<number[]> {
  const startedMs = performance.now();
  const before = pids.map(cpuMs);
  await sleep(seconds * 1_000);
  const tookS = (performance.now() - startedMs) / 1_000;
  return pids.map((pid, i) => (cpuMs(pid) - (before[i] ?? 0)) / tookS);
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
