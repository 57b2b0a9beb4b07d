/** Everything that must hold before a change is good: form, lint, types, build, and all tests. Last line: `N passed, N failed`. */
import { parseArgs } from 'node:util';
import { ensurePackages } from './support/debian-packages.ts';
import { runTests, runTool, type Counts } from './support/steps.ts';

const STEPS: Readonly<Record<string, () => Counts>> = {
  format: () => runTool('prettier', ['--check', '--log-level', 'warn', '.']),
  lint: () => runTool('eslint', ['.', '--max-warnings', '0']),
  types: () => runTool('vue-tsc', ['--noEmit', '-p', 'tsconfig.json']),
  build: () => runTool('vite', ['build', '--logLevel', 'warn']),
  unit: () => runTests('unit'),
  client: () => runTests('client'),
  live: () => runTests('live'),
  packages: () => packages(),
  real: () => runTests('real'),
  long: () => runTests('long'),
};
/** `long` runs when it is named: `npm run test:long`. */
const NAMES = Object.keys(STEPS);
const USUAL = NAMES.filter((name) => name !== 'long');

const USAGE = `npm test [-- --only unit,client]

Runs, in this order: ${USUAL.join(', ')}; and long (minutes of kill -9) when it is named.
  --only LIST   only these steps
  --help        this text
The last line is "N passed, N failed", then ", N skipped" if any; exit 0 when nothing failed, 1 else, 2 on wrong usage.
`;

function packages(): Counts {
  const { ok, detail } = ensurePackages((text) => process.stdout.write(text));
  process.stdout.write(`  ${detail}\n`);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

/** Undefined: wrong usage, already said. */
function chosenSteps(): readonly string[] | undefined {
  try {
    const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } });
    if (values.help) return [];
    const wanted = values.only?.split(',') ?? USUAL;
    const unknown = wanted.filter((name) => !(name in STEPS));
    if (unknown.length > 0) throw new Error(`unknown step: ${unknown.join(', ')}`);
    return NAMES.filter((name) => wanted.includes(name) || (name === 'packages' && wanted.includes('real')));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return undefined;
  }
}

function runStep(name: string, total: Counts): Counts {
  process.stdout.write(`\n── ${name}\n`);
  const startedAtMs = performance.now();
  const counts = STEPS[name]!();
  const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
  process.stdout.write(`── ${name}: ${counts.failed === 0 ? 'good' : 'FAILED'} (${seconds} s)\n`);
  return {
    passed: total.passed + counts.passed,
    failed: total.failed + counts.failed,
    skipped: total.skipped + counts.skipped,
  };
}

function main(): number {
  const names = chosenSteps();
  if (!names) return 2;
  if (names.length === 0) {
    process.stdout.write(USAGE);
    return 0;
  }
  let total: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const name of names) {
    const before = total.failed;
    total = runStep(name, total);
    // Without the packages the tests that need them can only fail for one and the same reason, already counted.
    if (name === 'packages' && total.failed > before) break;
  }
  const { passed, failed, skipped } = total;
  process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = main();
