import type { Pace } from './pace.ts';

/** One past slot of a scope, in recipients. */
export interface Slot {
  /** Delivered, bounced, expired, deleted. */
  readonly departed: number;
  readonly arrived: number;
  /** Attempts that were put off. */
  readonly deferred: number;
  /** Ready to be tried (incoming, active) at its end. */
  readonly ready: number;
  /** Deliverable, all of it, at its end; what the other side holds up is none of ours. Null: not known. */
  readonly waiting: number | null;
}

/** Recipients a slot that are to be expected, and how far it may be off. */
export interface Arrivals {
  readonly median: number;
  readonly mad: number;
}

/** What a forecast is made from. */
export interface DrainInput {
  readonly atMs: number;
  /** Newest last, at most SLOTS_LOOKED_AT. */
  readonly slots: readonly Slot[];
  readonly pace: Pace;
  /** Recipients put off, by slot from now in which they are due at the latest. */
  readonly due: ArrayLike<number>;
  /** Of `due`: nobody saw when they were last tried. */
  readonly dueUnknown: number;
  /** What wait in usual times; more than this is a backlog. */
  readonly usualWaiting: number;
  /** By the hour of the week; null: not known. */
  readonly arrivals: (atMs: number) => Arrivals | null;
  /** By how much past intervals had to be wider to hold the truth (1: not at all). */
  readonly widen: number;
}

export const SLOTS_LOOKED_AT = 180;
