import { createPinia, setActivePinia, type Pinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nextTick } from 'vue';
import { useLinkStore } from '../../../client/stores/link.ts';
import { useWallStore } from '../../../client/stores/wall.ts';
import WallView from '../../../client/views/wall/WallView.vue';
import { coverage, feeds, joined, T0, tenants, wallSnapshot } from '../fixtures.ts';
import { mountInApp, stubElementSize } from '../support.ts';

let pinia: Pinia;
const SETTINGS = 'mailvigil.screen';

async function mountWall(count = 40) {
  const link = useLinkStore(pinia);
  link.setFacts({ isConnected: true, heardAtMs: 0, heardAtDateMs: T0, isMismatched: false });
  link.hear({ atMs: T0, localMs: 0, speed: 1 }, false);
  link.tick(0);
  const list = tenants(count).map((entry, i) => ({ ...entry, cluster: i % 2 === 0 ? 'A' : 'B' }));
  const both = { ...coverage(), A: feeds(), B: feeds() };
  useWallStore(pinia).handlers.snapshot(joined(wallSnapshot({ tenants: list, coverage: both })));
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
afterEach(() => localStorage.clear());

describe('a screen', () => {
  it('of which nobody said how large it is looks as it always did (WAL-42)', async () => {
    const wrapper = await mountWall();
    expect(wrapper.classes()).not.toContain('fit');
    expect(wrapper.find('.tile.fit').exists()).toBe(false);
  });

  it('keeps what it was set to (WAL-42)', async () => {
    localStorage.setItem(SETTINGS, JSON.stringify({ diagonalInches: 55, distanceM: 5, theme: 'night' }));
    const wrapper = await mountWall();
    expect(wrapper.classes()).toContain('fit');
    expect(wrapper.attributes('style')).toMatch(/--least: \d/);
  });

  it('puts its theme on the page, and takes it off when the wall is left (WAL-50)', async () => {
    localStorage.setItem(SETTINGS, JSON.stringify({ theme: 'day' }));
    const wrapper = await mountWall();
    expect(document.documentElement.dataset['theme']).toBe('day');
    wrapper.unmount();
    expect(document.documentElement.dataset['theme']).toBeUndefined();
  });

  it('shows its part of the wall and says so, with the counts of that part (WAL-46)', async () => {
    sessionStorage.setItem('mailvigil.part', 'cluster=A');
    const wrapper = await mountWall();
    expect(wrapper.findAll('.tile[data-tenant]')).toHaveLength(20);
    expect(wrapper.get('.part').text()).toContain('cluster A, 20 of 40 rows');
    expect(wrapper.get('.strip .counts').text()).toMatch(/20\s*ok/);
  });

  it('says that its part is nobody rather than show an empty wall (WAL-46)', async () => {
    sessionStorage.setItem('mailvigil.part', 'cluster=Z');
    const wrapper = await mountWall();
    expect(wrapper.get('.part').text()).toContain('cluster Z, 0 of 40 rows');
  });

  it('opens its settings from the menu', async () => {
    const wrapper = await mountWall();
    const button = wrapper.findAll('button').find((one) => one.text() === 'This screen')!;
    expect(button.attributes('aria-expanded')).toBe('false');
    await button.trigger('click');
    expect(button.attributes('aria-expanded')).toBe('true');
  });

  it('stands where the hour puts it, within its padding (WAL-55)', async () => {
    expect((await mountWall()).attributes('style')).toMatch(/--shift-x: -?\d+px; --shift-y: -?\d+px/);
  });
});
