import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createListingParser, type ParsedListing } from '../../../../server/collect/postqueue/parse.ts';
import { CORPUS, hasCorpus } from '../../../support/corpus.ts';

/** All of them together are a third of a gigabyte. */
const EVERY = 8;

type Counts = Record<string, number>;
interface Line {
  readonly queue_name: string;
  readonly queue_id: string;
}

function parse(lines: readonly object[]): ParsedListing {
  const parser = createListingParser();
  for (const line of lines) parser.push(Buffer.from(`${JSON.stringify(line)}\n`));
  return parser.end();
}

function countOf(names: Iterable<string>): Counts {
  const counts: Counts = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Lines of messages that the same listing names again further down. */
function repeated(lines: readonly Line[]): readonly Line[] {
  const last = new Map(lines.map(({ queue_id: id }, at) => [id, at]));
  return lines.filter(({ queue_id: id }, at) => last.get(id) !== at);
}

// Skipped where the recorded platform (../shared/corpus) is not beside the repository.
describe.skipIf(!hasCorpus)('listings of a recorded platform', () => {
  it('every queue holds as many messages as were counted independently, less those listed twice', () => {
    const truth = JSON.parse(readFileSync(join(CORPUS, 'run1/truth.json'), 'utf8')) as {
      queue_depth: { queues: Counts }[];
    };
    const recorded = zstdDecompressSync(readFileSync(join(CORPUS, 'run1/postqueue.ndjson.zst')));
    const snapshots = recorded.toString().trim().split('\n');
    expect(snapshots).toHaveLength(truth.queue_depth.length);
    let exact = 0;
    for (let at = 0; at < snapshots.length; at += EVERY) {
      const text = snapshots[at]!;
      const { entries: lines } = JSON.parse(text) as { entries: Line[] };
      const { entries, notUnderstood, unknownQueue } = parse(lines);
      expect([notUnderstood, unknownQueue]).toEqual([0, 0]);
      // The independent count took every line as a message.
      const twice = repeated(lines).map(({ queue_name: name }) => name);
      const found = countOf([...entries.map(({ queueName }) => queueName), ...twice]);
      expect(found).toEqual(truth.queue_depth[at]!.queues);
      if (twice.length === 0) exact += 1;
    }
    expect(exact).toBeGreaterThan(snapshots.length / EVERY / 2);
  });

  it('the longest one is read from its bytes, with every id once', () => {
    const bytes = readFileSync(join(CORPUS, 'run1/samples/postqueue_peak.jsonl'));
    const parser = createListingParser();
    for (let from = 0; from < bytes.length; from += 4_096) parser.push(bytes.subarray(from, from + 4_096));
    const { entries, lines, isTorn } = parser.end();
    expect([lines, isTorn]).toEqual([2_426, false]);
    const ids = [...bytes.toString().matchAll(/"queue_id": "(\w+)"/g)].map(([, id]) => id);
    expect(new Set(entries.map(({ queueId }) => queueId))).toEqual(new Set(ids));
    const recipients = countOf(entries.flatMap((entry) => entry.recipients.map(() => entry.queueName)));
    expect(recipients).toEqual(lastRecipients(bytes.toString().trim().split('\n')));
  });
});

/** Recipients per queue by the last line of every message. */
function lastRecipients(texts: readonly string[]): Counts {
  const lines = texts.map((text) => JSON.parse(text) as Line & { recipients: object[] });
  const twice = new Set(repeated(lines));
  return countOf(
    lines.flatMap((line) => (twice.has(line) ? [] : line.recipients.map(() => line.queue_name))),
  );
}
