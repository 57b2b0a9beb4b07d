import { describe, expect, it } from 'vitest';
import StorageTable from '../../../client/components/sources/StorageTable.vue';
import type { StorageReport } from '../../../shared/history.ts';
import { T0 } from '../fixtures.ts';
import { mountInApp } from '../support.ts';

const report = (change: Partial<StorageReport> = {}): StorageReport => ({
  state: 'ok',
  path: '/data/history.sqlite',
  committedAtMs: T0 - 3_000,
  commitP50Ms: 4,
  commitP99Ms: 18,
  waitingBatches: 0,
  parts: [
    { name: '10s', bytes: 1.2e9, rows: 8_200_000, budgetBytes: 4e9, keepDays: 7, oldestMs: T0 - 1_000 },
    { name: 'lines', bytes: 0, rows: null, budgetBytes: null, keepDays: null, oldestMs: null },
  ],
  totalBytes: 1.2e9,
  budgetBytes: 20e9,
  freeBytes: 140e9,
  ...change,
});
const show = (change: Partial<StorageReport> | null, fault = '') =>
  mountInApp(StorageTable, {
    report: change === null ? null : report(change),
    fault,
    now: { serverMs: T0, speed: 1 },
    askedAtMs: T0,
  }).wrapper;

describe('the storage panel', () => {
  it.each(['ok', 'behind', 'failing', 'off'] as const)('shows %s as a shape and a word (REP-16)', (state) => {
    const panel = show({ state });
    expect(panel.get('.state b').text()).toBe(state.toUpperCase());
    expect(panel.find('.state svg').exists()).toBe(true);
  });

  it('says what is wrong and what mends it (REP-16)', () => {
    const reason = 'The disk is full (ENOSPC): free room under /data.';
    expect(show({ state: 'failing', reason }).get('.state').text()).toContain(reason);
  });

  it('shows size, budget, rows and age of each part, and a dash for what is not known', () => {
    const panel = show({});
    expect(panel.get('[data-part="10s"]').text()).toMatch(
      /1\.20 GB.*30 % of 4\.00 GB.*8\.20 M.*14 May 2007.*7 d/,
    );
    const lines = panel.get('[data-part="lines"]').text();
    expect(lines).toContain('no budget of its own');
    expect(lines).toContain('—');
    expect(panel.text()).toContain('3s ago');
    expect(panel.text()).toContain('4 ms · 18 ms');
  });

  it('never makes a zero of what is not known', () => {
    const panel = show({ committedAtMs: null, commitP50Ms: null, commitP99Ms: null, freeBytes: null });
    expect(panel.text()).toContain('never');
    expect(panel.text()).toContain('— · —');
  });

  it('warns when the disk has less room than the budget may still take', () => {
    expect(show({ freeBytes: 1e9 }).text()).toContain('set a smaller budget');
    expect(show({}).text()).not.toContain('set a smaller budget');
  });

  it('says that it does not know rather than show old state as new (REP-16)', () => {
    expect(show(null).text()).toContain('Asking');
    expect(show(null, 'No answer.').text()).toContain('not known: No answer.');
    expect(show({}, 'No answer.').text()).toContain('Below is what was said at');
  });
});
