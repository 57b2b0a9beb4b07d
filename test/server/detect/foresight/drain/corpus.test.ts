import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDrainPart } from '../../../../../server/detect/foresight/drain/part.ts';
import type { RetryTimes } from '../../../../../server/detect/foresight/drain/pace.ts';
import type { DrainForecast } from '../../../../../shared/foresight.ts';
import { CORPUS, hasCorpus } from '../../../../support/corpus.ts';
import { corpusLines, RUN1_FROM, runCorpus } from '../../../../support/corpus-run.ts';

/** What this Postfix was set to: its log shows a scan each 45 s, and pauses from 45 s that double up to 240 s. */
const RETRIES: RetryTimes = { minimalBackoffMs: 45_000, maximalBackoffMs: 240_000, queueRunDelayMs: 45_000 };
const SLOT_MS = 10_000;
/** Tenants whose store was stopped and started again (events of the corpus). */
const DRAINED = ['t02', 't05'];

type Said = Readonly<{ atMs: number; now: DrainForecast }>;

/** Everything said of tenants with a backlog, with the true settings of this Postfix and with those it comes with. */
function saidOf(): Readonly<Record<'own' | 'usual', ReadonlyMap<string, readonly Said[]>>> {
  const parts = { own: createDrainPart(undefined, RETRIES), usual: createDrainPart() };
  const said = { own: new Map<string, Said[]>(), usual: new Map<string, Said[]>() };
  runCorpus({ parts: [parts.own, parts.usual] }, ({ atMs }) => {
    if ((atMs - RUN1_FROM) % SLOT_MS !== 0) return;
    for (const which of ['own', 'usual'] as const)
      for (const [key, { now }] of parts[which].view()) {
        const list = said[which].get(key) ?? [];
        said[which].set(key, list);
        list.push({ atMs, now });
      }
  });
  return said;
}

/** By listings of the queue, for each of them: recipients at these domains that wait and are not on hold. */
function depthsOf(
  domains: readonly string[],
): readonly { readonly atMs: number; readonly waiting: number }[] {
  return corpusLines('run1/postqueue.ndjson.zst').map((line) => {
    const { epoch, entries } = JSON.parse(line) as {
      readonly epoch: number;
      readonly entries: readonly {
        readonly queue_name: string;
        readonly recipients: readonly { readonly address: string }[];
      }[];
    };
    const waiting = entries
      .filter(({ queue_name }) => queue_name !== 'hold')
      .flatMap(({ recipients }) => recipients)
      .filter(({ address }) => domains.includes(address.slice(address.lastIndexOf('@') + 1))).length;
    return { atMs: epoch * 1_000, waiting };
  });
}

function domainsOf(tenant: string): readonly string[] {
  const { tenants } = JSON.parse(readFileSync(join(CORPUS, 'run1/tenants.json'), 'utf8')) as {
    readonly tenants: readonly { readonly id: string; readonly domains: readonly string[] }[];
  };
  return (tenants.find(({ id }) => id === tenant)?.domains ?? []).map((domain) => domain.replace(/^\./, ''));
}

/** From when on no more than is usual waits, for a minute at least. */
function clearedAt(tenant: string, limit: number, afterMs: number): number {
  const depths = depthsOf(domainsOf(tenant)).filter(({ atMs }) => atMs > afterMs);
  const first = depths.findIndex(({ atMs }, i) =>
    depths.slice(i).every((later) => later.atMs > atMs + 60_000 || later.waiting <= limit),
  );
  return depths[first]?.atMs ?? NaN;
}

describe.skipIf(!hasCorpus)('the drain forecast on a real platform (needs ../shared/corpus)', () => {
  it('DRN-12: with the pauses that this Postfix is set to, both drains are forecast and end inside each interval', () => {
    const { own, usual } = saidOf();
    const seconds = (ms: number) => Math.round((ms - RUN1_FROM) / 1_000);
    for (const tenant of DRAINED) {
      const said = own.get(tenant) ?? [];
      const first = said.findIndex(({ now }) => now.state === 'forecast');
      const clear = said.slice(first).find(({ now }) => now.state === 'clear');
      const limit = Number(/up to ([\d.]+)/.exec(clear?.now.state === 'clear' ? clear.now.reason : '')?.[1]);
      const truthMs = clearedAt(tenant, limit, said[first]?.atMs ?? 0);
      const made = said.flatMap(({ atMs, now }) =>
        now.state === 'forecast' && truthMs - atMs >= SLOT_MS ? [{ atMs, ...now }] : [],
      );
      for (const { atMs, fromMs, toMs, waiting } of made)
        process.stdout.write(
          `  ${tenant} at ${seconds(atMs)} s: ${waiting} wait, over at ${seconds(fromMs)} to ${seconds(toMs)} s; was over at ${seconds(truthMs)} s\n`,
        );
      expect(made.length).toBeGreaterThan(0);
      expect(made.filter(({ fromMs, toMs }) => truthMs < fromMs || truthMs > toMs)).toEqual([]);
    }
    // Told by Postfix' usual pauses, a quarter of an hour is too little to say anything, and that is said.
    const unfit = [...usual.values()].flat().filter(({ now }) => now.state === 'forecast');
    expect(unfit).toEqual([]);
    const reasons = DRAINED.flatMap((tenant) => usual.get(tenant) ?? []).map(
      ({ now }) => now.state === 'no-estimate' && now.reason,
    );
    expect(
      reasons.some((reason) => reason !== false && /no estimate yet: \d+ of 15 min of data/.test(reason)),
    ).toBe(true);
  }, 120_000);
});
