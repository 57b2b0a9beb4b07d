/** Hits whose campaign is not settled: the log of a mail comes before the filter's word, and it takes some mail to make a campaign. */
import type { CampaignsPart } from '../campaigns/part.ts';
import { LOOKUP_MS } from '../campaigns/lookups.ts';
import type { CanaryHit } from './book.ts';

const MAX_OPEN = 1_000;

/** `ids`: queue and message ids under which the mail may be known; `address` is forgotten with the entry. */
export interface OpenHit {
  readonly hit: CanaryHit;
  readonly ids: readonly string[];
  readonly address: string;
  readonly kind: 'canary' | 'clean';
}

type Campaigns = Pick<CampaignsPart, 'campaignOf' | 'noteHit'>;
interface Open extends Omit<OpenHit, 'ids'> {
  ids: readonly string[];
  isNoted: boolean;
}

/** Asks for the campaign of each hit for as long as its mail can be asked for. */
export class OpenHits {
  readonly #campaigns: Campaigns;
  #open: Open[] = [];
  #isChanged = false;
  /** Hits that had to go for want of room. */
  dropped = 0;

  constructor(campaigns: Campaigns) {
    this.#campaigns = campaigns;
  }

  add(entry: OpenHit): void {
    const open = { ...entry, isNoted: false };
    this.#open.push(open);
    this.#ask(open);
    if (this.#open.length <= MAX_OPEN) return;
    this.#open.shift();
    this.dropped += 1;
  }

  /** The same hit, told of by another source under more ids. */
  addIds({ hash, network }: CanaryHit, ids: readonly string[]): void {
    const open = this.#open.find(({ hit }) => hit.hash === hash && hit.network === network);
    if (!open) return;
    open.ids = [...new Set([...open.ids, ...ids])];
    this.#ask(open);
  }

  /** Whether any hit has got a campaign, or another one, since this was last asked. */
  settle(nowMs: number): boolean {
    for (const open of this.#open) this.#ask(open);
    this.#open = this.#open.filter(({ hit }) => nowMs - hit.atMs <= LOOKUP_MS);
    const isChanged = this.#isChanged;
    this.#isChanged = false;
    return isChanged;
  }

  #ask(open: Open): void {
    const { hit, ids, address, kind } = open;
    open.isNoted ||= ids.some((id) => this.#campaigns.noteHit(id, address, kind));
    const campaign = ids.map((id) => this.#campaigns.campaignOf(id, address)).find((id) => id !== null);
    if (campaign === undefined || campaign === hit.campaign) return;
    hit.campaign = campaign;
    this.#isChanged = true;
  }
}
