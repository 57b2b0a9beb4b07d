import { describe, expect, it } from 'vitest';
import type { OutboxRow } from '../../../../server/history/alarm-store.ts';
import { backoffMs } from '../../../../server/respond/notify/backoff.ts';
import { OK, type Outcome } from '../../../../server/respond/notify/channels/channel.ts';
import type { Message } from '../../../../server/respond/notify/message.ts';
import { Outbox, type Parcel } from '../../../../server/respond/notify/outbox.ts';
import { factsOf, write } from '../../../../server/respond/notify/wording.ts';
import { groupView, NIGHT_MS } from '../../../support/notices.ts';
import { createRandom } from '../../../support/random.ts';

const MINUTE = 60_000;
const RETRY: Outcome = { kind: 'retry', reason: 'it answered 500' };
const PARTLY = { kind: 'retry', reason: 'not taken for 1 of 2', isPartly: true } as const;

function message(id: string, groupId = 'g1', changes: Partial<Message> = {}): Message {
  const group = groupView({ id: groupId });
  const facts = factsOf([], group, '');
  const of = {
    id,
    firstId: id,
    kind: 'raised',
    phase: 'firing',
    toldPriority: 'high',
    formerPriority: null,
  } as const;
  const style = { link: null, timeText: String };
  return { ...write({ ...of, atMs: NIGHT_MS, by: '', notes: [], group, facts }, style), ...changes };
}

function createOutbox(channels = ['hook']): Outbox {
  return new Outbox({ channels, random: () => 1 });
}
const plan = (id: string, groupId = 'g1', channel = 'hook') => ({ channel, message: message(id, groupId) });
const ids = (parcels: readonly Parcel[]) => parcels.map(({ message: { id } }) => id);
function release(outbox: Outbox): readonly OutboxRow[] {
  const { put } = outbox.take();
  outbox.release();
  return put;
}

describe('the outbox', () => {
  it('lets nothing leave before it is released, and of that only what was taken [NTF-12]', () => {
    const outbox = createOutbox();
    outbox.put([plan('a')], NIGHT_MS, 0);
    expect(outbox.startDue(0)).toEqual([]);
    outbox.take();
    outbox.put([plan('b', 'g2')], NIGHT_MS, 0);
    outbox.release();
    expect(ids(outbox.startDue(0))).toEqual(['a']);
  });

  it('lets leave only the rows of the batch that was kept, when it is told which [NTF-12]', () => {
    const outbox = createOutbox();
    outbox.put([plan('a')], NIGHT_MS, 0);
    const first = outbox.take().put.map(({ id }) => id);
    outbox.put([plan('b', 'g2')], NIGHT_MS, 0);
    const second = outbox.take().put.map(({ id }) => id);
    outbox.release(first);
    expect(ids(outbox.startDue(0))).toEqual(['a']);
    outbox.put([plan('c', 'g3')], NIGHT_MS, 0);
    outbox.release(['c/hook', 'unknown', ...second]);
    expect(ids(outbox.startDue(0))).toEqual(['b']);
  });

  it('sends those of one group in their order, and those of others beside them [NTF-13]', () => {
    const outbox = createOutbox();
    outbox.put([plan('a1', 'a'), plan('a2', 'a'), plan('b1', 'b')], NIGHT_MS, 0);
    release(outbox);
    const [a1] = outbox.startDue(0);
    expect(a1!.message.id).toBe('a1');
    expect(outbox.startDue(1)).toEqual([]);
    outbox.settle(a1!, OK, NIGHT_MS, 2);
    expect(ids(outbox.startDue(2))).toEqual(['a2']);
  });

  it('never lets a later state overtake one that is tried again, whatever fails [NTF-13]', () => {
    const random = createRandom(20_260_712);
    const any = (of: number) => Math.floor(random() * of);
    const outbox = new Outbox({ channels: ['hook', 'pd'], random });
    const accepted = new Map<string, number[]>();
    let count = 0;
    for (let monoMs = 0; monoMs < 60 * MINUTE; monoMs += 500) {
      if (count < 400 && random() < 0.2) {
        const [group, channel] = [`g${any(5)}`, random() < 0.5 ? 'hook' : 'pd'];
        outbox.put([plan(`${channel} ${group} ${count++}`, group, channel)], NIGHT_MS, monoMs);
      }
      release(outbox);
      for (const parcel of outbox.startDue(monoMs)) {
        const isOk = random() < 0.5;
        if (isOk) {
          const [channel, group, n] = parcel.message.id.split(' ');
          const lane = `${channel} ${group}`;
          accepted.set(lane, [...(accepted.get(lane) ?? []), Number(n)]);
        }
        outbox.settle(parcel, isOk ? OK : RETRY, NIGHT_MS, monoMs);
      }
    }
    const all = [...accepted.values()].flat();
    expect(all.length).toBe(400);
    expect(new Set(all).size).toBe(400);
    for (const lane of accepted.values()) expect(lane).toEqual([...lane].sort((a, b) => a - b));
  });

  it('takes up what a run before has left, and forgets it only when it has been accepted [NTF-12]', () => {
    const first = createOutbox();
    first.put([plan('a1', 'a'), plan('a2', 'a')], NIGHT_MS, 0);
    const rows = release(first);
    const second = createOutbox();
    second.restore(rows, NIGHT_MS + 1_000, 0);
    const [a1] = second.startDue(0);
    expect(a1!.message.id).toBe('a1');
    expect(second.take()).toEqual({ put: [], done: [] });
    second.settle(a1!, OK, NIGHT_MS, 1);
    expect(second.take()).toEqual({ put: [], done: ['a1/hook'] });
  });

  it('counts and forgets rows that cannot be read or lead to no channel [NTF-12]', () => {
    const outbox = createOutbox();
    const row = { id: 'x', channel: 'hook', createdAtMs: NIGHT_MS, text: '{"no":"message"}' };
    const gone = { id: 'y', channel: 'gone', createdAtMs: NIGHT_MS, text: JSON.stringify(message('y')) };
    outbox.restore([row, { ...row, id: 'z', text: 'not JSON' }, gone], NIGHT_MS, 0);
    expect(outbox.lost).toBe(3);
    expect(outbox.take().done).toEqual(['x', 'z', 'y']);
  });

  it('leaves out what is planned twice, while it waits and after it has left [NTF-14]', () => {
    const outbox = createOutbox();
    outbox.put([plan('a'), plan('a')], NIGHT_MS, 0);
    expect(release(outbox)).toHaveLength(1);
    outbox.settle(outbox.startDue(0)[0]!, OK, NIGHT_MS, 0);
    outbox.put([plan('a')], NIGHT_MS, 1);
    expect(release(outbox)).toEqual([]);
  });

  it('waits longer after each failure, from 1 s to 5 min, or as long as it is asked to [NTF-15]', () => {
    const waits = [1, 2, 3, 9, 10, 50].map((failures) => backoffMs(failures, 1));
    expect(waits).toEqual([1_000, 2_000, 4_000, 256_000, 300_000, 300_000]);
    expect(backoffMs(3, 0)).toBe(2_000);
    expect(backoffMs(1, 0)).toBe(1_000);
    expect(backoffMs(1, 0, 60_000)).toBe(60_000);
    expect(backoffMs(1, 0, 86_400_000)).toBe(300_000);
  });

  it('tries a channel that fails with one message at a time, the least tried first [NTF-15]', () => {
    const outbox = createOutbox();
    outbox.put([plan('poison', 'p'), plan('a', 'a')], NIGHT_MS, 0);
    release(outbox);
    const [poison, a] = outbox.startDue(0);
    outbox.settle(poison!, RETRY, NIGHT_MS, 0);
    outbox.settle(a!, RETRY, NIGHT_MS, 0);
    outbox.put([plan('b', 'b')], NIGHT_MS, 1);
    release(outbox);
    expect(outbox.startDue(1_500)).toEqual([]);
    const [b, ...others] = outbox.startDue(2_000);
    expect([b!.message.id, others]).toEqual(['b', []]);
    outbox.settle(b!, OK, NIGHT_MS, 2_000);
    expect(ids(outbox.startDue(2_000)).sort()).toEqual(['a', 'poison']);
  });

  it('takes a channel for good that some of the receivers were reached by [NTF-15]', () => {
    const outbox = createOutbox();
    outbox.put([plan('a'), plan('b', 'g2')], NIGHT_MS, 0);
    release(outbox);
    const [a] = outbox.startDue(0);
    outbox.settle(a!, PARTLY, NIGHT_MS, 0);
    outbox.put([plan('c', 'g3')], NIGHT_MS, 0);
    release(outbox);
    expect(ids(outbox.startDue(0))).toEqual(['c']);
    expect(ids(outbox.startDue(1_000))).toEqual(['a']);
  });

  it('holds up nobody for a receiver that does not take it: what comes next goes to all [NTF-13]', () => {
    const outbox = createOutbox();
    const update = { channel: 'hook', message: message('b', 'g1', { kind: 'joined', isPage: false }) };
    outbox.put([plan('a')], NIGHT_MS, 0);
    release(outbox);
    const [a] = outbox.startDue(0);
    outbox.settle(a!, PARTLY, NIGHT_MS, 0);
    outbox.put([update], NIGHT_MS, 500);
    expect(outbox.take()).toMatchObject({ put: [{ id: 'b/hook' }], done: ['a/hook'] });
    outbox.release();
    expect(ids(outbox.startDue(500))).toEqual(['b']);
    expect(outbox.takeTroubles()).toEqual([{ channel: 'hook', groupId: 'g1', reason: PARTLY.reason }]);
  });

  it('gives way too when the next was waiting before it was known [NTF-13]', () => {
    const outbox = createOutbox();
    outbox.put([plan('a'), plan('b')], NIGHT_MS, 0);
    release(outbox);
    outbox.settle(outbox.startDue(0)[0]!, PARTLY, NIGHT_MS, 0);
    expect(ids(outbox.startDue(0))).toEqual(['b']);
    expect(outbox.takeTroubles()).toEqual([]);
    expect(outbox.report('hook')).toMatchObject({ waiting: 1, sent: 1 });
  });

  it('gives up after 24 hours, by time that does not jump, and says so [NTF-16]', () => {
    const outbox = createOutbox();
    outbox.put([plan('a')], NIGHT_MS, 0);
    release(outbox);
    const DAY = 24 * 60 * MINUTE;
    outbox.settle(outbox.startDue(DAY - 1)[0]!, RETRY, NIGHT_MS, DAY - 1);
    expect(outbox.report('hook')).toMatchObject({ waiting: 1, dead: 0 });
    outbox.takeTroubles();
    expect(outbox.startDue(DAY)).toEqual([]);
    expect(outbox.report('hook')).toMatchObject({
      waiting: 0,
      dead: 1,
      fault: expect.stringContaining('24 h'),
    });
    expect(outbox.take().done).toEqual(['a/hook']);
  });

  it('keeps the age of a row over a restart, and a clock that went back makes none younger than new [NTF-16]', () => {
    const row = { id: 'a/hook', channel: 'hook', createdAtMs: NIGHT_MS, text: JSON.stringify(message('a')) };
    const old = createOutbox();
    old.restore([row], NIGHT_MS + 25 * 60 * MINUTE, 0);
    expect(old.startDue(0)).toEqual([]);
    expect(old.report('hook').dead).toBe(1);
    const jumped = createOutbox();
    jumped.restore([row], NIGHT_MS - 90 * 60 * MINUTE, 0);
    expect(jumped.startDue(0)).toHaveLength(1);
  });

  it('reports a page that was refused, or is not taken within a minute, once [NTF-9]', () => {
    const outbox = createOutbox();
    outbox.put([plan('a', 'a'), plan('b', 'b')], NIGHT_MS, 0);
    release(outbox);
    const [a, b] = outbox.startDue(0);
    outbox.settle(a!, { kind: 'refused', reason: 'it answered 404' }, NIGHT_MS, 0);
    expect(outbox.takeTroubles()).toEqual([
      { channel: 'hook', groupId: 'a', reason: 'refused: it answered 404' },
    ]);
    outbox.settle(b!, RETRY, NIGHT_MS, 1);
    expect(outbox.takeTroubles()).toEqual([]);
    for (const monoMs of [MINUTE, 2 * MINUTE]) {
      const [again] = outbox.startDue(monoMs);
      outbox.settle(again!, RETRY, NIGHT_MS, monoMs);
    }
    expect(outbox.takeTroubles()).toMatchObject([{ groupId: 'b' }]);
  });

  it('is bounded: what is least urgent is given up first, and counted [NTF-16]', () => {
    const outbox = createOutbox();
    const update = { channel: 'hook', message: message('update', 'u', { isPage: false }) };
    outbox.put([update, ...Array.from({ length: 5_000 }, (_, i) => plan(`a${i}`, `g${i}`))], NIGHT_MS, 0);
    expect(outbox.report('hook')).toMatchObject({ waiting: 5_000, dead: 1 });
    expect(outbox.isWaiting('hook', 'u')).toBe(false);
  });
});
