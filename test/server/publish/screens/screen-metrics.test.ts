import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import type { DisplayView } from '../../../../shared/screens.ts';
import { createScreenMetrics } from '../../../../server/publish/screens/screen-metrics.ts';
import { displayOf, screenOf, tellOf } from '../../../support/displays.ts';

function viewOf(change: Partial<DisplayView>): DisplayView {
  return {
    ...displayOf('d'),
    ...{ state: 'painting', reason: '', paintedAtMs: 1, isConnected: true, told: tellOf() },
    ...change,
  };
}

it('SCR-47: metrics count screens by page, and displays that are dark or held back from sounding', async () => {
  const registry = new Registry();
  const blocked = tellOf({ sound: 'blocked' });
  const revoked = { atMs: 1, by: 'kim', reason: 'lost' };
  const screens = ['/', '/', '/tenant/aurora', '/alarms/x/y', '/anything<b>', '/wall'].map((page, i) =>
    screenOf(`s${i}`, null, { told: tellOf({ page }) }),
  );
  screens.push(screenOf('s9', null, { told: null }));
  createScreenMetrics(registry, {
    screens: () => screens,
    views: () => [
      viewOf({}),
      viewOf({ told: blocked }),
      viewOf({ told: blocked, isConnected: false, state: 'dark' }),
      viewOf({ told: blocked, revoked, state: 'revoked' }),
    ],
  });
  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('mailvigil'));
  expect(lines.sort()).toEqual([
    'mailvigil_displays_blocked 1',
    'mailvigil_displays_dark 1',
    'mailvigil_displays_paired 3',
    'mailvigil_live_screens_by_page{page="alarms"} 1',
    'mailvigil_live_screens_by_page{page="not-told"} 1',
    'mailvigil_live_screens_by_page{page="other"} 1',
    'mailvigil_live_screens_by_page{page="tenant"} 1',
    'mailvigil_live_screens_by_page{page="wall"} 3',
  ]);
  screens.length = 0;
  expect(await registry.metrics()).not.toContain('page=');
});
