/** Campaigns as they are kept over a restart: no addresses but as salted hashes, the sample masked. */
import { z } from 'zod';
import { jsonOf } from '../../../base/json.ts';
import { Distinct } from './distinct.ts';
import { Nucleus, paceOf } from './nucleus.ts';
import type { SavedWords } from './vocabulary.ts';

/** Campaigns kept, at most. */
export const MAX_KEPT = 64;

const Count = z.number().nonnegative();
const Hashes = z.union([z.string().max(8_192), z.array(z.number().int().nonnegative()).max(2_048)]);
const SavedCampaign = z.object({
  id: z.string().max(32),
  firstSeenMs: z.number(),
  lastSeenMs: z.number(),
  messages: Count,
  spam: Count,
  isToCut: z.boolean(),
  state: z.enum(['running', 'stopped', 'returned']),
  quietMs: Count,
  longestGapMs: Count,
  perMs: Count,
  recipients: Hashes,
  networks: Hashes,
  verdicts: z.record(z.string(), Count),
  /** Tenant id → messages. */
  tenants: z.record(z.string(), Count),
  sources: z.array(z.tuple([z.string(), z.number()])).max(64),
  sizes: z.array(z.tuple([z.number(), Count])).max(256),
  profile: z.object({ mails: Count, counts: z.array(z.tuple([z.string(), Count])).max(256) }),
  sample: z
    .object({
      atMs: z.number(),
      from: z.string(),
      to: z.string(),
      subject: z.string().nullable(),
      symbols: z.array(z.string()).max(64),
    })
    .nullable(),
  canaryHits: Count,
  cleanHits: Count,
  merged: z.array(z.string()).max(256),
});
type SavedCampaign = z.infer<typeof SavedCampaign>;
const Words = z.object({ mails: Count, words: z.array(z.tuple([z.string().max(64), Count])).max(1_024) });
const Saved = z.object({
  version: z.literal(1),
  campaigns: z.array(z.unknown()).max(MAX_KEPT),
  words: z.unknown(),
});

/** The text of these campaigns and of how rare the filter's rules are; `idOf`: id of the tenant at a place. */
export function saveCampaigns(
  campaigns: readonly Nucleus[],
  words: SavedWords,
  idOf: (owner: number) => string | undefined,
): string {
  const saved = campaigns.slice(0, MAX_KEPT).map((each) => save(each, idOf));
  return JSON.stringify({ version: 1, campaigns: saved, words });
}

/** What the text holds; of a damaged one, what is whole. */
export function restoreCampaigns(
  text: string | undefined,
  placeOf: (id: string) => number | undefined,
): { readonly campaigns: readonly Nucleus[]; readonly words: SavedWords | null } {
  const saved = text === undefined ? undefined : Saved.safeParse(jsonOf(text)).data;
  const campaigns = (saved?.campaigns ?? []).flatMap((each) => {
    const campaign = SavedCampaign.safeParse(each);
    return campaign.success ? [restore(campaign.data, placeOf)] : [];
  });
  return { campaigns, words: Words.safeParse(saved?.words).data ?? null };
}

function save(nucleus: Nucleus, idOf: (owner: number) => string | undefined): SavedCampaign {
  const { id, firstSeenMs, lastSeenMs, messages, spam, isToCut, life, sample, canaryHits, cleanHits } =
    nucleus;
  const tenants = [...nucleus.tenants].flatMap(([owner, n]) => {
    const tenant = idOf(owner);
    return tenant === undefined ? [] : [[tenant, n] as const];
  });
  const { mails, counts } = nucleus.profile.save();
  return {
    ...{
      id,
      firstSeenMs,
      lastSeenMs,
      messages,
      spam,
      isToCut,
      sample: sample && { ...sample, symbols: [...sample.symbols] },
    },
    ...{
      state: life.state,
      quietMs: life.quietMs,
      longestGapMs: life.longestGapMs,
      perMs: paceOf(nucleus),
      canaryHits,
      cleanHits,
    },
    recipients: copied(nucleus.recipients.save()),
    networks: copied(nucleus.networks.save()),
    verdicts: { ...nucleus.verdicts },
    tenants: Object.fromEntries(tenants),
    sources: [...nucleus.sources],
    sizes: [...nucleus.sizes],
    profile: { mails, counts: counts.map(([name, n]) => [name, n]) },
    merged: nucleus.merged.slice(0, 256),
  };
}

function restore(saved: SavedCampaign, placeOf: (id: string) => number | undefined): Nucleus {
  const nucleus = new Nucleus(saved.id, saved.firstSeenMs);
  const { lastSeenMs, messages, spam, isToCut, sample, canaryHits, cleanHits } = saved;
  Object.assign(nucleus, { lastSeenMs, messages, spam, isToCut, sample, canaryHits, cleanHits });
  const { state, quietMs, longestGapMs } = saved;
  Object.assign(nucleus.life, { state, quietMs, longestGapMs });
  Object.assign(nucleus.verdicts, saved.verdicts);
  nucleus.keptPerMs = saved.perMs;
  nucleus.isCampaign = true;
  nucleus.isChanged = false;
  nucleus.recipients = Distinct.from(saved.recipients);
  nucleus.networks = Distinct.from(saved.networks);
  for (const [id, n] of Object.entries(saved.tenants)) {
    const place = placeOf(id);
    if (place !== undefined) nucleus.tenants.set(place, n);
  }
  for (const [source, atMs] of saved.sources) nucleus.sources.set(source, atMs);
  for (const [size, n] of saved.sizes) nucleus.sizes.set(size, n);
  nucleus.profile.restore(saved.profile);
  nucleus.merged = saved.merged;
  return nucleus;
}

function copied(saved: string | readonly number[]): string | number[] {
  return typeof saved === 'string' ? saved : [...saved];
}
