import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, type Run, runPinned, table } from './child.ts';

const CORPUS = join(import.meta.dirname, '../../../shared/corpus');
const ROUNDS = 3;
/** The counters that a mail operator's smallest mtail program keeps. */
const MTAIL_PROGRAM = `counter sent
counter deferred
counter bounced
counter reject
/status=sent/ {
  sent++
}
/status=deferred/ {
  deferred++
}
/status=bounced/ {
  bounced++
}
/NOQUEUE: reject/ {
  reject++
}
`;

/** Lines per second of `replay` over the large log beside other readers of Postfix logs, each alone on one core, in turns. */
export async function benchParse(): Promise<void> {
  const archive = join(CORPUS, 'big.log.zst');
  if (!existsSync(archive)) {
    console.log(`skipped: ${archive} is not there`);
    return;
  }
  const dir = mkdtempSync(join(tmpdir(), 'mailvigil-bench-'));
  try {
    const plain = join(dir, 'big.log');
    spawnSync('zstd', ['-dqf', archive, '-o', plain]);
    writeFileSync(join(dir, 'count.mtail'), MTAIL_PROGRAM);
    const lines = Number(spawnSync('wc', ['-l', plain]).stdout.toString().trim().split(' ')[0]);
    const replay = [
      process.execPath,
      'server/cli.ts',
      'replay',
      '--tenants',
      join(CORPUS, 'run1/tenants.json'),
      '--timezone',
      'UTC',
      '--year',
      '2026',
      '--json',
    ];
    report(lines, await inTurns(contenders(replay, archive, plain, dir)));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function contenders(
  replay: readonly string[],
  archive: string,
  plain: string,
  dir: string,
): Readonly<Record<string, readonly string[]>> {
  const have = (program: string) => spawnSync('which', [program]).status === 0;
  return {
    ...(have('pflogsumm') ? { pflogsumm: ['pflogsumm', plain] } : {}),
    ...(have('mtail')
      ? {
          mtail: [
            'mtail',
            '--one_shot',
            '--progs',
            dir,
            '--logs',
            plain,
            '--logtostderr=false',
            '--log_dir',
            dir,
          ],
        }
      : {}),
    'replay, .zst': [...replay, archive],
    'replay, plain': [...replay, plain],
    'wc -l': ['wc', '-l', plain],
  };
}

/** One round of each after the other, so that a busy moment of the machine falls on all alike. */
async function inTurns(all: Readonly<Record<string, readonly string[]>>): Promise<Map<string, Run[]>> {
  const runs = new Map<string, Run[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, command] of Object.entries(all)) {
      runs.set(name, [...(runs.get(name) ?? []), await runPinned(command)]);
    }
  }
  return runs;
}

function report(lines: number, runs: ReadonlyMap<string, readonly Run[]>): void {
  const rate = (name: string) => lines / median((runs.get(name) ?? []).map(({ seconds }) => seconds));
  const rows = [...runs].map(([name, all]) => [
    name,
    `${(rate(name) / 1000).toFixed(0)} k/s`,
    `${(rate(name) / rate('pflogsumm')).toFixed(2)} x`,
    `${Math.max(...all.map(({ residentMb }) => residentMb)).toFixed(0)} MB`,
  ]);
  console.log(`${lines} lines, median of ${ROUNDS}, one core`);
  console.log(table([['reader', 'lines', 'of pflogsumm', 'resident'], ...rows]));
}
