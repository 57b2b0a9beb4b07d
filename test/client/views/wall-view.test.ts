import { createPinia, setActivePinia, type Pinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { nextTick } from 'vue';
import type { DemoState, WallSnapshot } from '../../../shared/protocol.ts';
import App from '../../../client/App.vue';
import { useLinkStore } from '../../../client/stores/link.ts';
import { useWallStore } from '../../../client/stores/wall.ts';
import WallView from '../../../client/views/wall/WallView.vue';
import {
  columnsOf,
  coverage,
  feed,
  joined,
  platform,
  row,
  T0,
  tenants,
  wallFrame,
  wallSnapshot,
} from '../fixtures.ts';
import { group, strip } from '../fixtures-alarms.ts';
import { mountInApp, stubElementSize } from '../support.ts';

const demo: DemoState = {
  scenario: 'calm',
  scenarios: [
    { id: 'calm', title: 'Calm', summary: 'nothing happens' },
    { id: 'leak', title: 'Leak', summary: 'something happens' },
  ],
  speed: 60,
  story: [1, 2, 3, 4].map((n) => ({ atMs: T0 + n, text: `line ${n}` })),
};

let pinia: Pinia;
const link = () => useLinkStore(pinia);
const wall = () => useWallStore(pinia);

/** Time passes on this screen; what comes from the server is told apart from what does not. */
const hear = (localMs: number, isConnected = true) => {
  link().setFacts({ isConnected, heardAtMs: localMs, heardAtDateMs: T0, isMismatched: false });
  link().hear({ atMs: T0 + localMs, localMs, speed: 1 }, false);
  link().tick(localMs);
};
const show = (change: Partial<WallSnapshot> = {}) => {
  hear(0);
  wall().handlers.snapshot(joined(wallSnapshot(change)));
};
const mountWall = async () => {
  const { wrapper } = mountInApp(WallView, {}, pinia);
  await nextTick();
  await nextTick();
  return wrapper;
};
const mountApp = async () => {
  const { wrapper, notes } = mountInApp(App, {}, pinia);
  await nextTick();
  return { wrapper, notes };
};

beforeEach(() => {
  document.body.innerHTML = '';
  stubElementSize(1_900, 800);
  pinia = createPinia();
  setActivePinia(pinia);
});

describe('the wall', () => {
  it('says that it is connecting, and after a while that nobody answers', async () => {
    const wrapper = await mountWall();
    expect(wrapper.attributes('data-phase')).toBe('connecting');
    expect(wrapper.text()).toContain('Connecting to the server');
    link().tick(14_000);
    await nextTick();
    expect(wrapper.text()).toContain('No answer for 14s');
  });

  it('says which key to set when there are no tenants', async () => {
    show({ tenants: [{ id: '_unattributed', name: 'Unattributed' }], rows: [row()] });
    const wrapper = await mountWall();
    expect(wrapper.text()).toContain('No tenants are configured');
    expect(wrapper.find('code').text()).toContain('tenants');
    expect(wrapper.find('.tile').exists()).toBe(false);
  });

  it('says which key to set when there are no sources', async () => {
    show({ platform: platform({ sourcesUp: 0, sourcesExpected: 0 }) });
    expect((await mountWall()).text()).toContain('No sources are configured');
  });

  it('shows alarms where there is nothing else yet: a screen may have died, and alarms may not get out', async () => {
    const noSources = { platform: platform({ sourcesUp: 0, sourcesExpected: 0 }) };
    show({ ...noSources, alarms: strip({ path: { state: 'failing', reason: 'no channel answers' } }) });
    const wrapper = await mountWall();
    expect(wrapper.text()).toContain('No sources are configured');
    expect(wrapper.get('.line').text()).toContain('no channel answers');
    expect(wrapper.text()).not.toContain('No limit is crossed');
    show({ ...noSources, alarms: strip({ groups: [group({ text: 'screen west is dark' })] }) });
    await nextTick();
    expect(wrapper.get('.worst').text()).toContain('screen west is dark');
    expect(wrapper.text()).toContain('No sources are configured');
  });

  it('shows a tile for each tenant, the strip and the number of the frame when live', async () => {
    show();
    const wrapper = await mountWall();
    expect(wrapper.attributes()).toMatchObject({
      'data-phase': 'live',
      'data-seq': '10',
      'data-at': String(T0),
    });
    expect(wrapper.findAll('.tile')).toHaveLength(3);
    expect(wrapper.text()).toContain('No limit is crossed');
    expect(wrapper.get('.strip').text()).toMatch(/4\.81\s*k/);
  });

  it('follows its frames, and tiles keep their places (WAL-4)', async () => {
    show();
    const wrapper = await mountWall();
    const before = wrapper.findAll('.tile').map((tile) => tile.attributes('data-tenant'));
    const critical = row({ level: 'critical', signal: 'lag', reason: 'lag 41 min' });
    wall().handlers.frame(wallFrame(11, { rows: columnsOf([[2, critical]]) }));
    await nextTick();
    expect(wrapper.attributes('data-seq')).toBe('11');
    expect(wrapper.findAll('.tile').map((tile) => tile.attributes('data-tenant'))).toEqual(before);
    expect(wrapper.get('.worst').text()).toContain('lag 41 min');
    expect(wrapper.get('.counts').text()).toMatch(/1\s*critical/);
  });

  it('tells a source that is lost from a server that is', async () => {
    show({ coverage: coverage({ flow: feed({ asOfMs: T0 - 90_000 }) }) });
    const wrapper = await mountWall();
    expect(wrapper.attributes('data-phase')).toBe('live');
    expect(wrapper.get('.tile').text()).toContain('LOST 1m');
  });

  it('is stale when nothing is heard, though the connection stands', async () => {
    show();
    const wrapper = await mountWall();
    link().tick(6_500);
    await nextTick();
    expect(wrapper.attributes('data-phase')).toBe('stale');
    expect(wrapper.get('.clock').text()).toContain('STOPPED');
  });

  it('is disconnected when the connection is gone, and live again by the next word', async () => {
    show();
    const wrapper = await mountWall();
    link().setFacts({ isConnected: false, heardAtMs: 0, heardAtDateMs: T0, isMismatched: false });
    link().tick(3_000);
    await nextTick();
    expect(wrapper.attributes('data-phase')).toBe('disconnected');
    hear(30_000);
    wall().handlers.snapshot(joined(wallSnapshot(), { seq: 99, atMs: T0 + 30_000 }));
    await nextTick();
    expect(wrapper.attributes()).toMatchObject({ 'data-phase': 'live', 'data-seq': '99' });
  });

  it('is stale when beats come but no frames', async () => {
    show();
    const wrapper = await mountWall();
    hear(7_000);
    await nextTick();
    expect(wrapper.attributes('data-phase')).toBe('stale');
  });

  it('shows a long list of tenants on a phone one below the other', async () => {
    stubElementSize(374, 5_000);
    show({ tenants: tenants(60) });
    const wrapper = await mountWall();
    expect(wrapper.findAll('.tile')).toHaveLength(60);
    expect(wrapper.get('.grid').attributes('style')).toContain('repeat(1, 374px)');
    expect(wrapper.get('.tile .name').text()).toBe('Tenant0 Broadband');
  });
});

describe('every page', () => {
  it('stays in the room of the wall', async () => {
    expect((await mountApp()).notes).toContain('open wall');
  });

  it('says SERVER DOWN over everything, dims the rest, and takes it back (WAL-5)', async () => {
    show();
    const { wrapper } = await mountApp();
    expect(wrapper.find('.banner').exists()).toBe(false);
    link().tick(7_000);
    await nextTick();
    expect(wrapper.get('.banner').text()).toMatch(
      /^SERVER DOWN since \d\d:\d\d:\d\d \(7s\) — numbers below are old/,
    );
    expect(wrapper.get('.page').classes()).toContain('old');
    hear(8_000);
    wall().handlers.snapshot(joined(wallSnapshot(), { atMs: T0 + 8_000 }));
    await nextTick();
    expect(wrapper.find('.banner').exists()).toBe(false);
  });

  it('says THIS SCREEN IS OFFLINE when it is the screen that has no network', async () => {
    show();
    link().setOnline(false);
    const { wrapper } = await mountApp();
    link().tick(7_000);
    await nextTick();
    expect(wrapper.get('.banner').text()).toContain('THIS SCREEN IS OFFLINE');
  });

  it('of a demo says DEMO, names speed and story, and changes the scenario (WAL-6)', async () => {
    show({ demo });
    const { wrapper, notes } = await mountApp();
    expect(wrapper.get('.demo-bar').text()).toContain('DEMO');
    expect(document.title).toContain('DEMO');
    expect(wrapper.findAll('.story li').map((line) => line.text().replace(/^\d\d:\d\d\s*/, ''))).toEqual([
      'line 2',
      'line 3',
      'line 4',
    ]);
    await wrapper.get('select[name="scenario"]').setValue('leak');
    expect(notes).toContain('demo leak 60');
    await nextTick();
    expect(wrapper.get('.fault').text()).toBe('This is not a demo.');
  });

  it('of a real platform does not say DEMO', async () => {
    show();
    const { wrapper } = await mountApp();
    expect(wrapper.text()).not.toContain('DEMO');
    expect(document.title).not.toContain('DEMO');
  });

  it('counts the worst in its title', async () => {
    show({
      rows: [row({ level: 'critical', signal: 'queue' }), row({ level: 'high', signal: 'queue' }), row()],
    });
    await mountApp();
    expect(document.title).toBe('1 critical, 1 high · Mailvigil');
  });
});
