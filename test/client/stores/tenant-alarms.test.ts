import { describe, expect, it } from 'vitest';
import { alarmsOfTenant } from '../../../client/stores/tenant-alarms.ts';
import { alarm, T0 } from '../fixtures-alarms.ts';

const TENANT = { id: 'aurora', cluster: 'A' };
const of = (...alarms: ReturnType<typeof alarm>[]) => alarmsOfTenant(alarms, TENANT, T0);

describe("a tenant's alarms (ALP-28)", () => {
  it('are its own and those of its cluster, and nobody else’s', () => {
    const rows = of(
      alarm({ id: 'own' }),
      alarm({ id: 'cluster', scope: { kind: 'cluster', id: 'A' }, scopeName: 'A' }),
      alarm({ id: 'other', scope: { kind: 'tenant', id: 'borealis' } }),
      alarm({ id: 'b', scope: { kind: 'cluster', id: 'B' } }),
      alarm({ id: 'source', scope: { kind: 'source', id: 'aurora' } }),
      alarm({ id: 'normal', state: 'normal' }),
    );
    expect(rows.map(({ id, of: whose }) => [id, whose])).toEqual([
      ['own', ''],
      ['cluster', 'the whole cluster A'],
    ]);
    expect(
      alarmsOfTenant([alarm({ scope: { kind: 'cluster', id: '' } })], { id: 'x', cluster: null }, T0),
    ).toEqual([]);
  });

  it('come in the order of what waits for somebody', () => {
    const hidden = {
      kind: 'shelved',
      by: 'Ben',
      reason: 'known',
      sinceMs: T0,
      untilMs: T0 + 60_000,
    } as const;
    const rows = of(
      alarm({ id: 'shelved', hidden }),
      alarm({ id: 'pending', state: 'pending' }),
      alarm({ id: 'taken', state: 'acknowledged', acknowledged: { by: 'Ada', atMs: T0, note: '' } }),
      alarm({ id: 'low', priority: 'low' }),
      alarm({ id: 'critical' }),
      alarm({ id: 'back', state: 'returned' }),
    );
    expect(rows.map(({ id }) => id)).toEqual(['critical', 'low', 'back', 'taken', 'pending', 'shelved']);
    expect(rows.map(({ isQuiet }) => isQuiet)).toEqual([false, false, false, true, true, true]);
  });

  it('say in words who has them, until when they are hidden, and that nothing is known of them now', () => {
    const [taken] = of(alarm({ state: 'acknowledged', acknowledged: { by: 'Ada', atMs: T0, note: '' } }));
    expect(taken?.state).toBe('ACKNOWLEDGED by Ada');
    expect(of(alarm())[0]?.state).toBe('UNACKNOWLEDGED: nobody has it');
    expect(of(alarm({ noDataSinceMs: T0 }))[0]?.state).toContain('NO DATA now');
    const hidden = {
      kind: 'shelved',
      by: 'Ben',
      reason: 'known',
      sinceMs: T0,
      untilMs: T0 + 60_000,
    } as const;
    expect(of(alarm({ hidden }))[0]?.state).toMatch(/^SHELVED by Ben until .*known$/);
  });
});
