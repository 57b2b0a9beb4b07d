import { enableAutoUnmount, flushPromises } from '@vue/test-utils';
import { createPinia, setActivePinia, type Pinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import type { SeriesAnswer, TablesAnswer, WaitingMatrix } from '../../../shared/history.ts';
import type { Failure, TenantSnapshot } from '../../../shared/protocol.ts';
import { ASKED_METRICS } from '../../../client/stores/panels.ts';
import { useLinkStore } from '../../../client/stores/link.ts';
import { useAlarmsStore } from '../../../client/stores/alarms.ts';
import { useTenantStore } from '../../../client/stores/tenant.ts';
import TenantView from '../../../client/views/tenant/TenantView.vue';
import { feed, feeds, joined, row, series, T0 } from '../fixtures.ts';
import { alarmsAt } from '../dev/fake-strip.ts';
import { alarm } from '../fixtures-alarms.ts';
import { mountInApp, stubElementSize } from '../support.ts';

vi.mock('../../../client/composables/useChart.ts', async () => {
  const { shallowRef } = await import('vue');
  const area = shallowRef({ left: 62, right: 500, top: 0, bottom: 100 });
  return { useChart: () => ({ area, heightOf: (value: number) => value, draw: () => undefined }) };
});

const tenant: TenantSnapshot = {
  tenant: { id: 'aurora', name: 'Aurora Broadband', cluster: 'A', mailboxes: 200_000 },
  row: row({
    level: 'critical',
    signal: 'lag',
    reason: 'lag ≥ 41.3 min',
    lagP95Ms: 2_478_000,
    isLagFloor: true,
  }),
  series: series(T0 - 30_000, [1, null, 3], 10_000),
  destinations: [{ destination: 'mx.example', delivered: 12_345, deferred: 4, bounced: 0 }],
  reasons: [{ reason: '451 4.3.0 <b>try later</b>', count: 9 }],
  lines: [
    { atMs: T0, source: 'mx1', rule: 'recipient-domain', text: 'first' },
    { atMs: T0, source: 'mx1', rule: 'sasl-login', text: '<script>alert(1)</script>' },
  ],
  coverage: feeds({ queue: feed({ asOfMs: T0 - 7_000 }), access: feed({ expected: 0, asOfMs: null }) }),
  rules: { 'recipient-domain': 18_000 },
  demo: null,
};
const seriesAnswer: SeriesAnswer = {
  fromMs: T0 - 30_000,
  stepMs: 10_000,
  metrics: Object.fromEntries(ASKED_METRICS.map((metric) => [metric, [10, null, 30]])),
  coverage: [1, 0, 1],
  tierSeconds: 10,
  asOfMs: T0,
  marks: [{ atMs: T0 - 5_000, kind: 'change', text: 'main.cf changed' }],
};
const tables: TablesAnswer = {
  fromMs: T0 - 900_000,
  toMs: T0,
  destinations: [{ destination: 'web.example', delivered: 7, deferred: 3, bounced: 0 }],
  providers: [{ destination: 'Google', delivered: 9, deferred: 1, bounced: 0, destinations: 12 }],
  causes: [{ destination: 'web.example', reason: '451 4.7.1 Try again later', count: 3 }],
  bounces: [{ dsn: '5.1.1', label: 'bad destination mailbox address', count: 2 }],
};
const matrix: WaitingMatrix = {
  atMs: T0 - 1_000,
  rows: [{ destination: 'web.example', total: 9, ages: [9, 0, 0, 0, 0, 0, 0, 0, 0, 0] }],
  total: [9, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  otherDestinations: 0,
};

type Body = object | { error: Failure } | null;
let pinia: Pinia;
let bodies: Record<'series' | 'tables' | 'matrix', Body>;
let asked: string[];

beforeEach(() => {
  document.body.innerHTML = '';
  stubElementSize(1_170, 600);
  pinia = createPinia();
  setActivePinia(pinia);
  const link = useLinkStore(pinia);
  link.setFacts({ isConnected: true, heardAtMs: 0, heardAtDateMs: T0, isMismatched: false });
  link.hear({ atMs: T0, localMs: 0, speed: 1 }, true);
  bodies = { series: seriesAnswer, tables, matrix };
  asked = [];
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    const what = /\/(series|tables|matrix)/.exec(path)?.[1] as keyof typeof bodies;
    const body = bodies[what];
    if (body === null) return new Promise(() => undefined);
    return Promise.resolve(new Response(JSON.stringify(body), { status: 'error' in body ? 503 : 200 }));
  });
});
// A page that is left open would take the keys of the next one.
enableAutoUnmount(afterEach);
afterEach(() => vi.unstubAllGlobals());

type RouterOf = { push(to: unknown): Promise<void>; currentRoute: { value: { fullPath: string } } };

async function open(query = '', { isJoined = true } = {}) {
  const { wrapper, notes } = mountInApp(TenantView, { id: 'aurora' }, pinia);
  const { $router } = wrapper.vm as unknown as { $router: RouterOf };
  await $router.push(`/tenant/aurora${query}`);
  if (isJoined) useTenantStore(pinia).handlers.snapshot(joined(tenant, { room: 'tenant:aurora' }));
  await flushPromises();
  return { wrapper, notes, router: $router };
}
const press = (key: string, more: KeyboardEventInit = {}) =>
  window.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true, ...more }));
const FAILED: Failure = { code: 'unavailable', message: 'the disk is full' };

describe("a tenant's page", () => {
  it('says that it is connecting until the snapshot is there', async () => {
    const { wrapper, notes } = await open('', { isJoined: false });
    expect(notes).toContain('open tenant:aurora');
    expect(wrapper.attributes('data-phase')).toBe('connecting');
    expect(wrapper.text()).toContain('Connecting');
  });

  it('shows name, state, reason, since when, and each number with its age', async () => {
    const { wrapper } = await open();
    const head = wrapper.get('.head').text();
    for (const word of [
      'Aurora Broadband',
      'CRITICAL · LAG',
      'lag ≥ 41.3 min',
      '12.0 min',
      '7s old',
      'no source',
    ])
      expect(head).toContain(word);
    expect(wrapper.attributes('data-seq')).toBe('10');
  });

  it('lists the newest raw line first, and no markup of a line is one of the page', async () => {
    const { wrapper } = await open();
    expect(wrapper.findAll('.lines code').map((code) => code.text())).toEqual([
      '<script>alert(1)</script>',
      'first',
    ]);
    expect(wrapper.find('.lines script').exists()).toBe(false);
  });

  it('says why there is nothing to show when the server refuses the room', async () => {
    const { wrapper } = mountInApp(TenantView, { id: 'nobody' }, pinia);
    const error = { code: 'not-found', message: 'There is no such tenant.' } as const;
    useTenantStore(pinia).handlers.phase({ phase: 'refused', attempt: 1, error, retryAtMs: 0 });
    await nextTick();
    expect(wrapper.text()).toContain('There is no such tenant.');
  });

  it('forgets its tenant and leaves its room when it is closed', async () => {
    const { wrapper, notes } = await open();
    wrapper.unmount();
    expect(notes).toContain('close tenant:aurora');
    expect(useTenantStore(pinia).model).toBeNull();
  });

  it('never shows the numbers of one tenant under the name of another (TEN-7)', async () => {
    const { wrapper } = await open();
    expect(wrapper.text()).toContain('web.example');
    bodies = { series: null, tables: null, matrix: null };
    await wrapper.setProps({ id: 'borealis' });
    expect(wrapper.find('.head').exists()).toBe(false);
    expect(wrapper.text()).not.toContain('web.example');
    expect(wrapper.get('[data-panel="flow"]').text()).not.toContain('/min');
  });
});

describe('its time', () => {
  it('is live over fifteen minutes from the room at once, before the store has answered', async () => {
    bodies = { ...bodies, series: null };
    const { wrapper } = await open();
    expect(wrapper.get('.state[data-live="true"]').text()).toContain('last 15 minutes');
    expect(wrapper.get('[data-panel="queue"] .legend').text()).toContain('deferred 3');
  });

  it('is what its address says, and that is what the store is asked for (TEN-1)', async () => {
    const { wrapper } = await open(
      '?from=2007-05-14T10:00:00Z&to=2007-05-14T12:00:00Z&dir=in&compare=yesterday',
    );
    expect(wrapper.get('.range .state').text()).toContain('FIXED');
    const last = new URL(asked.findLast((path) => path.includes('/series?')) ?? '', 'http://x').searchParams;
    expect([last.get('from'), last.get('to')]).toEqual([
      String(Date.UTC(2007, 4, 14, 10)),
      String(Date.UTC(2007, 4, 14, 12)),
    ]);
    expect([last.get('direction'), last.get('compare')]).toEqual(['in', 'yesterday']);
    expect(Number(last.get('points'))).toBeLessThanOrEqual(486);
  });

  it('is told to be not understood rather than guessed (TEN-1)', async () => {
    const { wrapper } = await open('?from=yesterday&to=now');
    expect(wrapper.get('.data [role="alert"]').text()).toContain('“from” is not a time: yesterday');
  });

  it('goes into the address when it is chosen', async () => {
    const { wrapper, router } = await open();
    await wrapper.findAll('.presets button')[3]!.trigger('click');
    await flushPromises();
    expect(router.currentRoute.value.fullPath).toBe('/tenant/aurora?range=24h');
  });

  it('is typed in two fields, and refused in words when the end is before the beginning', async () => {
    const { wrapper, router } = await open('?tz=utc');
    const [from, to] = wrapper.findAll('input[type="datetime-local"]');
    await from!.setValue('2007-05-14T12:00:00');
    await to!.setValue('2007-05-14T10:00:00');
    await wrapper.get('.range form').trigger('submit');
    expect(wrapper.get('.range [role="alert"]').text()).toContain('after the beginning');
    await to!.setValue('2007-05-14T13:00:00');
    await wrapper.get('.range form').trigger('submit');
    await flushPromises();
    const { searchParams } = new URL(router.currentRoute.value.fullPath, 'http://x');
    expect([searchParams.get('from'), searchParams.get('to')]).toEqual([
      '2007-05-14T12:00:00.000Z',
      '2007-05-14T13:00:00.000Z',
    ]);
  });

  it('is moved, zoomed, made live and made usual by keys (TEN-10)', async () => {
    const { router } = await open('?from=2007-05-14T10:00:00Z&to=2007-05-14T12:00:00Z');
    const range = () => {
      const { searchParams } = new URL(router.currentRoute.value.fullPath, 'http://x');
      return [searchParams.get('from'), searchParams.get('to')].map((text) => text?.slice(11, 16));
    };
    const after = async (key: string, more: KeyboardEventInit = {}) => {
      press(key, more);
      await flushPromises();
      return range();
    };
    expect(await after('ArrowLeft', { shiftKey: true })).toEqual(['09:30', '11:30']);
    expect(await after('+')).toEqual(['10:00', '11:00']);
    expect(await after('-')).toEqual(['09:30', '11:30']);
    press('l');
    await flushPromises();
    expect(router.currentRoute.value.fullPath).toBe('/tenant/aurora?range=1h');
    press('0');
    await flushPromises();
    expect(router.currentRoute.value.fullPath).toBe('/tenant/aurora');
  });

  it('goes back to the wall on Escape, but closes the help first', async () => {
    const { wrapper, router } = await open();
    press('?');
    await nextTick();
    expect(wrapper.find('[role="dialog"]').exists()).toBe(true);
    press('Escape');
    await flushPromises();
    expect(wrapper.find('[role="dialog"]').exists()).toBe(false);
    expect(router.currentRoute.value.fullPath).toBe('/tenant/aurora');
    press('Escape');
    await flushPromises();
    expect(router.currentRoute.value.fullPath).toBe('/');
  });

  it('is fixed in a link that is copied, and the link is shown when it may not be copied (TEN-11)', async () => {
    const written: string[] = [];
    const clipboard = { writeText: (text: string) => Promise.resolve(void written.push(text)) };
    vi.stubGlobal('navigator', { ...navigator, clipboard });
    const { wrapper } = await open('?compare=yesterday');
    await wrapper.get('.copy button').trigger('click');
    await flushPromises();
    expect(wrapper.get('.copy').text()).toContain('copied');
    const { searchParams } = new URL(written[0] ?? '');
    expect(Object.fromEntries(searchParams)).toEqual({
      from: new Date(T0 - 900_000).toISOString(),
      to: new Date(T0).toISOString(),
      compare: 'yesterday',
    });
    vi.stubGlobal('navigator', { ...navigator, clipboard: undefined });
    await wrapper.get('.copy button').trigger('click');
    await flushPromises();
    expect((wrapper.get('.copy input').element as HTMLInputElement).value).toBe(written[0]);
  });
});

describe('its past', () => {
  it('is drawn in charts that also say their values in words', async () => {
    const { wrapper } = await open();
    const labels = wrapper.findAll('canvas').map((canvas) => canvas.attributes('aria-label') ?? '');
    expect(labels.length).toBeGreaterThanOrEqual(8);
    expect(labels.find((label) => label.startsWith('Flow'))).toContain('accepted 180 /min');
  });

  it('tells step, age, coverage and what is missing (TEN-6)', async () => {
    const { wrapper } = await open();
    const facts = wrapper.get('.facts').text();
    for (const word of ['step 10 s', 'complete up to', '0s old', '1 of 3 steps without data'])
      expect(facts).toContain(word);
  });

  it('has one crosshair whose step all charts and the readout tell, moved by keys (TEN-4, TEN-10)', async () => {
    const { wrapper } = await open('?tz=utc');
    expect(wrapper.get('.readout').text()).toContain('Newest whole step');
    press('ArrowLeft');
    await nextTick();
    const readout = wrapper.get('.readout').text();
    expect(readout).toContain('19:34:40 – 19:34:50');
    expect(readout).toContain('no data');
    expect(wrapper.findAll('.cross')).toHaveLength(wrapper.findAll('canvas').length);
    expect(wrapper.get('[data-panel="flow"] .legend').text()).toContain('accepted no data');
    press('c');
    await nextTick();
    expect(wrapper.find('.cross').exists()).toBe(false);
  });

  it('leads from a number at the crosshair to the messages of that step (TEN-5)', async () => {
    const { wrapper } = await open();
    const link = wrapper.findAll('.readout a').find((a) => a.attributes('title') === 'Messages: delivered');
    const query = new URLSearchParams(link?.attributes('href')?.split('?')[1]);
    expect(Object.fromEntries(query)).toEqual({
      tenant: 'aurora',
      from: String(T0 - 10_000),
      to: String(T0),
      status: 'sent',
    });
  });

  it('opens the messages of a step on Enter on a chart (TEN-10)', async () => {
    const { wrapper, router } = await open();
    press('ArrowRight');
    await nextTick();
    await wrapper.get('[data-panel="flow"]').trigger('keydown', { key: 'Enter' });
    await flushPromises();
    expect(router.currentRoute.value.fullPath).toMatch(
      /^\/messages\?tenant=aurora&from=\d+&to=\d+&status=sent$/,
    );
  });

  it('hides a line at a click on its name, and says so in the address (TEN-1)', async () => {
    const { wrapper, router } = await open();
    await wrapper.get('[data-panel="flow"] .legend button').trigger('click');
    await flushPromises();
    expect(decodeURIComponent(router.currentRoute.value.fullPath)).toContain('hide=flow.accepted');
    expect(wrapper.get('[data-panel="flow"] .legend button').attributes('aria-pressed')).toBe('false');
  });

  it('lists the marks of the stretch in words', async () => {
    const { wrapper } = await open();
    expect(wrapper.get('.readout').text()).toContain('main.cf changed');
  });

  it('says what failed, and asks again at a click (TEN-7)', async () => {
    bodies = { ...bodies, series: { error: FAILED } };
    const { wrapper } = await open('?range=24h');
    expect(wrapper.get('.data [role="alert"]').text()).toContain('the disk is full');
    expect(wrapper.get('[data-panel="flow"] .none').text()).toBe('No data');
    bodies = { ...bodies, series: seriesAnswer };
    await wrapper.get('.data [role="alert"] button').trigger('click');
    await flushPromises();
    expect(wrapper.find('.data [role="alert"]').exists()).toBe(false);
    expect(wrapper.find('[data-panel="flow"] .none').exists()).toBe(false);
  });

  it('still shows what the room knows when the store fails', async () => {
    bodies = { series: { error: FAILED }, tables: { error: FAILED }, matrix: { error: FAILED } };
    const { wrapper } = await open();
    expect(wrapper.get('[data-panel="queue"] .legend').text()).toContain('deferred 3');
    expect(wrapper.get('.tables').text()).toContain('mx.example');
    expect(wrapper.get('.tables').text()).toContain('451 4.3.0 <b>try later</b>');
    expect(wrapper.findAll('[role="alert"]').length).toBe(3);
  });

  it('says that it is loading, and neither no data nor zero meanwhile (TEN-7)', async () => {
    bodies = { series: null, tables: null, matrix: null };
    const { wrapper } = await open('?range=24h');
    expect(wrapper.get('.facts').text()).toContain('Loading');
    expect(wrapper.find('.none').exists()).toBe(false);
    expect(wrapper.get('.tables').text()).toContain('Loading');
    expect(wrapper.get('.matrix').text()).toContain('Loading');
  });

  it('says that nothing is known, and then not that nothing happened (TEN-3)', async () => {
    const none = ASKED_METRICS.map((metric) => [metric, [null, null, null]]);
    const blind = {
      ...seriesAnswer,
      metrics: Object.fromEntries(none),
      coverage: [null, null, null],
      asOfMs: null,
    };
    const nothing = { ...tables, destinations: [], providers: [], causes: [], bounces: [] };
    bodies = { series: blind, tables: nothing, matrix };
    const { wrapper } = await open('?range=24h');
    expect(wrapper.get('[data-fact="nothing"]').text()).toContain('Nothing is known');
    expect(wrapper.get('[data-panel="deferral"] .none').text()).toBe('No data in this time');
    expect(wrapper.get('.tables').text()).not.toContain('Nothing was deferred');
  });
});

describe('its tables', () => {
  const hrefs = (links: { attributes(name: string): string | undefined }[]) =>
    links.map((link) => Object.fromEntries(new URLSearchParams(link.attributes('href')?.split('?')[1])));
  const stretch = { tenant: 'aurora', from: String(T0 - 900_000), to: String(T0) };

  it('lead from each number to the messages behind it (TEN-5)', async () => {
    const { wrapper } = await open('?range=24h');
    expect(hrefs(wrapper.findAll('.causes a'))).toEqual([
      { ...stretch, status: 'deferred', toDomain: 'web.example', words: 'try again later' },
    ]);
    const [, destinations, bounces] = wrapper.findAll('.tables section');
    expect(hrefs(destinations!.findAll('a'))).toEqual([
      { ...stretch, status: 'sent', toDomain: 'web.example' },
      { ...stretch, status: 'deferred', toDomain: 'web.example' },
    ]);
    expect(hrefs(bounces!.findAll('a'))).toEqual([{ ...stretch, status: 'bounced,expired', code: '5.1.1' }]);
    expect(bounces!.text()).toContain('bad destination mailbox address');
  });

  it('can be summed up by provider, and the address says so (TEN-1)', async () => {
    const { wrapper, router } = await open('?range=24h');
    await wrapper.findAll('.switch button')[1]!.trigger('click');
    await flushPromises();
    expect(router.currentRoute.value.fullPath).toContain('by=provider');
    expect(wrapper.get('.tables').text()).toContain('Google 12 domains');
    expect(hrefs(wrapper.findAll('.tables section')[1]!.findAll('a'))[0]).toMatchObject({
      provider: 'Google',
    });
  });

  it('have the waiting matrix of now, by shade and number, and say that it is now (TEN-8)', async () => {
    const { wrapper } = await open('?from=2007-05-14T10:00:00Z&to=2007-05-14T12:00:00Z');
    const cell = wrapper.get('.matrix tbody tr:nth-child(2) td[data-shade="5"]');
    expect(cell.text()).toBe('9');
    expect(wrapper.get('.matrix').text()).toContain('This is now, not the time shown above');
    expect(wrapper.get('.head .state').text()).toContain('now, not the time shown below');
    expect((await open()).wrapper.get('.head .state').text()).not.toContain('not the time shown');
    expect(wrapper.get('.matrix').text()).toContain('1s old');
  });

  it('say that nobody waits only when somebody knows', async () => {
    bodies = { ...bodies, matrix: { ...matrix, rows: [], total: [] } };
    expect((await open()).wrapper.get('.matrix').text()).toContain('Nobody waits');
    bodies = { ...bodies, matrix: { error: FAILED } };
    const failed = (await open()).wrapper.get('.matrix').text();
    expect(failed).toContain('the disk is full');
    expect(failed).not.toContain('Nobody waits');
  });

  it('do not take an empty table for nobody waiting while nothing tells of the queue', async () => {
    bodies = { ...bodies, matrix: { ...matrix, rows: [], total: [] } };
    const unjoined = (await open('', { isJoined: false })).wrapper.get('.matrix').text();
    expect(unjoined).toContain('not known');
    expect(unjoined).not.toContain('Nobody waits');
  });
});

describe('its alarms', () => {
  const join = async (alarms: readonly ReturnType<typeof alarm>[]) => {
    const snapshot = { ...alarmsAt(T0), alarms };
    useAlarmsStore(pinia).handlers.snapshot({ ...joined(tenant), room: 'alarms', snapshot });
    await flushPromises();
  };

  it('are not known before they have come, and none only when the room says so (ALP-28)', async () => {
    const { wrapper, notes } = await open();
    expect(notes).toContain('open alarms');
    expect(wrapper.get('.alarms').text()).toContain('not known yet');
    await join([]);
    expect(wrapper.get('.alarms').text()).toBe('No alarm now.');
  });

  it('are told with priority, state and who has them, and lead to the alarm (ALP-28)', async () => {
    const { wrapper } = await open('?from=2007-05-14T10:00:00Z&to=2007-05-14T12:00:00Z');
    await join([alarm(), alarm({ id: 'x', scope: { kind: 'tenant', id: 'borealis' } })]);
    expect(wrapper.findAll('.alarms li')).toHaveLength(1);
    const row = wrapper.get('.alarms li');
    for (const word of ['CRITICAL · Effective lag', 'lag ≥ 41.3 min', 'UNACKNOWLEDGED: nobody has it'])
      expect(row.text()).toContain(word);
    expect(row.get('a').attributes('href')).toBe('/alarms/a1');
    expect(wrapper.get('.alarms').text()).toContain('now, not the time shown below');
  });

  it('are no longer claimed when nothing is heard (ALP-28)', async () => {
    const { wrapper } = await open();
    await join([]);
    useLinkStore(pinia).tick(60_000);
    await nextTick();
    expect(wrapper.get('.alarms').text()).toContain('not known now');
  });
});
