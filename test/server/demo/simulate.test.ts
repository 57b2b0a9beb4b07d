import { describe, expect, test } from 'vitest';
import { createLogReader } from '../../../server/collect/reader.ts';
import type { MailEvent } from '../../../server/collect/event.ts';
import { SCENARIO_IDS } from '../../../server/demo/scenarios/scenario.ts';
import type { ScenarioId } from '../../../server/demo/scenarios/scenario.ts';
import { createSimulation } from '../../../server/demo/simulate.ts';
import { CLUSTER_IDS } from '../../../server/demo/tenants.ts';
import { linesOf, list, listAll, NOON_MS, run, timeOf } from './run.ts';
import type { Run } from './run.ts';

const runs = new Map<ScenarioId, Run>();
/** Long enough for what is special about each. */
const MINUTES: Readonly<Record<ScenarioId, number>> = {
  calm: 90,
  'leak-2007': 60,
  'backlog-2008': 230,
  'relapse-2021': 45,
};

/** Each scenario once. */
function lived(scenario: ScenarioId): Run {
  const known = runs.get(scenario) ?? run({ scenario, minutes: MINUTES[scenario], volume: 0.05 });
  runs.set(scenario, known);
  return known;
}

function textAfter(steps: readonly number[]): string {
  const simulation = createSimulation({ scenario: 'backlog-2008', seed: 5, nowMs: NOON_MS, volume: 0.2 });
  let text = '';
  for (const step of steps) {
    simulation.step(simulation.startMs + step);
    text += JSON.stringify(simulation.list('A'));
  }
  return text + JSON.stringify(simulation.take()) + JSON.stringify(simulation.truth());
}

describe('the demo platform', () => {
  test('DEM-1: gives the same bytes for the same seed and steps, and others for another seed', () => {
    const steps = [60_000, 300_000, 900_000];
    expect(textAfter(steps)).toBe(textAfter(steps));
    const first = (seed: number) => {
      const simulation = createSimulation({ scenario: 'calm', seed, nowMs: NOON_MS, volume: 0.2 });
      simulation.step(simulation.startMs);
      return simulation.take()[0]?.syslog;
    };
    expect(first(1)).not.toBe(first(2));
  });

  test('writes the same lines whatever the size of the steps', () => {
    const lines = (stepMs: number) => {
      const simulation = createSimulation({ scenario: 'calm', seed: 9, nowMs: NOON_MS, volume: 0.2 });
      const texts = CLUSTER_IDS.map(() => '');
      for (let at = 0; at <= 120_000; at += stepMs) {
        simulation.step(simulation.startMs + at);
        simulation.take().forEach((taken, i) => (texts[i] += taken.syslog));
      }
      return texts;
    };
    expect(lines(400)).toEqual(lines(120_000));
  });

  test.each(SCENARIO_IDS)('%s: stamps of a file never decrease and never pass the present', (scenario) => {
    const { simulation, mail, filter } = lived(scenario);
    for (const cluster of CLUSTER_IDS) {
      const stamps = mail[cluster].map((line) => line.slice(0, 32));
      expect(stamps.every((stamp, i) => i === 0 || stamp > (stamps[i - 1] ?? ''))).toBe(true);
      expect(timeOf(mail[cluster].at(-1) ?? '')).toBeLessThanOrEqual(simulation.nowMs());
      const seconds = filter[cluster].map((line) => line.slice(0, 19));
      expect(seconds.every((stamp, i) => i === 0 || stamp >= (seconds[i - 1] ?? ''))).toBe(true);
    }
  });

  test.each(SCENARIO_IDS)(
    '%s: every recipient taken over ends exactly once or waits in a listing',
    (scenario) => {
      const { simulation, mail } = lived(scenario);
      const { ledger } = simulation.truth();
      const waiting = listAll(simulation).reduce((sum, entry) => sum + entry.recipients.length, 0);
      const { accepted, delivered, bounced, expired, deleted } = ledger;
      expect(delivered + bounced + expired + deleted + waiting).toBe(accepted);
      for (const cluster of CLUSTER_IDS) expectEndsOnce(mail[cluster], list(simulation, cluster));
    },
  );

  test.each(SCENARIO_IDS)(
    '%s: our own reader understands every line and counts what has been done',
    (scenario) => {
      const { simulation, mail, filter } = lived(scenario);
      const counts: Record<string, number> = {};
      const classes: Record<string, number> = {};
      for (const cluster of CLUSTER_IDS) {
        read(mail[cluster], 'syslog', { counts, classes });
        read(filter[cluster], 'rspamd', { counts, classes });
      }
      expect(Object.keys(classes).sort()).toEqual(['event', 'known']);
      expect(counts).toEqual(simulation.truth().events);
    },
  );

  test('DEM-2: lists exactly the messages that its log has begun and not ended', () => {
    const { simulation, mail } = lived('calm');
    for (const cluster of CLUSTER_IDS) {
      const open = new Set<string>();
      for (const line of mail[cluster]) {
        const active = / (\w+): from=<[^>]*>, size=\d+, nrcpt=\d+ \(queue active\)$/.exec(line);
        if (active?.[1]) open.add(active[1]);
        const removed = /qmgr\[\d+\]: (\w+): removed$/.exec(line);
        if (removed?.[1]) open.delete(removed[1]);
      }
      const listed = list(simulation, cluster).filter((entry) => entry.queue_name !== 'incoming');
      expect(listed.map((entry) => entry.queue_id).sort()).toEqual([...open].sort());
    }
  });

  test('gives each message a queue id of its own that decodes to its time', () => {
    const { mail } = lived('calm');
    const ids = CLUSTER_IDS.flatMap((cluster) =>
      mail[cluster].flatMap((line) => / (\w+): client=/.exec(line)?.[1] ?? []),
    );
    expect(ids.length).toBeGreaterThan(1_000);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('has lived for six minutes when it starts, so that no screen begins empty', () => {
    const simulation = createSimulation({ scenario: 'calm', seed: 1, nowMs: NOON_MS });
    simulation.step(simulation.startMs);
    const lines = linesOf(simulation.take()[0]?.syslog ?? '');
    expect(timeOf(lines[0] ?? '')).toBeLessThan(NOON_MS - 350_000);
    expect(simulation.truth().platform.delivered).toBeGreaterThan(2_000);
  });
});

/** From the lines alone: no recipient is delivered or bounced twice, nothing comes after `removed`. */
function expectEndsOnce(lines: readonly string[], listed: ReturnType<typeof list>): void {
  const ended = new Set<string>();
  const removed = new Set<string>();
  for (const line of lines) {
    const attempt = /: (\w+): to=<([^>]*)>, .*status=(sent|bounced|deferred) \(/.exec(line);
    if (attempt) {
      const [, id = '', to = '', status] = attempt;
      expect(removed.has(id)).toBe(false);
      expect(ended.has(`${id} ${to}`), line).toBe(false);
      if (status !== 'deferred') ended.add(`${id} ${to}`);
    }
    const end = /(?:qmgr|postsuper)\[\d+\]: (\w+): removed$/.exec(line);
    if (end?.[1]) {
      expect(removed.has(end[1])).toBe(false);
      removed.add(end[1]);
    }
  }
  for (const entry of listed) {
    expect(removed.has(entry.queue_id)).toBe(false);
    for (const { address } of entry.recipients) expect(ended.has(`${entry.queue_id} ${address}`)).toBe(false);
  }
}

function read(
  lines: readonly string[],
  format: 'syslog' | 'rspamd',
  into: { counts: Record<string, number>; classes: Record<string, number> },
): void {
  const reader = createLogReader({ format, source: 'demo', timezone: '+00:00', host: 'mx' });
  for (const line of lines) {
    const bytes = Buffer.from(line);
    const kind = reader.read(bytes, 0, bytes.length);
    into.classes[kind] = (into.classes[kind] ?? 0) + 1;
    if (kind === 'event') into.counts[nameOf(reader.event)] = (into.counts[nameOf(reader.event)] ?? 0) + 1;
  }
}

function nameOf(event: MailEvent): string {
  switch (event.kind) {
    case 'attempt':
      return `attempt ${event.status}`;
    case 'removed':
    case 'held':
      return `${event.kind} ${event.by}`;
    case 'verdict':
      return `verdict ${event.action}`;
    case 'login':
      return `login ${event.outcome}${event.protocol === 'smtp' ? ' smtp' : ''}`;
    default:
      return event.kind;
  }
}
