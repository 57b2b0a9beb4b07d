import { enableAutoUnmount, flushPromises } from '@vue/test-utils';
import { createPinia, setActivePinia, type Pinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BackTestReport, RulesAnswer } from '../../../shared/alarms.ts';
import { useLinkStore } from '../../../client/stores/link.ts';
import { blockOf, ruleBlocks } from '../../../client/stores/rules-text.ts';
import RulesView from '../../../client/views/rules/RulesView.vue';
import { backTestAt, FILE, rulesAt } from '../dev/fake-rules.ts';
import { T0 } from '../fixtures.ts';
import { mountInApp } from '../support.ts';

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
}
let pinia: Pinia;
let answer: RulesAnswer;
let faults: readonly string[];
let onSave: (body: Record<string, unknown>) => { status: number; body: object };
let reports: BackTestReport[];
let sent: Sent[];

const reply = (body: object, status = 200) => Promise.resolve(new Response(JSON.stringify(body), { status }));

function serve(path: string, init?: RequestInit): Promise<Response> {
  const body = JSON.parse(typeof init?.body === 'string' ? init.body : '{}') as Record<string, unknown>;
  sent.push({ method: init?.method ?? 'GET', path, body });
  if (path.endsWith('/check')) return reply({ faults });
  if (path.includes('/versions/')) return reply({ version: 6, text: 'rules: []\n' });
  if (path.includes('/back-tests')) return reply(reports.shift() ?? {});
  if (init?.method !== 'PUT') return reply(answer);
  const { status, body: told } = onSave(body);
  return reply(told, status);
}

beforeEach(() => {
  document.body.innerHTML = '';
  sessionStorage.clear();
  localStorage.clear();
  pinia = createPinia();
  setActivePinia(pinia);
  const link = useLinkStore(pinia);
  link.setFacts({ isConnected: true, heardAtMs: 0, heardAtDateMs: T0, isMismatched: false });
  link.hear({ atMs: T0, localMs: 0, speed: 1 }, true);
  answer = rulesAt(T0, 'fine');
  faults = [];
  sent = [];
  reports = [];
  onSave = ({ text }) => ({ status: 200, body: { ...answer, version: 8, text } });
  vi.useFakeTimers();
  vi.stubGlobal('fetch', serve);
});
enableAutoUnmount(afterEach);
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

type RouterOf = { push(to: unknown): Promise<void>; currentRoute: { value: { fullPath: string } } };
async function open(query = '', from = pinia) {
  const { wrapper } = mountInApp(RulesView, {}, from);
  const { $router } = wrapper.vm as unknown as { $router: RouterOf };
  await $router.push(`/rules${query}`);
  await settle();
  return { wrapper, router: $router };
}
async function settle(ms = 500): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await flushPromises();
}
type Page = Awaited<ReturnType<typeof open>>['wrapper'];
const button = (page: Page, name: string) =>
  page.findAll('button').find((one) => one.text().startsWith(name))!;
const yaml = (page: Page) => page.get('textarea').element as HTMLTextAreaElement;
async function type(page: Page, from: string, to: string): Promise<void> {
  await page.get('textarea').setValue(yaml(page).value.replace(from, to));
  await settle();
}
async function save(page: Page, by = 'Ada', note = 'Aurora asked for it'): Promise<void> {
  const [name, why] = page.findAll('.save form input');
  await name!.setValue(by);
  await why!.setValue(note);
  await page.get('.save form').trigger('submit');
  await settle();
}
const saves = () => sent.filter(({ method }) => method === 'PUT').map(({ body }) => body);

describe('the page of rules', () => {
  it('lists the rules in words, with priorities, on or off, how often, and stock or not', async () => {
    const { wrapper } = await open();
    const lag = wrapper.get('[data-rule="effective-lag"]');
    expect(lag.text()).toContain('above 5 min for 3 min (high)');
    expect(lag.text()).toContain('raised 43 × in 24 h');
    expect(lag.text()).toContain('stock, changed');
    expect(lag.findAll('svg.shape').map((shape) => shape.attributes('data-level'))).toEqual([
      'high',
      'critical',
    ]);
    expect(wrapper.get('[data-rule="spam-share"]').text()).toContain('OFF');
    expect(wrapper.get('[data-rule="night-queue"]').text()).toContain('own');
  });

  it('says that the rules could not be read, and keeps what it knew', async () => {
    const { wrapper } = await open();
    vi.stubGlobal('fetch', () =>
      reply({ error: { code: 'unavailable', message: 'The rules file cannot be read: EACCES.' } }, 503),
    );
    await settle(20_000);
    expect(wrapper.get('[role="alert"]').text()).toContain('EACCES');
    expect(wrapper.findAll('[data-rule]')).toHaveLength(7);
  });

  it('says that the file as it stands cannot be used, and why', async () => {
    answer = rulesAt(T0, 'broken');
    const { wrapper } = await open();
    expect(wrapper.get('.list [role="alert"]').text()).toMatch(/cannot be used as it stands.*rules.yaml:5/s);
  });

  it('goes through the rules by keys, and back by Escape', async () => {
    const { router } = await open();
    const press = async (key: string) => {
      window.dispatchEvent(new KeyboardEvent('keydown', { key }));
      await settle();
      return router.currentRoute.value.fullPath;
    };
    expect(await press('ArrowDown')).toBe('/rules?rule=mailboxes-unreachable');
    expect(await press('ArrowDown')).toBe('/rules?rule=effective-lag');
    expect(await press('ArrowUp')).toBe('/rules?rule=mailboxes-unreachable');
    expect(await press('Escape')).toBe('/rules');
    expect(await press('Escape')).toBe('/');
  });
});

describe('the editor of a rule', () => {
  it('shows the rule with the lines that it has in the file', async () => {
    const { wrapper } = await open('?rule=effective-lag');
    expect(yaml(wrapper).value).toMatch(/^ {2}- id: effective-lag\n/);
    expect(wrapper.get('.gutter span').text()).toBe('3');
    expect(wrapper.get('.help').text()).toContain('lagP95Ms');
    expect(wrapper.get('.help').text()).not.toContain('unattributedPercent');
  });

  it('changes this rule and leaves the rest of the file byte for byte, even while it is no YAML (ALP-30)', async () => {
    const { wrapper } = await open('?rule=effective-lag');
    await type(wrapper, 'above: 300000', 'above: {{{');
    await type(wrapper, 'above: {{{', 'above: 240000');
    await save(wrapper);
    expect(saves()).toEqual([
      {
        text: FILE.replace('above: 300000', 'above: 240000'),
        by: 'Ada',
        note: 'Aurora asked for it',
        baseVersion: 7,
      },
    ]);
    expect(wrapper.get('.saved').text()).toContain('version 8 is in force');
  });

  it('tells the faults as one types, at their lines, after a pause (ALP-31)', async () => {
    const { wrapper } = await open('?rule=effective-lag');
    faults = ["rules:11: rule 'effective-lag': levels.0.above: never holds", 'rules: two rules'];
    await wrapper.get('textarea').setValue(yaml(wrapper).value.replace('300000', '1'));
    expect(sent.some(({ path }) => path.endsWith('/check'))).toBe(false);
    await wrapper.get('textarea').setValue(yaml(wrapper).value.replace('above: 1', 'above: 12'));
    expect(wrapper.get('.faults').text()).toContain('Checking');
    await settle();
    expect(sent.filter(({ path }) => path.endsWith('/check'))).toHaveLength(1);
    expect(wrapper.get('.faults').text()).toContain('2 faults');
    expect(wrapper.get('.gutter .fault').text()).toBe('11');
    await wrapper.get('.faults button').trigger('click');
    const { selectionStart, value } = yaml(wrapper);
    expect(value.slice(selectionStart)).toMatch(/^ {8}above: 12\n/);
    expect(button(wrapper, 'Back-test').attributes('disabled')).toBeDefined();
  });

  it('copies a stock rule into the file before it is changed', async () => {
    const { wrapper } = await open('?rule=held-mail');
    expect(wrapper.find('textarea').exists()).toBe(false);
    expect(wrapper.get('.stock').text()).toContain('id: held-mail');
    await button(wrapper, 'Change it').trigger('click');
    await settle();
    expect(yaml(wrapper).value).toContain('id: held-mail');
    await save(wrapper);
    expect(String(saves()[0]!['text']).startsWith(FILE)).toBe(true);
    expect(blockOf(String(saves()[0]!['text']), 'held-mail')).toBeDefined();
  });

  it('switches a stock rule off by two lines, says what that means, and asks for the reason (ALP-35)', async () => {
    const { wrapper } = await open('?rule=held-mail');
    await button(wrapper, 'Switch off').trigger('click');
    await settle();
    expect(wrapper.get('.off-note').text()).toContain('it raises nothing anywhere');
    expect(wrapper.get('.save').text()).toContain('Not saved yet');
    const [, why] = wrapper.findAll('.save form input');
    expect((why!.element as HTMLInputElement).value).toContain('Switched off “Held mail”');
    await save(wrapper);
    expect(String(saves()[0]!['text'])).toMatch(/ {2}- id: held-mail\n {4}enabled: false\n$/);
  });

  it('switches on again what was switched off, back to how it comes (ALP-35)', async () => {
    const { wrapper } = await open('?rule=spam-share');
    await button(wrapper, 'Switch on').trigger('click');
    await settle();
    await save(wrapper);
    expect(blockOf(String(saves()[0]!['text']), 'spam-share')).toBeUndefined();
  });

  it('adds a rule of one’s own', async () => {
    const { wrapper, router } = await open();
    await button(wrapper, 'New rule').trigger('click');
    await settle();
    expect(router.currentRoute.value.fullPath).toBe('/rules?rule=my-rule-1');
    expect(yaml(wrapper).value).toContain('id: my-rule-1');
    expect(wrapper.get('.pending').text()).toContain('my-rule-1');
  });
});

describe('saving', () => {
  it('needs a name, a reason, and a file without faults (ALP-33)', async () => {
    const { wrapper } = await open('?rule=effective-lag');
    faults = ['rules:3: wrong'];
    await type(wrapper, '300000', '1');
    await save(wrapper, '', ' ');
    expect(saves()).toEqual([]);
    const told = wrapper.get('.save [role="alert"]').text();
    for (const word of ['has a fault', 'who you are', 'Say why']) expect(told).toContain(word);
  });

  it('tells every fault with which it was refused, and loses nothing that was typed (ALP-32)', async () => {
    const { wrapper } = await open('?rule=effective-lag');
    onSave = () => ({
      status: 400,
      body: {
        error: { code: 'bad-request', message: 'the rules have 1 fault(s)', details: ['rules:3: wrong'] },
      },
    });
    await type(wrapper, '300000', '240000');
    await save(wrapper);
    expect(wrapper.get('.save').text()).toContain('rules:3: wrong');
    expect(yaml(wrapper).value).toContain('240000');
  });

  it('survives that the page is left or loaded anew (ALP-32)', async () => {
    const { wrapper } = await open('?rule=effective-lag');
    await type(wrapper, '300000', '240000');
    wrapper.unmount();
    const fresh = createPinia();
    setActivePinia(fresh);
    const again = await open('?rule=effective-lag', fresh);
    expect(yaml(again.wrapper).value).toContain('240000');
    expect(again.wrapper.get('.save').text()).toContain('Not saved yet');
  });

  it('explains that another version is in force, shows the difference, and replaces it only when told (ALP-33)', async () => {
    const { wrapper } = await open('?rule=effective-lag');
    await type(wrapper, 'holdSeconds: 180', 'holdSeconds: 60');
    onSave = () => ({
      status: 400,
      body: { error: { code: 'bad-request', message: 'version 8 is in force' } },
    });
    answer = rulesAt(T0, 'conflict');
    await save(wrapper);
    const conflict = wrapper.get('.conflict');
    expect(conflict.text()).toContain('Version 8 is in force by now (Ben');
    expect(conflict.text()).toContain('Lag earlier, after the call with Aurora');
    expect(conflict.get('[data-kind="gone"]').text()).toContain('above: 240000');
    expect(yaml(wrapper).value).toContain('holdSeconds: 60');
    expect(wrapper.find('.save form').exists()).toBe(false);
    await button(wrapper, 'Mine shall replace it').trigger('click');
    onSave = ({ text }) => ({ status: 200, body: { ...answer, version: 9, text } });
    await save(wrapper);
    expect(saves().at(-1)).toMatchObject({ baseVersion: 8 });
    expect(wrapper.get('.saved').text()).toContain('version 9');
  });

  it('is told that the file was changed by hand meanwhile', async () => {
    const { wrapper } = await open('?rule=effective-lag');
    await type(wrapper, '300000', '240000');
    answer = { ...answer, text: `${FILE}# by hand\n` };
    await settle(20_000);
    expect(wrapper.get('.conflict').text()).toContain('changed by hand');
    expect(yaml(wrapper).value).toContain('240000');
  });

  it('throws away what was typed only when told twice', async () => {
    const { wrapper } = await open('?rule=effective-lag');
    await type(wrapper, '300000', '240000');
    await button(wrapper, 'Throw away').trigger('click');
    expect(yaml(wrapper).value).toContain('240000');
    await button(wrapper, 'Yes, throw it away').trigger('click');
    await settle();
    expect(yaml(wrapper).value).toContain('300000');
  });

  it('can go back to an earlier version, which is shown against the one in force first (ALP-36)', async () => {
    const { wrapper } = await open();
    await wrapper.get('[data-version="6"] button').trigger('click');
    await settle();
    expect(wrapper.get('[data-version="6"] .diff').text()).toContain('id: effective-lag');
    await wrapper.findAll('[data-version="6"] button').at(-1)!.trigger('click');
    await settle();
    expect(ruleBlocks(yaml(wrapper).value)).toEqual([]);
    const [, why] = wrapper.findAll('.save form input');
    expect((why!.element as HTMLInputElement).value).toContain('Back to version 6');
    expect(saves()).toEqual([]);
  });
});

describe('the back-test', () => {
  const running = backTestAt('b1', T0, 'running');
  const done = backTestAt('b1', T0, 'fine');

  it('is of the rule as it is typed, goes on until it is done, and tells what it found (ALP-34)', async () => {
    const { wrapper } = await open('?rule=effective-lag');
    await type(wrapper, '300000', '240000');
    reports = [running, { ...running, progress: 0.8 }, done];
    await wrapper.get('.back-test form').trigger('submit');
    await settle(0);
    const [asked] = sent.filter(({ path }) => path.endsWith('/back-tests'));
    expect(asked?.body).toMatchObject({ fromMs: T0 - 7 * 86_400_000, toMs: T0 });
    expect(ruleBlocks(String(asked?.body['text'])).map(({ id }) => id)).toEqual(['effective-lag']);
    expect(String(asked?.body['text'])).toContain('240000');
    expect(wrapper.get('.progress').text()).toContain('43 %');
    await settle(700);
    expect(wrapper.get('.progress').text()).toContain('80 %');
    await settle(700);
    expect(wrapper.find('.progress').exists()).toBe(false);
    expect(wrapper.get('.summary').text()).toContain('It would have fired at 03:41');
    expect(wrapper.get('.report').text()).toContain('0.67 a day');
    expect(wrapper.get('.lacking').text()).toContain('16 Nov (41 % known)');
    expect(wrapper.findAll('.report tbody tr')).toHaveLength(4);
    expect(wrapper.get('.report tbody a').attributes('href')).toMatch(/^\/tenant\/t0\?from=\d+&to=\d+$/);
  });

  it('says that it is of an older text once something else is typed (ALP-34)', async () => {
    const { wrapper } = await open('?rule=effective-lag');
    reports = [done];
    await wrapper.get('.back-test form').trigger('submit');
    await settle(0);
    expect(wrapper.find('.old').exists()).toBe(false);
    await type(wrapper, '300000', '240000');
    expect(wrapper.get('.old').text()).toContain('test it again');
  });

  it('can be ended, and then says so', async () => {
    const { wrapper } = await open('?rule=effective-lag');
    reports = [running, { ...running, state: 'cancelled' }];
    await wrapper.get('.back-test form').trigger('submit');
    await settle(0);
    await button(wrapper, 'Cancel').trigger('click');
    await settle(0);
    expect(sent.at(-1)?.path).toBe('/api/v1/alarm-rules/back-tests/b1/cancel');
    expect(wrapper.get('.report').text()).toContain('CANCELLED');
    await settle(5_000);
    expect(sent.at(-1)?.path).not.toBe('/api/v1/alarm-rules/back-tests/b1');
  });

  it('asks no more when the page is left', async () => {
    const { wrapper } = await open('?rule=effective-lag');
    reports = [running, running];
    await wrapper.get('.back-test form').trigger('submit');
    await settle(0);
    wrapper.unmount();
    const before = sent.length;
    await settle(60_000);
    expect(sent).toHaveLength(before);
  });

  it('is of a rule that is off as if it were on', async () => {
    const { wrapper } = await open('?rule=spam-share');
    reports = [done];
    await wrapper.get('.back-test form').trigger('submit');
    await settle(0);
    const text = String(sent.at(-1)?.body['text']);
    expect(text).toContain('title: Spam share');
    expect(text).not.toContain('enabled: false');
  });

  it('is refused in words when it cannot begin', async () => {
    const { wrapper } = await open('?rule=effective-lag');
    await button(wrapper, 'from … to …').trigger('click');
    await wrapper.get('.back-test form').trigger('submit');
    expect(wrapper.get('.back-test [role="alert"]').text()).toContain('both a beginning and an end');
  });
});
