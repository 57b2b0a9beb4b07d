import { z } from 'zod';
import { jsonOf } from '../../../base/json.ts';
import { type CanaryFile, canaryHash } from '../../../base/canary-file.ts';
import { isOwned } from '../../../aggregate/scope.ts';
import type { Books } from '../../../aggregate/books.ts';
import type { MailEvent } from '../../../collect/event.ts';
import type { CampaignsPart } from '../campaigns/part.ts';
import type { ForesightViews } from '../engine.ts';
import type { ForesightFacts, ForesightPart } from '../types.ts';
import { type CanaryHit, CanaryStore } from './book.ts';
import { OpenHits } from './open-hits.ts';

const Kept = z.record(
  z.string(),
  z.array(
    z.strictObject({
      ...{ hash: z.string(), atMs: z.number(), network: z.string() },
      ...{ tenant: z.string().nullable(), campaign: z.string().nullable() },
    }),
  ),
);
/** Addresses whose hash is remembered: most mail goes to the same ones. */
const CACHE = 50_000;

export interface CanaryDeps {
  readonly file: CanaryFile;
  readonly books: () => Books;
  /** To which campaign a mail belongs, and who is told that it hit. */
  readonly campaigns?: Pick<CampaignsPart, 'campaignOf' | 'noteHit' | 'named'>;
}

/** Listens for mail to addresses that nobody should know. `kept`: what `takeKept` gave. */
export function createCanariesPart(
  deps: CanaryDeps,
  kept?: string,
): ForesightPart<ForesightViews['canaries']> {
  return new Canaries(deps, kept);
}

class Canaries implements ForesightPart<ForesightViews['canaries']> {
  readonly #deps: CanaryDeps;
  readonly #stores: readonly CanaryStore[];
  readonly #byHash = new Map<string, CanaryStore>();
  readonly #hashes = new Map<string, string>();
  readonly #open: OpenHits | null;
  #view: ForesightViews['canaries'] = [];
  #isChanged = false;

  constructor(deps: CanaryDeps, kept?: string) {
    this.#deps = deps;
    this.#open = deps.campaigns ? new OpenHits(deps.campaigns) : null;
    const hits = Kept.safeParse(kept === undefined ? {} : jsonOf(kept)).data ?? {};
    this.#stores = deps.file.stores.map(({ store, kind, since, hashes }) => {
      const made = new CanaryStore(
        { store, kind, size: hashes.length, sinceMs: Date.parse(since) },
        hits[`${store} ${kind}`] ?? [],
      );
      for (const hash of hashes) this.#byHash.set(hash, made);
      return made;
    });
  }

  event(event: MailEvent): void {
    if (event.kind === 'attempt') return this.#look(event.to, event.queueId, event);
    if (event.kind === 'rejected') {
      if (event.to !== undefined) this.#look(event.to, event.queueId ?? '', event);
      return;
    }
    if (event.kind !== 'verdict') return;
    for (const to of event.to) this.#look(to, event.queueId ?? '', event);
  }

  advance({ atMs }: ForesightFacts): void {
    if (this.#open?.settle(atMs)) this.#isChanged = true;
    const { campaigns } = this.#deps;
    this.#view = this.#stores.map((store) => store.view(atMs, (id) => campaigns?.named(id) ?? null));
  }

  view(): ForesightViews['canaries'] {
    return this.#view;
  }

  dropped(): Readonly<Record<string, number>> {
    return { 'hits whose campaign is not asked for any more': this.#open?.dropped ?? 0 };
  }

  takeKept(): string | undefined {
    if (!this.#isChanged) return undefined;
    this.#isChanged = false;
    return JSON.stringify(
      Object.fromEntries(this.#stores.map((store) => [`${store.store} ${store.kind}`, store.hits()])),
    );
  }

  #look(address: string, queueId: string, event: MailEvent): void {
    if (this.#byHash.size === 0) return;
    const hash = this.#hashOf(address);
    const store = this.#byHash.get(hash);
    if (!store) return;
    const isSpam = event.kind === 'verdict' && event.action !== 'no action';
    const campaign = this.#deps.campaigns?.campaignOf(queueId, address) ?? null;
    // Living people get mail; only spam says that their address is out.
    if (store.kind === 'lives-here' && !isSpam && campaign === null) return;
    const hit: CanaryHit = {
      ...{ hash, campaign, atMs: event.atMs },
      network: networkOf(this.#clientOf(event, queueId)),
      tenant: this.#tenantOf(address),
    };
    const ids = [queueId, event.kind === 'verdict' ? event.messageId : ''].filter((id) => id !== '');
    const kind = store.kind === 'planted' ? ('canary' as const) : ('clean' as const);
    if (!store.hit(hit)) return this.#open?.addIds(hit, ids);
    this.#isChanged = true;
    this.#open?.add({ hit, ids, address, kind });
  }

  #clientOf(event: MailEvent, queueId: string): string {
    const own = 'clientIp' in event ? event.clientIp : undefined;
    return own ?? this.#deps.books().ledger.peek(event.host, queueId)?.clientIp ?? '';
  }

  #tenantOf(address: string): string | null {
    const { directory } = this.#deps.books();
    const owner = directory.ownerOfAddress(address);
    return isOwned(owner) ? (directory.tenants[owner]?.id ?? null) : null;
  }

  #hashOf(address: string): string {
    const known = this.#hashes.get(address);
    if (known !== undefined) return known;
    if (this.#hashes.size >= CACHE) this.#hashes.clear();
    const hash = canaryHash(this.#deps.file.salt, address);
    this.#hashes.set(address, hash);
    return hash;
  }
}

/** /24 of IPv4, /48 of IPv6; senders move within it. */
export function networkOf(ip: string): string {
  if (ip.includes(':')) return `${ip.split(':').slice(0, 3).join(':')}::/48`;
  const parts = ip.split('.');
  return parts.length === 4 ? `${parts.slice(0, 3).join('.')}.0/24` : ip;
}
