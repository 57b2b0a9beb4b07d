import { describe, expect, it } from 'vitest';
import { countsOf, type Report } from './support/steps.ts';

const report = (parts: Partial<Report>): Report => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...parts,
});

describe('the last line of npm test', () => {
  it('counts the tests as vitest reports them', () => {
    const counts = countsOf(
      report({ numPassedTests: 7, numFailedTests: 2, numPendingTests: 1, numTodoTests: 1 }),
      false,
    );
    expect(counts).toEqual({ passed: 7, failed: 2, skipped: 2 });
  });

  it('counts a test file that cannot be loaded as one failure', () => {
    const testResults = [{ status: 'failed', assertionResults: [] }];
    expect(countsOf(report({ numPassedTests: 3, testResults }), false)).toEqual({
      passed: 3,
      failed: 1,
      skipped: 0,
    });
  });

  it('counts a run that failed although every test passed as one failure', () => {
    expect(countsOf(report({ numPassedTests: 3 }), false)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });

  it('counts a run without a report as one failure', () => {
    expect(countsOf(undefined, true)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});
