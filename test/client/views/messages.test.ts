import { flushPromises, type VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia, type Pinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Router } from 'vue-router';
import { useMessagesStore } from '../../../client/stores/messages.ts';
import { useLinkStore } from '../../../client/stores/link.ts';
import { useWallStore } from '../../../client/stores/wall.ts';
import MessagesView from '../../../client/views/messages/MessagesView.vue';
import TraceView from '../../../client/views/messages/TraceView.vue';
import type { MessagePage, MessageRecord, MessageTrace } from '../../../shared/history.ts';
import { joined, T0, wallSnapshot } from '../fixtures.ts';
import { mountInApp } from '../support.ts';

interface Question {
  readonly url: URL;
  answer(body: unknown, status?: number): Promise<void>;
}

let pinia: Pinia;
let questions: Question[];
let mounted: VueWrapper[] = [];

const record = (id: number, change: Partial<MessageRecord> = {}): MessageRecord => ({
  id,
  atMs: T0 - (1_000 - id) * 1_000,
  source: 's',
  host: 'mx1',
  queueId: `3F2A1${id}`,
  status: 'deferred',
  from: 'shop@x.example',
  to: 'bob@y.example',
  relay: 'mx.y.example[192.0.2.7]:25',
  provider: 'google',
  delayMs: 660_000,
  delaysMs: [200, 655_000, 4_000, 800],
  dsn: '4.7.0',
  replyCode: 421,
  reason: '421 <b>try</b> again',
  isFinal: false,
  ...change,
});
const page = (records: readonly MessageRecord[], change: Partial<MessagePage> = {}): MessagePage => ({
  records,
  searchedBackToMs: T0 - 50_000,
  isComplete: true,
  keptFromMs: T0 - 86_400_000,
  ...change,
});
const routerOf = (wrapper: VueWrapper) => (wrapper.vm as unknown as { $router: Router }).$router;
const press = (key: string) => window.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));

async function open(path: string) {
  const { wrapper } = mountInApp(MessagesView, {}, pinia);
  mounted.push(wrapper);
  // The first question belongs to the address `/` of the test router, not to the one that is looked at.
  await routerOf(wrapper).push(path);
  await flushPromises();
  return wrapper;
}
const last = () => questions.at(-1)!;

beforeEach(() => {
  document.body.innerHTML = '';
  Element.prototype.scrollIntoView = () => undefined;
  questions = [];
  vi.stubGlobal('fetch', (path: string, { signal }: { signal?: AbortSignal } = {}) => {
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      questions.push({
        url: new URL(path, 'http://x'),
        answer: async (body, status = 200) => {
          resolve(Response.json(body, { status }));
          await flushPromises();
        },
      });
    });
  });
  pinia = createPinia();
  setActivePinia(pinia);
  const link = useLinkStore(pinia);
  link.setFacts({ isConnected: true, heardAtMs: 0, heardAtDateMs: T0, isMismatched: false });
  link.hear({ atMs: T0, localMs: 0, speed: 1 }, true);
  useWallStore(pinia).handlers.snapshot(joined(wallSnapshot()));
});
afterEach(() => {
  mounted.forEach((wrapper) => wrapper.unmount());
  mounted = [];
  vi.unstubAllGlobals();
});

describe('the message search', () => {
  it('asks what its address says (REP-11)', async () => {
    await open(
      '/messages?q=bob%40y.example+4.7.0&tenant=t0&status=deferred,expired&last=1h&minDelayMs=300000',
    );
    expect(Object.fromEntries(last().url.searchParams)).toEqual({
      tenant: 't0',
      address: 'bob@y.example',
      code: '4.7.0',
      status: 'deferred,expired',
      fromMs: String(T0 - 3_600_000),
      minDelayMs: '300000',
      limit: '100',
    });
  });

  it('says that it searches, and then shows each entry with all that is known of it', async () => {
    const wrapper = await open('/messages?q=4.7.0');
    expect(wrapper.text()).toContain('Searching …');
    await last().answer(page([record(9), record(8, { status: 'rejected', from: '' })]));
    const [first, second] = wrapper.findAll('tbody tr');
    const text = first!.text().replace(/\s+/g, ' ');
    for (const part of [
      'deferred',
      'shop@x.example',
      'bob@y.example',
      'google',
      '11.0 min',
      'in the active queue',
      '4.7.0',
      '421',
    ])
      expect(text).toContain(part);
    expect(text).toContain('421 <b>try</b> again');
    expect(second!.text()).toContain('<>');
    expect(wrapper.text()).toContain('That is all.');
  });

  it('tells what a delay was made of to those who listen', async () => {
    const wrapper = await open('/messages?q=4.7.0');
    await last().answer(page([record(9)]));
    expect(wrapper.get('.bar').attributes('aria-label')).toContain('4.0 s connecting');
  });

  it('says what it took the text for, and searches again for what it is told instead (REP-10)', async () => {
    const wrapper = await open('/messages?q=451');
    expect(wrapper.get('.understood select').element).toHaveProperty('value', 'code');
    await wrapper.get('.understood select').setValue('words');
    await flushPromises();
    expect(routerOf(wrapper).currentRoute.value.query.q).toBe('words:451');
    expect(last().url.searchParams.get('words')).toBe('451');
  });

  it('writes what is chosen into the address', async () => {
    const wrapper = await open('/messages');
    await wrapper.get('input[name="status-bounced"]').setValue(true);
    await flushPromises();
    await wrapper.get('select[name="scope"]').setValue('tenant:t1');
    await flushPromises();
    expect(routerOf(wrapper).currentRoute.value.query).toEqual({ status: 'bounced', tenant: 't1' });
    expect(last().url.searchParams.get('tenant')).toBe('t1');
  });

  it('does not search for a delay that it cannot read', async () => {
    const wrapper = await open('/messages?q=4.7.0');
    const before = questions.length;
    await wrapper.get('input[name="delay"]').setValue('soon');
    await wrapper.get('form').trigger('submit');
    expect(questions.length).toBe(before);
    expect(wrapper.get('.fault').text()).toContain('5 min');
  });

  it('shows the answer to the last search only, whichever comes first (REP-14)', async () => {
    const wrapper = await open('/messages?q=first.example');
    const [slow] = [last()];
    await routerOf(wrapper).push('/messages?q=second.example');
    await flushPromises();
    await last().answer(page([record(2, { to: 'second@y.example' })]));
    await slow.answer(page([record(1, { to: 'first@y.example' })]));
    expect(wrapper.text()).toContain('second@y.example');
    expect(wrapper.text()).not.toContain('first@y.example');
  });

  it('says how far back it got when it ran out of time, and goes on from there (REP-13)', async () => {
    const wrapper = await open('/messages?q=4.7.0');
    await last().answer(page([], { isComplete: false, cursor: 'c1' }));
    expect(wrapper.text()).toContain('Nothing so far');
    expect(wrapper.get('.foot').text()).toMatch(/Searched back to .* 14 May 2007 \d\d:\d\d:\d\d/);
    await wrapper.get('.older').trigger('click');
    expect(last().url.searchParams.get('cursor')).toBe('c1');
    await last().answer(page([record(5)]));
    expect(wrapper.findAll('tbody tr')).toHaveLength(1);
  });

  it('puts older entries under the others (REP-12)', async () => {
    const wrapper = await open('/messages?q=4.7.0');
    await last().answer(page([record(9), record(8)], { cursor: 'c' }));
    await wrapper.get('.older').trigger('click');
    await last().answer(page([record(8), record(7)]));
    expect(wrapper.findAll('tbody tr').map((row) => row.attributes('data-record'))).toEqual(['9', '8', '7']);
    expect(wrapper.find('.older').exists()).toBe(false);
  });

  it('says how many entries are no longer on the page, and leads back to them (REP-12)', async () => {
    const wrapper = await open('/messages?q=4.7.0');
    await last().answer(page([record(9)]));
    const store = useMessagesStore(pinia);
    store.found = { ...store.found, leftOut: 100 };
    await flushPromises();
    expect(wrapper.get('.foot').text()).toContain('100 newer entries are no longer on this page');
    await wrapper.get('.foot .note button').trigger('click');
    await last().answer(page([record(10)]));
    expect(wrapper.find('.foot .note').exists()).toBe(false);
  });

  it('tells an empty journal from a search without result (REP-13)', async () => {
    const wrapper = await open('/messages?q=4.7.0');
    await last().answer(page([]));
    expect(wrapper.text()).toContain('No such message is in the journal');
    await wrapper.get('form').trigger('submit');
    await last().answer(page([], { keptFromMs: null }));
    expect(wrapper.text()).toContain('The journal is empty');
  });

  it('says why a search was not answered, and tries again when told', async () => {
    const wrapper = await open('/messages?q=4.7.0');
    const error = { code: 'unavailable', message: 'The store cannot be read.' };
    await last().answer({ error }, 503);
    expect(wrapper.get('[role="alert"]').text()).toContain('The store cannot be read.');
    await wrapper.get('[role="alert"] button').trigger('click');
    await last().answer(page([record(1)]));
    expect(wrapper.find('[role="alert"]').exists()).toBe(false);
  });

  it('explains masked addresses where there are some', async () => {
    const wrapper = await open('/messages?q=4.7.0');
    await last().answer(page([record(1)]));
    expect(wrapper.find('.masked').exists()).toBe(false);
    await wrapper.get('form').trigger('submit');
    await last().answer(page([record(1, { to: 'b•••@y.example' })]));
    expect(wrapper.get('.masked').text()).toContain('permission');
  });

  it('offers the same as CSV', async () => {
    const wrapper = await open('/messages?q=4.7.0&status=deferred');
    await last().answer(page([record(1)]));
    const href = new URL(wrapper.get('a[download]').attributes('href')!, 'http://x');
    expect(Object.fromEntries(href.searchParams)).toMatchObject({ code: '4.7.0', status: 'deferred' });
  });

  it('is walked by keys: down, up, Enter opens the message, / goes to the box', async () => {
    const wrapper = await open('/messages?q=4.7.0');
    await last().answer(page([record(9), record(8), record(7)]));
    press('ArrowDown');
    press('ArrowDown');
    press('ArrowDown');
    press('ArrowDown');
    press('ArrowUp');
    await flushPromises();
    expect(wrapper.get('.picked').attributes('data-record')).toBe('8');
    press('/');
    expect(document.activeElement).toBe(wrapper.get('input[name="q"]').element);
    press('Enter');
    await flushPromises();
    expect(routerOf(wrapper).currentRoute.value.path).toBe('/messages/mx1/3F2A18');
    expect(routerOf(wrapper).currentRoute.value.query.at).toBe(String(record(8).atMs));
  });

  it('has no message to open where there was no queue id', async () => {
    const wrapper = await open('/messages?q=4.7.0');
    const refused = { ...record(9), status: 'rejected' as const };
    delete (refused as { queueId?: string }).queueId;
    await last().answer(page([refused]));
    await wrapper.get('tbody tr').trigger('click');
    await flushPromises();
    expect(routerOf(wrapper).currentRoute.value.path).toBe('/messages');
    expect(wrapper.find('tbody a').exists()).toBe(false);
  });
});

describe('the life of a message', () => {
  const trace = (change: Partial<MessageTrace> = {}): MessageTrace => ({
    host: 'mx1',
    queueId: '3F2A19',
    records: [record(1), record(9, { status: 'sent', isFinal: true, dsn: '2.0.0', replyCode: 250 })],
    lines: [{ source: 'mx1-log', atMs: T0, text: 'postfix/qmgr[9]: 3F2A19: <script>removed' }],
    related: [{ host: 'mx2', queueId: 'ABCDEF1', how: 'after the filter' }],
    missing: [],
    ...change,
  });
  const openTrace = async () => {
    const { wrapper } = mountInApp(TraceView, { host: 'mx1', queueId: '3F2A19' }, pinia);
    mounted.push(wrapper);
    await flushPromises();
    return wrapper;
  };

  it('is told as steps with the time between them, and its lines as they were logged (REP-15)', async () => {
    const wrapper = await openTrace();
    expect(last().url.searchParams.get('queueId') ?? last().url.pathname).toContain('3F2A19');
    await last().answer(trace());
    expect(wrapper.findAll('.trace li').map((step) => step.attributes('data-kind'))).toEqual([
      'accepted',
      'queued',
      'attempt',
      'final',
    ]);
    expect(wrapper.get('.trace').text()).toContain('10.9 min');
    expect(wrapper.get('mark').text()).toBe('3F2A19');
    expect(wrapper.get('code mark').element.parentElement?.textContent).toContain('<script>removed');
    expect(wrapper.get('.related a').attributes('href')).toBe('/messages/mx2/ABCDEF1');
  });

  it('says what is missing and why (REP-15)', async () => {
    const wrapper = await openTrace();
    await last().answer(trace({ lines: [], missing: ['Lines are kept for 7 days.'] }));
    expect(wrapper.get('.missing').text()).toBe('Lines are kept for 7 days.');
    expect(wrapper.text()).toContain('No log line of it is kept.');
  });

  it('says that nothing is known, or why it cannot be told', async () => {
    const wrapper = await openTrace();
    await last().answer(trace({ records: [], lines: [], related: [] }));
    expect(wrapper.text()).toContain('Nothing is known of this queue id');
    await wrapper.setProps({ queueId: 'OTHER1' });
    await flushPromises();
    await last().answer({ error: { code: 'unavailable', message: 'The store is closed.' } }, 503);
    expect(wrapper.get('[role="alert"]').text()).toContain('The store is closed.');
  });

  it('never shows the life of one message under the id of another', async () => {
    const wrapper = await openTrace();
    const first = last();
    await wrapper.setProps({ queueId: 'OTHER1' });
    await flushPromises();
    await first.answer(trace());
    expect(wrapper.find('.trace').exists()).toBe(false);
    expect(wrapper.attributes('data-state')).toBe('loading');
  });

  it('copies its lines', async () => {
    const wrapper = await openTrace();
    await last().answer(trace());
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal('navigator', { clipboard: { writeText } });
    await wrapper.get('.lines button').trigger('click');
    await flushPromises();
    expect(writeText).toHaveBeenCalledWith('postfix/qmgr[9]: 3F2A19: <script>removed\n');
    expect(wrapper.get('.lines').text()).toContain('copied');
  });
});
