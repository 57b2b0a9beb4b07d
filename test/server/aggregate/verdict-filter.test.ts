import { describe, expect, it } from 'vitest';
import { VerdictFilter } from '../../../server/aggregate/verdict-filter.ts';
import type { Verdict } from '../../../server/collect/event.ts';

function verdict(over: Partial<Verdict>): Verdict {
  const origin = { atMs: 0, host: 'mx1', source: 'log', instance: 'rspamd' };
  return {
    ...origin,
    kind: 'verdict',
    messageId: 'm@x.example',
    action: 'reject',
    score: 9,
    from: '',
    to: [],
    ...over,
  };
}

/** How many of them are left out. */
function repeated(...verdicts: readonly Partial<Verdict>[]): number {
  const filter = new VerdictFilter();
  return verdicts.filter((each) => filter.isRepeated(verdict(each))).length;
}

describe('a scan of which two sources tell', () => {
  it('counts once, under whatever name they know its host', () => {
    expect(repeated({ queueId: 'A1' }, { queueId: 'A1', source: 'push', host: 'mx1.x.example' })).toBe(1);
    expect(repeated({}, { source: 'push' })).toBe(1);
  });

  it('is not taken for another: of the same source, of another host, or of which nothing is known', () => {
    expect(repeated({ queueId: 'A1' }, { queueId: 'A1' })).toBe(0);
    expect(repeated({}, { source: 'push', host: 'mx2' })).toBe(0);
    expect(repeated({ messageId: '' }, { messageId: '', source: 'push' })).toBe(0);
  });
});
