import { describe, expect, it } from 'vitest';
import type { WallRow } from '../../../shared/protocol.ts';
import type { TilePlan } from '../../../client/components/wall/layout.ts';
import WallTile from '../../../client/components/wall/WallTile.vue';
import { feedFreshness } from '../../../client/live/freshness.ts';
import { placesOf, tilesOf, UNATTRIBUTED } from '../../../client/stores/tile.ts';
import { feeds, row, T0 } from '../fixtures.ts';
import { mountInApp } from '../support.ts';

const show = (change: Partial<WallRow>, afterMs = 0, id = 'aurora', plan?: TilePlan) => {
  const now = { serverMs: T0 + afterMs, speed: 1 };
  const entry = { id, name: 'Aurora <b>Broadband</b>' };
  const clusters = new Map([['', feedFreshness(feeds(), now)]]);
  const [tile] = tilesOf(placesOf([entry]), [row(change)], clusters, now);
  return mountInApp(WallTile, { tile, plan, hasFullName: false, isCompact: false }).wrapper;
};
const text = (wrapper: ReturnType<typeof show>) => wrapper.text().replace(/\s+/g, ' ');

describe('the tile', () => {
  it.each([
    ['critical', '1', 'CRITICAL'],
    ['high', '2', 'HIGH'],
    ['medium', '3', 'MEDIUM'],
    ['low', '4', 'LOW'],
  ] as const)('shows %s as a shape with its digit, a word and the number (WAL-3)', (level, digit, word) => {
    const tile = show({ level, signal: 'lag', lagP95Ms: 372_000, isLagFloor: true });
    expect(tile.get('svg.shape').attributes('data-level')).toBe(level);
    expect(tile.get('svg.shape text').text()).toBe(digit);
    expect(tile.get('.words').text()).toMatch(new RegExp(`LAG\\s*${word}`));
    expect(tile.get('.headline').text()).toMatch(/≥\s*6\.2\s*min/);
    expect(tile.attributes('aria-label')).toContain(`${level}, lag ≥ 6.2 min`);
  });

  it('gives every level a form of its own, so that colour is not needed (WAL-3)', () => {
    const levels = ['ok', 'low', 'medium', 'high', 'critical', 'no-data'] as const;
    const forms = levels.map((level) =>
      show({ level, signal: 'queue' }).get('svg.shape path').attributes('d'),
    );
    expect(new Set(forms).size).toBe(levels.length);
  });

  it('is quiet when all is well: the word OK, no level, no cause', () => {
    const tile = show({});
    expect(tile.get('.word').text()).toBe('OK');
    expect(tile.find('.words').exists()).toBe(false);
    expect(tile.find('.glyph').exists()).toBe(false);
  });

  it('says NO DATA and for how long, and shows no number (WAL-1)', () => {
    const blank = { queueDepth: null, spamPercent: null, lagP95Ms: null, accessPercent: null, trend: null };
    const tile = show({ level: 'no-data', signal: 'data', sinceMs: T0 - 250_000, ...blank });
    expect(tile.get('.word').text()).toBe('NO DATA 4m');
    expect(tile.get('.cells').text()).not.toMatch(/\d/);
  });

  it('is hatched when its numbers are late or lost and their age has no room (WAL-1)', () => {
    const plan = { namePx: 9, headPx: 60, mainPx: 12, smallPx: 9 };
    const tight = { ...plan, cellRows: 0, hasWords: false, hasAge: false, hasSpark: false };
    const isHatched = (afterMs: number, hasAge: boolean) =>
      show({}, afterMs, 'aurora', { ...tight, hasAge })
        .classes()
        .includes('old');
    expect([0, 20_000, 130_000].map((afterMs) => isHatched(afterMs, false))).toEqual([false, true, true]);
    expect([0, 20_000, 130_000].map((afterMs) => isHatched(afterMs, true))).toEqual([false, false, false]);
  });

  it('strikes out numbers that are lost and says LOST (WAL-1)', () => {
    const tile = show({ level: 'high', signal: 'lag' }, 130_000);
    expect(tile.attributes('data-level')).toBe('no-data');
    expect(tile.get('.word').text()).toBe('LOST 2m');
    expect(tile.findAll('.cell [data-state="lost"]')).toHaveLength(4);
  });

  it('shows the age of its data, and the own age of a number that is late', () => {
    expect(show({}).get('.age').text()).toBe('0s');
    const late = show({}, 15_000);
    expect(late.get('.age').attributes('data-state')).toBe('late');
    expect(text(late)).toContain('15s');
  });

  it('shows queue, lag, spam and access with their units, and where the queue is going', () => {
    expect(text(show({ trend: 'up' }))).toMatch(/Q ?120 ?↗ ?L ?4\.2\s?s ?S ?3\.20\s?% ?A ?99\.9\s?%/);
    expect(show({ trend: 'up' }).attributes('aria-label')).toContain('queue rising');
  });

  it('is a link to the page of its tenant', () => {
    expect(show({}).attributes('href')).toBe('/tenant/aurora');
  });

  it('of the mail of nobody looks different', () => {
    expect(show({}, 0, UNATTRIBUTED).classes()).toContain('unattributed');
    expect(show({}).classes()).not.toContain('unattributed');
  });

  it('shows a name as text, whatever is in it', () => {
    expect(show({}).attributes('title')).toContain('Aurora <b>Broadband</b>');
    expect(show({}).find('.name b').exists()).toBe(false);
  });
});
