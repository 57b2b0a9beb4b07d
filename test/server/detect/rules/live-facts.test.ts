import { beforeAll, describe, expect, it } from 'vitest';
import type { Facts } from '../../../../server/detect/rules/types.ts';
import type { Pipeline } from '../../../../server/pipeline.ts';
import type { WallRow } from '../../../../shared/protocol.ts';
import { type AlarmRun, createAlarmRun } from '../../../support/alarm-run.ts';

/** What a tile shows is rounded to four figures. */
const shown = (value: number | null) => (value === null ? null : Number(value.toPrecision(4)));

describe('facts of the live pipeline', () => {
  let run: AlarmRun;
  let facts: Facts;
  let pipeline: Pipeline;
  const different: string[] = [];
  const judged = { tenants: 0, waiting: 0, spam: 0, access: 0 };

  beforeAll(() => {
    run = createAlarmRun({ scenario: 'backlog-2008', minutes: 29, volume: 0.2, stepMs: 10_000 });
    run.run((tick) => {
      ({ facts, pipeline } = tick);
      compare();
    });
  }, 120_000);

  function compare(): void {
    pipeline.state.rows.forEach((row, place) => {
      const read = (metric: string) => facts.read(metric, 'tenant', place);
      const value = (metric: string) => shown(read(metric).value);
      const mine = [value('lagP95Ms'), value('spamPercent'), value('accessPercent'), value('queueDepth')];
      const tile = [row.lagP95Ms, row.spamPercent, row.accessPercent, row.queueDepth];
      if (JSON.stringify(mine) !== JSON.stringify(tile.map((each, i) => (i === 3 ? shown(each) : each))))
        different.push(`${facts.scopes('tenant')[place]?.id ?? ''}: ${mine.join()} tile ${tile.join()}`);
      if (row.lagP95Ms !== null && (read('lagP95Ms').isFloor ?? false) !== row.isLagFloor)
        different.push('floor');
      if (row.spamPercent !== null && read('spamPercent').n !== row.spamN) different.push('n');
      count(row);
    });
  }

  function count(row: WallRow): void {
    judged.tenants += 1;
    judged.waiting += (row.queueDepth ?? 0) > 0 ? 1 : 0;
    judged.spam += (row.spamPercent ?? 0) > 0 ? 1 : 0;
    judged.access += (row.accessPercent ?? 100) < 100 ? 1 : 0;
  }

  it('RUL-7: are the numbers on the tiles, of every tenant at every moment', () => {
    expect(different).toEqual([]);
    for (const [name, count] of Object.entries(judged)) expect(count, name).toBeGreaterThan(50);
  });

  it('RUL-7: of the platform are those of its row', () => {
    const { platform } = pipeline.state;
    const value = (metric: string) => shown(facts.read(metric, 'platform', 0).value);
    expect(value('lagP95Ms')).toBe(platform.lagP95Ms);
    expect(value('spamPercent')).toBe(platform.spamPercent);
    expect(value('accessPercent')).toBe(platform.accessPercent);
    expect(value('acceptedPerMinute')).toBe(platform.acceptedPerMinute);
    expect(value('oldestWaitingMs')).toBe(platform.oldestWaitingMs);
    expect(value('unattributedPercent') ?? 0).toBe(platform.unattributedPercent ?? 0);
  });

  it('RUL-7: of a cluster are those of its tenants together', () => {
    const tenants = facts.scopes('tenant');
    facts.scopes('cluster').forEach(({ id }, place) => {
      const sum = (metric: string) =>
        tenants.reduce(
          (total, { cluster }, i) =>
            total + (cluster === id ? (facts.read(metric, 'tenant', i).value ?? 0) : 0),
          0,
        );
      for (const metric of ['delivered', 'queueDepth', 'accessUsers', 'rejectedTemporary'])
        expect(facts.read(metric, 'cluster', place).value, `${id} ${metric}`).toBe(sum(metric));
    });
    expect(facts.scopes('cluster')).toHaveLength(3);
  });

  it('RUL-8: count each source and each destination outside, and no domain of a tenant', () => {
    const sources = facts.scopes('source');
    const place = sources.findIndex(({ id }) => id === 'mail-b');
    expect(facts.read('delivered', 'source', place).value).toBeGreaterThan(0);
    expect(facts.read('softRejectPercent', 'source', place).value).toBeNull();
    const destinations = facts.scopes('destination').map(({ id }) => id);
    const domains = new Set(run.tenants.flatMap((tenant) => tenant.domains ?? []));
    expect(destinations.length).toBeGreaterThan(0);
    expect(destinations.filter((id) => domains.has(id))).toEqual([]);
    const busiest = destinations.map((_, i) => facts.read('deferralPercent', 'destination', i).n ?? 0);
    expect(Math.max(...busiest)).toBeGreaterThanOrEqual(20);
  });

  it('RUL-8: keep the list of scopes the same object while nothing about it changes', () => {
    expect(facts.scopes('source')).toBe(facts.scopes('source'));
  });
});

describe('facts without sources', () => {
  it('RUL-9: are no data for what a silent source tells of, with the reason, and never zero', () => {
    const run = createAlarmRun({
      ...{ scenario: 'calm', minutes: 6, volume: 0.1, stepMs: 10_000 },
      isLost: (source, nowMs) => nowMs > run.startMs && (source === 'rspamd-a' || source.endsWith('-b')),
    });
    let last: Facts | undefined;
    run.run(({ facts }) => (last = facts));
    const facts = last as Facts;
    const tenants = facts.scopes('tenant');
    const placeOn = (cluster: string) => tenants.findIndex((scope) => scope.cluster === cluster);
    expect(facts.noData('tenant', placeOn('A'))).toBeNull();
    expect(facts.read('spamPercent', 'tenant', placeOn('A'))).toMatchObject({
      value: null,
      noData: 'the spam filter is not heard',
    });
    expect(facts.read('queueDepth', 'tenant', placeOn('A')).noData).toBeUndefined();
    expect(facts.noData('tenant', placeOn('B'))).toBe('sources silent');
    const sources = facts.scopes('source').map(({ id }) => id);
    expect(facts.noData('source', sources.indexOf('mail-b'))).toBe('lost: it does not answer');
    expect(facts.noData('source', sources.indexOf('mail-a'))).toBeNull();
    expect(facts.read('sourcesSilent', 'platform', 0).value).toBe(4);
  });
});
