/** When mail of one kind is called a campaign. */
import type { Nucleus } from './nucleus.ts';

/** Within the window, so many messages, of which so many called spam, and that share of them. */
const WINDOW_MINUTES = 30;
const MIN_MESSAGES = 20;
const MIN_SPAM = 5;
const MIN_SPAM_SHARE = 0.15;
/** A hit on an address that should have none is as good as so many verdicts. */
const HIT_WORTH = 5;
/** One in so many (as a power of two) of all mail would look so: what is alike only in being plain is no campaign. */
const MIN_BITS = 10;

/**
 * As much of it, called spam as often, but at any time since it began: too slow to be called a campaign, but if it is much like one
 * that goes on it is that one in another form.
 */
export function isWorthJoining(nucleus: Nucleus, specificity: () => number): boolean {
  return isEnough(nucleus, nucleus.messages, nucleus.spam) && specificity() >= MIN_BITS;
}

/** Enough of it, called spam often enough that it is no newsletter that the filter once took for spam, and of a kind of its own. */
export function isWorthCalling(nucleus: Nucleus, nowMs: number, specificity: () => number): boolean {
  const { recent, recentSpam } = nucleus;
  // Cheap first: most kinds never have as many.
  if (nucleus.messages < MIN_MESSAGES) return false;
  const messages = recent.sum(nowMs, WINDOW_MINUTES);
  const spam = recentSpam.sum(nowMs, WINDOW_MINUTES);
  return isEnough(nucleus, messages, spam) && specificity() >= MIN_BITS;
}

function isEnough({ canaryHits, cleanHits }: Nucleus, messages: number, spam: number): boolean {
  const called = spam + HIT_WORTH * (canaryHits + cleanHits);
  return messages >= MIN_MESSAGES && called >= MIN_SPAM && called >= MIN_SPAM_SHARE * messages;
}
