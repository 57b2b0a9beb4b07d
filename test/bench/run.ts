#!/usr/bin/env node
/** `npm run bench [name]`: prints measured figures, each beside a named baseline of the same run. */
import { benchAlarms } from './alarms.ts';
import { benchDetect } from './detect.ts';
import { benchHistory } from './history.ts';
import { benchLive } from './live.ts';
import { benchParse } from './parse.ts';
import { benchSoak } from './soak.ts';
import { benchStories } from './stories.ts';
import { benchWall } from './wall.ts';

const BENCHES: Readonly<Record<string, { readonly run: () => Promise<void>; readonly what: string }>> = {
  parse: {
    run: benchParse,
    what: 'lines/s of `replay` beside pflogsumm and mtail, one core, and resident memory',
  },
  live: {
    run: benchLive,
    what: 'line written to tile painted, 200 tenants and 100 screens; CPU of 100 and 1,000 beside a bare Socket.IO broadcast (9 min)',
  },
  history: {
    run: benchHistory,
    what: 'writing, questions, disk, import, painting and message search, 1,000 tenants and 90 days (20 min)',
  },
  alarms: {
    run: benchAlarms,
    what: 'rules and alarms of 1,000 tenants beside the rows of the wall; line written to first byte of a page (6 min)',
  },
  wall: {
    run: benchWall,
    what: 'work of each frame in Chromium beside one that draws nothing, first paint, code, bytes; 1,000 tenants (13 min)',
  },
  soak: {
    run: benchSoak,
    what: 'frames of 24 hours as fast as wall and desk take them, ten reconnects: heap, nodes, listeners (1 h)',
  },
  detect: {
    run: benchDetect,
    what: 'anomaly detector: Numenta benchmark beside windowed Gaussian, time a point, bytes a series',
  },
  stories: {
    run: benchStories,
    what: 'foresight: right answers over a hundred nights like each story (75 min; MAILVIGIL_BENCH_SEEDS: fewer, MAILVIGIL_BENCH_PART: one story)',
  },
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !BENCHES[name]);
if (names.includes('--help') || unknown.length > 0) {
  const list = Object.entries(BENCHES).map(([name, { what }]) => `  ${name.padEnd(8)}${what}`);
  console.log(['usage: npm run bench [NAME...]', ...list].join('\n'));
  process.exit(unknown.some((name) => name !== '--help') ? 2 : 0);
}
for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
  console.log(`\n# ${name}: ${BENCHES[name]?.what ?? ''}`);
  await BENCHES[name]?.run();
}
