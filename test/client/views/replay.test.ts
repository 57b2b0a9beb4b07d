import type { VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia, type Pinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import type { Router } from 'vue-router';
import App from '../../../client/App.vue';
import { useLinkStore } from '../../../client/stores/link.ts';
import { RETURN_AFTER_MS } from '../../../client/stores/replay-model.ts';
import { momentText } from '../../../client/stores/replay-url.ts';
import { useWallStore } from '../../../client/stores/wall.ts';
import WallView from '../../../client/views/wall/WallView.vue';
import { coverage, feed, joined, row, T0, wallSnapshot } from '../fixtures.ts';
import { stripOf } from '../sound-fixtures.ts';
import { mountInApp, stubElementSize } from '../support.ts';

const PAST = T0 - 3_600_000;

let pinia: Pinia;
let mounted: VueWrapper[] = [];
let asked: string[];
let isBroken: boolean;

/** The wall of a past moment: another one than now, and a little older than asked for. */
function answerOf(url: URL): unknown {
  if (url.pathname !== '/api/v1/wall') return null;
  const atMs = Number(url.searchParams.get('at'));
  const critical = row({ level: 'high', signal: 'queue', reason: 'queue was long', queueDepth: 777 });
  return {
    ...wallSnapshot({
      rows: [critical, row(), row()],
      coverage: coverage({ queue: feed({ asOfMs: atMs - 4_000 }) }),
    }),
    atMs,
    tierSeconds: 10,
    missing: ['who waited longest'],
  };
}

const press = (key: string, init: KeyboardEventInit = {}) =>
  window.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }));
const routerOf = (wrapper: VueWrapper) => (wrapper.vm as unknown as { $router: Router }).$router;
const addressOf = (wrapper: VueWrapper) => routerOf(wrapper).currentRoute.value.query;
const wallAsks = () => asked.filter((path) => path.startsWith('/api/v1/wall'));
const pass = async (ms: number) => {
  await vi.advanceTimersByTimeAsync(ms);
  await nextTick();
};

async function open(path: string, component: typeof WallView | typeof App = WallView) {
  const { wrapper, notes } = mountInApp(component, {}, pinia);
  mounted.push(wrapper);
  await routerOf(wrapper).push(path);
  await vi.dynamicImportSettled();
  await pass(300);
  return { wrapper, notes };
}

beforeEach(() => {
  vi.useFakeTimers({ now: T0 });
  document.body.innerHTML = '';
  stubElementSize(1_900, 800);
  asked = [];
  isBroken = false;
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    const body = answerOf(new URL(path, 'http://x'));
    const isKnown = body !== null && !isBroken;
    const error = { code: 'unavailable', message: 'The store cannot be read.' };
    return Promise.resolve(Response.json(isKnown ? body : { error }, { status: isKnown ? 200 : 503 }));
  });
  pinia = createPinia();
  setActivePinia(pinia);
  const link = useLinkStore(pinia);
  link.setFacts({ isConnected: true, heardAtMs: 0, heardAtDateMs: T0, isMismatched: false });
  link.hear({ atMs: T0, localMs: 0, speed: 1 }, true);
  const now = row({ level: 'critical', signal: 'lag', reason: 'lag 41 min' });
  useWallStore(pinia).handlers.snapshot(joined(wallSnapshot({ rows: [now, now, row()] })));
});
afterEach(() => {
  mounted.forEach((wrapper) => wrapper.unmount());
  mounted = [];
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Minutes of ticks, and a wall drawn at each second of them. */
const LONG = { timeout: 30_000 };

describe('a wall that shows the past', () => {
  const at = momentText(PAST);

  it('cannot be taken for the live one: REPLAY, date, time, NOT NOW, no live clock (REP-6)', async () => {
    const { wrapper } = await open(`/?at=${at}`);
    expect(wrapper.attributes()).toMatchObject({ 'data-phase': 'replay', 'data-at': String(PAST) });
    expect(wrapper.classes()).toContain('replaying');
    const banner = wrapper.get('.replay').text();
    expect(banner).toContain('REPLAY');
    expect(banner).toMatch(/NOT NOW · 1\.0 h ago/);
    expect(banner).toContain('2007');
    expect(wrapper.find('.clock').exists()).toBe(false);
  });

  it('shows the numbers of then in the same tiles, and none of now (REP-6)', async () => {
    const { wrapper } = await open(`/?at=${at}`);
    expect(wrapper.findAll('.tile')).toHaveLength(3);
    expect(wrapper.get('.tile').attributes('data-level')).toBe('high');
    expect(wrapper.get('.worst').text()).toContain('queue was long');
    expect(wrapper.text()).not.toContain('lag 41 min');
  });

  it('tells ages as they were then (REP-8)', async () => {
    const { wrapper } = await open(`/?at=${at}`);
    await pass(120_000);
    expect(wrapper.get('.tile .age').text()).toBe('4s');
  });

  it('says of what it was made and what of that time was not kept', async () => {
    const { wrapper } = await open(`/?at=${at}`);
    expect(wrapper.get('.replay').text()).toContain('kept in steps of 10 s');
    expect(wrapper.get('.missing').text()).toBe('Not kept of this moment: who waited longest');
  });

  it('still says what is wrong now, and that the server is gone when it is (REP-9)', async () => {
    const { wrapper } = await open(`/?at=${at}`);
    expect(wrapper.get('.live').text()).toMatch(/live now.*2 critical/);
    useLinkStore(pinia).tick(7_000);
    await nextTick();
    expect(wrapper.get('.live').text()).toContain('SERVER DOWN');
  });

  it('leads from a tile to the tenant at that time', async () => {
    const { wrapper } = await open(`/?at=${at}`);
    const href = new URL(wrapper.get('.tile').attributes('href')!, 'http://x');
    expect(Number(href.searchParams.get('from'))).toBeLessThan(PAST);
    expect(Number(href.searchParams.get('to'))).toBeGreaterThan(PAST);
  });

  it('says why when that moment cannot be had, and shows nothing in its place', async () => {
    isBroken = true;
    const { wrapper } = await open(`/?at=${at}`);
    expect(wrapper.get('.nothing').text()).toContain('The store cannot be read.');
    expect(wrapper.find('.tile').exists()).toBe(false);
    expect(wrapper.attributes('data-phase')).toBe('replay');
  });

  it('plays at the speed of its address, two questions a second at most (REP-3)', async () => {
    const { wrapper } = await open(`/?at=${at}&speed=60`);
    const before = wallAsks().length;
    await pass(10_000);
    expect(Number(wrapper.attributes('data-at'))).toBeGreaterThan(PAST + 500_000);
    expect(wallAsks().length - before).toBeLessThanOrEqual(21);
    expect(momentText(Number(wrapper.attributes('data-at')))).not.toBe(at);
    expect(addressOf(wrapper)).toMatchObject({ speed: '60' });
    expect(addressOf(wrapper).at).not.toBe(at);
  });

  it('is paused, played, moved and sped up by keys, and the address follows (REP-5)', async () => {
    const { wrapper } = await open(`/?at=${at}`);
    press(' ');
    await pass(50);
    expect(addressOf(wrapper)).toEqual({ at, speed: '1' });
    press('+');
    await pass(50);
    expect(addressOf(wrapper)).toMatchObject({ speed: '5' });
    press(' ');
    await pass(50);
    const paused = Date.parse(String(addressOf(wrapper).at));
    expect(addressOf(wrapper).speed).toBeUndefined();
    press('ArrowLeft');
    await pass(700);
    expect(Date.parse(String(addressOf(wrapper).at))).toBe(paused - 60_000);
    expect(wrapper.attributes('data-at')).toBe(String(paused - 60_000));
    press('ArrowLeft', { shiftKey: true });
    await pass(700);
    expect(wrapper.attributes('data-at')).toBe(String(paused - 70_000));
  });

  it('goes back a step with the back button of the browser (REP-5)', async () => {
    const { wrapper } = await open(`/?at=${at}`);
    press('ArrowLeft');
    await pass(700);
    routerOf(wrapper).back();
    await pass(1_200);
    expect(wrapper.attributes('data-at')).toBe(String(PAST));
  });

  it('is live again after Escape', async () => {
    const { wrapper } = await open(`/?at=${at}`);
    press('Escape');
    await pass(100);
    expect(wrapper.attributes('data-phase')).not.toBe('replay');
    expect(wrapper.get('.worst').text()).toContain('lag 41 min');
    expect(addressOf(wrapper)).toEqual({});
  });

  it(
    'goes back to live by itself ten minutes after the last touch, and counts down to it (REP-4)',
    LONG,
    async () => {
      const { wrapper } = await open(`/?at=${at}`);
      await pass(RETURN_AFTER_MS - 60_000);
      expect(wrapper.get('.home').text()).toMatch(/live again in (1:00|0:59)/);
      window.dispatchEvent(new Event('pointermove'));
      await pass(120_000);
      expect(wrapper.get('.home').text()).toMatch(/live again in (8:00|7:59)/);
      expect(wrapper.attributes('data-phase')).toBe('replay');
      await pass(RETURN_AFTER_MS);
      expect(wrapper.attributes('data-phase')).not.toBe('replay');
      expect(addressOf(wrapper)).toEqual({});
    },
  );

  it('stays when it is told to, also after a reload (REP-4)', LONG, async () => {
    const { wrapper } = await open(`/?at=${at}`);
    await wrapper.get('input[name="stay"]').setValue(true);
    await pass(2 * RETURN_AFTER_MS);
    expect(wrapper.attributes('data-phase')).toBe('replay');
    expect(addressOf(wrapper)).toMatchObject({ stay: '1' });
  });

  it(
    'comes back when a critical alarm comes that was not there, also when it is to stay, and counts what waits (REP-17)',
    LONG,
    async () => {
      const show = (...ids: string[]) =>
        useWallStore(pinia).handlers.snapshot(
          joined(
            wallSnapshot({
              alarms: stripOf(ids.map((id) => ({ id, priority: 'critical' }))),
              rows: [row(), row(), row()],
            }),
          ),
        );
      show('known');
      const { wrapper } = await open(`/?at=${at}`);
      await wrapper.get('input[name="stay"]').setValue(true);
      expect(wrapper.get('.live').text()).toContain('1 unacknowledged');
      await pass(60_000);
      expect(wrapper.attributes('data-phase')).toBe('replay');
      show('known', 'new');
      await pass(2_000);
      expect(wrapper.attributes('data-phase')).not.toBe('replay');
      expect(addressOf(wrapper)).toEqual({});
    },
  );

  it('asks nothing more once it is closed', async () => {
    const { wrapper } = await open(`/?at=${at}&speed=1`);
    wrapper.unmount();
    mounted = [];
    const before = asked.length;
    await pass(5_000);
    expect(asked.length).toBe(before);
  });
});

describe('a live wall', () => {
  it('does not travel by keys before time travel is opened (REP-7)', async () => {
    const { wrapper } = await open('/');
    for (const key of [' ', 'ArrowLeft', 'ArrowRight', '+', '-', 'Escape']) press(key);
    await pass(1_000);
    expect(wrapper.attributes('data-phase')).not.toBe('replay');
    expect(wrapper.find('.scrubber').exists()).toBe(false);
    expect(asked).toEqual([]);
  });

  it('stays live while the scrubber is open, until a moment is chosen (REP-7)', async () => {
    const { wrapper } = await open('/');
    press('t');
    await pass(100);
    await vi.dynamicImportSettled();
    await pass(500);
    expect(wrapper.get('.scrubber').text()).toContain('The wall is live');
    expect(wallAsks()).toEqual([]);
    press('ArrowLeft');
    await pass(300);
    expect(wrapper.attributes('data-phase')).toBe('replay');
    expect(wrapper.get('.scrubber').text()).toContain('Back to live');
  });

  it('takes a date and time of the viewer and goes there', async () => {
    const { wrapper } = await open('/');
    press('t');
    await pass(100);
    await vi.dynamicImportSettled();
    await pass(100);
    await wrapper.get('input[name="at"]').setValue('2007-05-14T10:00:00');
    await pass(300);
    expect(addressOf(wrapper).at).toBe(momentText(Date.parse('2007-05-14T10:00:00')));
  });
});

describe('every page, while the wall is in the past', () => {
  it('has REPLAY, the shown time and what is wrong now in its title (REP-6)', async () => {
    await open('/', App);
    expect(document.title).toBe('2 critical, 0 high · Mailvigil');
    await open(`/?at=${momentText(PAST)}`);
    expect(document.title).toMatch(/^REPLAY \w+ 14 May 2007 \d\d:\d\d:\d\d · live: 2 critical, 0 high/);
  });
});
