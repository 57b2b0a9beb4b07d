import type { AlarmStrip, GroupView } from '../../shared/alarms.ts';
import type { SoundInput } from '../../client/stores/sound-model.ts';
import { group } from './alarm-fixtures.ts';

/** A strip of these groups, nothing else to say. */
export const stripOf = (
  groups: readonly Partial<GroupView>[],
  change: Partial<AlarmStrip> = {},
): AlarmStrip => ({
  groups: groups.map(group),
  more: 0,
  counts: { unacknowledged: groups.length, acknowledged: 0, hidden: 0, silenced: 0 },
  flood: null,
  onCall: [],
  path: { state: 'ok', reason: '' },
  notKept: null,
  ...change,
});

export const FLOOD = { sinceMs: 0, raises: 12, firstOut: 'g1' };

/** A screen that can sound and has contact. */
export const soundInput = (nowMs: number, change: Partial<SoundInput> = {}): SoundInput => ({
  nowMs,
  strip: stripOf([]),
  isLive: true,
  isOn: true,
  canPlay: true,
  isTesting: false,
  silence: null,
  ...change,
});
