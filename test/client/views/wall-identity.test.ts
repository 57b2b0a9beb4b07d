import { createPinia, disposePinia, setActivePinia, type Pinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import type { Display } from '../../../shared/screens.ts';
import { createBlank } from '../../../client/blank.ts';
import AppNav from '../../../client/components/AppNav.vue';
import { useScreenTell } from '../../../client/composables/useScreenTell.ts';
import { partOfDisplay, settingsOfDisplay } from '../../../client/components/wall/screen-settings.ts';
import { useIdentityStore } from '../../../client/stores/identity.ts';
import { useLinkStore } from '../../../client/stores/link.ts';
import { useWallStore } from '../../../client/stores/wall.ts';
import WallView from '../../../client/views/wall/WallView.vue';
import { coverage, feeds, joined, T0, tenants, wallSnapshot } from '../fixtures.ts';
import { display } from '../screen-fixtures.ts';
import { mountInApp, runInScope, stubElementSize } from '../support.ts';

let pinia: Pinia;

async function mountWall(paired: Display | null) {
  const link = useLinkStore(pinia);
  link.setFacts({ isConnected: true, heardAtMs: 0, heardAtDateMs: T0, isMismatched: false });
  link.hear({ atMs: T0, localMs: 0, speed: 1 }, false);
  link.tick(0);
  const list = tenants(20).map((entry) => ({ ...entry, cluster: 'A' }));
  useWallStore(pinia).handlers.snapshot(
    joined(wallSnapshot({ tenants: list, coverage: { ...coverage(), A: feeds() } })),
  );
  if (paired) useIdentityStore(pinia).set({ kind: 'display', display: paired });
  const { wrapper } = mountInApp(WallView, {}, pinia);
  await nextTick();
  await nextTick();
  return wrapper;
}

beforeEach(() => {
  document.body.innerHTML = '';
  localStorage.clear();
  sessionStorage.clear();
  stubElementSize(1_900, 760);
  pinia = createPinia();
  setActivePinia(pinia);
});
afterEach(() => vi.unstubAllGlobals());

describe('a paired wall', () => {
  it('SCR-62: says its name and place; one that is not paired says none', async () => {
    const paired = await mountWall(display());
    expect(paired.get('.screen-name').text()).toMatch(/Night wall left\s*control room/);
    paired.unmount();
    pinia = createPinia();
    expect((await mountWall(null)).find('.screen-name').exists()).toBe(false);
  });

  it('SCR-62: goes by the size and theme that the desk has set before its own', async () => {
    localStorage.setItem('mailvigil.screen', JSON.stringify({ theme: 'night' }));
    const settings = { diagonalInches: 55, distanceM: 5, theme: 'day' } as const;
    const wrapper = await mountWall(display({ settings }));
    expect(wrapper.classes()).toContain('fit');
    expect(document.documentElement.dataset['theme']).toBe('day');
  });

  it('SCR-62: what the desk has not said is as it was set at the screen', () => {
    const own = { viewing: { diagonalInches: 43, distanceM: 3 }, theme: 'night' } as const;
    expect(settingsOfDisplay(own, null)).toBe(own);
    expect(settingsOfDisplay(own, { diagonalInches: null, distanceM: 8, theme: null })).toEqual({
      viewing: { diagonalInches: 43, distanceM: 8 },
      theme: 'night',
    });
  });

  it('SCR-67: one that is limited says what it is limited to, whatever part was asked for here', async () => {
    sessionStorage.setItem('mailvigil.part', 'cluster=Z');
    const wrapper = await mountWall(display({ scope: { cluster: 'A', tenants: null } }));
    expect(wrapper.get('.part').text()).toBe('Only cluster A');
    expect(wrapper.findAll('.tile[data-tenant]')).toHaveLength(20);
  });

  it('SCR-67: one that may show all can still be set to a part', () => {
    const part = { cluster: 'A', tenants: null };
    expect(partOfDisplay(part, { cluster: null, tenants: null })).toBe(part);
    expect(partOfDisplay(part, { cluster: null, tenants: ['t1'] })).toEqual({
      cluster: null,
      tenants: ['t1'],
    });
  });

  it('SCR-68: is offered no page that it may not open', async () => {
    const wrapper = await mountWall(display());
    expect(wrapper.get('.menu').text()).not.toMatch(/Messages|Sources/);
    expect(wrapper.get('.menu').text()).toContain('Alarms');
    const nav = mountInApp(AppNav, { hasOwnEscape: false }, pinia).wrapper;
    expect(nav.text()).not.toMatch(/Rules|Messages|Sources|Screens/);
    expect(nav.text()).toMatch(/Wall.*Desk.*Alarms/s);
  });
});

describe('a revoked screen', () => {
  it('SCR-63: shows nothing but why, and by whom as soon as that is known; a click or a key leads on', async () => {
    const app = document.createElement('div');
    app.id = 'app';
    app.textContent = '4,812 in queue';
    document.body.append(app);
    const steps: string[] = [];
    const blank = createBlank({
      element: '#app',
      clear: () => {
        steps.push('clear');
        app.textContent = '';
      },
      again: () => void steps.push('again'),
    });
    blank({ name: null, by: null, atMs: null, reason: 'revoked' });
    expect(document.body.textContent).toContain('This screen was revoked');
    expect(document.body.textContent).not.toContain('4,812');
    blank({ name: 'Hall', by: 'Kim', atMs: T0, reason: 'given away' });
    await nextTick();
    expect(document.body.textContent).toMatch(/This screen, Hall, was revoked by Kim at \d\d:\d\d/);
    expect(document.body.textContent).toContain('Reason: given away');
    expect(document.title).toContain('Revoked');
    dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
    document.querySelector<HTMLElement>('main.blank')?.click();
    expect(steps).toEqual(['clear', 'again', 'again']);
  });

  it('SCR-63: empties the stores: nothing of a number is left in them', async () => {
    const wrapper = await mountWall(display());
    const wall = useWallStore(pinia);
    expect(wall.model).not.toBeNull();
    wrapper.unmount();
    disposePinia(pinia);
    expect(pinia.state.value).toEqual({});
    const fresh = createPinia();
    expect(useWallStore(fresh).model).toBeNull();
  });
});

describe('what a screen tells of itself', () => {
  it('SCR-65: is told at once, and again when its page or size changes, but not at every step of a resize', async () => {
    vi.useFakeTimers();
    try {
      const { stop, notes } = runInScope(() => useScreenTell());
      const tells = () => notes.filter((note) => note.startsWith('tell '));
      expect(tells()).toHaveLength(1);
      expect(tells()[0]).toMatch(/^tell \/ none \d+x\d+$/);
      vi.stubGlobal('innerWidth', 800);
      for (let i = 0; i < 5; i += 1) dispatchEvent(new Event('resize'));
      await vi.advanceTimersByTimeAsync(1_000);
      expect(tells()).toHaveLength(2);
      expect(tells()[1]).toContain('800x');
      stop();
      vi.stubGlobal('innerWidth', 900);
      dispatchEvent(new Event('resize'));
      await vi.advanceTimersByTimeAsync(1_000);
      expect(tells()).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });
});
