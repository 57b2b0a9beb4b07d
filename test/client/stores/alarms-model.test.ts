import { describe, expect, it } from 'vitest';
import type { AlarmsDelta } from '../../../shared/alarms.ts';
import { PROTOCOL_VERSION, type Frame } from '../../../shared/protocol.ts';
import { alarmsOf, applyAlarmsFrame, countAlarms, newlyLoud } from '../../../client/stores/alarms-model.ts';
import { alarm, alarmsSnapshot, group } from '../alarm-fixtures.ts';
import { T0 } from '../fixtures.ts';

const modelOf = (change: Parameters<typeof alarmsSnapshot>[0]) =>
  alarmsOf({
    room: 'alarms',
    seq: 10,
    atMs: T0,
    speed: 1,
    serverId: 's1',
    version: '0.1.0',
    protocol: PROTOCOL_VERSION,
    snapshot: alarmsSnapshot(change),
  });
const frame = (delta: AlarmsDelta): Frame<AlarmsDelta> => ({
  room: 'alarms',
  seq: 11,
  atMs: T0 + 1_000,
  speed: 1,
  delta,
});

describe('a frame of alarms', () => {
  it('replaces changed alarms by id, adds new ones, takes gone ones away (ALP-1)', () => {
    const model = modelOf({ alarms: [alarm(), alarm({ id: 'a2' })] });
    const changed = [alarm({ state: 'acknowledged' }), alarm({ id: 'a3' })];
    const next = applyAlarmsFrame(model, frame({ changed, gone: ['a2'] }));
    expect(next.alarms.map(({ id }) => id)).toEqual(['a1', 'a3']);
    expect(next.byId.get('a1')?.state).toBe('acknowledged');
    expect(model.byId.get('a1')?.state).toBe('unacknowledged');
  });

  it('takes the other parts whole, keeps what it does not name, and null ends a flood (ALP-1)', () => {
    const flood = { sinceMs: T0, raises: 12, firstOut: 'g1' };
    const model = modelOf({ alarms: [alarm()], groups: [group()], flood, notKept: 'full' });
    expect(applyAlarmsFrame(model, frame({}))).toMatchObject({ flood, notKept: 'full', atMs: T0 + 1_000 });
    const next = applyAlarmsFrame(model, frame({ flood: null, notKept: null, groups: [] }));
    expect([next.flood, next.notKept, next.groups]).toEqual([null, null, []]);
    expect(next.alarms).toBe(model.alarms);
  });

  it('counts alarms by state and priority, hidden ones apart, folded or not (ALP-2)', () => {
    const hidden = { kind: 'shelved', by: 'Ada', reason: 'x', sinceMs: T0, untilMs: T0 + 1 } as const;
    const {
      states,
      hidden: away,
      silenced,
    } = countAlarms([
      alarm(),
      alarm({ id: 'a2', priority: 'critical', silence: 's1' }),
      alarm({ id: 'a3', state: 'acknowledged' }),
      alarm({ id: 'a4', hidden }),
    ]);
    expect(states.unacknowledged).toMatchObject({ all: 2, high: 1, critical: 1 });
    expect([states.acknowledged.all, away, silenced]).toEqual([1, 1, 1]);
  });

  it('says aloud what nobody has acknowledged and what rose, but not what was there at first (ALP-3)', () => {
    const before = modelOf({ alarms: [alarm(), alarm({ id: 'a2', state: 'acknowledged' })] });
    expect(newlyLoud(null, before)).toEqual([]);
    const after = applyAlarmsFrame(
      before,
      frame({
        changed: [
          alarm({ priority: 'critical' }),
          alarm({ id: 'a2', state: 'unacknowledged' }),
          alarm({ id: 'a3', state: 'pending' }),
        ],
      }),
    );
    expect(newlyLoud(before, after).map(({ id }) => id)).toEqual(['a1', 'a2']);
  });
});
