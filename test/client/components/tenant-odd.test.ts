import { describe, expect, it } from 'vitest';
import type { AnomaliesView, MovedView } from '../../../shared/foresight.ts';
import TenantOdd from '../../../client/components/tenant/TenantOdd.vue';
import { movedOf, oddOf } from '../dev/fake-odd.ts';
import { mountInApp } from '../support.ts';

const HOUR = 3_600_000;
const T = Date.parse('2026-11-16T03:00:00Z');
const bounds = { fromMs: T, toMs: T + HOUR };
const range = `from=${T}&to=${T + HOUR}`;
const odd = oddOf(new URL(`http://x/?${range}`), T + HOUR);
const moved = movedOf(new URL(`http://x/?from=${T}&to=${T + 60_000}&metric=queueDepth`), T + HOUR);
const LOOK = { metric: 'queueDepth', fromMs: T, toMs: T + 60_000 };

function open(props: Record<string, unknown>) {
  return mountInApp(TenantOdd, {
    ...{ tenant: 't0', bounds, odd, oddError: null, look: null, moved: null, movedError: null },
    ...{ timeZone: 'UTC', ...props },
  }).wrapper;
}

describe('what was strange on a tenant’s page', () => {
  it('ANO-44: is a table that says in words what the ribbons say, what goes on first, each with a button that says what it asks', () => {
    const page = open({});
    expect(page.findAll('tr[data-odd]')[0]?.text()).toContain('goes on');
    for (const word of [
      'higher than usual',
      'lower than usual',
      'more of what is rare',
      'does not move',
      'not known',
    ])
      expect(page.text()).toContain(word);
    for (const button of page.findAll('tr button'))
      expect(button.attributes('aria-label')).toMatch(/^What else moved when .+ was .+\?$/);
    expect(page.text()).toContain('the ribbon is dashed there');
  });

  it('ANO-44: no answer is not calm, nor is a time in which nobody looked', () => {
    expect(open({ odd: null }).text()).toContain('Asking what was strange');
    const failed = open({ odd: null, oddError: { code: 'unavailable', message: 'the disk is full' } });
    expect(failed.text()).toContain('What was strange is not known: the disk is full');
    const blind: AnomaliesView = { ...odd, findings: [], watched: [] };
    expect(open({ odd: blind }).text()).toContain('Not known: nobody looked at that time');
    const calm: AnomaliesView = { ...odd, findings: [], watched: [bounds] };
    expect(open({ odd: calm }).text()).toContain('Nothing strange: every number was as it usually is.');
  });

  it('ANO-45: what else moved is ranked, with how it came by its place, and links to where it was', () => {
    const page = open({ look: LOOK, moved });
    const rows = page.findAll('tr[data-what]');
    expect(rows.map((row) => row.get('td').text())).toEqual(['1', '2', '3', '4']);
    expect(rows[0]?.text()).toContain('strange 1.00 × near 0.93 = 0.93');
    expect(rows[0]?.get('a').attributes('href')).toMatch(/^\/foresight\?at=\d+$/);
    expect(rows[1]?.get('a').attributes('href')).toMatch(/^\/tenant\/t1\?from=\d+&to=\d+$/);
    expect(page.text()).toContain('need not be cause and effect');
    expect(page.text()).toContain('and 3 less strange or less near');
  });

  it('ANO-45: that nothing else moved is an answer; no answer is told as none', async () => {
    const none: MovedView = { ...moved, moved: [], more: 0, watchedShare: 1 };
    expect(open({ look: LOOK, moved: none }).text()).toContain('Nothing else moved, from 15 minutes before');
    expect(open({ look: LOOK }).text()).toContain('Asking …');
    const failed = open({ look: LOOK, movedError: { code: 'forbidden', message: 'needs foresight:view' } });
    expect(failed.text()).toContain('What else moved is not known: needs foresight:view');
    await failed.get('.close').trigger('click');
    expect(failed.emitted('close')).toHaveLength(1);
  });

  it('ANO-45: asks about a finding at the time when it began, and about all of the time that is shown', async () => {
    const page = open({});
    await page.get('[data-odd="queueDepth"] button').trigger('click');
    await page.get('.whole').trigger('click');
    const [one, all] = page.emitted('look') ?? [];
    expect(one).toEqual(['queueDepth', odd.findings.find(({ metric }) => metric === 'queueDepth')?.fromMs]);
    expect(all).toEqual([null, T, T + HOUR]);
    const long = open({ bounds: { fromMs: T - 30 * 24 * HOUR, toMs: T } });
    expect(long.find('.whole').exists()).toBe(false);
  });
});
