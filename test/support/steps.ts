import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';

/** What one step adds to the last line. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const ROOT = join(import.meta.dirname, '..', '..');
const BIN = join(ROOT, 'node_modules', '.bin');
/** `node` of every tool is the one of the project, not the machine's. */
const env = { ...process.env, PATH: `${BIN}${delimiter}${process.env['PATH'] ?? ''}` };

/** Runs a tool of the project to its end, its output before our eyes; it counts as one test. */
export function runTool(name: string, args: readonly string[]): Counts {
  return isSuccess(name, args) ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/** Runs one vitest project and counts its tests by vitest's own report. */
export function runTests(project: string): Counts {
  const dir = mkdtempSync(join(tmpdir(), 'mv-run-'));
  const file = join(dir, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const isGood = isSuccess('vitest', ['run', '--project', project, ...reporters]);
    return countsOf(readReport(file), isGood);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The part of vitest's JSON report that is counted. */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/** A file that could not be loaded counts as one failure, and so does a run that failed without any failed test. */
export function countsOf(report: Report | undefined, isGood: boolean): Counts {
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const failed = report.numFailedTests + broken.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !isGood ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch (error) {
    console.error(`no report of vitest: ${String(error)}`);
    return undefined;
  }
}

function isSuccess(name: string, args: readonly string[]): boolean {
  const { status, error } = spawnSync(join(BIN, name), args, {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error) console.error(error.message);
  return status === 0;
}
