import { describe, expect, test } from 'vitest';
import { dayShare } from '../../../server/demo/day-curve.ts';
import { createDirectory, isClean } from '../../../server/demo/directory.ts';
import { attemptText, disconnectText, seconds } from '../../../server/demo/postfix-lines.ts';
import { longQueueId } from '../../../server/demo/queue-id.ts';
import { createRandom } from '../../../server/demo/random.ts';
import { createScheduler } from '../../../server/demo/scheduler.ts';
import { createTenants } from '../../../server/demo/tenants.ts';

describe('lines', () => {
  test('bear long queue ids as Postfix makes them', () => {
    // 4jWzVY435czBvpv: from a real Postfix 3.7, whose client= line is of 2026-11-21T17:20:21.571960+00:00.
    const us = Date.parse('2026-11-21T17:20:21Z') * 1_000;
    const ids = Array.from({ length: 1_000_000 / 500 }, (_, i) => longQueueId(us + i * 500, 1_537_283));
    expect(ids.every((id) => /^4jWzVY[0-9A-Za-z]{4}z\w{4}$/.test(id))).toBe(true);
    expect(ids).toEqual([...ids].sort((a, b) => (a < b ? -1 : 1)));
    expect(longQueueId(us + 570_836, 1_450_946)).toBe('4jWzVY435czBvpv');
  });

  test.each([
    [0, '0'], [4, '0'], [9, '0.01'], [139, '0.14'], [600, '0.6'], [996, '1'], [1_040, '1'], [2_650, '2.7'],
    [9_960, '10'], [10_400, '10'], [136_200, '136'],
  ])('round %d ms to %s as Postfix does', (ms, text) => {
    expect(seconds(ms)).toBe(text);
  }); // prettier-ignore

  test('name the connection’s use from the second on, and the alias when there is one', () => {
    const common = {
      queueId: 'Q',
      to: 'a@b.example',
      relay: 'none',
      dsn: '2.0.0',
      status: 'sent',
      reason: 'ok',
    } as const;
    const delaysMs = [70, 40, 0, 10] as const;
    expect(attemptText({ ...common, delaysMs, connUse: 1 })).toBe(
      'Q: to=<a@b.example>, relay=none, delay=0.12, delays=0.07/0.04/0/0.01, dsn=2.0.0, status=sent (ok)',
    );
    expect(attemptText({ ...common, delaysMs, connUse: 2, origTo: 'c@b.example' })).toContain(
      'to=<a@b.example>, orig_to=<c@b.example>, relay=none, conn_use=2, delay=',
    );
  });

  test('count a session’s commands, failed ones apart', () => {
    const client = { host: 'h.example', ip: '192.0.2.1', helo: 'h.example' };
    expect(disconnectText(client, { isTls: false, rcptOk: 1, rcptFailed: 0, data: 'ok' })).toBe(
      'disconnect from h.example[192.0.2.1] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5',
    );
    expect(
      disconnectText(client, { isTls: true, auth: 'ok', rcptOk: 1, rcptFailed: 2, data: 'failed' }),
    ).toBe(
      'disconnect from h.example[192.0.2.1] ehlo=2 starttls=1 auth=1 mail=1 rcpt=1/3 data=0/1 quit=1 commands=7/10',
    );
  });
});

describe('chance', () => {
  test('repeats itself for a seed', () => {
    const draw = (seed: number) => Array.from({ length: 50 }, createRandom(seed).next);
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
  });

  test('has the means it is asked for', () => {
    const random = createRandom(11);
    const mean = (draw: () => number) =>
      Array.from({ length: 20_000 }, draw).reduce((a, b) => a + b) / 20_000;
    expect(mean(() => random.next())).toBeCloseTo(0.5, 1);
    expect(mean(() => random.exponential(40)) / 40).toBeCloseTo(1, 1);
    expect(mean(() => Math.log(random.lognormal(100, 0.5) / 100))).toBeCloseTo(0, 1);
    expect(mean(() => (random.chance(0.2) ? 1 : 0))).toBeCloseTo(0.2, 1);
  });
});

describe('the agenda', () => {
  test('runs deeds by time, and those of one time as they were planned', () => {
    const scheduler = createScheduler(0);
    const random = createRandom(1);
    const done: { at: number; order: number }[] = [];
    for (let order = 0; order < 2_000; order++) {
      const at = random.int(200);
      scheduler.at(at, () => void done.push({ at, order }));
    }
    scheduler.runUntil(99);
    expect(done.every(({ at }) => at <= 99)).toBe(true);
    scheduler.runUntil(1_000);
    expect(done).toHaveLength(2_000);
    expect(done).toEqual([...done].sort((a, b) => a.at - b.at || a.order - b.order));
    expect(scheduler.now()).toBe(1_000);
  });
});

describe('people', () => {
  const random = createRandom(5);
  const directory = createDirectory(createTenants(random), random);

  test('have an address of their own each', () => {
    const domain = directory.tenants.at(-1)?.domains[0];
    const addresses = Array.from({ length: 60 }, () => directory.nextClean(domain!).address);
    expect(new Set(addresses).size).toBe(60);
    expect(() => directory.nextClean(domain!)).toThrow(RangeError);
  });

  test('that are known to friends only are never in a spammer’s list', () => {
    const domain = directory.tenants[5]?.domains[0];
    const clean = new Set(Array.from({ length: 2_000 }, () => directory.nextClean(domain!).address));
    const exposed = Array.from({ length: 5_000 }, () => directory.exposed(domain!).address);
    expect(exposed.filter((address) => clean.has(address))).toEqual([]);
    expect([0, 5, 10].every(isClean)).toBe(true);
  });
});

test('the day rises and falls smoothly between a quiet night and a busy morning', () => {
  const at = (time: string) => dayShare(Date.parse(`2026-11-21T${time}Z`), 0);
  expect(at('03:30:00')).toBeLessThan(0.2);
  expect(at('10:00:00')).toBe(1);
  expect(dayShare(Date.parse('2026-11-21T09:00:00Z'), 60)).toBe(1);
  expect(Math.abs(at('07:59:59') - at('08:00:01'))).toBeLessThan(0.001);
});
