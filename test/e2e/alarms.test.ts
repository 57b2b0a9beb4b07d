import { describe, expect, it } from 'vitest';
import type { AlarmsSnapshot, BackTestReport, RecordPage } from '../../shared/alarms.ts';
import { screenshot, withPage } from '../support/browser.ts';
import { startServer } from '../support/server-process.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { openWall } from '../support/wall-page.ts';

describe('an alarm on the screens', () => {
  it('ALP-40: is on the wall with its group, is acknowledged on the alarm page, and the wall then says who has it', async () => {
    const data = createTempDir('alarms');
    const server = await startServer(
      '--demo',
      'backlog-2008',
      '--speed',
      // Faster, and more urgent alarms have taken the strip before somebody has this one.
      '30',
      '--port',
      '0',
      '--data',
      data.path,
    );
    const get = async <T>(path: string): Promise<T> => (await (await fetch(server.url + path)).json()) as T;
    try {
      await withPage('alarms', async (page) => {
        await openWall(page, server.url);
        const card = page.locator('.alarm-card', { hasText: 'Mail arrives late' }).first();
        await card.waitFor({ timeout: 150_000 });
        expect(await card.getAttribute('data-owner')).toBe('nobody');
        await screenshot(page, 'alarms-1-wall');

        await page.setViewportSize({ width: 1440, height: 900 });
        await card.click();
        await page.locator('button', { hasText: 'I have seen it and I have it' }).waitFor();
        await screenshot(page, 'alarms-2-page');
        await page.keyboard.press('a');
        await page.locator('input[name="by"]').fill('Kim');
        await page.keyboard.press('Enter');
        const mine = async () =>
          (await get<AlarmsSnapshot>('/api/v1/alarms')).alarms.find(
            ({ acknowledged }) => acknowledged?.by === 'Kim',
          );
        const alarm = await until(mine, { what: 'the acknowledgement in the state of the server' });
        expect(alarm).toMatchObject({ rule: 'inbound-lag', state: 'acknowledged' });
        const kept = async () =>
          (await get<RecordPage>('/api/v1/alarms/record?kinds=acknowledged&limit=10')).records[0];
        expect(await until(kept, { what: 'the line of the record' })).toMatchObject({
          by: 'Kim',
          rule: 'inbound-lag',
        });

        await page.setViewportSize({ width: 1920, height: 1080 });
        await page.goto(`${server.url}/`);
        // Lag that becomes critical meanwhile is nobody's again, and the wall says whose it was.
        const owner = page.locator('.alarm-card .owner', { hasText: /Kim ha[sd]/ }).first();
        await owner.waitFor({ timeout: 30_000 });
        await screenshot(page, 'alarms-3-taken');
      });

      const { text } = (await get<{ rules: { id: string; source: string }[] }>('/api/v1/alarm-rules')).rules
        .filter(({ id }) => id === 'inbound-lag')
        .map(({ source }) => ({ text: `rules:\n${source.replaceAll(/^/gm, '  ')}` }))[0]!;
      const toMs = (await get<{ atMs: number }>('/api/v1/wall')).atMs;
      const started = await fetch(`${server.url}/api/v1/alarm-rules/back-tests`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text, fromMs: toMs - 3_600_000, toMs }),
      });
      const { id } = (await started.json()) as BackTestReport;
      const report = await until(
        async () => {
          const now = await get<BackTestReport>(`/api/v1/alarm-rules/back-tests/${id}`);
          return now.state === 'running' ? undefined : now;
        },
        { what: 'the end of the back-test', timeoutMs: 60_000 },
      );
      expect(report).toMatchObject({ state: 'done' });
      expect(report.fires.length).toBeGreaterThan(0);
      expect(report.summary).toMatch(/would have fired/i);
    } finally {
      await server.stop();
      data.remove();
    }
  }, 240_000);
});
