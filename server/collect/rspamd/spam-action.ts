import type { SpamAction } from '../event.ts';

const ACTIONS = new Set<string>([
  'no action',
  'greylist',
  'soft reject',
  'add header',
  'rewrite subject',
  'reject',
  'discard',
  'quarantine',
] satisfies SpamAction[]);

/** Whether the action is one we know; a site may define its own. */
export function isSpamAction(action: string): action is SpamAction {
  return ACTIONS.has(action);
}
