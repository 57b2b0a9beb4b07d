import { describe, expect, it } from 'vitest';
import type { Frame, RawLine, TenantDelta, TenantSnapshot } from '../../../shared/protocol.ts';
import { applyTenantFrame, MAX_LINES, tenantOf } from '../../../client/stores/tenant-model.ts';
import { feeds, joined, row, series, T0 } from '../fixtures.ts';

const line = (n: number): RawLine => ({
  atMs: T0 + n,
  source: 'mx1',
  text: `line ${n}`,
  rule: 'recipient-domain',
});
const snapshot: TenantSnapshot = {
  tenant: { id: 'aurora', name: 'Aurora' },
  row: row(),
  series: series(T0, [1, 2]),
  destinations: [{ destination: 'a.example', delivered: 1, deferred: 0, bounced: 0 }],
  reasons: [{ reason: 'busy', count: 3 }],
  lines: [line(0), line(1)],
  coverage: feeds(),
  rules: { login: 4 },
  demo: null,
};
const frame = (delta: Partial<TenantDelta> = {}): Frame<TenantDelta> => ({
  room: 'tenant:aurora',
  seq: 11,
  atMs: T0 + 2_000,
  speed: 1,
  delta: { row: row({ queueDepth: 5 }), series: series(T0 + 1_000, [2, 3]), coverage: feeds(), ...delta },
});
const model = tenantOf(joined(snapshot));

describe("a tenant's page", () => {
  it('takes row, number and time from each frame and writes the steps by time', () => {
    const next = applyTenantFrame(model, frame());
    expect(next).toMatchObject({ seq: 11, atMs: T0 + 2_000, row: { queueDepth: 5 } });
    expect(next.series.spamPercent).toEqual([1, 2, 3]);
  });

  it('keeps tables that a frame does not bring', () => {
    const next = applyTenantFrame(model, frame());
    expect(next.destinations).toBe(model.destinations);
    expect(next.reasons).toBe(model.reasons);
    expect(next.rules).toBe(model.rules);
    expect(next.lines).toBe(model.lines);
  });

  it('replaces tables that a frame brings, even by empty ones', () => {
    const next = applyTenantFrame(model, frame({ destinations: [], reasons: [], rules: {} }));
    expect(next).toMatchObject({ destinations: [], reasons: [], rules: {} });
  });

  it('adds new lines and keeps a bounded number, the newest last', () => {
    const many = Array.from({ length: MAX_LINES }, (_, i) => line(i + 2));
    const { lines } = applyTenantFrame(model, frame({ lines: many }));
    expect(lines).toHaveLength(MAX_LINES);
    expect(lines.at(-1)?.text).toBe(`line ${MAX_LINES + 1}`);
  });
});
