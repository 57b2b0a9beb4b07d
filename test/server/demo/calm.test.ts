import { describe, expect, test } from 'vitest';
import { CLUSTER_IDS } from '../../../server/demo/tenants.ts';
import { listAll, run, timeOf } from './run.ts';

const HOUR_MS = 3_600_000;
const MIDNIGHT_MS = Date.parse('2026-11-21T00:00:00Z');

describe('a calm day', () => {
  const late: string[] = [];
  const lived = run({
    scenario: 'calm',
    minutes: 24 * 60,
    volume: 0.02,
    nowMs: MIDNIGHT_MS,
    eachMinute(simulation) {
      const tenantDomains = new Set(
        simulation.tenants.flatMap((tenant) => tenant.domains.map((domain) => domain.name)),
      );
      for (const entry of listAll(simulation)) {
        const isInbound = entry.recipients.some(({ address }) =>
          tenantDomains.has(address.split('@')[1] ?? ''),
        );
        if (isInbound && simulation.nowMs() - entry.arrival_time * 1_000 > 10_000)
          late.push(JSON.stringify(entry));
      }
    },
  });
  const lines = CLUSTER_IDS.flatMap((cluster) => lived.mail[cluster]);
  const { platform, tenants } = lived.simulation.truth();

  test('delivers to mailboxes within ten seconds, for every tenant and at every minute', () => {
    const slow = lines.filter(
      (line) => line.includes('/lmtp[') && Number(/ delay=([\d.]+)/.exec(line)?.[1]) >= 10,
    );
    expect(slow).toEqual([]);
    expect(late).toEqual([]);
  });

  test('lets everybody with the right password in', () => {
    expect(platform.loginFault).toBe(0);
    expect(platform.loginOk).toBeGreaterThan(3_000);
    expect(platform.loginFailed).toBeGreaterThan(20);
  });

  test('sees some spam everywhere and a flood nowhere', () => {
    for (const [id, { in: counts }] of Object.entries(tenants)) {
      if (counts.scanned < 600) continue;
      expect(counts.spam / counts.scanned, id).toBeGreaterThan(0.03);
      expect(counts.spam / counts.scanned, id).toBeLessThan(0.22);
    }
  });

  test('defers and bounces a little', () => {
    const attempts = platform.delivered + platform.deferred + platform.bounced;
    expect(platform.deferred / attempts).toBeGreaterThan(0.002);
    expect(platform.deferred / attempts).toBeLessThan(0.03);
    expect(platform.bounced / attempts).toBeGreaterThan(0.001);
    expect(platform.bounced / attempts).toBeLessThan(0.02);
  });

  test('gives up what cannot be delivered for six hours, and tells the sender', () => {
    expect(platform.expired).toBeGreaterThan(0);
    const expired = lines
      .filter((line) => line.includes('status=expired, returned to sender'))
      .map((line) => / (\w+): from=/.exec(line)?.[1]);
    const told = new Set(
      lines.flatMap((line) => /: (\w+): sender non-delivery notification: /.exec(line)?.[1] ?? []),
    );
    expect(expired.filter((id) => !told.has(id ?? ''))).toEqual([]);
  });

  test('is busy by day and quiet by night, without a step', () => {
    const byHour = Array.from({ length: 24 }, () => 0);
    for (const line of lines) {
      const hour = Math.floor((timeOf(line) - MIDNIGHT_MS) / HOUR_MS);
      if (hour >= 0 && hour < 24) byHour[hour] = (byHour[hour] ?? 0) + 1;
    }
    const at = (hour: number) => byHour[hour] ?? 0;
    expect(at(3) / at(10)).toBeLessThan(0.35);
    expect(at(3) / at(10)).toBeGreaterThan(0.1);
    const steps = byHour.slice(1).map((count, i) => count / at(i));
    expect(Math.max(...steps)).toBeLessThan(2);
  });

  test('gives large tenants more traffic than small ones, and the smallest some', () => {
    const delivered = (id: string) => tenants[id]?.in.delivered ?? 0;
    expect(delivered('virgo')).toBeGreaterThan(delivered('juniper') * 2);
    expect(delivered('juniper')).toBeGreaterThan(delivered('glen') * 4);
    expect(delivered('mill') + delivered('larch') + delivered('knoll')).toBeGreaterThan(0);
  });
});

test('a quiet noon at full volume keeps a queue of some dozens', () => {
  const depths: number[] = [];
  run({
    scenario: 'calm',
    minutes: 12,
    volume: 1,
    eachMinute: (simulation) => depths.push(listAll(simulation).length),
  });
  expect(Math.max(...depths)).toBeLessThan(100);
  expect(Math.min(...depths)).toBeGreaterThan(5);
});
