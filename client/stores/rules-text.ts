/** The rules file as text: where each rule stands in it, and one of them replaced with all else left as it is. All pure. */

/** A rule within the file, as offsets into its text. */
export interface RuleBlock {
  readonly id: string;
  readonly start: number;
  /** After its last line feed. */
  readonly end: number;
  /** First line, counted from 1. */
  readonly line: number;
}

interface Line {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function linesOf(text: string): readonly Line[] {
  let start = 0;
  return text.split(/(?<=\n)/).map((part) => {
    const line = { text: part.replace(/\r?\n$/, ''), start, end: start + part.length };
    start = line.end;
    return line;
  });
}

const indentOf = (text: string) => text.length - text.trimStart().length;
const isBare = (text: string) => text.trim() === '' || text.trimStart().startsWith('#');
const idIn = (text: string) => /^\s*(?:-\s+)?id:\s*(['"]?)([^'"#\s]+)\1\s*(?:#.*)?$/.exec(text)?.[2];

/** Empty lines and remarks between two rules belong to the one below them. */
function bareBefore(lines: readonly Line[], first: number, least: number): number {
  let at = first;
  while (at > least && isBare(lines[at - 1]?.text ?? '')) at -= 1;
  return at;
}

/** Every entry of the list `rules`, in the order of the file; what is no such list has none. */
export function ruleBlocks(text: string): readonly RuleBlock[] {
  const lines = linesOf(text);
  const head = lines.findIndex((line) => /^rules:\s*(?:#.*)?$/.test(line.text));
  if (head < 0) return [];
  const first = lines.findIndex((line, i) => i > head && !isBare(line.text));
  const indent = indentOf(lines[first]?.text ?? '');
  const isItem = (line: Line) => indentOf(line.text) === indent && /^\s*-(\s|$)/.test(line.text);
  if (first < 0 || !isItem(lines[first] as Line)) return [];
  const after = lines.findIndex(
    (line, i) => i > first && !isBare(line.text) && !isItem(line) && indentOf(line.text) <= indent,
  );
  const end = after < 0 ? lines.length : after;
  const starts = lines.flatMap((line, i) => (i >= first && i < end && isItem(line) ? [i] : []));
  return starts.map((at, k) => {
    const below = starts[k + 1];
    const stop = below === undefined ? bareBefore(lines, end, at + 1) : bareBefore(lines, below, at + 1);
    const own = lines.slice(at, stop);
    // The id of the rule stands at its first level: deeper ones are of something else.
    const keys = own.filter((line, i) => i === 0 || indentOf(line.text) === indentOf(own[1]?.text ?? ''));
    const id = keys.flatMap((line) => idIn(line.text) ?? [])[0] ?? '';
    return { id, start: lines[at]?.start ?? 0, end: own.at(-1)?.end ?? 0, line: at + 1 };
  });
}

/** Where a rule stands; undefined: the file has none of that id. */
export function blockOf(text: string, id: string): RuleBlock | undefined {
  return ruleBlocks(text).find((block) => block.id === id);
}

/** The text with a part of it replaced, which ends with a line feed when it is not the end of the file. */
export function withPart(text: string, start: number, end: number, part: string): string {
  const ending = end < text.length && part !== '' && !part.endsWith('\n') ? '\n' : '';
  return text.slice(0, start) + part + ending + text.slice(end);
}

/** The rule as its own lines, as an entry of the list. */
function asItem(source: string, indent: number): string {
  const lines = source.replace(/\s+$/, '').split(/\r?\n/);
  const isItem = /^\s*-\s/.test(lines[0] ?? '');
  const own = indentOf(lines[0] ?? '');
  const space = ' '.repeat(indent);
  return lines
    .map((line, i) => {
      const text = line.slice(Math.min(own, indentOf(line)));
      if (text === '') return '';
      return isItem ? space + text : space + (i === 0 ? '- ' : '  ') + text;
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** The file with a rule more, at the end of the list. */
export function withRule(text: string, source: string): string {
  const last = ruleBlocks(text).at(-1);
  if (last) {
    const indent = indentOf(text.slice(last.start));
    const before = text.slice(0, last.end);
    return `${before}${before.endsWith('\n') ? '' : '\n'}${asItem(source, indent)}${text.slice(last.end)}`;
  }
  const bare = text.replace(/^rules:[ \t]*(?:\[\s*\]|null|~)[ \t]*$/m, 'rules:');
  const base = bare === '' || bare.endsWith('\n') ? bare : `${bare}\n`;
  return /^rules:\s*(?:#.*)?$/m.test(base) ? base + asItem(source, 2) : `${base}rules:\n${asItem(source, 2)}`;
}

/** The file without a rule: a stock rule is then as it comes. */
export function withoutRule(text: string, id: string): string {
  const block = blockOf(text, id);
  if (!block) return text;
  const rest = text.slice(0, block.start) + text.slice(block.end);
  // A list of nothing must say that it is one.
  return ruleBlocks(rest).length > 0 ? rest : rest.replace(/^rules:[ \t]*$/m, 'rules: []');
}

/** Whether the entry switches a stock rule off and says no more. */
export function isOffEntry(source: string): boolean {
  const lines = source.split(/\r?\n/).filter((line) => !isBare(line));
  return lines.length === 2 && lines.some((line) => /^\s*(?:-\s+)?enabled:\s*false\b/.test(line));
}

/** A file that has this rule alone. */
export function aloneText(source: string): string {
  return `rules:\n${asItem(source, 0)}`;
}

/** The rule switched on or off; on is what it is when nothing is said. */
export function withEnabled(source: string, isEnabled: boolean): string {
  const line = /^(\s*(?:-\s+)?)enabled:\s*\S+(.*)$/m;
  if (line.test(source)) return source.replace(line, `$1enabled: ${isEnabled}$2`);
  if (isEnabled) return source;
  const lines = source.split('\n');
  const first = lines[0] ?? '';
  const keys = first.search(/[^\s-]/);
  return [first, `${' '.repeat(Math.max(0, keys))}enabled: false`, ...lines.slice(1)].join('\n');
}

/** The line a fault names (`rules.yaml:12: …`), counted from 1; null: none. */
export function lineIn(fault: string): number | null {
  const n = /^\S*?:(\d+):/.exec(fault)?.[1];
  return n === undefined ? null : Number(n);
}

/** Offset at which a line begins. */
export function offsetOf(text: string, line: number): number {
  return linesOf(text)[line - 1]?.start ?? text.length;
}

/** What a line became: `same` in both, `gone` from the first, `new` in the second. */
export interface DiffLine {
  readonly kind: 'same' | 'gone' | 'new';
  readonly text: string;
}

/** More than this many cells would keep the screen busy: the middle is then told as replaced. */
const MOST_CELLS = 4_000_000;

function lcsDiff(a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  const gone = (text: string): DiffLine => ({ kind: 'gone', text });
  const added = (text: string): DiffLine => ({ kind: 'new', text });
  if (a.length * b.length > MOST_CELLS) return [...a.map(gone), ...b.map(added)];
  const width = b.length + 1;
  const best = new Uint32Array((a.length + 1) * width);
  const at = (i: number, k: number) => best[i * width + k] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let k = b.length - 1; k >= 0; k -= 1)
      best[i * width + k] = a[i] === b[k] ? at(i + 1, k + 1) + 1 : Math.max(at(i + 1, k), at(i, k + 1));
  const out: DiffLine[] = [];
  let [i, k] = [0, 0];
  while (i < a.length && k < b.length) {
    if (a[i] === b[k]) [out[out.length], i, k] = [{ kind: 'same', text: a[i] ?? '' }, i + 1, k + 1];
    else if (at(i + 1, k) >= at(i, k + 1)) out.push(gone(a[i++] ?? ''));
    else out.push(added(b[k++] ?? ''));
  }
  return [...out, ...a.slice(i).map(gone), ...b.slice(k).map(added)];
}

/** Lines of the second against the first; unchanged ones only as far as they stand within `around` of a change. */
export function diffLines(before: string, after: string, around = 2): readonly DiffLine[] {
  const [a, b] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const same = (text: string): DiffLine => ({ kind: 'same', text });
  const all = [
    ...a.slice(Math.max(0, head - around), head).map(same),
    ...lcsDiff(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail, a.length - tail + around).map(same),
  ];
  const isNear = (i: number) =>
    all.slice(Math.max(0, i - around), i + around + 1).some(({ kind }) => kind !== 'same');
  return all.filter((_, i) => isNear(i));
}
