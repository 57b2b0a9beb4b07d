/** What is alive in a page's heap, counted object by object, and what of it the browser has made of its code. */
import type { CDPSession } from 'playwright-core';

/** The parts of a heap snapshot that are looked at (Chromium's `.heapsnapshot`: flat rows of numbers, described by `meta`). */
interface Snapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[], ...unknown[]];
    };
  };
  readonly nodes: readonly number[];
}

/** Of a browser's own objects rather than of the page's. */
const FOREIGN: ReadonlySet<string> = new Set(['native', 'synthetic']);

export interface HeapObjects {
  /** Of all that is alive. V8's own count of its heap has what is set aside for new objects besides, up to a megabyte. */
  readonly aliveBytes: number;
  /** Of them compiled and optimised code and what belongs to it: it grows for as long as seldom used ways become often used ones. */
  readonly codeBytes: number;
}

export async function heapObjectsOf(cdp: CDPSession): Promise<HeapObjects> {
  const chunks: string[] = [];
  const onChunk = ({ chunk }: { readonly chunk: string }): void => void chunks.push(chunk);
  cdp.on('HeapProfiler.addHeapSnapshotChunk', onChunk);
  await cdp.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  cdp.off('HeapProfiler.addHeapSnapshotChunk', onChunk);
  const { snapshot, nodes } = JSON.parse(chunks.join('')) as Snapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, size] = [fields.indexOf('type'), fields.indexOf('self_size')];
  let [aliveBytes, codeBytes] = [0, 0];
  for (let at = 0; at < nodes.length; at += fields.length) {
    const kind = types[0][nodes[at + type] ?? -1] ?? '';
    const bytes = nodes[at + size] ?? 0;
    if (!FOREIGN.has(kind)) aliveBytes += bytes;
    if (kind === 'code') codeBytes += bytes;
  }
  return { aliveBytes, codeBytes };
}
