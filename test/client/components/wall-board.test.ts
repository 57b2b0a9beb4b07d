import { createPinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import ScreenPanel from '../../../client/components/wall/ScreenPanel.vue';
import WallBoard from '../../../client/components/wall/WallBoard.vue';
import { angleSizes, type AngleSizes } from '../../../client/components/wall/visual-angle.ts';
import { feedFreshness } from '../../../client/live/freshness.ts';
import { placesOf, tilesOf, UNATTRIBUTED } from '../../../client/stores/tile.ts';
import type { WallRow } from '../../../shared/protocol.ts';
import { feeds, row, T0, tenants } from '../fixtures.ts';
import { mountInApp, stubElementSize } from '../support.ts';

const now = { serverMs: T0, speed: 1 };
const clusters = new Map(['', 'A', 'B'].map((cluster) => [cluster, feedFreshness(feeds(), now)]));
const tilesFor = (count: number, rows: Readonly<Record<number, Partial<WallRow>>> = {}) => {
  const list = [
    ...tenants(count).map((entry, i) => ({ ...entry, cluster: i % 2 === 0 ? 'A' : 'B' })),
    { id: UNATTRIBUTED, name: 'Unattributed' },
  ];
  return tilesOf(
    placesOf(list),
    list.map((_, i) => row(rows[i])),
    clusters,
    now,
  );
};
const FAR = angleSizes({ diagonalInches: 55, distanceM: 5 }, { width: 1_920, height: 1_080 });

async function board(
  count: number,
  rows: Readonly<Record<number, Partial<WallRow>>> = {},
  sizes: AngleSizes | null = null,
) {
  const props = { tiles: tilesFor(count, rows), sparks: [], replayedMs: null, sizes, theme: 'night' };
  const { wrapper } = mountInApp(WallBoard, props, createPinia());
  await nextTick();
  await nextTick();
  return wrapper;
}
const bad = { 2: { level: 'critical', signal: 'lag', reason: 'lag 41.3 min', lagP95Ms: 2_478_000 } } as const;

beforeEach(() => {
  document.body.innerHTML = '';
  stubElementSize(1_900, 760);
});

describe('the board', () => {
  it('of few tenants is a row each, with all their numbers, state in words, and unit (WAL-44)', async () => {
    const wrapper = await board(8, bad);
    expect(wrapper.attributes('data-layout')).toBe('rows');
    const rows = wrapper.findAll('.tile.row[data-tenant]');
    expect(rows).toHaveLength(9);
    expect(rows[2]!.text()).toMatch(/LAG\s*CRITICAL/);
    expect(rows[2]!.findAll('[data-value]').map((value) => value.attributes('data-value'))).toEqual([
      'queueDepth',
      'lagP95Ms',
      'spamPercent',
      'accessPercent',
    ]);
    expect(rows[2]!.get('.cell.headline').text()).toMatch(/41\.3\s*min/);
  });

  it('of a few dozen is a tile each (WAL-44)', async () => {
    const wrapper = await board(40);
    expect(wrapper.attributes('data-layout')).toBe('tiles');
    expect(wrapper.findAll('.tile[data-tenant]')).toHaveLength(41);
  });

  it('that is seen from afar leaves out small numbers, and shows the one that is wrong (WAL-43)', async () => {
    const wrapper = await board(40, bad, FAR);
    expect(wrapper.attributes('data-layout')).toBe('tiles');
    const tiles = wrapper.findAll('.tile.fit');
    expect(tiles).toHaveLength(41);
    expect(tiles.every((tile) => !tile.find('.cells').exists())).toBe(true);
    expect(tiles[2]!.get('.headline').text()).toMatch(/41\.3\s*min/);
    const style = wrapper.get('.grid').attributes('style') ?? '';
    for (const name of ['--name', '--main', '--least'])
      expect(parseFloat(new RegExp(`${name}: ([\\d.]+)px`).exec(style)?.[1] ?? '0')).toBeGreaterThanOrEqual(
        FAR.minimum - 0.1,
      );
  });

  it('of hundreds is one canvas, with those not in order as links beside it (WAL-45)', async () => {
    const wrapper = await board(300, bad);
    expect(wrapper.attributes('data-layout')).toBe('cells');
    expect(wrapper.findAll('canvas')).toHaveLength(1);
    const links = wrapper.findAll('.abnormal a');
    expect(links.map((link) => link.text())).toEqual(['Tenant2 Broadband: critical, lag 41.3 min']);
    expect(links[0]!.attributes('href')).toBe('/tenant/t2');
    expect(wrapper.get('.abnormal').text()).toContain('300 of 301 others in order');
  });

  it('of a thousand is a block for each cluster with counts and the worst by name, in few elements (WAL-45)', async () => {
    const wrapper = await board(1_000, bad);
    expect(wrapper.attributes('data-layout')).toBe('clusters');
    const [a, b] = wrapper.findAll('.block');
    expect(a!.text().replace(/\s+/g, ' ')).toMatch(/Cluster A 500.*1.*critical.*499.*ok.*LAG 41\.3 min/);
    expect(a!.attributes('data-level')).toBe('critical');
    expect(b!.attributes('data-level')).toBe('ok');
    expect(wrapper.element.querySelectorAll('*').length).toBeLessThan(120);
  });

  it('bounds the links beside the canvas and counts the others (WAL-45)', async () => {
    const all = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [i, bad[2]]));
    const wrapper = await board(300, all);
    expect(wrapper.findAll('.abnormal a')).toHaveLength(50);
    expect(wrapper.get('.abnormal').text()).toContain('250 of them not in order');
  });
});

describe('the panel of this screen', () => {
  const panel = (settings: object = { viewing: null, theme: 'auto' }, sizes: AngleSizes | null = null) =>
    mountInApp(ScreenPanel, {
      settings,
      sizes,
      theme: 'night',
      part: { tenants: null, cluster: null },
      layout: 'x',
    }).wrapper;

  it('says that no size is set, and with which sizes it draws when one is (WAL-42)', () => {
    expect(panel().text()).toContain('size not set');
    const viewing = { diagonalInches: 55, distanceM: 5 };
    expect(panel({ viewing, theme: 'auto' }, FAR).text()).toMatch(
      /51 px \(16′\), preferred 64 px \(20′\), headline 96 px \(30′\)/,
    );
  });

  it('takes diagonal and distance, refuses what no screen can be, and forgets (WAL-42)', async () => {
    const wrapper = panel();
    await wrapper.get('[name="diagonal"]').setValue('55');
    expect(wrapper.get('[type="submit"]').attributes('disabled')).toBeDefined();
    await wrapper.get('[name="distance"]').setValue('5000');
    expect(wrapper.get('.fault').text()).toContain('100 m');
    await wrapper.get('[name="distance"]').setValue('5');
    expect(wrapper.find('.fault').exists()).toBe(false);
    await wrapper.get('form').trigger('submit');
    expect(wrapper.emitted('set')).toEqual([[{ viewing: { diagonalInches: 55, distanceM: 5 } }]]);
  });

  it('has the focus from the first moment on, so that Escape closes it', async () => {
    const focus = vi.spyOn(HTMLElement.prototype, 'focus');
    const wrapper = panel();
    expect(focus.mock.contexts).toEqual([wrapper.element]);
    await wrapper.trigger('keydown', { key: 'Escape' });
    expect(wrapper.emitted('close')).toHaveLength(1);
    focus.mockRestore();
  });

  it('overrides the theme (WAL-50)', async () => {
    const wrapper = panel();
    await wrapper.get('[name="theme"]').setValue('day');
    expect(wrapper.emitted('set')).toEqual([[{ theme: 'day' }]]);
  });
});
