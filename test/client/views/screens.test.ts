import type { VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia, type Pinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ScreensAnswer } from '../../../shared/screens.ts';
import { useIdentityStore } from '../../../client/stores/identity.ts';
import { useLinkStore } from '../../../client/stores/link.ts';
import { useWallStore } from '../../../client/stores/wall.ts';
import ScreensView from '../../../client/views/screens/ScreensView.vue';
import { joined, T0, tenants, wallSnapshot } from '../fixtures.ts';
import { display, displayView, NOW, report, screensAnswer, told } from '../screen-fixtures.ts';
import { mountInApp } from '../support.ts';

let pinia: Pinia;
let answer: ScreensAnswer | 'away' | 'forbidden';
let sent: { readonly path: string; readonly body: Record<string, unknown> }[];
let deedFault: string;
let page: VueWrapper;

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function reply(path: string, init?: RequestInit): Response {
  if (init?.method === 'POST') {
    sent.push({ path, body: JSON.parse(String(init.body)) as Record<string, unknown> });
    if (deedFault) return json({ error: { code: 'unavailable', message: deedFault } }, 503);
    return json({});
  }
  if (answer === 'away') throw new TypeError('Failed to fetch');
  if (answer === 'forbidden') return json({ error: { code: 'forbidden', message: 'Not allowed.' } }, 403);
  return json(answer);
}
async function open(now: typeof answer): Promise<VueWrapper> {
  answer = now;
  page = mountInApp(ScreensView, {}, pinia).wrapper;
  await pass(0);
  return page;
}
const click = async (selector: string) => {
  await page.get(selector).trigger('click');
  await pass(0);
};
const submit = async () => {
  await page.get('dialog form').trigger('submit');
  await pass(0);
};
const hearServer = () => {
  const link = useLinkStore(pinia);
  link.setFacts({ isConnected: true, heardAtMs: 0, heardAtDateMs: T0, isMismatched: false });
  link.hear({ atMs: T0, localMs: 0, speed: 1 }, true);
  link.tick(0);
};

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = '';
  localStorage.clear();
  localStorage.setItem('mailvigil.by', 'Ada');
  [sent, deedFault] = [[], ''];
  pinia = createPinia();
  setActivePinia(pinia);
  vi.stubGlobal('fetch', (url: string, init?: RequestInit) =>
    Promise.resolve().then(() => reply(new URL(url, 'http://x').pathname, init)),
  );
  hearServer();
  const list = tenants(4).map((tenant, i) => ({ ...tenant, cluster: i < 2 ? 'A' : 'B' }));
  useWallStore(pinia).handlers.snapshot(joined(wallSnapshot({ tenants: list })));
});
afterEach(() => {
  page.unmount();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the list of screens', () => {
  it('SCR-57: shows state as shape, word and reason, with an age that goes on between answers', async () => {
    await open(
      screensAnswer({
        displays: [
          displayView({
            state: 'dark',
            reason: 'connected, nothing painted for 21 s',
            paintedAtMs: NOW - 21_000,
          }),
        ],
      }),
    );
    const row = page.get('[data-display="d1"]');
    expect(row.get('.state svg').attributes('data-level')).toBe('high');
    expect(row.get('.state').text()).toMatch(/DARK\s*connected, nothing painted for 21 s/);
    expect(page.get('h1').text()).toContain('1 DARK');
    expect(row.text()).toContain('last painted 21s ago');
    answer = 'away';
    await pass(3_000);
    expect(row.text()).toContain('last painted 24s ago');
  });

  it('SCR-58: tells page, build, sound, size and address of each', async () => {
    const blocked = told({ sound: 'blocked', build: 'b0', page: '/desk' });
    await open(screensAnswer({ displays: [displayView({ told: blocked })] }));
    const text = page.get('[data-display="d1"]').text();
    for (const part of ['SOUND BLOCKED', 'OTHER BUILD', '/desk', '1920 × 1080 px', '127.0.0.1'])
      expect(text).toContain(part);
  });

  it('SCR-59: says that the list is old when it is not answered, and takes it back by itself', async () => {
    await open(screensAnswer());
    expect(page.get('main').attributes('data-phase')).toBe('live');
    answer = 'away';
    await pass(10_000);
    expect(page.get('main').attributes('data-phase')).toBe('stale');
    expect(page.get('[role="alert"]').text()).toMatch(/^OLD: not answered for \d+s\./);
    answer = screensAnswer();
    await pass(4_000);
    expect(page.get('main').attributes('data-phase')).toBe('live');
    expect(page.find('[role="alert"]').exists()).toBe(false);
  });

  it('SCR-68: says to a paired screen that it may not manage others', async () => {
    useIdentityStore(pinia).set({ kind: 'display', display: display() });
    await open('forbidden');
    expect(page.get('[role="status"]').text()).toContain('Night wall left');
    expect(page.get('[role="status"]').text()).toContain('not manage screens');
  });

  it('says why it cannot be shown, and what to do when there is no screen', async () => {
    await open('forbidden');
    expect(page.get('[role="status"]').text()).toContain('Not allowed.');
    answer = screensAnswer();
    await pass(3_000);
    expect(page.text()).toContain('No screen is paired: nobody is told when a wall goes dark.');
    expect(page.text()).toContain('No screen shows a code now.');
    expect(page.text()).toContain('none is planned');
    expect(page.text()).toContain('this machine only');
  });

  it('SCR-61: lists browsers that are connected and not paired, once each', async () => {
    const others = [
      report(),
      report({ room: 'alarms' }),
      report({ id: 's2', told: told({ sound: 'none' }) }),
    ];
    await open(screensAnswer({ others }));
    expect(page.findAll('.other-screens tbody tr')).toHaveLength(2);
    expect(page.get('[data-screen="s1"]').text()).toContain('wall, alarms');
  });
});

describe('a code that waits', () => {
  const pairing = {
    userCode: 'BCDF-2345',
    askedAtMs: NOW - 60_000,
    expiresAtMs: NOW + 840_000,
    address: '192.0.2.7',
  };

  it('SCR-56: stands there with where it is shown and how long it holds, and is approved with a name', async () => {
    await open(screensAnswer({ pairings: [pairing] }));
    expect(page.get('[data-code="BCDF-2345"]').text()).toMatch(/192\.0\.2\.7 for 1m · 14\.0 min left/);
    await click('[data-action="approve"]');
    expect(page.get('.faults').text()).toContain('Give it a name');
    await submit();
    expect(sent).toEqual([]);
    await page.get('input[name="name"]').setValue(' Night wall left ');
    await page.get('input[name="place"]').setValue('NOC');
    await page.get('input[name="diagonal"]').setValue('55');
    await page.get('input[name="distance"]').setValue('5');
    await page.get('select[name="theme"]').setValue('night');
    await submit();
    expect(sent).toEqual([
      {
        path: '/api/v1/screens/approve',
        body: {
          userCode: 'BCDF-2345',
          by: 'Ada',
          name: 'Night wall left',
          place: 'NOC',
          scope: { cluster: null, tenants: null },
          settings: { diagonalInches: 55, distanceM: 5, theme: 'night' },
        },
      },
    ]);
    expect(page.find('dialog').exists()).toBe(false);
    expect(page.get('.results').text()).toContain('Approve Night wall left: 1 done');
  });

  it('SCR-56: is typed where the list does not show it, in any way people write it', async () => {
    await open(screensAnswer());
    await click('[data-action="type"]');
    await page.get('input[name="name"]').setValue('Hall');
    await page.get('input[name="place"]').setValue('entrance');
    expect(page.get('.faults').text()).toContain('Type the code that the screen shows.');
    await page.get('input[name="code"]').setValue('bcdf 2345');
    await submit();
    expect(sent[0]?.body).toMatchObject({ userCode: 'BCDF-2345', name: 'Hall' });
  });

  it('SCR-56: is let in for one cluster, or for tenants that are named', async () => {
    await open(screensAnswer({ pairings: [pairing] }));
    await click('[data-action="approve"]');
    await page.get('input[name="name"]').setValue('Hall');
    await page.get('input[name="place"]').setValue('entrance');
    await page.get('input[value="cluster"]').setValue();
    expect(page.get('.faults').text()).toContain('Choose the cluster.');
    await page.get('select[name="cluster"]').setValue('B');
    await submit();
    expect(sent.at(-1)?.body['scope']).toEqual({ cluster: 'B', tenants: null });

    await click('[data-action="approve"]');
    await page.get('input[name="name"]').setValue('Hall');
    await page.get('input[name="place"]').setValue('entrance');
    await page.get('input[value="tenants"]').setValue();
    expect(page.get('.faults').text()).toContain('Choose at least one tenant.');
    await page.get('input[name="sought"]').setValue('tenant2');
    const boxes = page.findAll('input[name="tenant"]');
    expect(boxes).toHaveLength(1);
    await boxes[0]!.trigger('change');
    await page.get('input[name="sought"]').setValue('nobody');
    expect(page.get('.chosen').text()).toContain('1 chosen');
    await submit();
    expect(sent.at(-1)?.body['scope']).toEqual({ cluster: null, tenants: [tenants(4)[2]!.id] });
  });

  it('SCR-56: is denied by somebody', async () => {
    await open(screensAnswer({ pairings: [pairing] }));
    await click('[data-action="deny"]');
    await submit();
    expect(sent).toEqual([{ path: '/api/v1/screens/deny', body: { userCode: 'BCDF-2345', by: 'Ada' } }]);
  });
});

describe('what is done to a screen', () => {
  const one = screensAnswer({ displays: [displayView()] });

  it('SCR-60: is revoked with a reason, after a second question', async () => {
    await open(one);
    await click('[data-action="revoke"]');
    expect(page.get('.faults').text()).toContain('Give a reason');
    await submit();
    expect(sent).toEqual([]);
    await page.get('input[name="reason"]').setValue('given away');
    await submit();
    expect(sent).toEqual([{ path: '/api/v1/screens/d1/revoke', body: { by: 'Ada', reason: 'given away' } }]);
    expect(page.find('[data-display="d1"]').exists()).toBe(true);
  });

  it('SCR-60: a reload and a test of its sound are asked for at once by whoever is known here', async () => {
    await open(one);
    await click('[data-action="reload"]');
    await click('[data-action="test-sound"]');
    expect(sent.map(({ path, body }) => [path, body['what']])).toEqual([
      ['/api/v1/screens/d1/ask', 'reload'],
      ['/api/v1/screens/d1/ask', 'test-sound'],
    ]);
  });

  it('SCR-60: nobody does anything without a name', async () => {
    localStorage.removeItem('mailvigil.by');
    await open(one);
    await click('[data-action="reload"]');
    expect(sent).toEqual([]);
    expect(page.get('.faults').text()).toContain('Say who you are.');
    await page.get('input[name="by"]').setValue('Kim');
    await submit();
    expect(sent[0]?.body).toEqual({ what: 'reload', by: 'Kim' });
  });

  it('SCR-60: what failed says so and stays', async () => {
    await open(one);
    deedFault = 'Night wall left is not connected.';
    await click('[data-action="reload"]');
    expect(page.get('.results [data-state="failed"]').text()).toContain('Night wall left is not connected.');
  });

  it('SCR-60: a change starts from what it is', async () => {
    const settings = { diagonalInches: 75, distanceM: 8, theme: 'day' } as const;
    await open(
      screensAnswer({ displays: [displayView({ scope: { cluster: 'A', tenants: null }, settings })] }),
    );
    await click('[data-action="change"]');
    expect(page.find('input[name="code"]').exists()).toBe(false);
    await page.get('input[name="name"]').setValue('Bridge');
    await submit();
    expect(sent[0]).toEqual({
      path: '/api/v1/screens/d1/change',
      body: {
        by: 'Ada',
        name: 'Bridge',
        place: 'control room',
        scope: { cluster: 'A', tenants: null },
        settings,
      },
    });
  });

  it('SCR-60: one that is not connected can neither be reloaded nor sounded', async () => {
    await open(screensAnswer({ displays: [displayView({ isConnected: false, told: null })] }));
    expect(page.get('[data-action="reload"]').attributes('disabled')).toBeDefined();
    expect(page.get('[data-action="test-sound"]').attributes('disabled')).toBeDefined();
    expect(page.get('[data-action="revoke"]').attributes('disabled')).toBeUndefined();
  });

  it('SCR-57: one that was revoked is told apart, with by whom and why', async () => {
    const revoked = { atMs: NOW - 60_000, by: 'Kim', reason: 'given away' };
    await open(screensAnswer({ displays: [displayView({ state: 'revoked', revoked })] }));
    expect(page.get('.revoked-list').text()).toMatch(/1 revoked.*REVOKED \d\d:59 by Kim: given away/s);
    expect(page.find('.display-list').exists()).toBe(false);
  });
});
