/** Frames of a whole day, played to the wall and to the desk as fast as they take them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Held, type Soak, soak } from '../support/soak.ts';
import { ROOT } from '../support/source-tree.ts';
import { table } from './child.ts';

const FRAMES = Number(process.env['MAILVIGIL_BENCH_FRAMES'] ?? 86_400);
const HOURS = 24;
const RECONNECTS = 10;
/** Tiles with their sparklines: the wall with the most elements. */
const TENANTS = 59;
const GROWTH_TARGET = 0.1;

export async function benchSoak(): Promise<void> {
  if (!existsSync(join(ROOT, 'dist', 'index.html'))) {
    console.log('skipped: there is no built client; run `npm run build` first');
    return;
  }
  console.log(
    `${FRAMES} frames, ${TENANTS} tenants, alarms come and go, ${RECONNECTS} reconnects; heap after garbage collection`,
  );
  const only = process.env['MAILVIGIL_BENCH_PART'];
  for (const [name, path] of [
    ['wall', '/'],
    ['desk', '/desk'],
  ] as const) {
    if (only !== undefined && only !== name) continue;
    const run = await soak({
      ...{ name: `bench-soak-${name}`, path, tenants: TENANTS, frames: FRAMES },
      ...{ parts: HOURS, reconnects: RECONNECTS, hasObjects: true },
      onPart: ({ frames, heapBytes }) =>
        process.stderr.write(`${name}: ${frames} frames of ${FRAMES}, ${(heapBytes / 1e6).toFixed(2)} MB\n`),
    });
    report(name, run);
  }
}

function report(name: string, { parts, missed, reconnected, seconds }: Soak): void {
  const [first, last] = [parts[0], parts.at(-1)];
  if (!first || !last) throw new Error('nothing was played');
  const row = (hour: string, held: Held): string[] => [
    hour,
    ...[held.heapBytes, aliveOf(held), codeOf(held)].map((bytes) => `${(bytes / 1e6).toFixed(2)} MB`),
    ...[held.nodes, held.detachedNodes, held.listeners].map(String),
  ];
  const shown = [0, 1, 5, 11, 17, HOURS - 1].flatMap((hour) => {
    const held = parts[hour];
    return held ? [row(`${name}, after hour ${hour + 1}`, held)] : [];
  });
  console.log(
    table([['', 'heap by V8', 'alive', 'of it code', 'nodes', 'of them detached', 'listeners'], ...shown]),
  );
  const grown = (of: (held: Held) => number): string => `${((of(last) / of(first) - 1) * 100).toFixed(1)} %`;
  console.log(
    `${name}: ${last.frames} frames in ${seconds.toFixed(0)} s, ${reconnected} reconnects, ${missed} frames not shown one by one`,
  );
  const isMet = Math.abs(aliveOf(last) / aliveOf(first) - 1) <= GROWTH_TARGET;
  console.log(
    `${name}, after the last hour against the first: alive ${grown(aliveOf)} (target within ${GROWTH_TARGET * 100} %: ${isMet ? 'met' : 'NOT met'}), ` +
      `without compiled code ${grown((held) => aliveOf(held) - codeOf(held))}; as V8 counts its heap ${grown(({ heapBytes }) => heapBytes)}`,
  );
}

const aliveOf = ({ objects }: Held): number => objects?.aliveBytes ?? 0;
const codeOf = ({ objects }: Held): number => objects?.codeBytes ?? 0;
