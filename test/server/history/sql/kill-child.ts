/** Writes batches as fast as it can, goes on from where the last one was, and says the number of each when it is committed. */
import { Window } from '../../../../shared/window.ts';
import { encodeWindow } from '../../../../server/history/codec.ts';
import { createSqlHistoryWriter } from '../../../../server/history/sql/writer.ts';
import { DEFAULT_RETENTION } from '../../../../server/history/store.ts';

const [path = '', scopes = '', startMs = ''] = process.argv.slice(2);
const writer = await createSqlHistoryWriter({
  path,
  retention: DEFAULT_RETENTION,
  nowMs: Number(startMs),
  stepMs: 1,
});
const one = new Window();
one.counts.delivered = 1;
one.lag.add(1_500);
const bytes = encodeWindow(one);

const { checkpoints } = await writer.resume();
for (let n = Number(checkpoints[0]?.position ?? 0) + 1; ; n++) {
  // Each batch is seven seconds later: some share a slot, and there is always a minute to be made.
  const atMs = Number(startMs) + n * 7_000;
  const slotMs = Math.floor(atMs / 10_000) * 10_000;
  await writer.write({
    atMs,
    windows: scopes
      .split(',')
      .map((scope, i) => ({ scope, direction: i % 2 === 0 ? 0 : 1, slotMs: slotMs - i * 10_000, bytes })),
    coverage: [],
    records: [],
    lines: [],
    pictures: [],
    ledger: { alive: [{ host: 'mx', queueId: 'A', state: String(n) }], gone: [] },
    checkpoints: [{ sourceId: 'log', takenAtMs: atMs, position: n }],
    state: { n },
  });
  process.stdout.write(`${n}\n`);
  await writer.care(atMs);
}
