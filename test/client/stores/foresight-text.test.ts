import { describe, expect, it } from 'vitest';
import type {
  AffectedMailboxes,
  AnomalyFinding,
  DrainForecast,
  LedgerHour,
  ReportSurge,
} from '../../../shared/foresight.ts';
import {
  aheadText,
  campaignText,
  causeText,
  oddLines,
  outlookOf,
  unclusteredText,
  worstFirst,
} from '../../../client/stores/foresight-lists.ts';
import { pinLines, pinnedPlace } from '../../../client/stores/foresight-pin.ts';
import {
  affectedText,
  claimText,
  drainText,
  estimated,
  heldText,
  ledgerText,
  momentText,
  scoreText,
} from '../../../client/stores/foresight-text.ts';
import { AFFECTED, calmScope, CAUSE, GROWING, HELD } from '../foresight-fixtures.ts';
import { T0 } from '../fixtures.ts';

const MINUTE = 60_000;
const forecast = (change: Partial<Extract<DrainForecast, { state: 'forecast' }>> = {}): DrainForecast => ({
  ...{ state: 'forecast', fromMs: T0 + 70 * MINUTE, toMs: T0 + 125.2 * MINUTE, waiting: 12_345 },
  ...{ reason: '438 a minute go, 188 come', assumes: ['no flush of the queue'], bound: 'capacity' },
  ...change,
});

describe('the end of a backlog', () => {
  it('is told between two times, the later rounded up, and what it assumes beside it (FOR-20)', () => {
    const { text, why } = drainText(forecast(), T0);
    expect(text).toBe(
      `clear between ${momentText(T0 + 70 * MINUTE, T0)} and ${momentText(T0 + 126 * MINUTE, T0)}`,
    );
    expect(why).toBe('12,345 wait; 438 a minute go, 188 come; if no flush of the queue');
  });

  it('does not begin before now, and when it is past it says that it should have been over (FOR-20)', () => {
    const now = T0 + 100 * MINUTE;
    expect(drainText(forecast(), now).text).toContain(`between ${momentText(now, now)} and`);
    expect(drainText(forecast(), T0 + 200 * MINUTE).text).toBe(
      `should have been clear by ${momentText(T0 + 126 * MINUTE, T0)}`,
    );
  });

  it('names the weekday of a time that is not of today (FOR-20)', () => {
    const far = forecast({ toMs: T0 + 30 * 60 * MINUTE });
    expect(drainText(far, T0).text).toMatch(/ and (Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d\d:\d\d$/);
  });

  it.each([
    [217.4, 'growing by 217 a minute'],
    [0.4, 'growing by less than 1 a minute'],
    [0, 'as much comes as goes'],
  ])('at %d a minute it is %s, and no end is named (FOR-20)', (perMinute, text) => {
    expect(drainText({ state: 'growing', perMinute, waiting: 3, reason: 'so' }, T0).text).toBe(text);
  });

  it('says why there is no estimate, and that nobody knows how many wait when that is so (FOR-20)', () => {
    const reason = 'no estimate yet: 3 of 15 min of data';
    expect(drainText({ state: 'no-estimate', waiting: 9, reason }, T0)).toEqual({
      text: reason,
      why: '9 wait',
    });
    expect(drainText({ state: 'no-estimate', waiting: null, reason: 'the queue is not heard' }, T0)).toEqual({
      text: 'no estimate yet: the queue is not heard',
      why: 'how many wait is not known',
    });
  });

  it('says how good forecasts have been, and when none has come due (FOR-21)', () => {
    const score = { n: 20, insideShare: 0.9, medianErrorShare: 0.061, medianWidthMs: 1 };
    expect(scoreText(score)).toBe('forecasts held in 18 of 20, off by 6 %');
    expect(scoreText(null)).toBe('no forecast has come due yet');
    expect(scoreText({ ...score, n: 0 })).toBe('no forecast has come due yet');
  });
});

describe('estimates of extent', () => {
  it('have three significant figures, and no bound is rounded inwards (FOR-22)', () => {
    expect(estimated(3_379, 'floor')).toBe('3,370');
    expect(estimated(31_101, 'ceil')).toBe('31,200');
    expect(estimated(42, 'floor')).toBe('42');
    expect(estimated(0)).toBe('0');
  });

  it('tell held mail as a range with the word estimate, and what is not known as not known (FOR-22)', () => {
    expect(heldText(HELD).text).toBe('3,370 to 31,200 legitimate mails held (estimate)');
    expect(heldText({ ...HELD, messages: { low: 5, high: null } } as typeof HELD).text).toBe(
      'at least 5 legitimate mails held (estimate)',
    );
    const unknown = heldText({ state: 'unknown', reason: 'the filter is silent' });
    expect(unknown).toEqual({ text: 'legitimate mail held: not known', why: 'the filter is silent' });
    expect(unknown.text).not.toMatch(/\d/);
  });

  it('tell mailboxes as seen and at most, out of those hosted (FOR-23)', () => {
    expect(affectedText(AFFECTED).text).toBe('hit: 2,390 seen, at most 969,000 of 1,917,470 mailboxes');
  });

  it('never name more mailboxes than there are, and say where no upper bound is known (FOR-23)', () => {
    const of = (high: number | null, hosted: number | null) =>
      affectedText({ ...(AFFECTED as AffectedMailboxes), current: { low: 7, high }, hosted }).text;
    expect(of(1_917_470, 1_917_470)).toBe('hit: 7 seen, at most 1,917,470 of 1,917,470 mailboxes');
    expect(of(1_917_400, 1_917_470)).toBe('hit: 7 seen, at most 1,917,470 of 1,917,470 mailboxes');
    expect(of(null, 100)).toBe('hit: 7 seen of 100 mailboxes; no upper bound');
    expect(of(90, null)).toBe('hit: 7 seen, at most 90 mailboxes');
    expect(affectedText(null).text).toBe('no mailbox known to be hit');
  });
});

describe('mailboxes of which none was seen', () => {
  const unseen = (high: number | null, hosted: number | null) =>
    affectedText({
      ...(AFFECTED as AffectedMailboxes),
      ...{ current: { low: 0, high }, cumulative: { low: 0, high }, hosted },
    });
  it('are not none: that nobody was seen to be hit is told as not known, at most so many (FOR-40)', () => {
    expect(unseen(897_500, 1_917_470).text).toBe(
      'hit mailboxes: not known, at most 898,000 of 1,917,470 mailboxes',
    );
    expect(unseen(897_500, 1_917_470).why).toContain('since it began not known, at most 898,000');
    expect(unseen(null, 100).text).toBe('hit mailboxes: not known');
  });
});

describe('the ledger', () => {
  it('says that no mail was lost only up to a time, and else why it cannot be said (FOR-24)', () => {
    expect(claimText({ mayBeSaid: true, untilMs: T0, lagMs: 1 }, T0).text).toBe(
      `No mail lost up to ${momentText(T0, T0)}`,
    );
    expect(claimText({ mayBeSaid: false, reason: '3 recipients are not accounted for' }, T0).text).toBe(
      'whether no mail was lost cannot be said: 3 recipients are not accounted for',
    );
    expect(claimText(null, T0).text).toBe('whether no mail was lost: not known yet');
  });

  it('leaves out where nothing went, never what is missing or was not heard (FOR-24)', () => {
    const hour: LedgerHour = {
      ...{ fromMs: T0, opening: 10, accepted: 1_200, delivered: 1_150, bounced: 0, expired: 0, discarded: 0 },
      ...{ deleted: 0, held: 0, queued: 57, unaccounted: 3, settling: 0, unseen: 2, coverage: 0.949 },
    };
    expect(ledgerText(hour)).toBe(
      '10 open when the hour began, 1,200 accepted · 1,150 delivered · 57 queued · 3 not accounted for now · 2 not seen from beginning to end · 94 % of the hour was heard',
    );
    expect(ledgerText({ ...hour, unaccounted: 0 })).toContain('nothing unaccounted for');
    expect(ledgerText({ ...hour, unaccounted: -4 })).toContain('4 more went than came');
    expect(ledgerText({ ...hour, settling: 6 })).toContain('6 on the way between queue and log');
    expect(ledgerText({ ...hour, settling: -1 })).toContain('1 in queue and log at once');
    expect(ledgerText({ ...hour, coverage: null })).toContain('not known');
  });
});

describe('order and lists', () => {
  it('put what grows before what nobody can say, before what drains, before what is clear (FOR-25)', () => {
    const scopes = [
      calmScope('clear'),
      calmScope('draining', { drain: forecast() }),
      calmScope('unknown', { drain: { state: 'no-estimate', waiting: null, reason: 'silent' } }),
      calmScope('growing', { drain: GROWING }),
      calmScope('hit', { affected: AFFECTED }),
    ];
    expect(worstFirst(scopes).map(({ scope }) => scope.id)).toEqual([
      'growing',
      'unknown',
      'draining',
      'hit',
      'clear',
    ]);
    for (const scope of scopes) expect(outlookOf(scope)).toBe(scope.scope.id);
  });

  it('a cause names who is hit, who is not, and of whom nothing is known (FOR-26)', () => {
    expect(causeText(CAUSE)).toEqual(['hit: Aurora, Bluefin', 'not hit: Cobalt']);
    expect(causeText({ ...CAUSE, notHit: [], unknown: CAUSE.notHit })).toEqual([
      'hit: Aurora, Bluefin',
      'nobody is known not to be hit',
      'nothing is known of Cobalt',
    ]);
  });

  it('a campaign is told with its size, its tenants and what the filter said (FOR-27)', () => {
    const lines = campaignText({
      ...{ id: 'c', title: 't', firstSeenMs: T0, lastSeenMs: T0, state: 'running', messages: 12_345 },
      ...{
        recipients: { low: 12_345, high: null },
        senderNetworks: 214,
        traits: [],
        canaryHits: 2,
        cleanHits: 0,
      },
      tenants: [{ id: 'a', name: 'Aurora', messages: 12_345 }],
      verdicts: { reject: 12_000, 'no action': 345 },
      sample: { atMs: T0, from: 'a***@x', to: 'b***@y', subject: null, symbols: [] },
      merged: [],
    });
    expect(lines).toEqual([
      '12,345 messages to at least 12,300 recipients, from 214 sender networks',
      'at Aurora (12,345)',
      'the filter said: reject 12,000, no action 345',
      '2 to canary addresses',
    ]);
    expect(unclusteredText({ messages: 0, of: 0 })).toBeNull();
    expect(unclusteredText({ messages: 5, of: 10 })).toContain('5 of 10');
  });

  it('what is strange now comes first, and numbers that went missing together are one line (FOR-28)', () => {
    const finding = (id: string, change: Partial<AnomalyFinding>): AnomalyFinding => ({
      ...{ id, scope: calmScope('A').scope, metric: id, label: id, fromMs: T0, toMs: null, score: 0.6 },
      ...{ kind: 'level', direction: 'up', text: `${id}: 12, usual here 1 to 3` },
      ...change,
    });
    const lines = oddLines([
      finding('over', { toMs: T0 + 1, score: 1 }),
      finding('lag', { kind: 'missing', score: 0.5 }),
      finding('spam', { kind: 'missing', score: 0.5 }),
      finding('delivered', { score: 0.9 }),
    ]);
    const elsewhere = calmScope('B').scope;
    const both = oddLines([
      finding('lag', { kind: 'missing' }),
      finding('lag', { kind: 'missing', scope: elsewhere }),
      finding('lag', { kind: 'missing', scope: elsewhere, fromMs: T0 + MINUTE }),
    ]);
    expect(both.map(({ scopes }) => scopes.map(({ id }) => id))).toEqual([['B'], ['A', 'B']]);
    expect(lines.map(({ text }) => text)).toEqual([
      'delivered: 12, usual here 1 to 3',
      'not known any more: lag, spam',
      'over: 12, usual here 1 to 3',
    ]);
  });

  it('says by how much customers were first, and nothing when they were not (FOR-29)', () => {
    const surge: ReportSurge = {
      ...{ scope: calmScope('A').scope, kind: 'ticket', sinceMs: T0, reporters: 9, usual: 1, p: 0.001 },
      ...{ state: 'surge', customersAheadMs: 12 * MINUTE, text: 'x' },
    };
    expect(aheadText(surge)).toBe('customers were 12.0 min before our first alarm');
    expect(aheadText({ ...surge, customersAheadMs: null })).toBeNull();
  });
});

describe('a pinned trouble', () => {
  const place = { kind: 'tenant', id: 'aurora' } as const;
  it('tells the end, what is held, who is hit and why, each only when it is known (FOR-36)', () => {
    const told = calmScope('aurora', { drain: GROWING, held: HELD, affected: AFFECTED });
    const asked = { place, nowMs: T0 };
    expect(pinLines(told, [CAUSE], asked).map(({ kind }) => kind)).toEqual([
      'drain',
      'held',
      'affected',
      'cause',
    ]);
    expect(pinLines(calmScope('aurora'), [], asked)).toEqual([]);
    expect(pinLines(null, [CAUSE], asked).map(({ text }) => text)).toEqual([CAUSE.verdict]);
    expect(pinLines(null, [CAUSE], { place: { kind: 'tenant', id: 'cobalt' }, nowMs: T0 })).toEqual([]);
    expect(pinLines(null, [CAUSE], { place: { kind: 'cluster', id: 'A' }, nowMs: T0 })).toHaveLength(1);
  });

  it('is the tenant by hand, the cluster of a group of several, else what leads it (FOR-36)', () => {
    const group = { members: ['a'], cluster: 'A', lead: { scope: place } };
    const of = (change: object) => pinnedPlace({ tenantId: null, group: { ...group, ...change } as never });
    expect(pinnedPlace({ tenantId: 'aurora', group: null })).toEqual(place);
    expect(of({})).toEqual(place);
    expect(of({ members: ['a', 'b'] })).toEqual({ kind: 'cluster', id: 'A' });
    expect(of({ lead: { scope: { kind: 'source', id: 'x' } }, cluster: null })).toBeNull();
  });
});
