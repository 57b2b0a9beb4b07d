/** A campaign as screens and the API are told of it. */
import type { CampaignView } from '../../../../shared/foresight.ts';
import type { Tenant } from '../../../attribute/tenants-file.ts';
import type { Nucleus } from './nucleus.ts';
import { titleOf, traitsOf } from './words.ts';

/** Tenants and swallowed campaigns that are named; messages are counted for all. */
const MAX_TENANTS = 50;
const MAX_MERGED = 20;
/** So much of a campaign's mail is not known to be of it, at most: what came first and passed, what looks too unlike. */
const MISSED_SHARE = 0.04;
const NO_SAMPLE: CampaignView['sample'] = { atMs: 0, from: '', to: '', subject: null, symbols: [] };

/** The tenants most hit first. */
export function campaignView(nucleus: Nucleus, tenants: readonly Tenant[]): CampaignView {
  const { id, firstSeenMs, lastSeenMs, life, messages, verdicts, canaryHits, cleanHits, merged, sample } =
    nucleus;
  const { low, high } = nucleus.recipients.bounds();
  const hit = [...nucleus.tenants].sort(([, a], [, b]) => b - a).slice(0, MAX_TENANTS);
  return {
    ...{ id, title: titleOf(nucleus), firstSeenMs, lastSeenMs, state: life.state, messages },
    recipients: {
      low,
      high: nucleus.isToCut || high === null ? null : Math.ceil(high * (1 + MISSED_SHARE)),
    },
    tenants: hit.flatMap(([place, n]) => {
      const tenant = tenants[place];
      return tenant ? [{ id: tenant.id, name: tenant.name, messages: n }] : [];
    }),
    verdicts: { ...verdicts },
    senderNetworks: nucleus.networks.estimate(),
    traits: traitsOf(nucleus),
    sample: sample ?? NO_SAMPLE,
    ...{ canaryHits, cleanHits, merged: merged.slice(-MAX_MERGED) },
  };
}
