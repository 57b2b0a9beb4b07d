import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  aloneText,
  blockOf,
  diffLines,
  isOffEntry,
  lineIn,
  offsetOf,
  ruleBlocks,
  withEnabled,
  withoutRule,
  withPart,
  withRule,
} from '../../../client/stores/rules-text.ts';

const FILE = `# Ours.
rules:
  - id: lag
    title: Lag
    levels:
      - priority: high
        above: 5 # id: not-this

  # Of Ben.
  - title: Queue
    id: 'queue'   # the id need not be first
    when: { kind: level, metric: queueDepth }
  - id: spam
    enabled: false
`;
const ids = (text: string) => ruleBlocks(text).map(({ id }) => id);

describe('the rules file as text', () => {
  it('says where each rule stands, with its line', () => {
    expect(ruleBlocks(FILE).map(({ id, line }) => [id, line])).toEqual([
      ['lag', 3],
      ['queue', 10],
      ['spam', 13],
    ]);
  });

  it('gives remarks and empty lines between two rules to the one below (ALP-30)', () => {
    const { start, end } = blockOf(FILE, 'lag')!;
    expect(FILE.slice(start, end)).toMatch(/^ {2}- id: lag\n[^]*not-this\n$/);
  });

  it.each([
    ['nothing', ''],
    ['an empty list', 'rules: []\n'],
    ['no list', 'rules:\n  lag: 5\n'],
    ['no YAML', '\u0000{{{{'],
    ['a list elsewhere', 'others:\n  - id: lag\n'],
  ])('has no rules in %s', (_, text) => {
    expect(ruleBlocks(text)).toEqual([]);
  });

  it('reads lists without indentation, Windows line ends, and an end without a line feed', () => {
    expect(ids('rules:\r\n- id: a\r\n  title: A\r\n- id: b')).toEqual(['a', 'b']);
    expect(ids('rules:\n- id: a\nother: 1\n')).toEqual(['a']);
  });

  it('replaces one rule and leaves all else byte for byte (ALP-30)', () => {
    const { start, end } = blockOf(FILE, 'queue')!;
    const text = withPart(FILE, start, end, '  - id: queue\n    title: Q');
    expect(text.startsWith(FILE.slice(0, start))).toBe(true);
    expect(text.endsWith(FILE.slice(end))).toBe(true);
    expect(ids(text)).toEqual(['lag', 'queue', 'spam']);
  });

  it.each([
    ['', ['new']],
    ['rules: []', ['new']],
    ['rules: null\n', ['new']],
    ['rules:\n', ['new']],
    ['# only a remark', ['new']],
    [FILE, ['lag', 'queue', 'spam', 'new']],
    ['rules:\n- id: a', ['a', 'new']],
  ])('takes one rule more, wherever there was none: %j', (text, expected) => {
    const more = withRule(text, '- id: new\n  title: New\n  levels:\n    - { priority: low }\n');
    expect(ids(more)).toEqual(expected);
    const read = parse(more) as { rules: { id: string; levels?: unknown[] }[] };
    expect(read.rules.map(({ id }) => id)).toEqual(expected);
    expect(read.rules.at(-1)?.levels).toEqual([{ priority: 'low' }]);
  });

  it('loses a rule, and the last of them to an empty list', () => {
    expect(ids(withoutRule(FILE, 'queue'))).toEqual(['lag', 'spam']);
    expect(parse(withoutRule('rules:\n  - id: a\n', 'a'))).toEqual({ rules: [] });
    expect(withoutRule(FILE, 'other')).toBe(FILE);
  });

  it('switches a rule off and on again (ALP-35)', () => {
    const source = '- id: lag\n  title: Lag\n';
    const off = withEnabled(source, false);
    expect(parse(off)).toEqual([{ id: 'lag', enabled: false, title: 'Lag' }]);
    expect(parse(withEnabled(off, true))).toEqual([{ id: 'lag', enabled: true, title: 'Lag' }]);
    expect(withEnabled(source, true)).toBe(source);
    expect(parse(withEnabled('  - id: lag', false))).toEqual([{ id: 'lag', enabled: false }]);
  });

  it('tells an entry that only switches off from a whole rule', () => {
    expect(isOffEntry('  - id: spam\n    enabled: false\n')).toBe(true);
    expect(isOffEntry('- id: spam\n  enabled: true\n')).toBe(false);
    expect(isOffEntry('- id: spam\n  enabled: false\n  title: Spam\n')).toBe(false);
  });

  it('makes a file of one rule', () => {
    const { start, end } = blockOf(FILE, 'queue')!;
    expect(ids(aloneText(FILE.slice(start, end)))).toEqual(['queue']);
    expect(parse(aloneText(FILE.slice(start, end)))).toMatchObject({ rules: [{ title: 'Queue' }] });
  });

  it('finds the line that a fault names (ALP-31)', () => {
    expect(lineIn("rules.yaml:12: rule 'lag': scope: is not a scope")).toBe(12);
    expect(lineIn('rules: is not a list of rules')).toBeNull();
    expect(FILE.slice(offsetOf(FILE, 3), offsetOf(FILE, 4))).toBe('  - id: lag\n');
    expect(offsetOf(FILE, 999)).toBe(FILE.length);
  });
});

describe('what changes between two texts', () => {
  const kinds = (a: string, b: string) => diffLines(a, b, 1).map(({ kind, text }) => `${kind} ${text}`);

  it('is told by line, with a little of what stands around it', () => {
    expect(kinds('a\nb\nc\nd\ne', 'a\nb\nX\nd\ne')).toEqual(['same b', 'gone c', 'new X', 'same d']);
    expect(kinds('a\nb', 'a\nb\nc')).toEqual(['same b', 'new c']);
    expect(kinds('a\nb\nc', 'b\nc')).toEqual(['gone a', 'same b']);
  });

  it('is nothing where nothing changes', () => {
    expect(diffLines('a\nb', 'a\nb')).toEqual([]);
    expect(diffLines('a\r\nb', 'a\nb')).toEqual([]);
  });

  it('gives the second text back when what is gone is left out', () => {
    const words = ['a', 'b', 'c', 'd'];
    let seed = 7;
    const text = () =>
      Array.from(
        { length: 12 },
        () => words[(seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % 4],
      ).join('\n');
    for (let i = 0; i < 50; i += 1) {
      const [a, b] = [text(), text()];
      const all = diffLines(a, b, 1_000);
      const left = all.filter(({ kind }) => kind !== 'gone').map((line) => line.text);
      if (a !== b) expect(left.join('\n')).toBe(b);
    }
  });
});
