import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLedgerPart } from '../../../../../server/detect/foresight/ledger/part.ts';
import { CORPUS, hasCorpus } from '../../../../support/corpus.ts';
import { corpusLines, type CorpusRunOptions, runCorpus } from '../../../../support/corpus-run.ts';

/** A message that waits for minutes because its destination is down. */
const WAITING = /: to=<[^>]*@blueridge-net\.example>.*status=deferred/;

function ledgerOf(options: Omit<CorpusRunOptions, 'parts'> = {}) {
  const ledger = createLedgerPart();
  const off = new Map<string, number>();
  const pipeline = runCorpus({ ...options, parts: [ledger] }, () => {
    for (const [key, { unaccounted }] of ledger.view()) if (unaccounted !== 0) off.set(key, unaccounted);
  });
  return { off, balance: pipeline.books.conservation?.balance(pipeline.scopes.platform) };
}

describe.skipIf(!hasCorpus)('the ledger on a real platform (needs ../shared/corpus)', () => {
  it('LED-11: closes for every tenant through a quarter of an hour of everything that can happen to mail', () => {
    const { off, balance } = ledgerOf();
    expect(Object.fromEntries(off)).toEqual({});
    const truth = JSON.parse(readFileSync(join(CORPUS, 'run1/truth.json'), 'utf8')) as {
      readonly totals: {
        readonly platform: { readonly all: { readonly delivered: number; readonly bounced: number } };
      };
    };
    const { delivered, bounced } = truth.totals.platform.all;
    expect(balance).toMatchObject({ delivered, bounced, vanished: 0, unseen: 0 });
  }, 120_000);

  it('LED-12: one message taken out of the queue behind everybody’s back is missing, and nothing else', () => {
    const gone = firstWaiting();
    const { off, balance } = ledgerOf({
      isLost: (line) => line.includes(gone.queueId) && line > gone.line,
      isGone: (queueId, atMs) => queueId === gone.queueId && atMs > Date.parse(gone.line.slice(0, 32)),
    });
    expect(off.get('_platform')).toBe(1);
    expect([...new Set(off.values())]).toEqual([1]);
    expect(balance).toMatchObject({ vanished: 1, unseen: 0 });
  }, 120_000);
});

/** Of one recipient, put off for the first time. */
function firstWaiting(): { readonly queueId: string; readonly line: string } {
  for (const line of corpusLines('run1/mail-iso.log.zst')) {
    const queueId = WAITING.test(line) ? /: ([0-9A-Za-z]{10,}): to=/.exec(line)?.[1] : undefined;
    if (queueId !== undefined) return { queueId, line };
  }
  throw new Error('nothing waits in the corpus');
}
