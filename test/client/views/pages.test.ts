import { createPinia, setActivePinia, type Pinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import type { SourceReport, SourcesSnapshot, TenantSnapshot } from '../../../shared/protocol.ts';
import { useLinkStore } from '../../../client/stores/link.ts';
import { useSourcesStore } from '../../../client/stores/sources.ts';
import { useTenantStore } from '../../../client/stores/tenant.ts';
import SourcesView from '../../../client/views/sources/SourcesView.vue';
import TenantView from '../../../client/views/tenant/TenantView.vue';
import { feed, feeds, joined, row, series, T0 } from '../fixtures.ts';
import { mountInApp } from '../support.ts';

vi.mock('../../../client/composables/useChart.ts', () => ({ useChart: () => undefined }));

let pinia: Pinia;
beforeEach(() => {
  document.body.innerHTML = '';
  pinia = createPinia();
  setActivePinia(pinia);
  const link = useLinkStore(pinia);
  link.setFacts({ isConnected: true, heardAtMs: 0, heardAtDateMs: T0, isMismatched: false });
  link.hear({ atMs: T0, localMs: 0, speed: 1 }, true);
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
  series: series(T0 - 5_000, [1, null, 3]),
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

describe("a tenant's page", () => {
  const open = async () => {
    const { wrapper, notes } = mountInApp(TenantView, { id: 'aurora' }, pinia);
    useTenantStore(pinia).handlers.snapshot(joined(tenant, { room: 'tenant:aurora' }));
    await nextTick();
    return { wrapper, notes };
  };

  it('says that it is connecting until the snapshot is there', () => {
    const { wrapper, notes } = mountInApp(TenantView, { id: 'aurora' }, pinia);
    expect(notes).toContain('open tenant:aurora');
    expect(wrapper.attributes('data-phase')).toBe('connecting');
    expect(wrapper.text()).toContain('Connecting');
  });

  it('shows name, state, reason, since when, and each number with its age', async () => {
    const { wrapper } = await open();
    const head = wrapper.get('.head').text();
    expect(head).toContain('Aurora Broadband');
    expect(head).toContain('CRITICAL · LAG');
    expect(head).toContain('lag ≥ 41.3 min');
    expect(head).toContain('12.0 min');
    expect(head).toContain('7s old');
    expect(head).toContain('no source');
    expect(wrapper.attributes('data-seq')).toBe('10');
  });

  it('has three charts that also say their newest values in words', async () => {
    const { wrapper } = await open();
    const labels = wrapper.findAll('canvas').map((canvas) => canvas.attributes('aria-label'));
    expect(labels).toHaveLength(3);
    expect(labels[0]).toMatch(/^Queue by state, last 15 minutes\. Latest: deferred 3/);
  });

  it('lists destinations, reasons, rules and the newest raw line first', async () => {
    const { wrapper } = await open();
    expect(wrapper.text()).toMatch(/mx\.example\s*12\.3 k/);
    expect(wrapper.text()).toContain('451 4.3.0 <b>try later</b>');
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

  it('goes back to the wall on Escape', async () => {
    const { wrapper } = await open();
    const { $router } = wrapper.vm as unknown as { $router: { push(path: string): Promise<void> } };
    const push = vi.spyOn($router, 'push');
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    expect(push).toHaveBeenCalledWith('/');
  });

  it('forgets its tenant and leaves its room when it is closed', async () => {
    const { wrapper, notes } = await open();
    wrapper.unmount();
    expect(notes).toContain('close tenant:aurora');
    expect(useTenantStore(pinia).model).toBeNull();
  });

  it('never shows the numbers of one tenant under the name of another', async () => {
    const { wrapper } = await open();
    await wrapper.setProps({ id: 'borealis' });
    expect(wrapper.find('.head').exists()).toBe(false);
  });
});

describe('the sources page', () => {
  const counters = { lines: 1_200_000, events: 9, unparsed: 2, foreign: 3, bytes: 4, dropped: {} };
  const source = (change: Partial<SourceReport>): SourceReport => ({
    id: 'mx1',
    type: 'log',
    feeds: ['flow'],
    target: '/var/log/mail.log',
    state: 'ok',
    asOfMs: T0 - 3_000,
    intervalMs: 1_000,
    counters,
    ...change,
  });
  const open = async (snapshot: Partial<SourcesSnapshot>) => {
    const { wrapper } = mountInApp(SourcesView, {}, pinia);
    const whole = { sources: [], screens: [], pipeline: {}, ...snapshot };
    useSourcesStore(pinia).handlers.snapshot({ ...joined(null as never), snapshot: whole });
    await nextTick();
    return wrapper;
  };

  it.each(['starting', 'ok', 'quiet', 'late', 'failing', 'lost'] as const)(
    'shows %s as shape and word (WAL-3)',
    async (state) => {
      const page = await open({ sources: [source({ state })] });
      expect(page.get('.state b').text()).toBe(state.toUpperCase());
      expect(page.find('.state svg').exists()).toBe(true);
    },
  );

  it('gives every state but those of one meaning another shape', async () => {
    const states = ['ok', 'quiet', 'late', 'failing', 'lost', 'starting'] as const;
    const page = await open({ sources: states.map((state) => source({ id: state, state })) });
    const shapes = page.findAll('.state svg').map((svg) => svg.attributes('data-level'));
    expect(new Set(shapes).size).toBe(states.length);
  });

  it('says what is wrong, what mends it, how old it is and what was dropped why', async () => {
    const dropped = { 'too-long': 3, 'too-old': 12 };
    const reason = 'Permission denied: give the group adm read access.';
    const page = await open({
      sources: [source({ state: 'lost', reason, counters: { ...counters, dropped } })],
    });
    expect(page.text()).toContain(reason);
    expect(page.text()).toContain('too-long: 3');
    expect(page.text()).toContain('too-old: 12');
    expect(page.text()).toContain('1.20 M');
    expect(page.text()).toContain('3s');
  });

  it('says never for a source that never reported', async () => {
    const { id, type, feeds, target, state, intervalMs } = source({});
    const never: SourceReport = { id, type, feeds, target, state, intervalMs, counters };
    expect((await open({ sources: [never] })).text()).toContain('never');
  });

  it('lists the connected screens by what they painted last', async () => {
    const screen = {
      id: 'Kc81',
      room: 'wall',
      connectedAtMs: T0 - 7_200_000,
      paintedSeq: 77,
      paintedAtMs: T0 - 1_000,
    };
    const page = await open({
      screens: [screen, { ...screen, id: 'Zz', paintedSeq: null, paintedAtMs: null }],
    });
    expect(page.text()).toMatch(/Kc81\s*wall\s*2h ago\s*1s ago\s*77/);
    expect(page.text()).toMatch(/Zz\s*wall\s*2h ago\s*never\s*—/);
  });

  it('says which key to set when there are no sources', async () => {
    expect((await open({})).get('code').text()).toBe('sources');
  });

  it('shows the counters of the pipeline', async () => {
    expect((await open({ pipeline: { lateEvents: 12_345 } })).text()).toMatch(/late events\s*12\.3 k/);
  });
});
