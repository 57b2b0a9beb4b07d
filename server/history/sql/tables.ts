import { type Tier, TIERS } from '../store.ts';

/** Slots that lie together in a table of windows; part of the form of the file. */
const SLOTS_PER_GROUP = 10;
const MS = 1000;

/** Table of a tier, as migration 2 made it. */
export const TABLES: Readonly<Record<Tier, string>> = {
  10: 'windows_10s',
  60: 'windows_1m',
  3_600: 'windows_1h',
};

export const TIER_NAMES: Readonly<Record<Tier, string>> = { 10: '10s', 60: '1m', 3_600: '1h' };

/** Number of the slot of a tier in which a moment lies. */
export function slotAt(tier: Tier, atMs: number): number {
  return Math.floor(atMs / (tier * MS));
}

export function startOf(tier: Tier, slot: number): number {
  return slot * tier * MS;
}

export function groupOf(slot: number): number {
  return Math.floor(slot / SLOTS_PER_GROUP);
}

/** First slot after a group. */
export function endOfGroup(group: number): number {
  return (group + 1) * SLOTS_PER_GROUP;
}

/** The next coarser tier; undefined for the coarsest. */
export function coarser(tier: Tier): Tier | undefined {
  return TIERS[TIERS.indexOf(tier) + 1];
}

/** Slots of `tier` in one of the next coarser one; 1 for the coarsest. */
export function slotsPerCoarser(tier: Tier): number {
  return (coarser(tier) ?? tier) / tier;
}
