import type { TransitionKind, TransitionRecord } from '../../../shared/alarms.ts';
import type { RuleSet } from '../rules/types.ts';
import type { Deed } from './draft.ts';
import type { Hides } from './hides.ts';
import type { Points } from './points.ts';

/** What people's deeds may do with the desk. */
export interface DeskHands {
  readonly points: Points;
  readonly hides: Hides;
  readonly rules: RuleSet;
  note(kind: TransitionKind, deed: Deed, about?: Partial<TransitionRecord>): void;
  /** Applies what hides, after it was changed. */
  sweep(why: Deed): void;
}
