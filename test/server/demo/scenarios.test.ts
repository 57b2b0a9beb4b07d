import { describe, expect, test } from 'vitest';
import { CLUSTER_IDS } from '../../../server/demo/tenants.ts';
import type { ClusterId } from '../../../server/demo/tenants.ts';
import { list, run, timeOf } from './run.ts';
import type { Run } from './run.ts';

const VOLUME = 0.1;
const between = (lines: readonly string[], from: string, to: string) =>
  lines.filter((line) => timeOf(line) >= Date.parse(from) && timeOf(line) < Date.parse(to));

describe('leak-2007', () => {
  const lived = run({ scenario: 'leak-2007', minutes: 220, volume: VOLUME });
  const verdicts = CLUSTER_IDS.flatMap((cluster) => lived.filter[cluster]).map((line) => ({
    atMs: Date.parse(`${line.slice(0, 10)}T${line.slice(11, 19)}Z`),
    isPicture: line.includes('HTML_SHORT_LINK_IMG_1'),
    isSpam: /: (T|S) \((reject|add header)\)/.test(line),
    action: /\(default: \w \(([^)]*)\)/.exec(line)?.[1] ?? '',
    to: /rcpts: <([^>]*)>/.exec(line)?.[1] ?? '',
  }));
  const pictures = verdicts.filter((verdict) => verdict.isPicture);

  test('sends picture spam from 16:30 to 19:00 and at no other time', () => {
    const times = pictures.map((picture) => picture.atMs);
    expect(pictures.length).toBeGreaterThan(1_000);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(Date.parse('2007-05-13T16:30:00+01:00'));
    expect(Math.min(...times)).toBeLessThan(Date.parse('2007-05-13T16:36:00+01:00'));
    expect(Math.max(...times)).toBeLessThan(Date.parse('2007-05-13T19:00:30+01:00'));
    expect(Math.max(...times)).toBeGreaterThan(Date.parse('2007-05-13T18:55:00+01:00'));
  });

  test('hits each address once, and only addresses that other spam never goes to', () => {
    const hit = new Set(pictures.map((picture) => picture.to));
    expect(hit.size).toBe(pictures.length);
    const others = verdicts.filter((verdict) => verdict.isSpam && !verdict.isPicture);
    expect(others.length).toBeGreaterThan(500);
    expect(others.filter((verdict) => hit.has(verdict.to))).toEqual([]);
  });

  test('hits the tenants of the shared webmail and nobody else', () => {
    const users = new Set(lived.simulation.tenants.filter((tenant) => tenant.isWebmailUser));
    const domains = new Set([...users].flatMap((tenant) => tenant.domains.map((domain) => domain.name)));
    expect(new Set(pictures.map((picture) => picture.to.split('@')[1]))).toEqual(domains);
  });

  test('passes the filter at first and is mostly refused once the filter has learnt it', () => {
    const learntMs = Date.parse('2007-05-13T17:50:00+01:00');
    const refused = (some: typeof pictures) => some.filter((p) => p.action === 'reject').length / some.length;
    expect(refused(pictures.filter((picture) => picture.atMs < learntMs))).toBeLessThan(0.25);
    expect(refused(pictures.filter((picture) => picture.atMs > learntMs))).toBeGreaterThan(0.7);
  });
});

describe('backlog-2008', () => {
  const depths: { atMs: number; A: number; B: number; C: number }[] = [];
  const lived = run({
    scenario: 'backlog-2008',
    minutes: 260,
    volume: VOLUME,
    eachMinute(simulation) {
      const depth = (cluster: ClusterId) => list(simulation, cluster).length;
      depths.push({ atMs: simulation.nowMs(), A: depth('A'), B: depth('B'), C: depth('C') });
    },
  });
  const outage = ['2008-10-07T21:35:30+01:00', '2008-10-07T23:20:00+01:00'] as const;
  const stored = (lines: readonly string[]) =>
    lines.filter((line) => line.includes('/lmtp[') && line.includes('=sent'));

  test('delivers nothing on cluster A while its store is unreachable, and goes on everywhere else', () => {
    expect(stored(between(lived.mail.A, ...outage))).toEqual([]);
    expect(
      stored(between(lived.mail.A, '2008-10-07T20:30:00Z', '2008-10-07T20:35:00Z')).length,
    ).toBeGreaterThan(0);
    for (const cluster of ['B', 'C'] as const) {
      expect(stored(between(lived.mail[cluster], ...outage)).length).toBeGreaterThan(500);
      expect(
        lived.mail[cluster].filter((line) => line.includes('store-') && line.includes('=deferred')),
      ).toEqual([]);
    }
  });

  test('lets nobody on cluster A sign in during the outage, and everybody with the right password elsewhere', () => {
    const isFault = (line: string) => line.includes('internal failure') || line.includes('temporary failure');
    const during = between(lived.mail.A, ...outage);
    expect(during.filter((line) => line.includes('-login: Login:'))).toEqual([]);
    expect(during.filter(isFault).length).toBeGreaterThan(300);
    expect([...lived.mail.B, ...lived.mail.C].filter(isFault)).toEqual([]);
  });

  test('spares the cable service of the tenant whose DSL service is hit', () => {
    const accepted = between(lived.mail.B, ...outage).filter((line) =>
      line.includes('@virgo-cable.example>, relay='),
    );
    expect(accepted.filter((line) => line.includes('status=sent')).length).toBeGreaterThan(50);
    const dsl = between(lived.mail.A, ...outage).filter(
      (line) => line.includes('to=<') && line.includes('@virgo-net.example>, relay='),
    );
    expect(dsl.length).toBeGreaterThan(50);
    expect(dsl.filter((line) => line.includes('status=sent'))).toEqual([]);
  });

  test('builds a backlog on cluster A alone and drains it within the longest retry after the store is back', () => {
    const depth = (time: string) => depths.find((entry) => entry.atMs === Date.parse(time));
    const peak = depth('2008-10-07T23:19:00+01:00');
    expect(peak?.A).toBeGreaterThan(1_500);
    expect(Math.max(...depths.map((entry) => Math.max(entry.B, entry.C)))).toBeLessThan(60);
    expect(depth('2008-10-08T00:40:00+01:00')?.A).toBeLessThan(60);
  });

  test('tries waiting mail by Postfix’ rule: never before five minutes, never later than the longest back-off and a scan', () => {
    const released = new Set(
      lived.mail.A.flatMap((line) => /: (\w+): released from hold$/.exec(line)?.[1] ?? []),
    );
    const tries = new Map<string, number>();
    const gaps: number[] = [];
    for (const line of lived.mail.A) {
      const [, id = '', to = ''] = /\/(?:lmtp|error)\[\d+\]: (\w+): to=<([^>]*)>/.exec(line) ?? [];
      if (id === '' || released.has(id) || !line.includes('store-a')) continue;
      const before = tries.get(`${id} ${to}`);
      if (before !== undefined) gaps.push(timeOf(line) - before);
      tries.set(`${id} ${to}`, timeOf(line));
    }
    expect(gaps.length).toBeGreaterThan(1_000);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(300_000);
    expect(gaps.filter((gap) => gap > 4_000_000 + 300_000 + 120_000)).toEqual([]);
  });

  test('holds suspected spam with some legitimate mail, deletes the one and releases the other', () => {
    const { held, deleted, released } = lived.simulation.truth().platform;
    expect(held).toBe(deleted + released);
    expect(released).toBeGreaterThan(10);
    expect(deleted).toBeGreaterThan(released);
  });

  test('tells good senders to come again while the filter works at its limit', () => {
    const soft = (lines: readonly string[]) =>
      lines.filter(
        (line) => line.includes(': milter-reject:') && line.includes('timeout processing message'),
      );
    expect(
      soft(between(lived.mail.A, '2008-10-07T20:25:00Z', '2008-10-07T21:10:00Z')).length,
    ).toBeGreaterThan(200);
    expect(soft(lived.mail.B).length + soft(lived.mail.C).length).toBe(0);
  });
});

describe('relapse-2021', () => {
  const lived = run({ scenario: 'relapse-2021', minutes: 270, volume: VOLUME });
  const isTempfail = (line: string) => line.includes('4.7.1 Service unavailable - try again later');
  const tempfails = lived.mail.B.filter((line) => line.includes('milter-reject') && isTempfail(line)).map(
    timeOf,
  );
  const at = (time: string) => Date.parse(`2021-07-08T${time}:00-04:00`);
  const count = (from: string, to: string) => tempfails.filter((ms) => ms >= at(from) && ms < at(to)).length;

  test('loops from the change to "resolved" 26 minutes later, and again 101 minutes after that', () => {
    expect(count('05:44', '06:00')).toBe(0);
    expect(count('06:00', '06:26')).toBeGreaterThan(50);
    // What Postfix had begun to wait for runs into its time-out still.
    expect(count('06:29', '08:07')).toBe(0);
    expect(count('08:07', '10:00')).toBeGreaterThan(500);
    expect(count('10:03', '10:20')).toBe(0);
    const relapse = tempfails.find((ms) => ms > at('06:29')) ?? 0;
    expect(relapse - at('06:26')).toBeGreaterThan(101 * 60_000);
    expect(relapse - at('06:26')).toBeLessThan(106 * 60_000);
  });

  test('makes deliveries on cluster B late, not those of the other clusters', () => {
    const late = (lines: readonly string[]) =>
      between(lines, '2021-07-08T08:20:00-04:00', '2021-07-08T10:00:00-04:00')
        .filter((line) => line.includes('/lmtp['))
        .map((line) => Number(/ delay=([\d.]+),/.exec(line)?.[1]))
        .sort((a, b) => a - b);
    const median = (values: readonly number[]) => values[Math.floor(values.length / 2)] ?? 0;
    expect(median(late(lived.mail.B))).toBeGreaterThan(60);
    expect(median(late(lived.mail.A))).toBeLessThan(1);
    expect(median(late(lived.mail.C))).toBeLessThan(1);
  });

  test('refuses nothing for that reason on the other clusters themselves', () => {
    const refused = (some: Run['mail'], cluster: ClusterId) =>
      some[cluster].filter((line) => line.includes('milter-reject') && isTempfail(line));
    expect([...refused(lived.mail, 'A'), ...refused(lived.mail, 'C')]).toEqual([]);
  });

  test('tells its story with the times of the incident', () => {
    const story = lived.simulation.story();
    expect(story.map((line) => line.atMs)).toEqual([...story.map((line) => line.atMs)].sort((a, b) => a - b));
    const resolved = story.find((line) => line.text.includes('marked resolved'))?.atMs ?? 0;
    const relapse = story.find((line) => line.text.startsWith('Relapse'))?.atMs ?? 0;
    const change = story.find((line) => line.text.startsWith('Planned maintenance'))?.atMs ?? 0;
    expect((resolved - change) / 60_000).toBe(26);
    expect((relapse - resolved) / 60_000).toBe(101);
  });
});
