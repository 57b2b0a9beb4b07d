import type { ForesightSnapshot, ScopeForesight, SharedCause } from '../../shared/foresight.ts';
import { T0 } from './fixtures.ts';

/** A scope of which there is nothing to tell. */
export function calmScope(id: string, change: Partial<ScopeForesight> = {}): ScopeForesight {
  return {
    scope: {
      kind: id === '' ? 'platform' : 'cluster',
      id,
      name: id === '' ? 'the platform' : `cluster ${id}`,
    },
    atMs: T0,
    drain: { state: 'clear', reason: '0 wait, usual is up to 20' },
    drainScore: null,
    held: { state: 'none', reason: 'nothing waits longer than it should' },
    affected: null,
    ledger: null,
    anomalies: [],
    ...change,
  };
}

export function snapshotOf(change: Partial<ForesightSnapshot> = {}): ForesightSnapshot {
  return {
    ...{ atMs: T0, platform: calmScope(''), clusters: [calmScope('A'), calmScope('B')], tenants: [] },
    ...{
      causes: [],
      campaigns: [],
      unclustered: { messages: 0, of: 0 },
      canaries: [],
      surges: [],
      blind: [],
    },
    ...change,
  };
}

export const GROWING: ScopeForesight['drain'] = {
  ...{ state: 'growing', perMinute: 217.4, waiting: 12_345, reason: '180 to 240 a minute go, 420 come' },
};
export const HELD: ScopeForesight['held'] = {
  state: 'estimate',
  messages: { low: 3_374, high: 31_160 },
  ...{ byWaiting: 17_000, byShortfall: 31_160, oldestMs: 600_000, sinceMs: T0 - 600_000 },
  mailboxesWaiting: { low: 1_200, high: null },
  inputs: ['usual spam share 80 %'],
  reason: 'estimate from what the filter made of the mail that waits',
};
export const AFFECTED: ScopeForesight['affected'] = {
  current: { low: 2_394, high: 968_500 },
  cumulative: { low: 4_000, high: 968_500 },
  ...{ hosted: 1_917_470, sinceMs: T0 - 600_000, reason: 'mail of theirs waits' },
};
export const CAUSE: SharedCause = {
  ...{ id: 'mail waits 1', symptom: 'mail waits', sinceMs: T0 - 600_000 },
  hit: [
    { kind: 'tenant', id: 'aurora', name: 'Aurora' },
    { kind: 'tenant', id: 'bluefin', name: 'Bluefin' },
  ],
  notHit: [{ kind: 'tenant', id: 'cobalt', name: 'Cobalt' }],
  unknown: [],
  candidates: [
    {
      ...{
        kind: 'cluster',
        id: 'cluster:A',
        name: 'cluster A',
        explained: 2,
        unexplained: 0,
        spared: 1,
        score: 0.9,
      },
      text: 'both are on cluster A',
    },
  ],
  verdict: 'All that are hit are on cluster A.',
};
