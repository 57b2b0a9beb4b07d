/** Mail of one kind, from the first of it on; a campaign once there is enough of it. */
import { maskAddress, maskText } from '../../../history/journal/mask.ts';
import { MinuteRing } from './minute-ring.ts';
import { Distinct } from './distinct.ts';
import { Profile } from './profile.ts';
import type { HashOf, Mail } from './types.ts';

/** Sources whose silence would be mistaken for the end of it. */
const MAX_SOURCES = 16;
/** Recipients of one message that are looked at; the filter's log names eight. */
const MAX_RECIPIENTS = 100;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const HEX_GROUP = 4;
const V6_GROUPS = 3;

/** One of them, addresses masked. */
export interface Sample {
  readonly atMs: number;
  readonly from: string;
  readonly to: string;
  readonly subject: string | null;
  readonly symbols: readonly string[];
}

/** What it is at the moment. `quietMs`: nothing of it for so long while its sources told of other mail. */
export interface Life {
  state: 'running' | 'stopped' | 'returned';
  quietMs: number;
  longestGapMs: number;
  /** Messages since it stopped, and when the first of them came. */
  backCount: number;
  backSinceMs: number;
}

export class Nucleus {
  readonly id: string;
  readonly profile = new Profile();
  firstSeenMs: number;
  lastSeenMs: number;
  messages = 0;
  /** Called spam by the filter. */
  spam = 0;
  isCampaign = false;
  /** Some of its mail had more recipients than were named. */
  isToCut = false;
  recipients = new Distinct();
  networks = new Distinct();
  readonly verdicts: Record<string, number> = {};
  /** By place of the tenant. */
  readonly tenants = new Map<number, number>();
  /** Source → when it last told of this mail. */
  readonly sources = new Map<string, number>();
  /** Sizes by half-octave. */
  readonly sizes = new Map<number, number>();
  readonly recent = new MinuteRing();
  readonly recentSpam = new MinuteRing();
  readonly life: Life = { state: 'running', quietMs: 0, longestGapMs: 0, backCount: 0, backSinceMs: 0 };
  sample: Sample | null = null;
  canaryHits = 0;
  cleanHits = 0;
  merged: string[] = [];
  /** Messages per ms before a restart, until there are new ones. */
  keptPerMs = 0;
  /** It turned out to be another one. */
  mergedInto: Nucleus | null = null;
  /** Something is to be kept that is not yet. */
  isChanged = true;

  constructor(id: string, firstSeenMs: number) {
    this.id = id;
    this.firstSeenMs = firstSeenMs;
    this.lastSeenMs = firstSeenMs;
  }

  add(mail: Mail, features: readonly string[], hashOf: HashOf): void {
    const { atMs, action, call, looks, owners, source } = mail;
    this.profile.add(features);
    this.messages += 1;
    this.isChanged = true;
    this.recent.add(atMs);
    if (call === 'spam') {
      this.spam += 1;
      this.recentSpam.add(atMs);
    }
    this.verdicts[action] = (this.verdicts[action] ?? 0) + 1;
    for (const owner of owners) this.tenants.set(owner, (this.tenants.get(owner) ?? 0) + 1);
    this.#noteTime(atMs);
    if (this.sources.size < MAX_SOURCES || this.sources.has(source)) this.sources.set(source, atMs);
    this.#noteParties(mail, hashOf);
    if (looks.sizeBytes !== null) {
      const size = Math.floor(2 * Math.log2(Math.max(1, looks.sizeBytes)));
      this.sizes.set(size, (this.sizes.get(size) ?? 0) + 1);
    }
    if (this.sample === null || (call === 'spam' && this.spam === 1)) this.sample = sampleOf(mail);
  }

  /** Takes everything over from one that is the same. */
  absorb(other: Nucleus): void {
    this.profile.absorb(other.profile);
    this.messages += other.messages;
    this.spam += other.spam;
    this.firstSeenMs = Math.min(this.firstSeenMs, other.firstSeenMs);
    this.lastSeenMs = Math.max(this.lastSeenMs, other.lastSeenMs);
    this.isToCut ||= other.isToCut;
    this.recipients.absorb(other.recipients);
    this.networks.absorb(other.networks);
    this.recent.absorb(other.recent);
    this.recentSpam.absorb(other.recentSpam);
    for (const [action, n] of Object.entries(other.verdicts))
      this.verdicts[action] = (this.verdicts[action] ?? 0) + n;
    for (const [owner, n] of other.tenants) this.tenants.set(owner, (this.tenants.get(owner) ?? 0) + n);
    for (const [size, n] of other.sizes) this.sizes.set(size, (this.sizes.get(size) ?? 0) + n);
    for (const [source, atMs] of other.sources)
      this.sources.set(source, Math.max(atMs, this.sources.get(source) ?? 0));
    this.canaryHits += other.canaryHits;
    this.cleanHits += other.cleanHits;
    this.life.quietMs = Math.min(this.life.quietMs, other.life.quietMs);
    this.merged = [...this.merged, ...(other.isCampaign ? [other.id] : []), ...other.merged];
    this.sample ??= other.sample;
    this.isChanged = true;
    other.mergedInto = this;
  }

  #noteParties({ to, isToCut, clientIp }: Mail, hashOf: HashOf): void {
    if (isToCut || to.length > MAX_RECIPIENTS) this.isToCut = true;
    for (const each of to.slice(0, MAX_RECIPIENTS)) this.recipients.add(hashOf(each.toLowerCase()));
    if (clientIp !== null) this.networks.add(hashOf(networkOf(clientIp)));
  }

  #noteTime(atMs: number): void {
    const { life } = this;
    if (life.state === 'stopped') {
      if (life.backCount === 0) life.backSinceMs = atMs;
      life.backCount += 1;
    } else if (this.messages > 1) life.longestGapMs = Math.max(life.longestGapMs, life.quietMs);
    life.quietMs = 0;
    this.firstSeenMs = Math.min(this.firstSeenMs, atMs);
    this.lastSeenMs = Math.max(this.lastSeenMs, atMs);
  }
}

/** Messages per ms in the hour before it was last seen. */
export function paceOf({ recent, firstSeenMs, lastSeenMs, keptPerMs }: Nucleus): number {
  const messages = recent.sum(lastSeenMs);
  if (messages === 0) return keptPerMs;
  return messages / Math.min(HOUR_MS, Math.max(MINUTE_MS, lastSeenMs - firstSeenMs));
}

/** What it is by now, if it was found to be another. */
export function currentOf(nucleus: Nucleus): Nucleus {
  let current = nucleus;
  while (current.mergedInto) current = current.mergedInto;
  return current;
}

function sampleOf({ atMs, from, to, looks }: Mail): Sample {
  const { subject = null, symbols } = looks.findings;
  const masked = subject === null ? null : maskText(subject);
  return { atMs, from: maskAddress(from), to: maskAddress(to[0] ?? ''), subject: masked, symbols };
}

/** The /24 of an IPv4 address, the /48 of an IPv6 one. */
export function networkOf(ip: string): string {
  if (!ip.includes(':')) return ip.slice(0, ip.lastIndexOf('.'));
  const [head = ''] = ip.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const first = [...groups, '0', '0', '0'].slice(0, V6_GROUPS);
  return first.map((group) => group.toLowerCase().padStart(HEX_GROUP, '0')).join(':');
}
