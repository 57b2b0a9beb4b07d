import type { VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia, type Pinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import type { AlarmStrip, GroupLead } from '../../../shared/alarms.ts';
import type { SeriesAnswer } from '../../../shared/history.ts';
import { minuteText } from '../../../client/format/time.ts';
import { useLinkStore } from '../../../client/stores/link.ts';
import { DWELL_MS, MANUAL_MS } from '../../../client/stores/pin-model.ts';
import { useReplayStore } from '../../../client/stores/replay.ts';
import { useWallStore } from '../../../client/stores/wall.ts';
import WallView from '../../../client/views/wall/WallView.vue';
import { group, strip } from '../fixtures-alarms.ts';
import { coverage, joined, T0, tenants, wallSnapshot } from '../fixtures.ts';
import { mountInApp, stubElementSize } from '../support.ts';

let pinia: Pinia;
let seq = 10;
const mounted: VueWrapper[] = [];
/** Questions for series, and how they are answered. */
let asked: string[] = [];
let answer: (path: string) => { readonly status: number; readonly body: unknown };

const series = (values: readonly (number | null)[]): SeriesAnswer => ({
  fromMs: T0 - 3_600_000,
  stepMs: 600_000,
  metrics: { lagP95Ms: values },
  coverage: values.map((value) => (value === null ? 0 : 1)),
  tierSeconds: 10,
  asOfMs: T0 - 4_000,
  marks: [],
});
const lead = (change: Partial<GroupLead> = {}): GroupLead => ({
  alarmId: 'a1',
  scope: { kind: 'tenant', id: 't0' },
  scopeName: 'Tenant0 Broadband',
  reading: {
    metric: 'lagP95Ms',
    value: 2_478_000,
    unit: 'ms',
    limit: 900_000,
    side: 'above',
    n: 812,
    isFloor: true,
    atMs: T0,
  },
  worst: null,
  action: 'Open the tenant: does mail wait?',
  names: ['Tenant0 Broadband', 'Tenant2 Broadband'],
  ...change,
});
const critical = (change: Parameters<typeof group>[0] = {}) =>
  group({ members: ['a1', 'a2', 'a3'], active: 3, lead: lead(), ...change });

async function settle(): Promise<void> {
  await vi.dynamicImportSettled();
  for (let i = 0; i < 6; i += 1) await nextTick();
}
/** The server tells these alarms. */
async function tell(alarms: AlarmStrip): Promise<void> {
  useWallStore(pinia).handlers.snapshot({
    ...joined(wallSnapshot({ tenants: tenants(30), alarms, coverage: coverage() })),
    seq: (seq += 1),
  });
  await settle();
}
async function mountWall(alarms: AlarmStrip) {
  const link = useLinkStore(pinia);
  link.setFacts({ isConnected: true, heardAtMs: 0, heardAtDateMs: T0, isMismatched: false });
  link.hear({ atMs: T0, localMs: 0, speed: 1 }, false);
  link.tick(0);
  await tell(alarms);
  const { wrapper } = mountInApp(WallView, {}, pinia);
  mounted.push(wrapper);
  await settle();
  return wrapper;
}
const press = async (key: string) => {
  window.dispatchEvent(new KeyboardEvent('keydown', { key }));
  await settle();
};
const text = (element: { text(): string }) => element.text().replace(/\s+/g, ' ');
const of = (...groups: readonly ReturnType<typeof group>[]) => strip({ groups });

beforeEach(() => {
  vi.useFakeTimers({
    now: T0,
    toFake: ['Date', 'setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'],
  });
  document.body.innerHTML = '';
  localStorage.clear();
  sessionStorage.clear();
  stubElementSize(1_900, 760);
  pinia = createPinia();
  setActivePinia(pinia);
  asked = [];
  answer = () => ({ status: 200, body: series([2_000, 3_000, null, 900_000, 1_800_000, 2_478_000]) });
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    const { status, body } = answer(path);
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
});
afterEach(() => {
  // A wall that is left standing would hear the keys of the next one.
  for (const wrapper of mounted.splice(0)) wrapper.unmount();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a wall that goes to the trouble by itself', () => {
  it('is the plain wall while nothing urgent is up (WAL-100)', async () => {
    const wrapper = await mountWall(of(critical({ priority: 'medium' })));
    expect(wrapper.find('.pin-panel').exists()).toBe(false);
    expect(wrapper.get('.stage').attributes('data-pin')).toBe('none');
  });

  it('pins an alarm with reason, since when, owner, limit, curves and what to do first (WAL-109)', async () => {
    const wrapper = await mountWall(of());
    const places = wrapper.findAll('.tile').map((tile) => tile.attributes('data-tenant'));
    await tell(of(critical()));
    const panel = wrapper.get('.pin-panel');
    expect(panel.attributes('aria-label')).toBe('Pinned: lag ≥ 41.3 min on cluster A, 3 tenants');
    expect(panel.attributes()).toMatchObject({ 'data-kind': 'auto', 'data-level': 'critical' });
    expect(panel.get('.since').text()).toBe(`since ${minuteText(T0 - 720_000)} · 12.0 min`);
    expect(panel.get('.owner').text()).toBe('NOBODY HAS IT');
    expect(text(panel.get('.action'))).toBe('First: Open the tenant: does mail wait?');
    const curves = panel.findAll('.pin-curve');
    expect(curves.map((curve) => curve.attributes('data-curve'))).toEqual(['t0', 't2']);
    expect(curves[0]!.text()).toContain('limit 15 min');
    expect(text(panel.get('.axis'))).toContain('curve 4s old');
    // The tiles are where they were, in the order in which they were.
    expect(wrapper.findAll('.tile').map((tile) => tile.attributes('data-tenant'))).toEqual(places);
    // What is pinned is on the strip as well.
    expect(wrapper.get('.alarm-card').attributes('data-group')).toBe('g1');
  });

  it('says who has it as soon as somebody has, and pulses no more (WAL-109)', async () => {
    const wrapper = await mountWall(of(critical()));
    expect(wrapper.get('.pin-panel').classes()).toContain('pulsing');
    await tell(of(critical({ state: 'acknowledged', owner: 'Ada' })));
    expect(wrapper.get('.pin-panel .owner').text()).toBe('Ada has it');
    expect(wrapper.get('.pin-panel').classes()).not.toContain('pulsing');
  });

  it('comes back when it is over, and says so until then (WAL-105)', async () => {
    const wrapper = await mountWall(of(critical()));
    vi.advanceTimersByTime(DWELL_MS);
    await tell(of());
    expect(wrapper.get('.pin-panel').text()).toContain('NO LONGER ON THE LIST');
    vi.advanceTimersByTime(10_000);
    await settle();
    expect(wrapper.find('.pin-panel').exists()).toBe(false);
  });

  it('asks for the curves again and again, and keeps an old one when that fails, saying so (WAL-114)', async () => {
    const wrapper = await mountWall(of(critical()));
    const before = asked.length;
    answer = () => ({ status: 503, body: { error: { code: 'unavailable', message: 'The store is busy.' } } });
    vi.advanceTimersByTime(12_000);
    await settle();
    expect(asked.length).toBeGreaterThan(before);
    expect(wrapper.get('.pin-curves .not-new').text()).toBe('NOT NEW: The store is busy.');
    expect(wrapper.find('.pin-curve canvas').exists()).toBe(true);
  });

  it('takes a curve away that this screen may see no more (WAL-113)', async () => {
    const wrapper = await mountWall(of(critical()));
    expect(wrapper.find('.pin-curve canvas').exists()).toBe(true);
    answer = () => ({ status: 403, body: { error: { code: 'forbidden', message: 'no' } } });
    vi.advanceTimersByTime(12_000);
    await settle();
    expect(wrapper.find('.pin-curve canvas').exists()).toBe(false);
  });

  it('says that a limited display may not see a curve (WAL-113)', async () => {
    answer = () => ({ status: 403, body: { error: { code: 'forbidden', message: 'no' } } });
    const wrapper = await mountWall(of(critical()));
    expect(wrapper.get('.pin-curve').text()).toContain('This screen may not see this curve.');
    expect(wrapper.find('.pin-curve canvas').exists()).toBe(false);
  });

  it('says that there is no data, never a flat zero (WAL-113)', async () => {
    answer = () => ({ status: 200, body: series([null, null, null, null, null, null]) });
    const wrapper = await mountWall(of(critical()));
    expect(wrapper.get('.pin-curve .state').text()).toBe('No data in this time');
  });

  it('names other critical alarms that nobody has (WAL-103)', async () => {
    const wrapper = await mountWall(of(critical(), critical({ id: 'g2', title: 'Users are locked out' })));
    expect(text(wrapper.get('.pin-panel .also'))).toBe('+1 critical: Users are locked out (A)');
  });

  it('pins nothing in the past: what was told of alarms then is not kept (WAL-115)', async () => {
    answer = (path) =>
      path.startsWith('/api/v1/wall')
        ? {
            status: 200,
            body: {
              ...wallSnapshot({ tenants: tenants(30) }),
              atMs: T0 - 60_000,
              tierSeconds: 1,
              missing: [],
            },
          }
        : { status: 200, body: series([1, 2, 3]) };
    const wrapper = await mountWall(of(critical()));
    expect(wrapper.find('.pin-panel').exists()).toBe(true);
    useReplayStore(pinia).open({ atMs: T0 - 60_000, speed: null, isStaying: false });
    await settle();
    expect(wrapper.find('.pin-panel').exists()).toBe(false);
    expect(wrapper.get('.wall').classes()).toContain('replaying');
  });
});

describe('a pin by hand', () => {
  it('says of what is over that it is, and such a one is there by hand alone (WAL-105, WAL-106)', async () => {
    const wrapper = await mountWall(of(critical({ state: 'returned' })));
    expect(wrapper.find('.pin-panel').exists()).toBe(false);
    await press('p');
    expect(wrapper.get('.pin-panel .owner').text()).toBe('OVER, not acknowledged');
    await tell(of(critical({ state: 'acknowledged', owner: 'Ada', active: 0 })));
    expect(wrapper.get('.pin-panel .gone').text()).toBe('OVER');
  });

  it('holds an alarm by its button, says large what waits elsewhere, and lets go by Escape (WAL-106)', async () => {
    const low = critical({ id: 'low', priority: 'low', title: 'Mail is held' });
    const wrapper = await mountWall(of(critical(), low));
    await wrapper.findAll('.pin-button')[1]!.trigger('click');
    await settle();
    const panel = wrapper.get('.pin-panel');
    expect(panel.attributes()).toMatchObject({ 'data-kind': 'manual', 'data-group': 'low' });
    expect(text(panel.get('[role="alert"]'))).toContain('CRITICAL WAITS, NOBODY HAS IT');
    expect(text(panel.get('[role="alert"]'))).toContain('lag ≥ 41.3 min on cluster A, 3 tenants');
    expect(wrapper.findAll('.pin-button')[1]!.attributes('aria-pressed')).toBe('true');
    await press('Escape');
    expect(wrapper.get('.pin-panel').attributes()).toMatchObject({ 'data-kind': 'auto', 'data-group': 'g1' });
  });

  it('takes the tile that has the focus by the key p, and shows its curves; p again lets go (WAL-111)', async () => {
    const wrapper = await mountWall(of());
    wrapper.get<HTMLElement>('[data-tenant="t3"]').element.focus();
    await press('p');
    const panel = wrapper.get('.pin-panel');
    expect(panel.attributes('data-pinned-tenant')).toBe('t3');
    expect(panel.attributes('aria-label')).toContain('Pinned by hand');
    expect(asked.filter((path) => path.includes('/tenants/t3/series'))).toHaveLength(2);
    expect(panel.find('.owner').exists()).toBe(false);
    await press('p');
    expect(wrapper.find('.pin-panel').exists()).toBe(false);
  });

  it('takes a tile by a click with shift, which opens no page (WAL-111)', async () => {
    const wrapper = await mountWall(of());
    await wrapper.get('[data-tenant="t3"]').trigger('click', { shiftKey: true });
    await settle();
    expect(wrapper.get('.pin-panel').attributes('data-pinned-tenant')).toBe('t3');
  });

  it('outlives a reload, and ends after half an hour without a hand, saying so (WAL-107, WAL-108)', async () => {
    const first = await mountWall(of());
    first.get<HTMLElement>('[data-tenant="t3"]').element.focus();
    await press('p');
    first.unmount();
    pinia = createPinia();
    setActivePinia(pinia);
    const again = await mountWall(of());
    expect(again.get('.pin-panel').attributes('data-pinned-tenant')).toBe('t3');
    vi.advanceTimersByTime(MANUAL_MS + 1_000);
    await settle();
    expect(again.find('.pin-panel').exists()).toBe(false);
    expect(again.get('.note').text()).toContain('half an hour without a hand');
  });
});
