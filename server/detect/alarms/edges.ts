import type { AlarmState, TransitionKind } from '../../../shared/alarms.ts';

type Edge = readonly [from: AlarmState, to: AlarmState];

const SAME: readonly Edge[] = [
  ['pending', 'pending'],
  ['unacknowledged', 'unacknowledged'],
  ['acknowledged', 'acknowledged'],
  ['returned', 'returned'],
];
/** A shelf stays on a point that is normal. */
const SHELF: readonly Edge[] = [...SAME, ['normal', 'normal']];
/** What was hidden and still holds is to be acknowledged anew. */
const SHOWN: Edge = ['acknowledged', 'unacknowledged'];

/** Every way that a point may go, by what happens to it (ISA-18.2, figure of states). What is not here is a bug. */
export const EDGES: Readonly<Partial<Record<TransitionKind, readonly Edge[]>>> = {
  pending: [['normal', 'pending']],
  dropped: [['pending', 'normal']],
  raised: [
    ['normal', 'unacknowledged'],
    ['pending', 'unacknowledged'],
  ],
  priority: [['unacknowledged', 'unacknowledged'], SHOWN],
  acknowledged: [
    ['unacknowledged', 'acknowledged'],
    ['returned', 'acknowledged'],
  ],
  returned: [['unacknowledged', 'returned']],
  reraised: [['returned', 'unacknowledged']],
  closed: [
    ['acknowledged', 'normal'],
    // Nobody was ever told of it, or its rule or scope is gone.
    ['unacknowledged', 'normal'],
    ['returned', 'normal'],
  ],
  resolved: [
    ['unacknowledged', 'normal'],
    ['acknowledged', 'normal'],
    ['returned', 'normal'],
  ],
  shelved: SAME,
  unshelved: [...SHELF, SHOWN],
  suppressed: SAME,
  unsuppressed: [...SAME, SHOWN],
  'out-of-service': SAME,
  'in-service': [...SAME, SHOWN],
  'no-data': SAME,
  'data-again': SAME,
  chattering: [['unacknowledged', 'unacknowledged']],
};

export function isLegal(kind: TransitionKind, from: AlarmState, to: AlarmState): boolean {
  return EDGES[kind]?.some(([a, b]) => a === from && b === to) ?? false;
}
