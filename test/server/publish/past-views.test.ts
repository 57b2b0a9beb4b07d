import { describe, expect, it } from 'vitest';
import type { MessageRecord, MessageTrace } from '../../../shared/history.ts';
import { localOperator } from '../../../server/base/permissions.ts';
import type { SeriesQuery } from '../../../server/history/query/types.ts';
import { placeOfSeries } from '../../../server/publish/views/series.ts';
import { visibleTrace } from '../../../server/publish/views/trace.ts';

const NOW = 1_795_222_800_000;

describe('where a series comes from', () => {
  const kept = { memoryFromMs: NOW - 1_200_000, hasStore: true };
  const query: SeriesQuery = {
    scope: { kind: 'tenant', id: 'aurora' },
    ...{ metrics: ['delivered'], fromMs: NOW - 900_000, toMs: NOW, points: 90 },
  };

  it.each([
    ['within memory', query, 'memory'],
    ['of the platform, within memory', { ...query, scope: { kind: 'platform' } }, 'memory'],
    ['that begins before memory', { ...query, fromMs: NOW - 1_300_000 }, 'store'],
    ['that looks back before memory', { ...query, fromMs: NOW - 1_170_000 }, 'store'],
    ['of a cluster', { ...query, scope: { kind: 'cluster', id: 'A' } }, 'store'],
    ['with another day beside it', { ...query, compare: ['yesterday'] }, 'store'],
  ] as const)('API-18: a series %s', (_, asked, place) => {
    expect(placeOfSeries(asked, kept)).toMatchObject({ place, reason: expect.stringMatching(/./) });
    expect(placeOfSeries(asked, { ...kept, hasStore: false }).place).toBe('memory');
  });
});

describe('a trace and its readers', () => {
  const record = (id: number, receiver: string): MessageRecord => ({
    ...{ id, atMs: NOW, source: 'log', host: 'mx1', queueId: '4abc', status: 'sent', from: 'a@s.example' },
    ...{ to: `u@${receiver}.example`, receiver, sender: 's', reason: '', isFinal: true },
  });
  const trace: MessageTrace = {
    ...{ host: 'mx1', queueId: '4abc', records: [record(1, 'a'), record(2, 'b')], related: [], missing: [] },
    lines: [{ source: 'log', atMs: NOW, text: '4abc: from=<a@s.example>' }],
  };
  const seenBy = (...tenants: string[]) => visibleTrace(trace, { ...localOperator, tenants });

  it('API-19: who receives sees what came to him, and no line that tells of others', () => {
    const seen = seenBy('b');
    expect(seen?.records.map(({ id }) => id)).toEqual([2]);
    expect([seen?.lines, seen?.missing]).toEqual([[], [expect.stringMatching(/other tenants/)]]);
  });

  it('API-19: who sent it, and whoever may see all tenants, sees all of it', () => {
    expect(seenBy('s')).toEqual(trace);
    expect(visibleTrace(trace, localOperator)).toEqual(trace);
  });

  it('API-19: for others there is no such message', () => {
    expect(seenBy('c')).toBeUndefined();
    expect(visibleTrace({ ...trace, records: [] }, { ...localOperator, tenants: ['a'] })).toBeUndefined();
  });
});
