import { benchDisk } from './history-disk.ts';
import { benchImport } from './history-import.ts';
import { benchHistoryJournal } from './history-journal.ts';
import { benchLiveFrames } from './history-live.ts';
import { benchPages } from './history-pages.ts';
import { benchPaint } from './history-paint.ts';
import { benchHistoryStore } from './history-store.ts';

/** `MAILVIGIL_BENCH_SMALL=1`: a tenth of it, to see whether it runs. */
const scale = process.env['MAILVIGIL_BENCH_SMALL'] ? 0.1 : 1;

const PARTS: readonly (readonly [title: string, run: () => Promise<unknown>])[] = [
  ['writing', () => benchHistoryStore({ tenants: 1_000 * scale, seconds: 300 })],
  ['live frames', () => benchLiveFrames(1_000 * scale, 30)],
  ['pages and wall', () => benchPages(1_000 * scale)],
  ['disk', () => benchDisk(100 * scale)],
  ['import', () => benchImport()],
  ['painting', () => benchPaint()],
  ['message search', () => benchHistoryJournal(10_000_000 * scale)],
];

/** Everything the history costs, part by part; `MAILVIGIL_BENCH_PART=import` for one of them. */
export async function benchHistory(): Promise<void> {
  const wanted = process.env['MAILVIGIL_BENCH_PART'];
  for (const [title, run] of PARTS) {
    if (wanted !== undefined && !title.startsWith(wanted)) continue;
    console.log(`\n## ${title}`);
    await run();
  }
}
