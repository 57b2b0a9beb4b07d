import type { ScenarioId } from '../../../server/demo/scenarios/scenario.ts';
import { createSimulation } from '../../../server/demo/simulate.ts';
import type { Simulation } from '../../../server/demo/simulate.ts';
import { CLUSTER_IDS } from '../../../server/demo/tenants.ts';
import type { ClusterId } from '../../../server/demo/tenants.ts';

export const NOON_MS = Date.parse('2026-11-21T12:00:00Z');

export interface Run {
  readonly simulation: Simulation;
  /** All lines of the mail logs and of the filter logs, per cluster. */
  readonly mail: Readonly<Record<ClusterId, readonly string[]>>;
  readonly filter: Readonly<Record<ClusterId, readonly string[]>>;
}

export interface RunOptions {
  readonly scenario: ScenarioId;
  readonly minutes: number;
  readonly volume: number;
  readonly seed?: number;
  readonly nowMs?: number;
  /** Called after each simulated minute. */
  readonly eachMinute?: (simulation: Simulation) => void;
}

/** Lives a scenario, minute by minute, and keeps its lines. */
export function run({ scenario, minutes, volume, seed = 42, nowMs = NOON_MS, eachMinute }: RunOptions): Run {
  const simulation = createSimulation({ scenario, seed, nowMs, volume });
  const mail: Record<ClusterId, string[]> = { A: [], B: [], C: [] };
  const filter: Record<ClusterId, string[]> = { A: [], B: [], C: [] };
  for (let minute = 0; minute <= minutes; minute++) {
    simulation.step(simulation.startMs + minute * 60_000);
    for (const taken of simulation.take()) {
      mail[taken.cluster].push(...linesOf(taken.syslog));
      filter[taken.cluster].push(...linesOf(taken.rspamd));
    }
    eachMinute?.(simulation);
  }
  return { simulation, mail, filter };
}

/** Lines of a text that ends with a line feed. */
export function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.slice(0, -1).split('\n');
}

/** Epoch ms of a syslog line. */
export function timeOf(line: string): number {
  return Date.parse(line.slice(0, line.indexOf(' ')));
}

export interface Listed {
  readonly queue_name: 'incoming' | 'active' | 'deferred' | 'hold';
  readonly queue_id: string;
  readonly arrival_time: number;
  readonly message_size: number;
  readonly forced_expire: boolean;
  readonly sender: string;
  readonly recipients: readonly { readonly address: string; readonly delay_reason?: string }[];
}

/** The queues of all hosts. */
export function listAll(simulation: Simulation): readonly Listed[] {
  return CLUSTER_IDS.flatMap((cluster) => list(simulation, cluster));
}

export function list(simulation: Simulation, cluster: ClusterId): readonly Listed[] {
  return linesOf(simulation.list(cluster)).map((line) => JSON.parse(line) as Listed);
}
