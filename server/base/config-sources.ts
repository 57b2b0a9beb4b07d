import { hostname } from 'node:os';
import type { SourceConfig } from './config.ts';

/** What a file with these sources would have wrong, each with its mend; none where they can be used together. */
export function sourceFaults(sources: readonly SourceConfig[], machine = hostname()): string[] {
  const faults = doubles(sources.map(({ id }) => id)).map(
    (id) => `two sources have the id '${id}'; give each its own`,
  );
  const queueHosts = sources.flatMap((source) =>
    source.type === 'postqueue' ? [source.host ?? machine] : [],
  );
  for (const host of doubles(queueHosts))
    faults.push(
      `two sources list the queue of '${host}': mail that one of them does not name would look lost; let one command list all instances (command: [postmulti, -x, postqueue, -j])`,
    );
  if (sources.filter(({ type }) => type === 'rspamd-push').length > 1)
    faults.push(
      "two sources of type 'rspamd-push': reports come to one address and all count as the first one's; leave one, to which every rspamd reports",
    );
  return faults;
}

function doubles(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
}
