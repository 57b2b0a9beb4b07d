import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ForesightSnapshot } from '../../shared/foresight.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const dir = createTempDir('foresight-leak');
let server: ServerProcess;
beforeAll(async () => {
  server = await startServer('--demo', 'leak-2007', '--speed', '60', '--port', '0', '--data', dir.path);
}, 60_000);
afterAll(async () => {
  await server?.stop();
  await dir.remove();
});

const look = async () => (await (await fetch(`${server.url}/api/v1/foresight`)).json()) as ForesightSnapshot;

describe('foresight of a running server in the night of 2007', () => {
  it('CAN-14: names the webmail, with the campaign of pictures that its stolen addresses are written to by', async () => {
    await until(
      async () => {
        const { canaries = [], campaigns = [] } = await look();
        const webmail = canaries.find(({ store }) => store === 'webmail');
        // It is told with the next step that such an address was hit by a campaign.
        return (webmail?.distinctHits ?? 0) >= 2 && campaigns.some(({ canaryHits }) => canaryHits >= 1);
      },
      { what: 'the second address of the webmail', timeoutMs: 120_000, everyMs: 500 },
    );
    const { canaries, campaigns } = await look();
    const webmail = canaries.find(({ store }) => store === 'webmail');
    expect(webmail).toMatchObject({ state: 'leaked', kind: 'planted' });
    expect(canaries.filter(({ store }) => store !== 'webmail').map(({ state }) => state)).toEqual([
      'quiet',
      'quiet',
    ]);
    const [campaign] = campaigns.filter(({ id }) => webmail?.campaigns.includes(id));
    expect(campaign?.title).toMatch(/^image/);
    expect(webmail?.text).toContain('by the campaign “image');
    expect(campaign?.state).toBe('running');
    expect(campaign?.firstSeenMs).toBeGreaterThanOrEqual(Date.parse('2007-05-13T16:30:00+01:00'));
  }, 150_000);
});
