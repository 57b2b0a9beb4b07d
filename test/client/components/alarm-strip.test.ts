import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AlarmStrip } from '../../../shared/alarms.ts';
import AppNav from '../../../client/components/AppNav.vue';
import WorstNow from '../../../client/components/wall/WorstNow.vue';
import { feedFreshness } from '../../../client/live/freshness.ts';
import { minuteText } from '../../../client/format/time.ts';
import { placesOf, tilesOf } from '../../../client/stores/tile.ts';
import { useWallStore } from '../../../client/stores/wall.ts';
import { joined, wallFrame, wallSnapshot } from '../fixtures.ts';
import { feeds, group, row, strip, T0, tenants } from '../fixtures-alarms.ts';
import { mountInApp } from '../support.ts';

const now = { serverMs: T0, speed: 1 };
const tiles = (isBad: boolean) =>
  tilesOf(
    placesOf(tenants(2)),
    [row(isBad ? { level: 'critical', signal: 'lag', reason: 'lag 41 min' } : {}), row()],
    new Map([['', feedFreshness(feeds(), now)]]),
    now,
  );
const show = (alarms: AlarmStrip | null, isBad = false) => {
  const { wrapper } = mountInApp({
    components: { WorstNow },
    setup: () => ({ tiles: tiles(isBad), alarms, nowMs: T0 }),
    template: '<div><WorstNow :tiles="tiles" :alarms="alarms" :now-ms="nowMs" /></div>',
  });
  return wrapper;
};
const text = (wrapper: ReturnType<typeof show>) => wrapper.text().replace(/\s+/g, ' ');
const forty = group({
  id: 'g/40',
  members: Array.from({ length: 40 }, (_, i) => `a${i}`),
  active: 40,
  mailboxes: 412_000,
  text: 'Effective lag: 40 tenants on cluster A, worst Aurora Broadband, lag ≥ 41.3 min, limit 15 min',
});

describe('the alarm strip', () => {
  it('says nothing of alarms where nothing is told of them (ALP-21)', () => {
    const calm = show(null);
    expect(text(calm)).not.toMatch(/alarm|call/i);
    expect(text(calm)).toContain('No limit is crossed');
    expect(calm.find('.line').exists()).toBe(false);
  });

  it('shows a group of forty as one card with state as shape and word, and a link to it (ALP-20, ALP-22)', () => {
    const card = show(strip({ groups: [forty] })).get('.alarm-card');
    expect(card.text()).toContain('Effective lag: 40 tenants on cluster A');
    expect(card.text()).toContain('up to 412 k mailboxes');
    expect(card.text()).toContain('worst Aurora Broadband, lag ≥ 41.3 min');
    expect(card.text()).toContain('NOBODY HAS IT');
    expect(card.text()).toContain(`since ${minuteText(T0 - 720_000)} · 12.0 min`);
    expect(card.get('svg.shape').attributes('data-level')).toBe('critical');
    expect(card.attributes('aria-label')).toContain('critical alarm');
    expect(card.attributes('href')).toBe('/alarms/g%2F40');
  });

  it('outlines what somebody has, and dashes what is over', () => {
    const taken = show(strip({ groups: [group({ state: 'acknowledged', owner: 'Ada' })] })).get(
      '.alarm-card',
    );
    expect(taken.get('svg.shape').classes()).toContain('hollow');
    expect(taken.attributes('data-owner')).toBe('taken');
    expect(taken.text()).toContain('Ada has it');
    expect(
      show(strip({ groups: [group({ state: 'returned' })] }))
        .get('.alarm-card')
        .attributes('data-owner'),
    ).toBe('back');
  });

  it('lets only an unacknowledged critical pulse, slower than once a second, for ten seconds at most (ALP-23)', () => {
    const pulsing = (change: Parameters<typeof group>[0]) =>
      show(strip({ groups: [group(change)] }))
        .get('.alarm-card')
        .classes()
        .includes('pulsing');
    expect(pulsing({})).toBe(true);
    expect(pulsing({ priority: 'high' })).toBe(false);
    expect(pulsing({ state: 'acknowledged' })).toBe(false);
    const css = readFileSync('client/components/wall/AlarmCard.vue', 'utf8');
    const [, seconds, times] = /animation: pulse ([\d.]+)s .* (\d+);/.exec(css) ?? [];
    expect(Number(seconds)).toBeGreaterThanOrEqual(1);
    expect(Number(seconds) * Number(times)).toBeLessThanOrEqual(10);
    expect(css).toMatch(/prefers-reduced-motion: reduce\) \{\s*\.pulsing \{\s*animation: none/);
  });

  it('is calm only when neither a tile nor an alarm is up', () => {
    expect(text(show(strip({ groups: [group({ state: 'acknowledged' })] })))).not.toContain(
      'No limit is crossed',
    );
    expect(text(show(strip({}), true))).not.toContain('No limit is crossed');
    expect(text(show(strip({ more: 3 })))).not.toContain('No limit is crossed');
    expect(text(show(strip({})))).toContain('No alarms');
  });

  it('does not say that there are no alarms while some are hidden (ALP-25)', () => {
    const counts = { unacknowledged: 0, acknowledged: 0, hidden: 2, silenced: 1 };
    const wrapper = show(strip({ counts }));
    expect(text(wrapper)).not.toContain('No alarms');
    expect(wrapper.get('[data-count="hidden"]').text()).toBe('2 hidden');
    expect(wrapper.get('[data-count="silenced"]').text()).toBe('1 silenced');
  });

  it('makes what cannot wait an alert, and drops for it what only says that all is well (ALP-24)', () => {
    const failing = show(
      strip({ path: { state: 'failing', reason: 'relay refuses' }, notKept: 'disk full' }),
    );
    expect(failing.findAll('[role="alert"]').map((alert) => alert.text())).toEqual([
      expect.stringContaining('ALARMS CANNOT LEAVE'),
      expect.stringContaining('ALARMS ARE NOT KEPT'),
    ]);
    const [mail] = strip().onCall;
    const nobody = show(strip({ onCall: [{ ...mail!, person: null }] }));
    expect(nobody.get('[role="alert"]').text()).toContain('NOBODY ON CALL');
    expect(text(nobody)).not.toContain('alarms can leave');
    expect(text(show(strip({})))).toContain('alarms can leave');
  });

  it('is as high with an alarm as without: tiles keep their places (ALP-26)', () => {
    for (const alarms of [strip({}), strip({ groups: [forty] })])
      expect(show(alarms).get('.worst').classes()).toContain('with-alarms');
    const css = readFileSync('client/components/wall/WorstNow.vue', 'utf8');
    expect(css).toMatch(/\.worst\.with-alarms \{\s*height: clamp\(/);
  });

  it('shows a name as text, whatever is in it', () => {
    const wrapper = show(
      strip({ groups: [group({ title: '<img src=x>', text: '<img src=x>: <b>x</b>, 1' })] }),
    );
    expect(wrapper.find('.alarm-card img').exists()).toBe(false);
    expect(wrapper.get('.alarm-card').text()).toContain('<b>x</b>');
  });
});

describe('alarms of the wall room', () => {
  it('come with the snapshot and stay until a frame changes them', () => {
    mountInApp(AppNav, { hasOwnEscape: false });
    const wall = useWallStore();
    wall.handlers.snapshot(joined(wallSnapshot({ alarms: strip({ more: 1 }) })));
    wall.handlers.frame(wallFrame(11));
    expect(wall.model?.alarms?.more).toBe(1);
    wall.handlers.frame(wallFrame(12, { alarms: strip({ more: 2 }) }));
    expect(wall.model?.alarms?.more).toBe(2);
    wall.handlers.snapshot(joined(wallSnapshot()));
    expect(wall.model?.alarms).toBeNull();
  });

  it('are counted beside the name of their page, on every page (ALP-27)', async () => {
    const { wrapper } = mountInApp(AppNav, { hasOwnEscape: false });
    expect(wrapper.find('.badge').exists()).toBe(false);
    const counts = { unacknowledged: 4, acknowledged: 1, hidden: 0, silenced: 0 };
    useWallStore().handlers.snapshot(joined(wallSnapshot({ alarms: strip({ counts }) })));
    await wrapper.vm.$nextTick();
    expect(wrapper.get('.badge').text()).toBe('4');
    expect(wrapper.get('.badge').attributes('aria-label')).toBe('4 unacknowledged');
    expect(wrapper.findAll('a').map((link) => link.attributes('href'))).toContain('/rules');
  });
});
