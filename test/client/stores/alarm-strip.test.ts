import { describe, expect, it } from 'vitest';
import type { AlarmStrip, GroupView } from '../../../shared/alarms.ts';
import { minuteText } from '../../../client/format/time.ts';
import { feedFreshness } from '../../../client/live/freshness.ts';
import { cardOf, isQuiet, stripCounts, stripPlan, stripWords } from '../../../client/stores/alarm-strip.ts';
import { placesOf, tilesOf } from '../../../client/stores/tile.ts';
import { feeds, group, row, strip, T0, tenants } from '../fixtures-alarms.ts';

const END = minuteText(T0 + 3 * 3_600_000);
const NOW = minuteText(T0);
const many = (count: number, change: Partial<GroupView> = {}) =>
  group({
    members: Array.from({ length: count }, (_, i) => `a${i}`),
    active: count,
    mailboxes: 412_000,
    text: `Effective lag: ${count} tenants on cluster A, worst Aurora Broadband, lag ≥ 41.3 min, limit 15 min`,
    ...change,
  });
const tilesWith = (levels: readonly ('ok' | 'high' | 'critical')[]) => {
  const now = { serverMs: T0, speed: 1 };
  const rows = levels.map((level) =>
    row({ level, signal: level === 'ok' ? 'none' : 'lag', reason: 'lag 9 min' }),
  );
  return tilesOf(placesOf(tenants(levels.length)), rows, new Map([['', feedFreshness(feeds(), now)]]), now);
};
const wordsOf = (change: Partial<AlarmStrip>, nowMs = T0) => stripWords(strip(change), nowMs);
const said = (change: Partial<AlarmStrip>, nowMs = T0) =>
  wordsOf(change, nowMs).map(({ tone, text, detail }) => `${tone}: ${text}${detail && ` | ${detail}`}`);

describe('a card of the strip', () => {
  it('tells of three and more as one: title, how many, where, mailboxes and the worst number (ALP-20)', () => {
    expect(cardOf(many(40))).toMatchObject({
      head: 'Effective lag: 40 tenants on cluster A',
      lines: ['up to 412 k mailboxes', 'worst Aurora Broadband, lag ≥ 41.3 min'],
      isWide: true,
    });
  });

  it('tells of one by title, whom and number', () => {
    const text = 'Mailboxes unreachable: Ember Fibre, access 91.3 % of 1,204 users, limit 95 %';
    expect(cardOf(group({ title: 'Mailboxes unreachable', text }))).toMatchObject({
      head: 'Mailboxes unreachable',
      lines: ['Ember Fibre', 'access 91.3 % of 1,204 users'],
      isWide: false,
    });
  });

  it('shows a text of another form as it is, and loses nothing of it', () => {
    expect(cardOf(group({ title: 'Path', text: 'something else altogether' })).lines).toEqual([
      'something else altogether',
    ]);
    expect(cardOf(many(3, { text: 'Effective lag' })).head).toContain('Effective lag');
  });

  it.each([
    [{ state: 'unacknowledged' }, 'nobody', 'NOBODY HAS IT'],
    [{ state: 'unacknowledged', owner: 'Ada' }, 'nobody', 'NOBODY HAS IT (Ada had it)'],
    [{ state: 'acknowledged', owner: 'Ada' }, 'taken', 'Ada has it'],
    [{ state: 'acknowledged', owner: null }, 'taken', 'acknowledged'],
    [{ state: 'returned' }, 'back', 'OVER, not acknowledged'],
  ] as const)('says who has it in words: %j (ALP-22)', (change, kind, text) => {
    expect(cardOf(group(change)).owner).toEqual({ kind, text });
  });

  it('pulses only for what is critical and nobody’s (ALP-23)', () => {
    expect(cardOf(group({ priority: 'critical' })).isPulsing).toBe(true);
    expect(cardOf(group({ priority: 'high' })).isPulsing).toBe(false);
    expect(cardOf(group({ priority: 'critical', state: 'acknowledged' })).isPulsing).toBe(false);
    expect(cardOf(group({ priority: 'critical', state: 'returned' })).isPulsing).toBe(false);
  });

  it('says that some of its members hold no more, that it came first, and that it is silenced', () => {
    const { tags } = cardOf(many(40, { active: 38, isFirstOut: true, isSilenced: true }));
    expect(tags).toEqual(['CAME FIRST', 'silenced', '38 of 40 not over']);
    expect(cardOf(many(40, { active: 0 })).tags).toEqual(['all 40 over for now']);
    expect(cardOf(many(40)).tags).toEqual([]);
  });
});

describe('the room of the strip', () => {
  it('goes to alarms first, then to the worst tiles that no alarm is about (ALP-20)', () => {
    const plan = stripPlan(
      strip({ groups: [group({ id: 'g' })], tenants: ['t1'] }),
      tilesWith(['ok', 'critical', 'high']),
      { cells: 5 },
    );
    expect(plan.cards.map(({ id }) => id)).toEqual(['g']);
    expect(plan.worst.tiles.map(({ id }) => id)).toEqual(['t2']);
  });

  it('keeps the order of the server, and counts what there is no room for', () => {
    const groups = [many(40, { id: 'a' }), group({ id: 'b' }), many(9, { id: 'c' }), group({ id: 'd' })];
    const plan = stripPlan(strip({ groups, more: 17 }), tilesWith(['critical']), { cells: 5 });
    expect(plan.cards.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(plan.moreAlarms).toBe(18);
    expect(plan.worst).toEqual({ tiles: [], blind: [], more: 1 });
  });

  it('never lets a smaller alarm overtake one that did not fit', () => {
    const groups = [many(3, { id: 'a' }), many(3, { id: 'b' }), many(3, { id: 'c' }), group({ id: 'd' })];
    expect(stripPlan(strip({ groups }), [], { cells: 5 }).cards.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('is all for the tiles where nothing is told of alarms (ALP-21)', () => {
    const plan = stripPlan(null, tilesWith(['critical', 'high']), { cells: 5 });
    expect(plan.worst.tiles).toHaveLength(2);
    expect([plan.cards, plan.moreAlarms]).toEqual([[], 0]);
  });
});

describe('the line above the cards', () => {
  it('says quietly that all is well, and who is on call until when', () => {
    expect(said({})).toEqual([`warn: On call: Ada until ${END}`, 'quiet: alarms can leave']);
  });

  it.each([
    [{ path: { state: 'failing', reason: 'relay refuses' } }, 'alarm: ALARMS CANNOT LEAVE | relay refuses'],
    [
      { path: { state: 'degraded', reason: 'webhook 500' } },
      'warn: A WAY OUT FOR ALARMS FAILS | webhook 500',
    ],
    [{ path: { state: 'none', reason: '' } }, 'quiet: no channel configured: alarms stay on this screen'],
    [{ path: { state: 'unknown', reason: '' } }, 'quiet: not checked yet whether alarms can leave'],
    [{ notKept: 'the disk is full' }, 'alarm: ALARMS ARE NOT KEPT | the disk is full'],
    [{ onCall: [] }, 'quiet: no on-call schedule'],
  ] as const)('says of %j: %s (ALP-24)', (change, text) => {
    expect(said(change as Partial<AlarmStrip>)).toContain(text);
  });

  it('says NOBODY ON CALL of a hole, why, and who is next (ALP-24)', () => {
    const hole = { ...strip({}).onCall[0]!, person: null, reason: 'hole in the schedule' };
    expect(said({ onCall: [hole] })[0]).toBe(
      `alarm: NOBODY ON CALL | hole in the schedule · next Ben at ${END}`,
    );
  });

  it('names the schedules when there are several', () => {
    const [mail] = strip({}).onCall;
    expect(
      said({ onCall: [mail!, { ...mail!, schedule: 'storage', person: 'Cy', untilMs: null }] }),
    ).toContain('warn: On call (storage): Cy');
  });

  it('does not claim somebody whose turn is over while nothing newer came (ALP-24)', () => {
    expect(said({}, T0 + 4 * 3_600_000)[0]).toBe(`warn: On call: not known since ${END}`);
  });

  it('tells of a flood since when, how many, what came first, and that it is grouped (ALP-24)', () => {
    const flood = { sinceMs: T0, raises: 23, firstOut: 'g' };
    const groups = [many(14, { id: 'g' })];
    expect(said({ flood, groups })[0]).toBe(
      `alarm: FLOOD since ${NOW}: 23 alarms | first: Effective lag: 14 tenants on cluster A · grouped by cause`,
    );
    expect(said({ flood })[0]).toBe(`alarm: FLOOD since ${NOW}: 23 alarms | grouped by cause`);
  });

  it('counts hidden and silenced ones wherever there are any (ALP-25)', () => {
    const counts = { unacknowledged: 0, acknowledged: 0, hidden: 2, silenced: 1 };
    expect(isQuiet(strip({ counts }))).toBe(false);
    expect(stripCounts(strip({ counts }))).toEqual([
      { name: 'unacknowledged', n: 0 },
      { name: 'hidden', n: 2 },
      { name: 'silenced', n: 1 },
    ]);
    expect(isQuiet(strip({}))).toBe(true);
  });
});
