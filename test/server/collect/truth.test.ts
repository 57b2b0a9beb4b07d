import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createZstdDecompress } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { MailEvent } from '../../../server/collect/event.ts';
import { createLineSplitter } from '../../../server/collect/lines.ts';
import { createLogReader } from '../../../server/collect/reader.ts';
import { CORPUS, hasCorpus } from '../../support/corpus.ts';

type Totals = Record<string, number>;

/** Counters of the corpus' truth that an event adds to. */
function countersOf(event: MailEvent): string[] {
  switch (event.kind) {
    case 'accepted':
      return event.login === undefined ? ['accepted'] : ['accepted', 'sasl_ok'];
    case 'attempt':
      return [event.status === 'sent' ? 'delivered' : event.status];
    case 'rejected':
      return ['rejected', event.temporary ? 'rejected_4xx' : 'rejected_5xx'];
    case 'removed':
      return event.by === 'postsuper' ? ['deleted'] : [];
    case 'expired':
      return ['expired_msgs'];
    case 'login':
      if (event.protocol === 'smtp') return ['sasl_fail'];
      return [event.outcome === 'ok' ? 'imap_ok' : 'imap_fail_sessions'];
    case 'verdict':
      return ['scanned', `rspamd:${event.action}`];
    default:
      return [event.kind];
  }
}

interface Read {
  readonly totals: Totals;
  readonly classes: Totals;
  lagSeconds: number;
}

async function readArchive(path: string): Promise<Read> {
  const read: Read = { totals: {}, classes: {}, lagSeconds: 0 };
  const reader = createLogReader({ format: 'auto', source: 'run', timezone: 'UTC', year: 2026 });
  const splitter = createLineSplitter((buffer, start, end) => {
    const found = reader.read(buffer, start, end);
    read.classes[found] = (read.classes[found] ?? 0) + 1;
    if (found !== 'event') return;
    for (const name of countersOf(reader.event)) read.totals[name] = (read.totals[name] ?? 0) + reader.repeat;
    if (reader.event.kind === 'attempt' && reader.event.status === 'sent')
      read.lagSeconds += reader.event.delayMs / 1000;
  });
  for await (const chunk of createReadStream(path).pipe(createZstdDecompress()))
    splitter.push(chunk as Buffer);
  splitter.flush();
  return read;
}

// Skipped where the recorded platform (../shared/corpus) is not beside the repository.
describe.skipIf(!hasCorpus)('logs of a recorded platform', () => {
  const truth = (hasCorpus ? JSON.parse(readFileSync(join(CORPUS, 'run1/truth.json'), 'utf8')) : {}) as {
    lines: number;
    totals: { platform: { all: Totals & { lag: { sum: number } } } };
  };
  const MAIL = `accepted delivered deferred bounced rejected rejected_4xx rejected_5xx held released deleted
    expired_msgs sasl_ok sasl_fail imap_ok imap_fail_sessions`.split(/\s+/);

  it.each(['run1/mail.log.zst', 'run1/mail-iso.log.zst'])(
    '%s gives the counts that were made independently, and every line is understood',
    async (path) => {
      const { totals, classes, lagSeconds } = await readArchive(join(CORPUS, path));
      const { all } = truth.totals.platform;
      expect(Object.fromEntries(MAIL.map((name) => [name, totals[name]]))).toEqual(
        Object.fromEntries(MAIL.map((name) => [name, all[name]])),
      );
      expect(lagSeconds).toBeCloseTo(all.lag.sum, 1);
      expect(classes['unparsed'] ?? 0).toBe(0);
      expect(Object.values(classes).reduce((sum, n) => sum + n, 0)).toBe(truth.lines);
    },
    60_000,
  );

  it("the filter's log gives the counts that were made independently", async () => {
    const { totals, classes } = await readArchive(join(CORPUS, 'run1/rspamd.log.zst'));
    const { all } = truth.totals.platform;
    const names = Object.keys(all).filter((name) => name.startsWith('rspamd:') || name === 'scanned');
    expect(names).toHaveLength(5);
    for (const name of names) expect(totals[name], name).toBe(all[name]);
    expect(totals['rspamd:soft reject']).toBe(all['soft']);
    expect(classes['unparsed'] ?? 0).toBe(0);
  }, 60_000);

  it.each(['postfix-maillog', 'dovecot-syslog', 'rspamd'])(
    'every line of run0/%s is understood',
    async (name) => {
      const { classes } = await readArchive(join(CORPUS, `run0/${name}.log.zst`));
      expect(classes['unparsed'] ?? 0).toBe(0);
      expect(classes['event']).toBeGreaterThan(300);
    },
  );
});
