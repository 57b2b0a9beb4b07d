import { flushPromises } from '@vue/test-utils';
import { createPinia, setActivePinia, type Pinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CanaryStoreView, ForesightSnapshot } from '../../../shared/foresight.ts';
import PinForesight from '../../../client/components/foresight/PinForesight.vue';
import TenantForesight from '../../../client/components/foresight/TenantForesight.vue';
import { useLinkStore } from '../../../client/stores/link.ts';
import ForesightPage from '../../../client/views/foresight/ForesightPage.vue';
import ForesightView from '../../../client/views/foresight/ForesightView.vue';
import { AFFECTED, calmScope, CAUSE, GROWING, HELD, snapshotOf } from '../foresight-fixtures.ts';
import { T0 } from '../fixtures.ts';
import { mountInApp } from '../support.ts';

type Answer = { readonly status: number; readonly body: unknown };
let answers: (path: string) => Answer;
let asked: string[];
let pinia: Pinia;
const ok = (body: unknown): Answer => ({ status: 200, body });
const error = (status: number, code: string, message: string): Answer => ({
  status,
  body: { error: { code, message } },
});
const CLAIM = { scope: {}, hours: [], claim: { mayBeSaid: true, untilMs: T0, lagMs: 1 } };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  asked = [];
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    const { status, body } = answers(path);
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
  document.body.innerHTML = '';
  pinia = createPinia();
  setActivePinia(pinia);
  const link = useLinkStore(pinia);
  link.setFacts({ isConnected: true, heardAtMs: 0, heardAtDateMs: T0, isMismatched: false });
  link.hear({ atMs: T0, localMs: 0, speed: 1 }, true);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The platform's clock goes on by so much; what was said before stays said. */
function wait(ms: number): void {
  const link = useLinkStore(pinia);
  link.setFacts({ isConnected: true, heardAtMs: ms, heardAtDateMs: T0 + ms, isMismatched: false });
  link.tick(ms);
}

describe('the foresight page', () => {
  const open = async (snapshot: Partial<ForesightSnapshot> | Answer) => {
    const told = 'status' in snapshot ? snapshot : ok(snapshotOf(snapshot));
    answers = (path) => (path === '/api/v1/foresight' ? told : ok(CLAIM));
    const { wrapper } = mountInApp(ForesightView, {}, pinia);
    await flushPromises();
    return wrapper;
  };

  it('in calm says so in every part, with words and no zero that could be a missing number (FOR-30)', async () => {
    const page = await open({});
    expect(page.findAll('.card').map((card) => card.attributes('data-outlook'))).toEqual([
      'clear',
      'clear',
      'clear',
    ]);
    for (const text of [
      'Queue: clear',
      'no legitimate mail held',
      'Nothing is wrong in more than one place.',
      'No number is known to be strange.',
      'No campaign.',
      'No canary addresses are configured',
      'No reports of customers have come in.',
    ])
      expect(page.text()).toContain(text);
    expect(page.find('.blind').exists()).toBe(false);
  });

  it('puts the platform first and then the worst cluster, with end, extent and ledger (FOR-31)', async () => {
    const worse = calmScope('B', { drain: GROWING, held: HELD, affected: AFFECTED });
    const page = await open({ clusters: [calmScope('A'), worse] });
    const cards = page.findAll('.card');
    expect(cards.map((card) => card.attributes('data-scope'))).toEqual([
      'platform ',
      'cluster B',
      'cluster A',
    ]);
    const text = cards[1]?.text() ?? '';
    expect(text).toContain('growing by 217 a minute');
    expect(text).toContain('3,370 to 31,200 legitimate mails held (estimate)');
    expect(text).toContain('2,390 seen, at most 969,000 of 1,917,470 mailboxes');
    expect(text).toContain('No mail lost up to');
    expect(text).toContain('no forecast has come due yet');
  });

  it('says what could not be worked out, and a cause with who is not hit (FOR-32)', async () => {
    const page = await open({ blind: ['the filter is silent'], causes: [CAUSE] });
    expect(page.get('.blind').text()).toContain('the filter is silent');
    expect(page.text()).toContain(CAUSE.verdict);
    expect(page.text()).toContain('not hit: Cobalt');
  });

  it('does not say that no mail was lost while that is not answered (FOR-33)', async () => {
    answers = (path) =>
      path === '/api/v1/foresight' ? ok(snapshotOf()) : error(503, 'unavailable', 'not here');
    const { wrapper } = mountInApp(ForesightView, {}, pinia);
    await flushPromises();
    expect(wrapper.text()).not.toContain('No mail lost');
    expect(wrapper.text()).toContain('whether no mail was lost: not known yet');
  });

  it('that nothing is known is told with the reason, and there is nothing to take for calm (FOR-34)', async () => {
    const page = await open(error(503, 'unavailable', 'nothing has been worked out yet'));
    expect(page.get('[role=status]').text()).toBe(
      'What is coming is not known: nothing has been worked out yet',
    );
    expect(page.findAll('.card')).toHaveLength(0);
    expect(page.text()).not.toContain('clear');
  });

  it('keeps what it said when the next answer fails, and says of when it is (FOR-34)', async () => {
    const page = await open({});
    expect(page.find('.old').exists()).toBe(false);
    answers = () => error(500, 'internal', 'it broke');
    await vi.advanceTimersByTimeAsync(5_000);
    await flushPromises();
    expect(page.get('.old').text()).toMatch(/^This is of .* and not of now\. it broke$/);
    expect(page.findAll('.card')).toHaveLength(3);
  });

  it('counts its age on without a new answer and calls it old after half a minute (FOR-35)', async () => {
    const page = await open({});
    wait(20_000);
    await flushPromises();
    expect(page.get('.head').text()).toContain('20s ago');
    expect(page.find('.old').exists()).toBe(false);
    wait(45_000);
    await flushPromises();
    expect(page.get('.old').text()).toContain('45s ago, and not of now');
    expect(page.get('main').attributes('data-old')).toBe('true');
  });

  it('has one first heading, and every table has a name and headings of its columns (FOR-30)', async () => {
    const canary: CanaryStoreView = {
      ...{
        store: 'webmail',
        kind: 'planted',
        size: 40,
        hits: 3,
        distinctHits: 2,
        firstHitMs: T0,
        lastHitMs: T0,
      },
      ...{ p: 0.001, state: 'leaked', tenants: ['aurora'], campaigns: [], text: 'webmail has leaked' },
    };
    const tenants = [calmScope('x', { drain: GROWING })];
    const page = await open({ causes: [CAUSE], canaries: [canary], tenants });
    expect(page.findAll('h1')).toHaveLength(1);
    expect(page.findAll('table')).toHaveLength(3);
    for (const table of page.findAll('table')) {
      expect(table.attributes('aria-label')).toBeTruthy();
      expect(table.findAll('th').length).toBe(table.findAll('th[scope=col]').length);
    }
    expect(page.text()).toContain('LEAKED');
  });
});

describe('the foresight page of a past moment', () => {
  const AT = T0 - 3_600_000;
  const open = async (props: Record<string, unknown>, answer: Answer) => {
    answers = () => answer;
    const { wrapper } = mountInApp(ForesightPage, { atMs: null, addressFault: '', ...props }, pinia);
    await flushPromises();
    return wrapper;
  };

  it('asks for what was said then, is marked PAST with its time and age, and leads back to now (FOR-41)', async () => {
    const page = await open({ atMs: AT }, ok(snapshotOf({ atMs: AT })));
    expect(asked).toContain(`/api/v1/foresight?at=${AT}`);
    expect(page.get('main').attributes('data-past')).toBe('true');
    expect(page.get('.banner').text()).toContain('PAST');
    expect(page.get('.banner').text()).toContain('NOT NOW · 1.0 h ago');
    expect(page.get('.banner a').attributes('href')).toBe('/foresight');
    expect(page.text()).not.toContain('No mail lost');
    expect(page.text()).toContain('it is worked out for now only');
    expect(page.find('.old').exists()).toBe(false);
  });

  it('says when the last picture before it is older, and when none is kept (FOR-41)', async () => {
    const older = await open({ atMs: AT }, ok(snapshotOf({ atMs: AT - 600_000 })));
    expect(older.get('.banner').text()).toContain('the last that was kept is 10.0 min older');
    const none = await open({ atMs: AT }, error(404, 'not-found', 'nothing is kept'));
    expect(none.text()).toContain('What was foreseen then is not known: nothing is kept');
    expect(none.get('.banner').text()).toContain('PAST');
  });

  it('now has no such mark; an address that is no time is told, and now is shown (FOR-41)', async () => {
    const page = await open({ addressFault: '“at” is not a time' }, ok(snapshotOf()));
    expect(page.find('.banner').exists()).toBe(false);
    expect(page.get('[role=alert]').text()).toContain('What is shown is of now.');
  });
});

describe('foresight of one tenant', () => {
  const open = async (scope: Answer) => {
    answers = (path) => (path.endsWith('/foresight') ? scope : ok(CLAIM));
    const { wrapper } = mountInApp(TenantForesight, { id: 'aurora', isBelowPast: false }, pinia);
    await flushPromises();
    return wrapper;
  };

  it('tells end, extent and ledger (FOR-37)', async () => {
    const panel = await open(ok(calmScope('aurora', { drain: GROWING, held: HELD, affected: AFFECTED })));
    expect(panel.text()).toContain('growing by 217 a minute');
    expect(panel.text()).toContain('(estimate)');
    expect(panel.text()).toContain('2,390 seen');
    expect(panel.text()).toContain('No mail lost up to');
    expect(asked).toContain('/api/v1/tenants/aurora/foresight');
  });

  it('says that nothing is foreseen where that is so, and no calm where it is not known (FOR-37)', async () => {
    const none = await open(error(404, 'not-found', 'there is no tenant aurora'));
    expect(none.text()).toContain('No forecast is made of this');
    const early = await open(
      ok(
        calmScope('aurora', {
          drain: { state: 'no-estimate', atMs: T0, reason: 'more than usual wait' } as never,
        }),
      ),
    );
    expect(early.text()).toContain('more than usual wait');
    for (const panel of [none, early]) expect(panel.text()).not.toContain('Nothing waits');
    const failed = await open(error(503, 'unavailable', 'nothing has been worked out yet'));
    expect(failed.text()).toContain('Not known now: nothing has been worked out yet');
    expect(failed.text()).not.toContain('Nothing waits');
  });

  it('what it said is not kept once the server says that it is over (FOR-37)', async () => {
    const panel = await open(ok(calmScope('aurora', { drain: GROWING })));
    answers = () => error(404, 'not-found', 'over');
    await vi.advanceTimersByTimeAsync(5_000);
    await flushPromises();
    expect(panel.text()).not.toContain('growing');
  });
});

describe('foresight of a pin', () => {
  const now = (ms: number) => ({ serverMs: T0 + ms, speed: 1 });
  const open = async () => {
    const told = calmScope('A', { drain: GROWING, held: HELD });
    answers = (path) => ok(path === '/api/v1/foresight' ? snapshotOf({ causes: [CAUSE] }) : told);
    const props = { place: { kind: 'cluster', id: 'A' }, now: now(0) };
    const { wrapper } = mountInApp(PinForesight, props, pinia);
    await flushPromises();
    return wrapper;
  };
  const kinds = (wrapper: Awaited<ReturnType<typeof open>>) =>
    wrapper.findAll('[data-foresight]').map((line) => line.attributes('data-foresight'));

  it('shows what is known of its cluster, and who is behind it (FOR-38)', async () => {
    expect(kinds(await open())).toEqual(['drain', 'held', 'cause']);
  });

  it('says how old it is, and is gone before it can be taken for now (FOR-39)', async () => {
    const part = await open();
    await part.setProps({ now: now(40_000) });
    expect(part.text()).toContain('40s old');
    await part.setProps({ now: now(301_000) });
    expect(part.text()).toBe('');
  });
});
