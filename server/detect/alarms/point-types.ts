import type { Hidden } from '../../../shared/alarms.ts';
import type { Rule, ScopeFacts, Verdict } from '../rules/types.ts';
import type { Alarm, Hiding } from './alarm.ts';
import type { Episode } from './chatter.ts';
import type { Deed } from './draft.ts';

/** Everything that can happen to a point. */
export type PointInput =
  | { readonly kind: 'observe'; readonly verdict: Verdict }
  /** Nothing new is known: only time passes (alarms of other systems). */
  | { readonly kind: 'tick' }
  | { readonly kind: 'acknowledge'; readonly by: string; readonly note: string }
  | ({ readonly kind: 'resolve' } & Deed)
  | ({ readonly kind: 'shelve'; readonly untilMs: number } & Deed)
  | ({ readonly kind: 'unshelve' | 'unsuppress' | 'in-service' } & Deed)
  | { readonly kind: 'suppress' | 'out-of-service'; readonly hidden: Hidden }
  /** Its rule or its scope is no more. */
  | ({ readonly kind: 'gone' } & Deed)
  /** Another condition under the same name: what was counted by the old one does not count. */
  | { readonly kind: 'rules-changed'; readonly rule: Rule }
  /** The clock was moved by so much (`back`), or nobody watched for so long (`gap`). */
  | { readonly kind: 'clock'; readonly jump: 'back' | 'gap'; readonly byMs: number };

/** What the point cannot know by itself. */
export interface PointContext {
  readonly ruleVersion: number;
  readonly newId: (key: string, nowMs: number) => string;
  /** Group of an alarm that is raised now. */
  readonly groupOf: (rule: string, cluster: string | null, sinceMs: number) => string;
  readonly describe: () => ScopeFacts;
  /** What maintenance and service say of it now. */
  readonly hidingOf: (alarm: Alarm) => Hiding;
  /** Earlier episodes of the point, oldest first. */
  readonly episodes: readonly Episode[];
}
