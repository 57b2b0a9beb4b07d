import { describe, expect, it } from 'vitest';
import { METRICS } from '../../../server/history/series.ts';
import { ASKED_METRICS, inUnit, lineKey, PANELS, unitText } from '../../../client/stores/panels.ts';

describe('the panels of a tenant', () => {
  it('ask for nothing that the server does not have: it would refuse the whole question', () => {
    expect(ASKED_METRICS.filter((name) => !(name in METRICS))).toEqual([]);
  });

  it('give each line a key of its own in the address', () => {
    const keys = PANELS.flatMap(({ id, lines }) => lines.map(({ metric }) => lineKey(id, metric)));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.every((key) => !key.includes(','))).toBe(true);
  });

  it('begin no panel with a band: it would have nothing to be filled down to', () => {
    expect(PANELS.filter(({ lines }) => lines[0]?.shape === 'band')).toEqual([]);
  });

  it('tell a rate as one, and nothing as nothing', () => {
    expect(unitText('perMinute', inUnit('perMinute', 5, 10_000) ?? 0)).toBe('30 /min');
    expect(inUnit('perMinute', null, 10_000)).toBeNull();
    expect(inUnit('count', 5, 10_000)).toBe(5);
  });
});
