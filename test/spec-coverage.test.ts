import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ruleFaults, statedRules } from './support/spec-rules.ts';
import { readTree, ROOT } from './support/source-tree.ts';

describe('docs/SPEC.md and the tests', () => {
  const specification = (): string => readFileSync(join(ROOT, 'docs', 'SPEC.md'), 'utf8');
  /** This file cites made-up rules, so it does not count. */
  const tests = (): string[] =>
    [...readTree('test', /(\.test|-contract)\.ts$/)]
      .filter(([path]) => path !== 'test/spec-coverage.test.ts')
      .map(([, text]) => text);

  it('states rules', () => {
    expect(statedRules(specification()).length).toBeGreaterThan(0);
  });

  it('agree: every rule has a test that cites it, every cited rule is stated, and none is stated twice', () => {
    expect(ruleFaults(specification(), tests())).toEqual({ untested: [], unknown: [], statedTwice: [] });
  });
});

describe('the comparison of rules and tests', () => {
  const SPECIFICATION =
    '# Collect\n**COL-1** A line is read once.\n- **COL-2**: Never throws.\n\nSee COL-1 and **bold**.\n';

  it('reads a rule where a line begins with its id in bold', () => {
    expect(statedRules(SPECIFICATION)).toEqual(['COL-1', 'COL-2']);
  });

  it('finds a rule without a test', () => {
    expect(ruleFaults(SPECIFICATION, [`it('reads once (COL-1)')`]).untested).toEqual(['COL-2']);
  });

  it('finds a test that cites a rule which is not stated', () => {
    expect(ruleFaults(SPECIFICATION, ['// COL-1, COL-2, COL-9']).unknown).toEqual(['COL-9']);
  });

  it('takes words of another kind for no citation', () => {
    expect(ruleFaults(SPECIFICATION, ['// COL-1, COL-2', `it('reads UTF-8 and RFC-3164')`]).unknown).toEqual(
      [],
    );
  });

  it('finds a rule that is stated twice', () => {
    expect(ruleFaults(`${SPECIFICATION}**COL-1** Again.`, ['COL-1 COL-2']).statedTwice).toEqual(['COL-1']);
  });
});
