import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createDirectory } from '../../../../../server/attribute/directory.ts';
import { loadTenants } from '../../../../../server/attribute/tenants-file.ts';
import { createLogReader } from '../../../../../server/collect/reader.ts';
import { createCampaignsPart } from '../../../../../server/detect/foresight/campaigns/part.ts';
import { FORESIGHT_STEP_MS, type ForesightFacts } from '../../../../../server/detect/foresight/types.ts';
import { CORPUS, hasCorpus } from '../../../../support/corpus.ts';

const LOG = join(CORPUS, 'run1/rspamd.log.zst');

function campaignsOf(text: Buffer) {
  const tenants = loadTenants(join(CORPUS, 'run1/tenants.json'));
  const part = createCampaignsPart({ directory: createDirectory(tenants), salt: 'salt' });
  const reader = createLogReader({
    format: 'rspamd',
    source: 'filter',
    timezone: 'UTC',
    host: 'mx1',
    hasFindings: true,
  });
  const reports = [{ id: 'filter', feeds: ['filter'], state: 'ok' }];
  const step = (atMs: number) =>
    part.advance({ atMs, speed: 1, live: { state: { reports } } } as unknown as ForesightFacts);
  let nextMs = 0;
  for (let start = 0; start < text.length;) {
    const end = text.indexOf(10, start);
    if (reader.read(text, start, end) === 'event') {
      const { atMs } = reader.event;
      for (nextMs ||= atMs; nextMs < atMs; nextMs += FORESIGHT_STEP_MS) step(nextMs);
      part.event?.(reader.event, atMs);
    }
    start = end + 1;
  }
  step(nextMs);
  return part.view();
}

describe.skipIf(!hasCorpus)('campaigns of a recorded platform (needs ../shared/corpus)', () => {
  it('CMP-19: its picture spam is one campaign, and newsletters, bulk mail and test strings are none', () => {
    const text = zstdDecompressSync(readFileSync(LOG));
    const pictures = text.toString('latin1').match(/R_SUSPICIOUS_IMAGES\(/g)?.length ?? 0;
    const { list, unclustered } = campaignsOf(text);
    expect(list).toHaveLength(1);
    const [campaign] = list;
    expect(Math.abs((campaign?.messages ?? 0) - pictures)).toBeLessThanOrEqual(pictures / 200);
    expect(campaign?.title).toMatch(/^image/);
    expect(campaign?.tenants).toHaveLength(12);
    // Not all recipients are told by the log.
    expect(campaign?.recipients.high).toBeNull();
    expect(unclustered.messages + (campaign?.messages ?? 0)).toBe(unclustered.of);
  }, 60_000);
});
