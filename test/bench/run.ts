#!/usr/bin/env node
/** `npm run bench [name]`: prints measured figures, each beside a named baseline of the same run. */
import { benchAlarms } from './alarms.ts';
import { benchDetect } from './detect.ts';
import { benchHistory } from './history.ts';
import { benchLive } from './live.ts';
import { benchParse } from './parse.ts';

const BENCHES: Readonly<Record<string, { readonly run: () => Promise<void>; readonly what: string }>> = {
  parse: {
    run: benchParse,
    what: 'lines/s of `replay` beside pflogsumm and mtail, one core, and resident memory',
  },
  live: {
    run: benchLive,
    what: 'line written to tile painted, 200 tenants and 100 screens; CPU beside a bare Socket.IO broadcast',
  },
  history: {
    run: benchHistory,
    what: 'writing, questions, disk, import, painting and message search, 1,000 tenants and 90 days (20 min)',
  },
  alarms: {
    run: benchAlarms,
    what: 'rules and alarms of 1,000 tenants beside the rows of the wall; line written to first byte of a page (6 min)',
  },
  detect: {
    run: benchDetect,
    what: 'anomaly detector: Numenta benchmark beside windowed Gaussian, time a point, bytes a series',
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
