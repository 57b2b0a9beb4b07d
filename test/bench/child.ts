import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

export interface Run {
  readonly seconds: number;
  /** Largest resident memory seen, MB. */
  readonly residentMb: number;
}

/** Runs a command pinned to the first core, its output thrown away; wall-clock seconds and memory. */
export async function runPinned(command: readonly string[]): Promise<Run> {
  const startedMs = performance.now();
  const child = spawn('taskset', ['-c', '0', ...command], { stdio: ['ignore', 'ignore', 'inherit'] });
  let residentMb = 0;
  const watch = setInterval(() => (residentMb = Math.max(residentMb, highWater(child.pid))), 20);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  clearInterval(watch);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}`);
  return { seconds: (performance.now() - startedMs) / 1000, residentMb };
}

/** The kernel's own high-water mark (VmHWM, kB), so that looking now and then is enough. */
function highWater(pid: number | undefined): number {
  const path = `/proc/${pid ?? 0}/status`;
  if (!existsSync(path)) return 0;
  const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(path, 'utf8'));
  return Number(found?.[1] ?? 0) / 1024;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

export function percentile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? NaN;
}

/** Rows of equal length as a table with aligned columns. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  '),
    )
    .join('\n');
}
