import { createPinia, setActivePinia, type Pinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import type { SourceReport, SourcesSnapshot } from '../../../shared/protocol.ts';
import { useLinkStore } from '../../../client/stores/link.ts';
import { useSourcesStore } from '../../../client/stores/sources.ts';
import SourcesView from '../../../client/views/sources/SourcesView.vue';
import { joined, T0 } from '../fixtures.ts';
import { mountInApp } from '../support.ts';

let pinia: Pinia;
beforeEach(() => {
  // What these pages ask over HTTP is never answered here.
  vi.stubGlobal('fetch', () => new Promise(() => undefined));
  document.body.innerHTML = '';
  pinia = createPinia();
  setActivePinia(pinia);
  const link = useLinkStore(pinia);
  link.setFacts({ isConnected: true, heardAtMs: 0, heardAtDateMs: T0, isMismatched: false });
  link.hear({ atMs: T0, localMs: 0, speed: 1 }, true);
});

afterEach(() => vi.unstubAllGlobals());

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
      ...{ displayId: null, name: null, place: null, told: null },
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
