import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';

export type Path = readonly PropertyKey[];

/** A YAML text with the lines of what stands in it. */
export interface YamlText {
  readonly value: unknown;
  /** `path:line` of a value, or of the nearest thing around it. */
  at(path: Path): string;
}

/** Reads YAML without aliases: with them a small file could be a huge list. */
export function readYaml(text: string, name: string): YamlText | { readonly faults: readonly string[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const place = (offset: number | undefined) =>
    `${name}${offset === undefined ? '' : `:${lines.linePos(offset).line}`}`;
  if (document.errors.length > 0) {
    const fault = ({ pos, message }: (typeof document.errors)[number]) =>
      `${place(pos[0])}: ${message.split('\n')[0] ?? ''}`;
    return { faults: document.errors.map(fault) };
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: 0 }) ?? {};
    return { value, at: (path) => place(offsetOf(document, path)) };
  } catch {
    return { faults: [`${name}: aliases are not understood here`] };
  }
}

function offsetOf(document: Document, path: Path): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair && isScalar(pair.key) && pair.key.range) return pair.key.range[0];
    }
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return undefined;
}
