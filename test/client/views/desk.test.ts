import axe from 'axe-core';
import { enableAutoUnmount, flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia, type Pinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryHistory, createRouter, type Router } from 'vue-router';
import type { AlarmsSnapshot, AlarmView } from '../../../shared/alarms.ts';
import { PROTOCOL_VERSION, type WallRow } from '../../../shared/protocol.ts';
import { LIVE } from '../../../client/composables/live.ts';
import { useAlarmsStore } from '../../../client/stores/alarms.ts';
import { useLinkStore } from '../../../client/stores/link.ts';
import { useWallStore } from '../../../client/stores/wall.ts';
import AlarmsView from '../../../client/views/alarms/AlarmsView.vue';
import DeskView from '../../../client/views/desk/DeskView.vue';
import RulesView from '../../../client/views/rules/RulesView.vue';
import { alarm, alarmsSnapshot } from '../alarm-fixtures.ts';
import { columnsOf, coverage, feed, feeds, joined, row, T0, wallFrame, wallSnapshot } from '../fixtures.ts';
import { createFakeLive } from '../support.ts';

let pinia: Pinia;
let router: Router;
let sent: { readonly path: string; readonly body: Record<string, unknown> }[];
let isPhone: boolean;
/** Rows of 32 px that fit into the stubbed window, and those drawn ahead. */
const WINDOW_PX = 320;

beforeEach(() => {
  document.body.innerHTML = '';
  localStorage.clear();
  localStorage.setItem('mailvigil.by', 'Ada');
  isPhone = false;
  sent = [];
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(WINDOW_PX);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1_000);
  vi.stubGlobal('matchMedia', () => {
    const list = new EventTarget();
    return Object.assign(list, { matches: isPhone });
  });
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
    this.setAttribute('open', '');
  };
  vi.stubGlobal('fetch', (path: string, init: RequestInit = {}) => {
    const body = JSON.parse((init.body as string | undefined) ?? '{}') as Record<string, unknown>;
    if (init.method === 'POST') sent.push({ path, body });
    const rules = { version: 3, text: '', rules: [], faults: [], metrics: [], versions: [] };
    const answer = path.includes('/alarm-rules') ? rules : { done: body['ids'] ?? [], refused: [] };
    return Promise.resolve(new Response(JSON.stringify(answer), { status: 200 }));
  });
  pinia = createPinia();
  setActivePinia(pinia);
  const link = useLinkStore(pinia);
  link.setFacts({ isConnected: true, heardAtMs: 0, heardAtDateMs: T0, isMismatched: false });
  link.hear({ atMs: T0, localMs: 0, speed: 1 }, true);
});
enableAutoUnmount(afterEach);
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const CLUSTERS = ['A', 'B'];
const FLEET: readonly Partial<WallRow>[] = [
  { queueDepth: 7 },
  {
    level: 'critical',
    signal: 'lag',
    reason: 'lag ≥ 41 min',
    isLagFloor: true,
    lagP95Ms: 2_460_000,
    queueDepth: 90,
  },
  { queueDepth: null },
  { level: 'medium', signal: 'spam', reason: 'spam 40 %', spamPercent: 40, queueDepth: 7 },
  { queueDepth: 0 },
];
function wall(changes: readonly Partial<WallRow>[] = FLEET) {
  return wallSnapshot({
    tenants: changes.map((_, i) => ({
      id: `t${i}`,
      name: `Tenant ${i}`,
      cluster: CLUSTERS[i % 2]!,
      mailboxes: 100 * (i + 1),
    })),
    rows: changes.map((change) => row(change)),
    coverage: { ...coverage(), A: feeds(), B: feeds() },
  });
}
function showAlarms(alarms: readonly AlarmView[]): void {
  const snapshot: AlarmsSnapshot = alarmsSnapshot({ alarms });
  const base = { room: 'alarms', seq: 10, atMs: T0, speed: 1, serverId: 's', version: 'v' } as const;
  useAlarmsStore(pinia).handlers.snapshot({ ...base, protocol: PROTOCOL_VERSION, snapshot });
}
const settle = async () => {
  await flushPromises();
  await flushPromises();
};
async function open(path = '/desk', snapshot = wall(), alarms: readonly AlarmView[] = [alarm()]) {
  const page = { template: '<i />' };
  router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:path(.*)', component: page }],
  });
  await router.push(path);
  const { live } = createFakeLive();
  const provide = { [LIVE as symbol]: live };
  const wrapper = mount(DeskView, { global: { plugins: [pinia, router], provide }, attachTo: document.body });
  useWallStore(pinia).handlers.snapshot(joined(snapshot));
  showAlarms(alarms);
  await settle();
  return wrapper as unknown as VueWrapper;
}
async function press(key: string, init: KeyboardEventInit = {}): Promise<void> {
  const target = document.activeElement ?? document.body;
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }));
  await settle();
}
const names = (page: VueWrapper) => page.findAll('tbody [data-tenant] .name').map((name) => name.text());
const head = (page: VueWrapper, word: string) =>
  page.findAll('thead th').find((th) => th.text().startsWith(word))!;
const query = () => router.currentRoute.value.query;

describe('the table of the desk', () => {
  it('has a caption, heads of columns and rows, and says how it is sorted (DSK-12)', async () => {
    const page = await open();
    expect(page.get('caption').text()).toMatch(/Tenants, 5 of 5, sorted by State/);
    expect(page.findAll('thead th[scope=col]')).toHaveLength(11);
    expect(page.findAll('tbody th[scope=row]')).toHaveLength(5);
    expect(head(page, 'State').attributes('aria-sort')).toBe('ascending');
    expect(head(page, 'Queue').attributes('aria-sort')).toBe('none');
    expect(page.get('table').attributes('aria-rowcount')).toBe('6');
  });

  it('shows state as shape and word, floors as ≥, the verdicts behind a rate, and a dash where no number is (DSK-1)', async () => {
    const page = await open();
    const first = page.get('[data-tenant=t1]');
    expect(first.get('.state b').text()).toBe('CRITICAL');
    expect(first.find('.state svg').exists()).toBe(true);
    expect(first.get('[data-column=lag]').text()).toContain('≥');
    expect(page.get('[data-tenant=t3] [data-column=spam]').text()).toMatch(/40\.0.*n 900/);
    expect(page.get('[data-tenant=t2] [data-column=queue]').text()).toMatch(/^—\s*no data$/);
    expect(page.get('[data-tenant=t4] [data-column=queue]').text()).toMatch(/^0/);
  });

  it('sorts what has no number last both ways, and keeps equals in their order (DSK-2)', async () => {
    const page = await open();
    await head(page, 'Queue').get('button').trigger('click');
    await settle();
    expect(query()['sort']).toBe('-queue');
    expect(names(page)).toEqual(['Tenant 1', 'Tenant 0', 'Tenant 3', 'Tenant 4', 'Tenant 2']);
    await head(page, 'Queue').get('button').trigger('click');
    await settle();
    expect(names(page)).toEqual(['Tenant 4', 'Tenant 0', 'Tenant 3', 'Tenant 1', 'Tenant 2']);
    expect(head(page, 'Queue').attributes('aria-sort')).toBe('ascending');
  });

  it('follows the frames: order and numbers are those of the newest one (DSK-5)', async () => {
    const page = await open('/desk?sort=-queue');
    const frame = wallFrame(11, {
      rows: columnsOf([[4, row({ queueDepth: 5_000 })]]),
      coverage: { ...coverage(), A: feeds(), B: feeds() },
    });
    useWallStore(pinia).handlers.frame(frame);
    await settle();
    expect(names(page)[0]).toBe('Tenant 4');
    expect(page.get('[data-tenant=t4] [data-column=queue]').text()).toContain('5.00');
  });

  it('strikes out what is lost and says how old it is (DSK-3)', async () => {
    const late = { ...coverage(), A: feeds({ queue: feed({ asOfMs: T0 - 125_000 }) }), B: feeds() };
    const page = await open('/desk', { ...wall(), coverage: late });
    const cell = page.get('[data-tenant=t0] [data-column=queue]');
    expect(cell.attributes('data-state')).toBe('lost');
    expect(cell.text()).toContain('LOST 2m');
    expect(page.get('[data-tenant=t0] .age').text()).toBe('LOST 2m');
    expect(page.get('[data-tenant=t1] .age').text()).toBe('0s');
  });

  it('groups by cluster with counts and sums, folds, and stands so in the address (DSK-8)', async () => {
    const page = await open('/desk?group=cluster');
    const groups = page.findAll('[data-group]');
    expect(groups.map((one) => one.attributes('data-group'))).toEqual(['A', 'B']);
    expect(groups[0]!.text()).toContain('3 tenants');
    expect(groups[0]!.text()).toMatch(/sum of 2\/3.*≥ 7/);
    await groups[0]!.get('button').trigger('click');
    await settle();
    expect(query()['fold']).toBe('A');
    expect(page.get('[data-group=A] button').attributes('aria-expanded')).toBe('false');
    expect(names(page)).toEqual(['Tenant 1', 'Tenant 3']);
  });

  it('draws only what is in the window of thousands of rows (DSK-13)', async () => {
    const page = await open('/desk', wall(Array.from({ length: 3_000 }, () => ({}))));
    const drawn = page.findAll('tbody [data-tenant]').length;
    expect(drawn).toBeGreaterThan(5);
    expect(drawn).toBeLessThan(60);
    expect(page.get('table').attributes('aria-rowcount')).toBe('3001');
    expect(page.get('.gap td').attributes('style')).toMatch(/height: 9\d{4}px/);
  });

  it('says what a filter leaves out, above all if it is urgent (DSK-4)', async () => {
    const page = await open();
    await page.get('input[name=words]').setValue('tenant 3');
    await settle();
    expect(names(page)).toEqual(['Tenant 3']);
    expect(query()['q']).toBe('tenant 3');
    expect(page.get('.shown').text()).toBe('1 of 5 shown · 1 critical or high NOT shown');
    await page.get('button.reset').trigger('click');
    await settle();
    expect(names(page)).toHaveLength(5);
  });

  it('opens as its address says, and tells what it does not understand of it (DSK-7)', async () => {
    const page = await open('/desk?sort=-name&cluster=A&row=t2&level=ok,odd');
    expect(names(page)).toEqual(['Tenant 4', 'Tenant 2', 'Tenant 0']);
    expect(page.get('.chosen .name').text()).toBe('Tenant 2');
    expect(page.get('.fault').text()).toContain('level');
    expect(page.get('.told').text()).toContain('Tenant 2, cluster A');
  });
});

describe('the keys of the desk', () => {
  it('choose a tenant, put the focus on it, and open it (DSK-14)', async () => {
    const page = await open();
    await press('j');
    await press('j');
    expect(query()['row']).toBe('t3');
    expect(document.activeElement?.textContent).toBe('Tenant 3');
    expect(page.findAll('tbody a[tabindex="0"]')).toHaveLength(1);
    await press('k');
    expect(query()['row']).toBe('t1');
    (document.activeElement as HTMLElement).blur();
    await press('Enter');
    expect(router.currentRoute.value.path).toBe('/tenant/t1');
  });

  it('acknowledge the chosen group, and only that (DSK-15)', async () => {
    const group = ['x', 'y', 'z'].map((id) =>
      alarm({ id, groupId: 'g2', priority: 'critical', scopeName: id }),
    );
    await open('/desk', wall(), [alarm(), ...group]);
    expect(query()['alarm']).toBe('g2');
    await press('J');
    expect(query()['alarm']).toBe('a1');
    await press('a');
    expect(sent.map(({ path, body }) => [path.replace(/^.*\/alarms/, ''), body['ids'], body['by']])).toEqual([
      ['/acknowledge', ['a1'], 'Ada'],
    ]);
  });

  it('do not pass to another alarm when the chosen one is over (DSK-15)', async () => {
    const page = await open('/desk?alarm=gone');
    await press('a');
    expect(sent).toEqual([]);
    expect(page.get('.hint').text()).toContain('The chosen alarm is over');
  });

  it('open the alarm that has the focus (DSK-15)', async () => {
    const page = await open();
    page.get<HTMLElement>('.desk-alarms .open').element.focus();
    await press('Enter');
    expect(router.currentRoute.value.path).toBe('/alarms/a1');
  });

  it('open the palette, which finds, says what is active, and goes there (DSK-11)', async () => {
    const page = await open();
    await press('k', { ctrlKey: true });
    const box = page.get('[role=combobox]');
    expect(document.activeElement).toBe(box.element);
    await box.setValue('only cluster b');
    const active = page.get(`#${box.attributes('aria-activedescendant')}`);
    expect(active.attributes('aria-selected')).toBe('true');
    expect(active.text()).toContain('Show only cluster B');
    await press('Enter');
    expect(page.find('[role=combobox]').exists()).toBe(false);
    expect(query()['cluster']).toBe('B');
    expect(names(page)).toEqual(['Tenant 1', 'Tenant 3']);
  });

  it('are closed with Escape before it leads away (DSK-14)', async () => {
    const page = await open();
    await press(':');
    await press('Escape');
    expect(page.find('[role=combobox]').exists()).toBe(false);
    expect(router.currentRoute.value.path).toBe('/desk');
    await press('Escape');
    expect(router.currentRoute.value.path).toBe('/');
  });
});

describe('what is not known', () => {
  it('is said while connecting, and of alarms apart (DSK-16)', async () => {
    router = createRouter({
      history: createMemoryHistory(),
      routes: [{ path: '/:path(.*)', component: { template: '<i />' } }],
    });
    const { live } = createFakeLive();
    const page = mount(DeskView, {
      global: { plugins: [pinia, router], provide: { [LIVE as symbol]: live } },
    });
    expect(page.text()).toContain('Connecting to the server');
    expect(page.text()).toContain('It is not known yet whether there are alarms');
    expect(page.find('table').exists()).toBe(false);
  });

  it('is said when alarms stop to come although the server answers (DSK-16)', async () => {
    const page = await open();
    const link = useLinkStore(pinia);
    useWallStore(pinia).handlers.frame(wallFrame(11, {}, { atMs: T0 + 20_000 }));
    link.setFacts({ isConnected: true, heardAtMs: 20_000, heardAtDateMs: T0, isMismatched: false });
    link.hear({ atMs: T0 + 20_000, localMs: 20_000, speed: 1 }, true);
    link.tick(20_000);
    await settle();
    expect(page.get('.banner').text()).toContain('NO NEW ALARMS COME');
    expect(page.attributes('data-old')).toBe('true');
  });
});

describe('on a phone', () => {
  it('the tenants are cards after the alarms, and nothing is chosen by itself (DSK-17)', async () => {
    isPhone = true;
    Object.defineProperty(window, 'innerHeight', { value: 844, configurable: true });
    const page = await open();
    expect(page.find('table').exists()).toBe(false);
    expect(page.findAll('.desk-card').length).toBeGreaterThan(2);
    expect(page.get('.desk-card').text()).toContain('lag ≥ 41 min');
    expect(query()['alarm']).toBeUndefined();
    await page.get('.desk-alarms .acknowledge').trigger('click');
    await settle();
    expect(sent.map(({ body }) => body['ids'])).toEqual([['a1']]);
  });
});

describe('accessibility', () => {
  /** Contrast and sizes need a browser that lays out: `test/client/dev/look-desk.ts` asks them there. */
  const faultsOf = async (root: Element) => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const { violations } = await axe.run(root, {
      runOnly: { type: 'tag', values: tags },
      rules: { 'color-contrast': { enabled: false }, 'target-size': { enabled: false } },
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  };

  it('axe finds nothing on the desk: table, groups, palette, keys (DSK-18)', async () => {
    const page = await open('/desk?group=cluster&row=t1');
    expect(await faultsOf(page.element)).toEqual([]);
    const nameless = page.element.appendChild(document.createElement('button'));
    expect(await faultsOf(page.element)).toEqual([expect.stringMatching(/^button-name/)]);
    nameless.remove();
    await press(':');
    expect(await faultsOf(page.element)).toEqual([]);
    await press('Escape');
    await press('?');
    expect(await faultsOf(page.element)).toEqual([]);
  });

  it.each([
    ['alarms', AlarmsView],
    ['rules', RulesView],
  ])('axe finds nothing on the page of %s (DSK-18)', async (_name, view) => {
    router = createRouter({
      history: createMemoryHistory(),
      routes: [{ path: '/:path(.*)', component: { template: '<i />' } }],
    });
    const { live } = createFakeLive();
    const provide = { [LIVE as symbol]: live };
    const page = mount(view, { global: { plugins: [pinia, router], provide }, attachTo: document.body });
    useWallStore(pinia).handlers.snapshot(joined(wall()));
    showAlarms([
      alarm(),
      alarm({ id: 'b', state: 'acknowledged', acknowledged: { by: 'Ada', atMs: T0, note: '' } }),
    ]);
    await settle();
    expect(page.text().length).toBeGreaterThan(50);
    expect(await faultsOf(page.element)).toEqual([]);
  });
});
