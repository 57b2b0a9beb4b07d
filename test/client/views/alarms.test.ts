import { enableAutoUnmount, flushPromises, type VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia, type Pinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import type { AlarmsDelta, AlarmsSnapshot, AlarmView } from '../../../shared/alarms.ts';
import { PROTOCOL_VERSION } from '../../../shared/protocol.ts';
import AlarmChart from '../../../client/components/alarms/AlarmChart.vue';
import { useAlarmsStore } from '../../../client/stores/alarms.ts';
import { useLinkStore } from '../../../client/stores/link.ts';
import AlarmsView from '../../../client/views/alarms/AlarmsView.vue';
import { alarm, alarmsSnapshot, group, kpis, maintenance, silence } from '../alarm-fixtures.ts';
import { T0 } from '../fixtures.ts';
import { mountInApp, stubElementSize } from '../support.ts';

const charts = vi.hoisted(() => ({ views: [] as (() => unknown)[] }));
vi.mock('../../../client/composables/useChart.ts', async () => {
  const { shallowRef } = await import('vue');
  return {
    useChart: (_canvas: unknown, view: () => unknown) => {
      charts.views.push(view);
      return { area: shallowRef(null), heightOf: (value: number) => value, draw: () => undefined };
    },
  };
});

interface Sent {
  readonly path: string;
  readonly method: string;
  readonly body: Record<string, unknown>;
}
let pinia: Pinia;
let sent: Sent[];
let answers: Record<string, { status?: number; body: unknown }>;

const record = (change: object = {}) => ({
  seq: 9,
  atMs: T0 - 60_000,
  kind: 'raised',
  alarmId: 'a1',
  rule: 'lag',
  ruleVersion: 3,
  scope: { kind: 'tenant', id: 't0' },
  from: 'pending',
  to: 'unacknowledged',
  priority: 'high',
  groupId: 'g1',
  by: 'mailvigil',
  reason: 'lag ≥ 5.4 min',
  value: 1,
  ...change,
});

beforeEach(() => {
  document.body.innerHTML = '';
  localStorage.clear();
  charts.views.length = 0;
  stubElementSize(600, 300);
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
    this.setAttribute('open', '');
  };
  sent = [];
  answers = {
    '/series': {
      body: {
        fromMs: T0 - 600_000,
        stepMs: 60_000,
        metrics: { lagP95Ms: [1, 2, null, 400_000] },
        coverage: [1, 1, 0, 1],
        tierSeconds: 60,
        asOfMs: T0,
        marks: [],
      },
    },
    '/alarms/record?': { body: { records: [record()], nextBeforeSeq: null } },
    '/alarm-rules': {
      body: {
        version: 3,
        text: '',
        rules: [{ id: 'lag', title: 'Effective lag', text: 'lag above 5 min for 3 min' }],
        faults: [],
        metrics: [],
        versions: [],
      },
    },
    '/on-call': { body: { now: [], people: [{ id: 'grace', name: 'Grace' }], overrides: [] } },
  };
  vi.stubGlobal('fetch', (path: string, init: RequestInit = {}) => {
    const method = init.method ?? 'GET';
    const body = JSON.parse((init.body as string | undefined) ?? '{}') as Record<string, unknown>;
    sent.push({ path, method, body });
    const known = Object.entries(answers).find(([part]) => path.includes(part))?.[1];
    const done = { done: (body['ids'] as string[] | undefined) ?? ['x'], refused: [] };
    const answer = known ?? { body: method === 'POST' ? done : {} };
    return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status ?? 200 }));
  });
  pinia = createPinia();
  setActivePinia(pinia);
  const link = useLinkStore(pinia);
  link.setFacts({ isConnected: true, heardAtMs: 0, heardAtDateMs: T0, isMismatched: false });
  link.hear({ atMs: T0, localMs: 0, speed: 1 }, true);
});
enableAutoUnmount(afterEach);
afterEach(() => vi.unstubAllGlobals());

function show(snapshot: AlarmsSnapshot): void {
  const base = { room: 'alarms', seq: 10, atMs: T0, speed: 1, serverId: 's', version: 'v' } as const;
  useAlarmsStore(pinia).handlers.snapshot({ ...base, protocol: PROTOCOL_VERSION, snapshot });
}
let seq = 10;
function frame(delta: AlarmsDelta): void {
  seq += 1;
  useAlarmsStore(pinia).handlers.frame({ room: 'alarms', seq, atMs: T0 + 1_000, speed: 1, delta });
}
async function open(change: Partial<AlarmsSnapshot> = {}, id?: string): Promise<VueWrapper> {
  const { wrapper } = mountInApp(AlarmsView, id === undefined ? {} : { id }, pinia);
  show(alarmsSnapshot(change));
  await flushPromises();
  return wrapper;
}
const posts = () => sent.filter(({ method }) => method === 'POST');
const key = async (name: string) => {
  window.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
  await flushPromises();
};
const forty = () =>
  Array.from({ length: 40 }, (_, i) =>
    alarm({ id: `m${i}`, scope: { kind: 'tenant', id: `t${i}` }, scopeName: `Tenant ${i}`, groupId: 'g1' }),
  );
const hiddenAs = (kind: 'shelved' | 'out-of-service', change: Partial<AlarmView> = {}) =>
  alarm({
    id: `h-${kind}`,
    hidden: {
      kind,
      by: 'Ada',
      reason: 'migration',
      sinceMs: T0 - 60_000,
      untilMs: kind === 'shelved' ? T0 + 3_600_000 : null,
    },
    ...change,
  });

describe('a row of many', () => {
  it.each([
    [true, true, ''],
    [false, false, '38 still hold'],
    [false, null, '38 still hold, 1 not known'],
    [true, null, '39 still hold, 1 not known'],
  ])(
    'says how many still hold, and never that what is not known does not: %j, %j',
    async (one, other, words) => {
      const alarms = forty();
      Object.assign(alarms[0]!, { isActive: one });
      Object.assign(alarms[1]!, { isActive: other });
      const page = await open({ alarms });
      const tags = page.findAll('.tag').map((tag) => tag.text());
      expect(tags.filter((tag) => tag.includes('hold'))).toEqual(words === '' ? [] : [words]);
    },
  );

  it('that nothing is known of says so', async () => {
    const page = await open({ alarms: forty().map((each) => ({ ...each, isActive: null })) });
    expect(page.findAll('.tag').map((tag) => tag.text())).toContain('not known whether they hold');
  });
});

describe('an empty alarm page', () => {
  it('says that all rules are watching and how old that is (ALP-16)', async () => {
    const page = await open();
    expect(page.get('.empty').text()).toContain('No alarms');
    expect(page.get('.empty').text()).toContain('All 14 rules are watching; last evaluated 0s ago');
  });

  it('never says so before it is known, and tells a refusal (ALP-16)', async () => {
    const { wrapper } = mountInApp(AlarmsView, {}, pinia);
    expect(wrapper.text()).toContain('It is not known yet whether there are alarms');
    const error = { code: 'forbidden', message: 'needs alarms:view' } as const;
    useAlarmsStore(pinia).handlers.phase({ phase: 'refused', attempt: 1, error, retryAtMs: 0 });
    await nextTick();
    expect(wrapper.text()).toContain('needs alarms:view');
    expect(wrapper.text()).not.toContain('No alarms');
  });

  it('never says so when the server has gone silent (ALP-16)', async () => {
    const page = await open();
    useLinkStore(pinia).tick(20_000);
    await nextTick();
    expect(page.text()).not.toContain('No alarms');
    expect(page.get('[data-state="unacknowledged"]').text()).toContain('not known');
    expect(page.get('.empty').text()).toContain('It is not known whether there are alarms');
  });

  it('says when frames of alarms stop though the server lives (ALP-16)', async () => {
    const page = await open({ alarms: [alarm()] });
    const link = useLinkStore(pinia);
    link.tick(20_000);
    link.setFacts({ isConnected: true, heardAtMs: 20_000, heardAtDateMs: T0, isMismatched: false });
    await nextTick();
    expect(page.get('.banner').text()).toContain('NO NEW ALARMS COME');
  });

  it('is no calm without rules, and names what is hidden (ALP-16)', async () => {
    expect((await open({ rules: { version: 1, count: 0, faults: [] } })).text()).toContain(
      'nothing is being watched',
    );
    const page = await open({ alarms: [hiddenAs('shelved')] });
    expect(page.get('.empty').text()).toContain('No alarms but hidden ones');
    expect(page.get('.empty').text()).toContain('1 alarm is hidden');
  });
});

describe('what nobody may miss', () => {
  it.each([
    [
      'path',
      { path: { ...alarmsSnapshot().path, state: 'failing', reason: 'relay refuses' } },
      'ALARMS CANNOT LEAVE',
    ],
    ['not-kept', { notKept: 'disk full' }, 'WHAT HAPPENS IS NOT KEPT'],
    [
      'nobody',
      { onCall: [{ schedule: 'primary', person: null, reason: 'no layer', untilMs: null, next: null }] },
      'NOBODY IS ON CALL',
    ],
    [
      'flood',
      { flood: { sinceMs: T0 - 60_000, raises: 46, firstOut: 'g1' }, groups: [group()] },
      'ALARM FLOOD: 46',
    ],
  ] as const)('%s stands above everything as an alert (ALP-17)', async (name, change, text) => {
    const page = await open(change as Partial<AlarmsSnapshot>);
    const banner = page.get(`[data-banner="${name}"]`);
    expect(banner.attributes('role')).toBe('alert');
    expect(banner.text()).toContain(text);
  });

  it('a turn that is over is no claim that somebody is on call (ALP-17)', async () => {
    const [view] = alarmsSnapshot().onCall;
    const page = await open({ onCall: [{ ...view!, untilMs: T0 - 1_000 }] });
    expect(page.get('.on-call').text()).toContain('NOT KNOWN');
    expect(page.get('.on-call').text()).not.toContain('Ada');
  });

  it('new unacknowledged alarms are said aloud (ALP-3)', async () => {
    const page = await open();
    frame({ changed: [alarm()] });
    await nextTick();
    expect(page.get('[role="alert"].unseen').text()).toBe('New alarm, high: Effective lag, Aurora Broadband');
  });
});

describe('the list', () => {
  it('tells state by section, shape and word, priority by word, and number, limit, n, worst, reason and owner (ALP-4)', async () => {
    const page = await open({
      alarms: [
        alarm(),
        alarm({ id: 'a2', state: 'acknowledged', acknowledged: { by: 'Ada', atMs: T0, note: '' } }),
      ],
    });
    expect(page.findAll('[data-section]').map((one) => one.attributes('data-section'))).toEqual([
      'unacknowledged',
      'acknowledged',
    ]);
    const row = page.get('[data-row="a1"]').text();
    for (const part of [
      'HIGH',
      'Effective lag',
      'Aurora Broadband',
      'cluster A',
      '≥ 6.2 min',
      'limit above 5.0 min',
      'n 1.20 k',
      'worst 9.1 min',
      'nobody has it',
      'lag ≥ 6.2 min',
    ])
      expect(row).toContain(part);
    expect(page.get('[data-row="a2"]').text()).toContain('Ada has it');
    expect(page.get('[data-row="a1"] .shape').classes()).not.toContain('hollow');
    expect(page.get('[data-row="a2"] .shape').classes()).toContain('hollow');
  });

  it('says NO DATA and for how long, never a number (ALP-4)', async () => {
    const reading = { ...alarm().reading, value: null };
    const page = await open({ alarms: [alarm({ reading, isActive: null, noDataSinceMs: T0 - 240_000 })] });
    expect(page.get('[data-row="a1"] .value').text()).toBe('NO DATA');
    expect(page.get('[data-row="a1"]').text()).toContain('NO DATA for 4m');
  });

  it('is a group of forty as one row, unfolded on demand (ALP-5)', async () => {
    const page = await open({ alarms: forty(), groups: [group()] });
    expect(page.findAll('[data-row]')).toHaveLength(1);
    expect(page.get('[data-row="g1"]').text()).toContain('40 tenants');
    await page.get('.fold').trigger('click');
    expect(page.findAll('[data-row]')).toHaveLength(41);
  });
});

describe('the pane of one alarm', () => {
  it('says why, by which rule in words and version, what to do, its record, and links to its time (ALP-18)', async () => {
    const page = await open({ alarms: [alarm()] }, 'a1');
    const text = page.get('.detail').text();
    for (const part of [
      'lag above 5 min for 3 min',
      '(version 3)',
      'call the mail team',
      'raised',
      'Runbook',
      'The condition holds now',
    ])
      expect(text).toContain(part);
    const hrefs = page.findAll('.links a').map((link) => link.attributes('href'));
    expect(hrefs[0]).toBe('https://runbooks.example/lag');
    expect(hrefs[1]).toMatch(/^\/tenant\/t0\?from=\d+&to=\d+$/);
    expect(hrefs[2]).toMatch(/^\/messages\?tenant=t0&from=/);
  });

  it('draws the hours around it with its limit and the moment it was raised (ALP-18)', async () => {
    await open({ alarms: [alarm()] }, 'a1');
    const view = charts.views.at(-1)?.() as {
      lines: { label: string; points: { y: number }[] }[];
      marks: { atMs: number; text: string }[];
      axis: { max: number };
    };
    expect(view.lines.map(({ label }) => label)).toEqual(['lagP95Ms', 'limit']);
    expect(view.lines[1]?.points.map(({ y }) => y)).toEqual([300_000, 300_000]);
    expect(view.axis.max).toBeGreaterThan(300_000);
    expect(view.marks).toEqual([{ atMs: alarm().raisedAtMs, kind: 'alarm', text: 'raised' }]);
  });

  it('draws no limit that counts something else than the line, and says when nothing is kept of a place (ALP-18)', async () => {
    const flow = alarm({ reading: { ...alarm().reading, metric: 'deferred', unit: 'count', limit: 500 } });
    answers['/series'] = {
      body: { ...(answers['/series']!.body as object), metrics: { deferred: [1, 2, 3, 4] } },
    };
    mountInApp(AlarmChart, { alarm: flow, nowMs: T0 }, pinia);
    await flushPromises();
    const view = charts.views.at(-1)?.() as { lines: { label: string }[] };
    expect(view.lines.map(({ label }) => label)).toEqual(['deferred']);
    const source = alarm({ scope: { kind: 'source', id: 'mx1' } });
    const { wrapper } = mountInApp(AlarmChart, { alarm: source, nowMs: T0 }, pinia);
    expect(wrapper.text()).toContain('No series is kept of a source');
  });

  it('says of an alarm that is not in the list that it is over, with its record (ALP-9)', async () => {
    const page = await open({ alarms: [alarm()] }, 'gone');
    expect(page.get('.gone').text()).toContain('It is over');
    expect(page.get('.gone').text()).toContain('raised');
  });
});

describe('deeds', () => {
  it('are five different buttons, each saying what it does (ALP-12)', async () => {
    const page = await open({ alarms: [alarm()] }, 'a1');
    const actions = ['acknowledge', 'silence', 'shelve', 'resolve', 'out-of-service'];
    const notes = actions.map((action) => page.get(`.actions [data-action="${action}"] small`).text());
    expect(new Set(notes).size).toBe(5);
    expect(page.get('[data-action="resolve"]').attributes('disabled')).toBeDefined();
    expect(notes[3]).toContain('its condition still holds');
  });

  it('begin with what has to be filled in: the name, where none is kept', async () => {
    localStorage.removeItem('mailvigil.by');
    const focus = vi.spyOn(HTMLElement.prototype, 'focus');
    await open({ alarms: [alarm()] }, 'a1');
    focus.mockClear();
    await key('a');
    expect(focus.mock.contexts.map((field) => (field as HTMLInputElement).name)).toEqual(['by']);
    focus.mockRestore();
  });

  it('acknowledge with one key, and the row changes only when the server says so (ALP-14)', async () => {
    localStorage.setItem('mailvigil.by', 'Ada');
    const page = await open({ alarms: [alarm()] }, 'a1');
    await key('a');
    expect(posts()).toEqual([
      { path: '/api/v1/alarms/acknowledge', method: 'POST', body: { ids: ['a1'], by: 'Ada', note: '' } },
    ]);
    expect(page.get('[data-row="a1"]').attributes('data-state')).toBe('unacknowledged');
    expect(page.get('[data-row="a1"]').text()).toContain('this list does not show it yet');
    frame({ changed: [alarm({ state: 'acknowledged', acknowledged: { by: 'Ada', atMs: T0, note: '' } })] });
    await nextTick();
    expect(page.get('[data-row="a1"]').attributes('data-state')).toBe('acknowledged');
    expect(page.get('[data-row="a1"]').text()).not.toContain('does not show it yet');
  });

  it('take a whole group with a, and all that is shown with A, but nothing that somebody has already (ALP-14)', async () => {
    localStorage.setItem('mailvigil.by', 'Ada');
    const taken = alarm({ id: 'm3', state: 'acknowledged', groupId: 'g1' });
    const alarms = [
      ...forty().filter(({ id }) => id !== 'm3'),
      taken,
      alarm({ id: 'x', groupId: 'gx', rule: 'access' }),
    ];
    await open({ alarms, groups: [group()] }, 'g1');
    await key('a');
    expect(posts()[0]?.body['ids']).toHaveLength(39);
    await key('A');
    expect(posts()[1]?.body['ids']).toHaveLength(40);
  });

  it('ask once who acts, and then do what was asked for (ALP-15)', async () => {
    const page = await open({ alarms: [alarm()] }, 'a1');
    await key('a');
    expect(posts()).toEqual([]);
    await page.get('dialog [name="by"]').setValue('Grace');
    await page.get('dialog form').trigger('submit');
    await flushPromises();
    expect(posts()[0]?.body).toMatchObject({ ids: ['a1'], by: 'Grace' });
    expect(localStorage.getItem('mailvigil.by')).toBe('Grace');
  });

  it('shelve asks for a reason and an end before it can be sent (ALP-11)', async () => {
    localStorage.setItem('mailvigil.by', 'Ada');
    const page = await open({ alarms: [alarm()] }, 'a1');
    await key('s');
    const submit = () => page.get('dialog [type="submit"]').attributes('disabled');
    expect(submit()).toBeDefined();
    await page.get('dialog form').trigger('submit');
    expect(posts()).toEqual([]);
    await page.get('dialog [name="reason"]').setValue('known, they work on it');
    await page.get('[data-preset="1h"]').trigger('click');
    expect(submit()).toBeUndefined();
    await page.get('dialog form').trigger('submit');
    await flushPromises();
    expect(posts()[0]).toMatchObject({
      path: '/api/v1/alarms/shelve',
      body: { ids: ['a1'], untilMs: T0 + 3_600_000 },
    });
    expect(page.find('dialog').exists()).toBe(false);
  });

  it('that are refused or fail say so until somebody takes it away (ALP-14)', async () => {
    localStorage.setItem('mailvigil.by', 'Ada');
    answers['/alarms/acknowledge'] = {
      status: 503,
      body: { error: { code: 'unavailable', message: 'The disk is full.' } },
    };
    const page = await open({ alarms: [alarm()] }, 'a1');
    await key('a');
    frame({});
    await nextTick();
    expect(page.get('.results').text()).toContain('FAILED: The disk is full.');
    expect(page.get('[data-row="a1"]').text()).toContain('Acknowledge failed: The disk is full.');
    await page.get('.results button').trigger('click');
    expect(page.find('.results').exists()).toBe(false);
  });

  it('are not done by keys under an open form (ALP-15)', async () => {
    localStorage.setItem('mailvigil.by', 'Ada');
    await open({ alarms: [alarm()] }, 'a1');
    await key('s');
    await key('a');
    expect(posts()).toEqual([]);
  });

  it('are not done by keys that are typed into a field (ALP-15)', async () => {
    localStorage.setItem('mailvigil.by', 'Ada');
    const page = await open({ alarms: [alarm()] }, 'a1');
    await page.get('[name="words"]').trigger('keydown', { key: 'a' });
    expect(posts()).toEqual([]);
  });
});

describe('the other parts', () => {
  const part = async (n: number, change: Partial<AlarmsSnapshot>) => {
    const page = await open(change);
    await page.findAll('.tabs button')[n]!.trigger('click');
    await flushPromises();
    return page;
  };

  it('Hidden shows each with who, why and until when, what silences withhold, and ends them now (ALP-7)', async () => {
    localStorage.setItem('mailvigil.by', 'Ada');
    const page = await part(1, {
      alarms: [hiddenAs('shelved'), hiddenAs('out-of-service')],
      silences: [silence({ hides: ['h-shelved'] })],
      maintenance: [maintenance()],
    });
    expect(page.get('[data-hidden="shelved"]').text()).toContain('(1.0 h left)');
    expect(page.get('[data-hidden="shelved"]').text()).toContain('by Ada');
    expect(page.get('[data-hidden="out-of-service"]').text()).toContain('until somebody ends it');
    expect(page.get('[data-silence="s1"]').text()).toContain('6 withheld');
    expect(page.get('[data-silence="s1"]').text()).toContain('Effective lag, Aurora Broadband');
    expect(page.get('[data-window="m1"]').text()).toContain('NOW, until');
    await page.get('[data-alarm="h-shelved"] [data-action="end"]').trigger('click');
    await page.get('dialog [name="reason"]').setValue('done');
    await page.get('dialog form').trigger('submit');
    await flushPromises();
    expect(posts()[0]).toMatchObject({
      path: '/api/v1/alarms/unshelve',
      body: { ids: ['h-shelved'], by: 'Ada', reason: 'done' },
    });
  });

  it('Record searches, pages on and has the same as CSV (ALP-19)', async () => {
    answers['/alarms/record?'] = { body: { records: [record()], nextBeforeSeq: 5 } };
    const page = await part(2, {});
    expect(page.get('.record-tab a').attributes('href')).toMatch(
      /^\/api\/v1\/alarms\/record\.csv\?fromMs=\d+$/,
    );
    await page.get('[data-action="older"]').trigger('click');
    await flushPromises();
    expect(sent.at(-1)?.path).toMatch(/record\?.*beforeSeq=5/);
    await page.get('[name="kind"]').setValue('shelved');
    await flushPromises();
    expect(sent.at(-1)?.path).toContain('kinds=shelved');
    expect(sent.at(-1)?.path).not.toContain('beforeSeq');
  });

  it('Record asks for a place only when it is known which one (ALP-19)', async () => {
    const page = await part(2, {});
    const before = sent.length;
    await page.get('[name="scopeKind"]').setValue('destination');
    expect(sent).toHaveLength(before);
    await page.get('[aria-label="Its id"]').setValue('google');
    await page.get('.record-tab form').trigger('submit');
    await flushPromises();
    expect(sent.at(-1)?.path).toContain('scopeKind=destination&scopeId=google');
  });

  it('Shift holds figures against their limits; what is not known is never a zero (ALP-19)', async () => {
    const page = await part(3, { kpis: kpis({ coveredFromMs: T0 - 1_000 }) });
    expect(page.get('[data-kpi="peak10min"] .verdict').text()).toBe('OVER');
    expect(page.get('[data-kpi="rate"] .verdict').text()).toBe('within');
    expect(page.get('[data-kpi="standing"]').text()).toMatch(/not known.*not known/);
    expect(page.find('[data-uncovered]').exists()).toBe(true);
  });

  it('On call lists the ways out, and a test that did not get out is told as such (ALP-17)', async () => {
    localStorage.setItem('mailvigil.by', 'Ada');
    answers['/test'] = { body: { ok: false, reason: 'the relay refuses the connection' } };
    const channel = {
      id: 'mail',
      type: 'email',
      target: 'relay.example:587',
      state: 'ok',
      dependsOnPlatform: null,
      reason: '',
    } as const;
    const counts = { waiting: 2, sent: 31, dead: 0, lastSentMs: T0 - 60_000, oldestWaitingMs: T0 - 120_000 };
    const page = await part(4, { path: { ...alarmsSnapshot().path, channels: [{ ...channel, ...counts }] } });
    expect(page.get('[data-channel="mail"]').text()).toContain('2 waiting, the oldest 2m');
    await page.get('[data-action="test"]').trigger('click');
    await flushPromises();
    expect(posts()[0]).toMatchObject({ path: '/api/v1/alarm-channels/mail/test', body: { by: 'Ada' } });
    expect(page.get('.results').text()).toContain('the relay refuses the connection');
  });

  it('On call says who, until when, who then, and puts somebody in (ALP-19)', async () => {
    localStorage.setItem('mailvigil.by', 'Ada');
    const page = await part(4, {});
    expect(page.get('[data-schedule="primary"]').text()).toMatch(/Ada until .*then\s*Grace from/);
    await page.get('[data-action="override"]').trigger('click');
    await page.get('dialog [name="person"]').setValue('grace');
    await page.get('dialog [name="from"]').setValue('2107-05-14T21:00');
    await page.get('dialog [name="until"]').setValue('2107-05-14T23:00');
    await page.get('dialog [name="reason"]').setValue('dentist');
    await page.get('dialog form').trigger('submit');
    await flushPromises();
    expect(posts()[0]).toMatchObject({
      path: '/api/v1/on-call/overrides',
      body: { schedule: 'primary', person: 'grace' },
    });
  });
});
