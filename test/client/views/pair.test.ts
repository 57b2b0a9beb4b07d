import { mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PairingClaim } from '../../../shared/screens.ts';
import PairView from '../../../client/views/screens/PairView.vue';
import { display } from '../screen-fixtures.ts';

let nowMs: number;
let left: number;
let asked: { readonly url: string; readonly body: string }[];
let claim: PairingClaim | 'away' | 'refused';
let isStarting: boolean;
let wrapper: VueWrapper;

const STARTED = { deviceCode: 'a-secret', userCode: 'BCDF-2345', expiresInSeconds: 900, intervalSeconds: 5 };
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

function answer(url: string): Response {
  if (!url.endsWith('/claim')) {
    if (isStarting) return json(STARTED);
    return json({ error: { code: 'forbidden', message: 'Not from this address.' } }, 403);
  }
  if (claim === 'away') throw new TypeError('Failed to fetch');
  if (claim === 'refused') return json({ error: { code: 'not-found', message: 'No such code.' } }, 404);
  return json(claim);
}
const pass = async (ms: number) => {
  for (let passed = 0; passed < ms; passed += 500) {
    nowMs += 500;
    await vi.advanceTimersByTimeAsync(500);
  }
};
async function open(): Promise<VueWrapper> {
  const props = { localMs: () => nowMs, leave: () => void (left += 1) };
  wrapper = mount(PairView, { props, attachTo: document.body });
  await vi.advanceTimersByTimeAsync(0);
  return wrapper;
}

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = '';
  localStorage.clear();
  [nowMs, left, asked, claim, isStarting] = [0, 0, [], { state: 'pending' }, true];
  vi.stubGlobal('fetch', (url: string, init?: RequestInit) => {
    asked.push({ url, body: String(init?.body) });
    return Promise.resolve().then(() => answer(url));
  });
});
afterEach(() => {
  wrapper.unmount();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a fresh screen', () => {
  it('SCR-50: shows the code, where to type it and how long it is valid', async () => {
    const page = await open();
    expect(page.get('.code [aria-hidden]').text()).toBe('BCDF-2345');
    expect(page.get('.spelled').text()).toBe('B C D F - 2 3 4 5');
    expect(page.text()).toContain('On the desk open Screens and type this code.');
    expect(page.text()).toContain('/screens');
    expect(page.text()).toContain('Valid for 15.0 min more');
    await pass(61_000);
    expect(page.text()).toMatch(/Valid for 14\.0 min more|Valid for 13\.9 min more/);
  });

  it('SCR-53: keeps the secret of its code in memory only, and sends it in no address', async () => {
    const page = await open();
    await pass(6_000);
    expect(asked.some(({ url, body }) => url.endsWith('/claim') && body.includes('a-secret'))).toBe(true);
    expect(asked.some(({ url }) => url.includes('a-secret'))).toBe(false);
    expect(page.html()).not.toContain('a-secret');
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain('a-secret');
  });

  it('SCR-54: says its name and place when it is approved, then goes to the wall', async () => {
    const page = await open();
    claim = { state: 'approved', display: display() };
    await pass(5_000);
    expect(page.get('main').attributes('data-phase')).toBe('approved');
    expect(page.text()).toContain('Night wall left');
    expect(page.text()).toContain('control room');
    expect(left).toBe(0);
    await pass(4_500);
    expect(left).toBe(1);
  });

  it('SCR-52: says SERVER DOWN beside its code while the server is away, and takes it back', async () => {
    const page = await open();
    claim = 'away';
    await pass(5_500);
    expect(page.get('[role="alert"]').text()).toContain('SERVER DOWN');
    expect(page.find('.code').exists()).toBe(true);
    claim = { state: 'pending' };
    await pass(6_000);
    expect(page.find('[role="alert"]').exists()).toBe(false);
  });

  it('SCR-52: says why it gets no code, and gets one by itself when it may', async () => {
    isStarting = false;
    const page = await open();
    expect(page.text()).toContain('Not from this address.');
    expect(page.text()).toMatch(/asked again by itself in \d+ s/);
    isStarting = true;
    await pass(15_500);
    expect(page.find('.code').exists()).toBe(true);
  });

  it('SCR-52: says that it was denied, and shows another code by itself', async () => {
    const page = await open();
    claim = { state: 'denied' };
    await pass(5_500);
    expect(page.get('[role="alert"]').text()).toContain('DENIED');
    claim = { state: 'pending' };
    await pass(31_000);
    expect(page.find('.code').exists()).toBe(true);
  });

  it('SCR-55: keeps the size and distance that the installer types, and says what cannot be true', async () => {
    const page = await open();
    await page.get('input[name="diagonal"]').setValue('55');
    expect(page.get('.pair-size').text()).toContain('Both numbers are needed.');
    await page.get('input[name="distance"]').setValue('500');
    expect(page.get('.pair-size').text()).toContain('Between 5 and 400 inches');
    expect(page.get('.pair-size button').attributes('disabled')).toBeDefined();
    await page.get('input[name="distance"]').setValue('5,5');
    await page.get('.pair-size').trigger('submit');
    expect(JSON.parse(localStorage.getItem('mailvigil.screen') ?? '')).toMatchObject({
      diagonalInches: 55,
      distanceM: 5.5,
    });
    expect(page.get('.pair-size').text()).toContain('Kept');
  });

  it('SCR-53: asks nothing any more when the page is left', async () => {
    const page = await open();
    page.unmount();
    const before = asked.length;
    await pass(20_000);
    expect(asked).toHaveLength(before);
  });
});
