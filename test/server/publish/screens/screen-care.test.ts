import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { silentLog } from '../../../../server/base/log.ts';
import type { CalmFacts } from '../../../../server/publish/screens/calm.ts';
import { reloadWindow } from '../../../../server/publish/screens/reload-plan.ts';
import { createScreenCare } from '../../../../server/publish/screens/screen-care.ts';
import { displayOf, screenOf } from '../../../support/displays.ts';

it('SCR-43: a server reloads its walls in the hour after four of its own clock, once it is calm, and forgives them the moment', async () => {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const { fromMs, untilMs } = reloadWindow(Date.UTC(2026, 10, 22), timeZone);
  const display = displayOf('a');
  const screen = screenOf('s1', 'a');
  const asked: string[] = [];
  let nowMs = fromMs - 60_000;
  let calm: CalmFacts = { alarms: null, faults: ['the store does not answer'] };
  const care = createScreenCare({
    displays: {
      displays: () => [display],
      displayOf: (principal) => (principal === screen.principal ? display : undefined),
    },
    hub: () => ({
      connected: () => [screen],
      ask: (id, { what }) => asked.push(`${what} ${id}`) > 0,
    }),
    calmFacts: () => calm,
    ...{ registry: new Registry(), log: silentLog },
    monotonicMs: () => nowMs - fromMs + 100_000,
    epochMs: () => nowMs,
  });
  const second = () => {
    nowMs += 1_000;
    care.second();
  };
  care.watch.start();
  expect(care.nextReloadAtMs()).toBe(fromMs);
  while (nowMs < fromMs + 10 * 60_000) {
    if (nowMs % 10_000 === 0) care.watch.painted(screen);
    second();
  }
  expect(asked).toEqual([]);
  calm = { alarms: { groups: [], flood: null, notKept: null }, faults: [] };
  while (asked.length === 0 && nowMs < untilMs) {
    if (nowMs % 10_000 === 0) care.watch.painted(screen);
    second();
  }
  expect(asked).toEqual(['reload s1']);
  expect(care.nextReloadAtMs()).toBeGreaterThan(untilMs + 20 * 3_600_000);
  for (let i = 0; i < 17; i++) second();
  expect(care.watch.views()).toMatchObject([{ state: 'painting' }]);
  for (let i = 0; i < 10; i++) second();
  expect(care.watch.views()).toMatchObject([{ state: 'dark' }]);
});
