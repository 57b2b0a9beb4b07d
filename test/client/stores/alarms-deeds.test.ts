import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PROTOCOL_VERSION } from '../../../shared/protocol.ts';
import { deedsOf, isMatched, silenceWidths } from '../../../client/stores/alarm-forms.ts';
import { deedFaults, endPresets, MAX_SHELF_MS, shiftEnd } from '../../../client/stores/alarm-limits.ts';
import { useAlarmDeedsStore } from '../../../client/stores/alarm-deeds.ts';
import { useAlarmsStore } from '../../../client/stores/alarms.ts';
import {
  maintenanceDraft,
  maintenanceFaults,
  type MaintenanceFields,
} from '../../../client/stores/maintenance-form.ts';
import { alarm, alarmsSnapshot } from '../alarm-fixtures.ts';
import { T0 } from '../fixtures.ts';

const HOUR = 3_600_000;

describe('what a deed must give', () => {
  const fine = { by: 'Ada', reason: 'known', untilMs: T0 + HOUR, nowMs: T0, maxMs: MAX_SHELF_MS };
  it.each([
    [{}, []],
    [{ by: ' ' }, [/who/]],
    [{ reason: '' }, [/reason/i]],
    [{ untilMs: null }, [/until when/]],
    [{ untilMs: T0 - 1 }, [/past/]],
    [{ untilMs: T0 + 9 * HOUR }, [/at most 8 h/]],
  ])('is told one fault at a time: %o (ALP-11)', (change, faults) => {
    const told = deedFaults({ ...fine, ...change });
    expect(told).toHaveLength(faults.length);
    faults.forEach((fault, i) => expect(told[i]).toMatch(fault));
  });

  it('offers the end of the shift only when it is known and near enough, and says why not (ALP-11)', () => {
    const shift = (endMs: number | null) => endPresets(T0, endMs, MAX_SHELF_MS).at(-1)!;
    expect(shift(T0 + 3 * HOUR)).toMatchObject({ untilMs: T0 + 3 * HOUR, reason: '' });
    expect(shift(null)).toMatchObject({ untilMs: null, reason: 'nobody knows when this shift ends' });
    expect(shift(T0 + 9 * HOUR)).toMatchObject({ untilMs: null, reason: 'it ends later than 8 h from now' });
    expect(shiftEnd([{ untilMs: T0 - 1 }, { untilMs: T0 + 5 }, { untilMs: null }], T0)).toBe(T0 + 5);
  });

  it('takes a rule out of service here, or everywhere as one deed (ALP-12)', () => {
    const input = { by: 'Ada', reason: 'x', untilMs: null, matcher: {}, isEverywhere: false };
    const two = [alarm(), alarm({ id: 'a2', scope: { kind: 'tenant', id: 't9' } })];
    expect(deedsOf('out-of-service', two, input).map(({ deed }) => 'scope' in deed && deed.scope)).toEqual([
      two[0]!.scope,
      two[1]!.scope,
    ]);
    const [whole, ...rest] = deedsOf('out-of-service', two, { ...input, isEverywhere: true });
    expect([whole?.deed, rest]).toEqual([
      { kind: 'out-of-service', rule: 'lag', by: 'Ada', reason: 'x' },
      [],
    ]);
  });

  it('silences from the narrowest on, and what each width takes in is what is matched (ALP-12)', () => {
    const [here, rule, place, cluster] = silenceWidths([alarm()]);
    expect(here?.matcher).toEqual({ rules: ['lag'], tenants: ['t0'] });
    const other = alarm({ rule: 'access' });
    const elsewhere = alarm({ scope: { kind: 'tenant', id: 't9' }, cluster: 'B' });
    const takes = [here, rule, place, cluster].map((width) =>
      [alarm(), other, elsewhere].map((one) => isMatched(width!.matcher, one)),
    );
    expect(takes).toEqual([
      [true, false, false],
      [true, false, true],
      [true, true, false],
      [true, true, false],
    ]);
  });

  it('silences one screen that is taken away for repair, and no other (SCR-49)', () => {
    const screen = (id: string) =>
      alarm({ scope: { kind: 'screen', id }, scopeName: `Wall ${id}`, cluster: null });
    const [here, , place] = silenceWidths([screen('d1')]);
    expect(here?.label).toContain('at Wall d1');
    expect(place?.matcher).toEqual({ screens: ['d1'] });
    expect([screen('d1'), screen('d2'), alarm()].map((one) => isMatched(place!.matcher, one))).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('a maintenance window', () => {
  const fields: MaintenanceFields = {
    by: 'Ada',
    reason: 'firmware',
    rules: [],
    tenants: [],
    clusters: ['B'],
    isEverything: false,
    kind: 'weekly',
    zone: 'Europe/Berlin',
    from: '',
    until: '',
    weekdays: [5, 2],
    time: '02:00',
    minutes: 90,
    lastDay: '2007-09-30',
  };
  it('needs its end, its days and what it is about, and takes everything only when that is said (ALP-13)', () => {
    expect(maintenanceFaults(fields, T0)).toEqual([]);
    expect(maintenanceFaults({ ...fields, lastDay: '' }, T0)).toEqual([
      expect.stringMatching(/never comes again/),
    ]);
    expect(maintenanceFaults({ ...fields, lastDay: '2009-01-01' }, T0)).toEqual([
      expect.stringMatching(/a year/),
    ]);
    expect(maintenanceFaults({ ...fields, weekdays: [] }, T0)).toEqual(['Choose a weekday.']);
    expect(maintenanceFaults({ ...fields, minutes: 721 }, T0)).toEqual([
      expect.stringMatching(/at most 12 h/),
    ]);
    expect(maintenanceFaults({ ...fields, clusters: [] }, T0)).toEqual([expect.stringMatching(/everything/)]);
    expect(maintenanceFaults({ ...fields, clusters: [], isEverything: true }, T0)).toEqual([]);
  });

  it('reads its times in its own zone (ALP-13)', () => {
    const once = { ...fields, kind: 'once', from: '2007-05-15T02:00', until: '2007-05-15T04:00' } as const;
    expect(maintenanceFaults(once, T0)).toEqual([]);
    expect(maintenanceDraft(once).when).toEqual({
      kind: 'once',
      fromMs: Date.UTC(2007, 4, 15, 0),
      untilMs: Date.UTC(2007, 4, 15, 2),
    });
    expect(maintenanceDraft(fields).when).toMatchObject({
      weekdays: [2, 5],
      untilMs: Date.UTC(2007, 8, 30, 21, 59),
    });
    expect(maintenanceFaults({ ...once, until: '2007-05-15T15:00' }, T0)).toEqual([
      expect.stringMatching(/12 h/),
    ]);
  });
});

describe('what was done', () => {
  beforeEach(() => {
    localStorage.clear();
    setActivePinia(createPinia());
    useAlarmsStore().handlers.snapshot({
      room: 'alarms',
      seq: 1,
      atMs: T0,
      speed: 1,
      serverId: 's',
      version: 'v',
      protocol: PROTOCOL_VERSION,
      snapshot: alarmsSnapshot({ alarms: [alarm(), alarm({ id: 'a2', scopeName: 'Borealis' })] }),
    });
  });
  afterEach(() => vi.unstubAllGlobals());

  const acknowledged = {
    frame: (changed: ReturnType<typeof alarm>[]) =>
      useAlarmsStore().handlers.frame({
        room: 'alarms',
        seq: 2,
        atMs: T0 + 1_000,
        speed: 1,
        delta: { changed },
      }),
  };

  it('is pending while it is sent, and until the list itself has changed (ALP-14)', async () => {
    const deeds = useAlarmDeedsStore();
    let answer: (value: unknown) => void = () => undefined;
    const sent = deeds.run(
      'Acknowledge',
      () => new Promise((resolve) => (answer = resolve as typeof answer)),
      ['a1'],
    );
    expect(deeds.marks.get('a1')?.state).toBe('sending');
    answer({ ok: true, data: { done: ['a1'], refused: [] } });
    expect(await sent).toBe(true);
    expect(useAlarmsStore().model?.byId.get('a1')?.state).toBe('unacknowledged');
    expect(deeds.marks.get('a1')?.state).toBe('sent');
    acknowledged.frame([alarm({ state: 'acknowledged' })]);
    expect(deeds.marks.has('a1')).toBe(false);
  });

  it('tells refusals by name with their reason, and they stay until taken away (ALP-14)', async () => {
    const deeds = useAlarmDeedsStore();
    const data = { done: ['a1'], refused: [{ id: 'a2', reason: 'it still holds' }] };
    expect(await deeds.run('Resolve', () => Promise.resolve({ ok: true, data }), ['a1', 'a2'])).toBe(false);
    expect(deeds.outcomes[0]).toMatchObject({
      state: 'partly',
      done: 1,
      refused: [{ name: 'Borealis', reason: 'it still holds' }],
    });
    acknowledged.frame([alarm({ id: 'a2', scopeName: 'Borealis', worst: 1 })]);
    expect(deeds.marks.get('a2')).toMatchObject({ state: 'refused', reason: 'it still holds' });
    deeds.dismiss(deeds.outcomes[0]!.id);
    expect(deeds.outcomes).toEqual([]);
  });

  it('that failed says so at the alarm and above, and is never shown as done (ALP-14)', async () => {
    const deeds = useAlarmDeedsStore();
    const error = { code: 'unavailable', message: 'The server could not be reached.' } as const;
    await deeds.run('Acknowledge', () => Promise.resolve({ ok: false, isAborted: false, error }), ['a1']);
    expect(deeds.outcomes[0]).toMatchObject({ state: 'failed', fault: error.message });
    expect(deeds.marks.get('a1')?.state).toBe('failed');
  });

  it('keeps few outcomes, and drops those without a fault first (ALP-14)', async () => {
    const deeds = useAlarmDeedsStore();
    const error = { code: 'internal', message: 'no' } as const;
    await deeds.run('Bad', () => Promise.resolve({ ok: false, isAborted: false, error }));
    for (let i = 0; i < 40; i++)
      await deeds.run('Good', () => Promise.resolve({ ok: true, data: { done: [], refused: [] } }));
    expect(deeds.outcomes.length).toBeLessThanOrEqual(9);
    expect(deeds.outcomes.some(({ verb }) => verb === 'Bad')).toBe(true);
  });

  it('keeps who acts in this browser (ALP-15)', () => {
    useAlarmDeedsStore().setName(' Ada ');
    setActivePinia(createPinia());
    expect(useAlarmDeedsStore().name).toBe('Ada');
  });
});
