/** Nights like that of 2007: which store leaked, and which campaign is tied to it. */
import { createDirectory } from '../../../server/attribute/directory.ts';
import type { MailEvent } from '../../../server/collect/event.ts';
import { createCampaignsPart } from '../../../server/detect/foresight/campaigns/part.ts';
import { createCanariesPart } from '../../../server/detect/foresight/canaries/part.ts';
import type { CampaignView, CanaryStoreView } from '../../../shared/foresight.ts';
import { Claims, clockOf, liveNight, momentOf, type Night, type NightScore, type Spread } from './night.ts';

const MINUTE_MS = 60_000;
/** From the second hit on. */
const NAMED_WITHIN_MS = 5 * MINUTE_MS;
const OFFSET = '+01:00';
const BEGAN = '2007-05-13T16:30:00+01:00';
const ENDED = '2007-05-13T19:00:00+01:00';
const MINUTES = 165;

/** At any hour, half to twice as fast. */
export const LEAK_SPREAD: Spread = { hours: [-12, 12], scale: [0.5, 2], volume: [0.05, 0.1] };

/** Counted by itself: only planted addresses are twenty hexadecimal digits, only mail of the campaign has its rule. */
class LeakTruth {
  readonly #written = new Set<string>();
  readonly recipients = new Set<string>();
  secondHitMs: number | null = null;
  firstMs: number | null = null;
  lastMs = 0;
  messages = 0;

  hear(event: MailEvent): void {
    const to = 'to' in event ? [event.to ?? []].flat() : [];
    for (const address of to) if (/^[0-9a-f]{20}@/.test(address)) this.#written.add(address);
    if (this.#written.size >= 2) this.secondHitMs ??= event.atMs;
    if (event.kind !== 'verdict' || !event.findings?.symbols.includes('HTML_SHORT_LINK_IMG_1')) return;
    this.firstMs ??= event.atMs;
    this.lastMs = event.atMs;
    this.messages += 1;
    for (const address of event.to) this.recipients.add(address);
  }
}

export function judgeLeak(night: Night): NightScore {
  const truth = new LeakTruth();
  const claims = new Claims();
  const seen = {
    namedMs: null as number | null,
    tiedMs: null as number | null,
    others: new Set<string>(),
    most: 0,
  };
  const views = { stores: [] as readonly CanaryStoreView[], campaigns: [] as readonly CampaignView[] };
  liveNight(
    {
      ...{ scenario: 'leak-2007', night, minutes: MINUTES },
      parts: ({ tenants, simulation, pipeline }) => {
        const campaigns = createCampaignsPart({ directory: createDirectory(tenants), salt: 'salt' });
        const canaries = createCanariesPart({
          ...{ file: simulation.canaries, books: () => pipeline.books, campaigns },
        });
        const watch = {
          event: (event: MailEvent) => truth.hear(event),
          advance: () => {
            views.stores = canaries.view();
            views.campaigns = campaigns.view().list;
          },
          view: () => null,
        };
        return [campaigns, canaries, watch];
      },
    },
    ({ atMs }) => {
      for (const { store, state, campaigns } of views.stores) {
        if (store !== 'webmail' && state !== 'quiet') seen.others.add(store);
        if (store !== 'webmail') continue;
        if (state === 'leaked') seen.namedMs ??= atMs;
        if (campaigns.length > 0) seen.tiedMs ??= atMs;
      }
      seen.most = Math.max(seen.most, views.campaigns.length);
    },
  );
  judge(night, { truth, claims, ...seen, ...views });
  return { night, claims: claims.scores() };
}

interface LeakSeen {
  readonly truth: LeakTruth;
  readonly claims: Claims;
  readonly namedMs: number | null;
  readonly tiedMs: number | null;
  readonly others: ReadonlySet<string>;
  readonly most: number;
  readonly stores: readonly CanaryStoreView[];
  readonly campaigns: readonly CampaignView[];
}

const timeOf = (atMs: number | null) => (atMs === null ? 'never' : clockOf(atMs, OFFSET));

function judge(night: Night, seen: LeakSeen): void {
  const { truth, claims, namedMs, others, stores, campaigns, most } = seen;
  const { secondHitMs } = truth;
  claims.ask('no other store is named', others.size === 0, () => [...others].join());
  if (secondHitMs === null) return;
  claims.ask(
    'the store is named within 5 min of the second hit',
    namedMs !== null && namedMs - secondHitMs <= NAMED_WITHIN_MS,
    () => `named ${timeOf(namedMs)}, second hit ${timeOf(secondHitMs)}`,
  );
  const tied = stores.find(({ store }) => store === 'webmail')?.campaigns ?? [];
  const [campaign] = campaigns.filter(({ id }) => tied.includes(id));
  claims.ask(
    'the campaign, pictures, is tied to the store',
    tied.length === 1 && campaign !== undefined && campaign.title.startsWith('image'),
    () => `tied to ${tied.length} of ${campaigns.map(({ title }) => title).join(' | ') || 'no campaign'}`,
  );
  claims.ask('there is never a second campaign', most <= 1, () => `${most} at once`);
  if (campaign) judgeCampaign(night, campaign, seen);
}

function judgeCampaign(night: Night, campaign: CampaignView, { truth, claims }: LeakSeen): void {
  const { firstSeenMs, lastSeenMs, messages, recipients } = campaign;
  const began = truth.firstMs ?? Infinity;
  claims.ask(
    'it is told from the first to the last of its mail',
    firstSeenMs >= momentOf(night, BEGAN) &&
      firstSeenMs - began <= 5 * MINUTE_MS &&
      lastSeenMs <= momentOf(night, ENDED) + MINUTE_MS &&
      truth.lastMs - lastSeenMs <= MINUTE_MS,
    () => `${timeOf(firstSeenMs)} to ${timeOf(lastSeenMs)}, was ${timeOf(began)} to ${timeOf(truth.lastMs)}`,
  );
  claims.ask(
    'its messages are counted within 2 %',
    Math.abs(messages - truth.messages) <= Math.max(2, 0.02 * truth.messages),
    () => `${messages}, were ${truth.messages}`,
  );
  const { low, high } = recipients;
  claims.ask(
    'its range of recipients holds the true count',
    truth.recipients.size >= low && truth.recipients.size <= (high ?? Infinity),
    () => `${low} to ${high}, were ${truth.recipients.size}`,
  );
}
