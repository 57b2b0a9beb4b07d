import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope } from 'vue';
import type { Router } from 'vue-router';
import { useHomeward } from '../../../client/composables/useHomeward.ts';
import { goesHome, HOME_AFTER_MS, homeOf, LOUD_HOME_AFTER_MS } from '../../../client/stores/homeward.ts';
import { useIdentityStore } from '../../../client/stores/identity.ts';
import { useWallStore } from '../../../client/stores/wall.ts';
import { joined, wallSnapshot } from '../fixtures.ts';
import { display } from '../screen-fixtures.ts';
import { stripOf } from '../sound-fixtures.ts';
import { mountInApp } from '../support.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

async function start(firstPath: string) {
  const pinia = createPinia();
  setActivePinia(pinia);
  const scope = effectScope(true);
  const app = mountInApp(
    { setup: () => void scope.run(() => useHomeward(firstPath)), render: () => null },
    {},
    pinia,
  );
  const { $router: router } = app.wrapper.vm as unknown as { $router: Router };
  const pair = () => useIdentityStore(pinia).set({ kind: 'display', display: display() });
  const wall = useWallStore(pinia);
  const raise = () =>
    wall.handlers.snapshot(joined(wallSnapshot({ alarms: stripOf([{ priority: 'critical' }]) })));
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  await router.push('/?cluster=A');
  await router.push('/tenant/x');
  return {
    router,
    pair,
    raise,
    pass,
    stop: () => scope.stop(),
    at: () => router.currentRoute.value.fullPath,
  };
}

describe('a screen whose page a hand has changed', () => {
  it('goes back to its part of the wall ten minutes after the last hand (SCR-70)', async () => {
    const { pair, pass, at, stop } = await start('/');
    pair();
    await pass(HOME_AFTER_MS - 60_000);
    dispatchEvent(new Event('pointermove'));
    await pass(HOME_AFTER_MS - 10_000);
    expect(at()).toBe('/tenant/x');
    await pass(20_000);
    expect(at()).toBe('/?cluster=A');
    stop();
  });

  it('goes back a minute after the last hand while a critical alarm waits for somebody (SCR-70)', async () => {
    const { pair, raise, pass, at, stop } = await start('/');
    pair();
    raise();
    await pass(LOUD_HOME_AFTER_MS - 10_000);
    expect(at()).toBe('/tenant/x');
    await pass(20_000);
    expect(at()).toBe('/?cluster=A');
    stop();
  });

  it('stays when it is nobody’s screen, or is where it was started (SCR-70)', async () => {
    const { raise, pass, at, stop } = await start('/');
    raise();
    await pass(2 * HOME_AFTER_MS);
    expect(at()).toBe('/tenant/x');
    stop();
    const away = { isPaired: true, isHome: false, untouchedMs: HOME_AFTER_MS, isLoud: false };
    expect(goesHome(away)).toBe(true);
    expect(goesHome({ ...away, isHome: true })).toBe(false);
    expect([homeOf('/desk'), homeOf('/'), homeOf('/tenant/x')]).toEqual(['/desk', '/', '/']);
  });
});
