import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { jsonOf } from '../../../base/json.ts';
import type { CanaryStoreView } from '../../../../shared/foresight.ts';
import { isOwned } from '../../../aggregate/scope.ts';
import type { Directory, TenantIndex } from '../../../attribute/directory.ts';
import type { MailEvent } from '../../../collect/event.ts';
import type { ForesightFacts, ForesightPart } from '../types.ts';
import { CLEAN_DAYS, Cohort, type CohortView } from './cohort.ts';

const DAY_MS = 86_400_000;
/** Addresses held of all tenants together, and of one. */
const MOST = 200_000;
const MOST_OF_ONE = 5_000;
const LEAST_OF_ONE = 500;
/** Tenants of which it is told: those that are hit, then the largest cohorts. */
const TOLD = 10;
const KEEP_MS = 6 * 3_600_000;
/** Addresses whose hash is remembered: most mail goes to the same ones. */
const CACHE = 50_000;
const Kept = z.record(z.string(), z.string());

export interface CleanDeps {
  readonly directory: Directory;
  readonly salt: string;
}

/** Learns of each tenant which addresses never get spam, and tells when some of them suddenly do. `kept`: what `takeKept` gave. */
export function createCleanPart(deps: CleanDeps, kept?: string): ForesightPart<readonly CanaryStoreView[]> {
  return new Clean(deps, kept);
}

class Clean implements ForesightPart<readonly CanaryStoreView[]> {
  readonly #deps: CleanDeps;
  readonly #cohorts: readonly Cohort[];
  readonly #hashes = new Map<string, number>();
  #keptMs: number | null = null;
  #viewedMs = -Infinity;
  #atMs = 0;
  #view: readonly CanaryStoreView[] = [];

  constructor(deps: CleanDeps, kept?: string) {
    this.#deps = deps;
    const { tenants } = deps.directory;
    const most = Math.max(
      LEAST_OF_ONE,
      Math.min(MOST_OF_ONE, Math.floor(MOST / Math.max(1, tenants.length))),
    );
    const saved = Kept.safeParse(kept === undefined ? {} : jsonOf(kept)).data ?? {};
    this.#cohorts = tenants.map(({ id }) => {
      const cohort = new Cohort(most);
      if (saved[id] !== undefined) cohort.restore(saved[id]);
      return cohort;
    });
  }

  event(event: MailEvent): void {
    if (event.kind !== 'verdict') return;
    // Put off is no verdict: the mail comes again, and is told of again.
    if (event.action === 'soft reject' || event.action === 'greylist') return;
    const { atMs } = event;
    for (const address of event.to) {
      const owner: TenantIndex = this.#deps.directory.ownerOfAddress(address);
      if (!isOwned(owner)) continue;
      const isSpam = event.action !== 'no action';
      this.#cohorts[owner]?.heard(this.#hashOf(address), Math.floor(atMs / DAY_MS), { isSpam, atMs });
    }
  }

  advance({ atMs }: ForesightFacts): void {
    this.#atMs = atMs;
    for (const cohort of this.#cohorts) cohort.turn(Math.floor(atMs / DAY_MS));
    // Counting cohorts is not free, and they change slowly.
    if (atMs - this.#viewedMs < 60_000 && atMs >= this.#viewedMs) return;
    this.#viewedMs = atMs;
    const views = this.#cohorts.flatMap((cohort, i) => {
      const tenant = this.#deps.directory.tenants[i];
      const view = cohort.view();
      return tenant && view.size + view.hits > 0 ? [toldOf(tenant, view)] : [];
    });
    const rank = ({ state }: CanaryStoreView) => (state === 'hit' ? 0 : 1);
    this.#view = views.sort((a, b) => rank(a) - rank(b) || b.size - a.size).slice(0, TOLD);
  }

  view(): readonly CanaryStoreView[] {
    return this.#view;
  }

  dropped(): Readonly<Record<string, number>> {
    const dropped = this.#cohorts.reduce((sum, cohort) => sum + cohort.dropped, 0);
    return { 'addresses outside of the sample': dropped };
  }

  takeKept(isLast = false): string | undefined {
    this.#keptMs ??= this.#atMs;
    if (!isLast && this.#atMs - this.#keptMs < KEEP_MS) return undefined;
    this.#keptMs = this.#atMs;
    const { tenants } = this.#deps.directory;
    return JSON.stringify(
      Object.fromEntries(this.#cohorts.map((cohort, i) => [tenants[i]?.id ?? '', cohort.save()])),
    );
  }

  /** Six bytes; who it was cannot be told from it. */
  #hashOf(address: string): number {
    const known = this.#hashes.get(address);
    if (known !== undefined) return known;
    if (this.#hashes.size >= CACHE) this.#hashes.clear();
    const digest = createHmac('sha256', this.#deps.salt).update(address.toLowerCase()).digest();
    const hash = digest.readUIntLE(0, 6);
    this.#hashes.set(address, hash);
    return hash;
  }
}

function toldOf(
  { id, name }: { readonly id: string; readonly name: string },
  view: CohortView,
): CanaryStoreView {
  const { size, hits, firstHitMs, lastHitMs, p, state } = view;
  return {
    ...{
      store: name,
      kind: 'clean',
      size: size + hits,
      hits,
      distinctHits: hits,
      firstHitMs,
      lastHitMs,
      p,
      state,
    },
    ...{ tenants: [id], campaigns: [], text: textOf(name, view) },
  };
}

function textOf(name: string, { size, share, hits, usual, state }: CohortView): string {
  const sample = share < 1 ? `, a sample of 1 in ${Math.round(1 / share)}` : '';
  const what = `${size + hits} addresses without spam for ${CLEAN_DAYS} days or more${sample}`;
  if (state === 'insufficient' || usual === null)
    return `${name}: ${what}: too few, or too young, to say anything`;
  const now = `${name}: ${hits} of ${what}, had their first spam today, usual are ${usual < 10 ? usual.toFixed(1) : Math.round(usual)}`;
  return state === 'hit' ? `${now}; look: somebody may have got hold of a list` : now;
}
