import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORPUS } from '../support/corpus.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { median, table } from './child.ts';

const ROUNDS = 3;

/** Lines per second of `import` with the message journal, beside pflogsumm, which keeps nothing, in turns. */
export async function benchImport(): Promise<void> {
  const archive = join(CORPUS, 'big.log.zst');
  if (!existsSync(archive)) {
    console.log(`skipped: ${archive} is not there`);
    return;
  }
  const dir = createTempDir('bench-import');
  try {
    const plain = join(dir.path, 'big.log');
    spawnSync('zstd', ['-dqf', archive, '-o', plain]);
    const lines = Number(spawnSync('wc', ['-l', plain]).stdout.toString().trim().split(' ')[0]);
    const imported: Measured[] = [];
    const summed: Measured[] = [];
    const hasPflogsumm = spawnSync('which', ['pflogsumm']).status === 0;
    for (let round = 0; round < ROUNDS; round++) {
      const flags = ['--tenants', join(CORPUS, 'run1/tenants.json'), '--timezone', 'UTC', '--year', '2026'];
      const data = ['--data', join(dir.path, `data-${round}`)];
      imported.push(await measure([process.execPath, 'server/cli.ts', 'import', archive, ...flags, ...data]));
      if (hasPflogsumm) summed.push(await measure(['pflogsumm', plain]));
    }
    const row = (name: string, runs: readonly Measured[]) => [
      name,
      `${(lines / median(runs.map(({ seconds }) => seconds)) / 1000).toFixed(0)} k/s`,
      `${median(runs.map(({ residentMb }) => residentMb)).toFixed(0)} MB`,
    ];
    console.log(
      table([
        [`${lines} lines, median of ${ROUNDS}`, 'lines', 'resident'],
        row('import, .zst, into the store with journal and lines', imported),
        ...(summed.length > 0 ? [row('pflogsumm, which keeps nothing', summed)] : []),
      ]),
    );
    console.log('target: >= 150 k/s on one core plus the writer, <= 500 MB');
  } finally {
    dir.remove();
  }
}

interface Measured {
  readonly seconds: number;
  readonly residentMb: number;
}

async function measure([program = '', ...args]: readonly string[]): Promise<Measured> {
  const startedMs = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  let residentMb = 0;
  const watch = setInterval(() => {
    const path = `/proc/${child.pid ?? 0}/status`;
    const found = existsSync(path) ? /VmHWM:\s+(\d+) kB/.exec(readFileSync(path, 'utf8')) : null;
    residentMb = Math.max(residentMb, Number(found?.[1] ?? 0) / 1024);
  }, 50);
  const code = await new Promise((resolve) => child.on('exit', resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${String(code)}`);
  return { seconds: (performance.now() - startedMs) / 1000, residentMb };
}
