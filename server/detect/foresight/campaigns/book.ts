/** Which mail is of one kind: nuclei, found again by exact looks or by likeness, merged when they turn out to be one. */
import { Candidates } from './candidates.ts';
import { bitsOf, featuresOf, isIdentity, isSubject, type Looks } from './features.ts';
import { LooksMemory } from './looks-memory.ts';
import { currentOf, Nucleus } from './nucleus.ts';
import type { Weighing } from './profile.ts';
import type { HashOf, Mail } from './types.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Kinds held at a time. */
const MAX_NUCLEI = 1_024;
/** A mail is of a kind from this likeness on; one that the filter saw nothing in has to be more alike. */
export const SAME = 0.68;
const SAME_CLEAN = 0.78;
/** Two kinds are one from here on. */
const ONE = 0.72;
/** What would become a campaign beside one that it is so much like is that one in another form: other parts, a filter that has learnt. */
const VARIANT = 0.55;
/** Kinds are looked up by features that say at least so much and that so many of their mails have. */
const TELLING_BITS = 1.5;
/** From so many mails on it is among the first that are looked at. */
const GROWN_FROM = 3;
const POSTED_SHARE = 0.3;
const POSTED_EVERY = 32;
const POSTED_AT: ReadonlySet<number> = new Set([1, GROWN_FROM, 8]);
const MAX_CANDIDATES = 8;
/** A kind that shares less than this part of what tells is not alike enough. */
const SHARED_PART = 0.4;
/** Kinds with fewer mails are not compared with each other. */
const MERGED_FROM = 4;
/** A kind that nothing came of is forgotten after so long; a larger one later. */
const FORGET_SMALL_MS = 30 * 60_000;
const FORGET_MS = 3 * 3_600_000;
const SMALL = 5;
/** So many mails that differ in nothing but their subjects, no two with the same: subjects are made up. */
const MADE_UP_FROM = 4;

export class CampaignBook {
  readonly nuclei = new Set<Nucleus>();
  /** Kinds that had to go for want of room. */
  forgotten = 0;
  readonly #words: Vocabulary;
  readonly #hashOf: HashOf;
  readonly #weighing: Weighing;
  readonly #grown = new Candidates();
  readonly #young = new Candidates();
  readonly #looks = new LooksMemory();
  #opened = 0;

  constructor(words: Vocabulary, hashOf: HashOf) {
    this.#words = words;
    this.#hashOf = hashOf;
    this.#weighing = { bits: (feature) => bitsOf(feature, words), isIdentity, isSubject };
  }

  /**
   * Puts a mail to its kind; null: it is of none. A kind begins only with mail that the filter called spam or was unsure of, so
   * that no newsletter begins one; mail that it let pass counts where a campaign of its looks is known, as most of one passes at
   * first.
   */
  take(mail: Mail): Nucleus | null {
    const { looks, call, atMs } = mail;
    if (call === 'clean') return this.#takeClean(mail);
    const nucleus = this.#known(looks.key, atMs) ?? this.#find(mail) ?? this.#open(atMs, looks.key);
    this.#looks.remember(looks.key, { nucleus, atMs });
    this.#join(nucleus, mail);
    return nucleus;
  }

  /** Merges what is one by now; `gone` has been taken over by the other. */
  merge(nowMs: number): readonly { readonly kept: Nucleus; readonly gone: Nucleus }[] {
    const done: { kept: Nucleus; gone: Nucleus }[] = [];
    for (const nucleus of [...this.nuclei]) {
      const isIdle = nowMs - nucleus.lastSeenMs > FORGET_SMALL_MS;
      if (nucleus.mergedInto || nucleus.messages < MERGED_FROM || isIdle) continue;
      this.#post(nucleus);
      const other = this.#likest(nucleus, ONE);
      if (!other) continue;
      const [kept, gone] = elderFirst(nucleus, other);
      this.#absorb(kept, gone);
      done.push({ kept, gone });
    }
    return done;
  }

  /** Whether it is taken over by a campaign of which it is a variant, of those that `isWanted`. */
  joinsCampaign(nucleus: Nucleus, isWanted: (campaign: Nucleus) => boolean = () => true): boolean {
    this.#post(nucleus);
    const campaign = this.#likest(nucleus, VARIANT, (other) => other.isCampaign && isWanted(other));
    if (campaign) this.#absorb(campaign, nucleus);
    return campaign !== undefined;
  }

  /** Forgets kinds that nothing came of. */
  forget(nowMs: number): void {
    for (const nucleus of this.nuclei) {
      const limit = nucleus.messages < SMALL ? FORGET_SMALL_MS : FORGET_MS;
      if (!nucleus.isCampaign && nowMs - nucleus.lastSeenMs > limit) this.remove(nucleus);
    }
  }

  /** Takes in one that was kept. */
  adopt(nucleus: Nucleus): void {
    this.nuclei.add(nucleus);
    this.#post(nucleus);
  }

  remove(nucleus: Nucleus): void {
    this.nuclei.delete(nucleus);
    this.#grown.remove(nucleus);
    this.#young.remove(nucleus);
  }

  /** Bits that tell this kind from other mail: of what most of it has, sizes left out. */
  specificity(nucleus: Nucleus): number {
    let bits = 0;
    for (const [feature] of nucleus.profile.features(0.6))
      if (!/^[zy]:/.test(feature)) bits += bitsOf(feature, this.#words);
    return bits;
  }

  /** Clean mail joins campaigns only, and only where such mail was not usual before. */
  #takeClean(mail: Mail): Nucleus | null {
    const { looks, atMs } = mail;
    const known = this.#known(looks.key, atMs);
    const nucleus = known === undefined ? this.#findClean(looks) : known;
    if (known === undefined) this.#looks.remember(looks.key, { nucleus, atMs });
    if (!nucleus?.isCampaign || this.#looks.isUsual(looks.key, nucleus.firstSeenMs)) {
      this.#looks.noteClean(looks.key, atMs);
      return null;
    }
    this.#join(nucleus, mail);
    return nucleus;
  }

  /** What mail of exactly these looks is by now. Null: of no kind; undefined: not known, or of one that is forgotten. */
  #known(key: number, atMs: number): Nucleus | null | undefined {
    const known = this.#looks.kindOf(key, atMs);
    const nucleus = known && currentOf(known);
    return nucleus && !this.nuclei.has(nucleus) ? undefined : nucleus;
  }

  #findClean(looks: Looks): Nucleus | null {
    const features = featuresOf(looks, this.#words);
    const search = this.#searchFor(features);
    const campaigns = this.#grown.of(search.telling, search).filter(({ isCampaign }) => isCampaign);
    return this.#nearest(this.#fitting(campaigns, features), features, SAME_CLEAN);
  }

  #find({ looks }: Mail): Nucleus | null {
    const features = featuresOf(looks, this.#words);
    const search = this.#searchFor(features);
    const grown = this.#fitting(this.#grown.of(search.telling, search), features);
    const best = this.#nearest(grown, features, SAME);
    if (best) return best;
    const young = this.#young.of(search.telling, search);
    return this.#nearest(this.#fitting(young, features), features, SAME) ?? this.#madeUp(young, features);
  }

  /** Kinds whose subjects are not others. */
  #fitting(nuclei: readonly Nucleus[], features: readonly string[]): readonly Nucleus[] {
    return nuclei.filter(({ profile }) => profile.fitsSubject(features, this.#weighing));
  }

  /** Single mails that differ in nothing but the subject, as one; null: there are too few of them to say so. */
  #madeUp(young: readonly Nucleus[], features: readonly string[]): Nucleus | null {
    const kind = features.filter((feature) => !isIdentity(feature));
    const singles = young.filter(
      ({ messages, profile }) => messages === 1 && profile.likeness(kind, this.#weighing, true) >= SAME,
    );
    const [first, ...others] = singles.sort((a, b) => a.firstSeenMs - b.firstSeenMs);
    if (!first || singles.length < MADE_UP_FROM) return null;
    for (const other of others) {
      first.absorb(other);
      this.remove(other);
    }
    return first;
  }

  #nearest(nuclei: readonly Nucleus[], features: readonly string[], limit: number): Nucleus | null {
    let best: Nucleus | null = null;
    let most = limit;
    for (const nucleus of nuclei) {
      const likeness = nucleus.profile.likeness(features, this.#weighing);
      if (likeness < most) continue;
      best = nucleus;
      most = likeness;
    }
    return best;
  }

  /** What to look for: the telling features, of which a kind must share a part to be worth comparing. */
  #searchFor(features: readonly string[]) {
    const telling: (readonly [feature: string, bits: number])[] = [];
    let kindBits = 0;
    for (const feature of features) {
      const bits = bitsOf(feature, this.#words);
      if (bits < TELLING_BITS) continue;
      telling.push([feature, bits]);
      if (!isIdentity(feature)) kindBits += bits;
    }
    return { telling, limit: MAX_CANDIDATES, minBits: SHARED_PART * kindBits };
  }

  #open(atMs: number, key: number): Nucleus {
    if (this.nuclei.size >= MAX_NUCLEI) this.#makeRoom();
    const id = `c${(key % 0x1000000).toString(36)}${(this.#opened++ % 1_296).toString(36)}`;
    const nucleus = new Nucleus(id, atMs);
    this.nuclei.add(nucleus);
    return nucleus;
  }

  #join(nucleus: Nucleus, mail: Mail): void {
    nucleus.add(mail, featuresOf(mail.looks, this.#words), this.#hashOf);
    const { messages } = nucleus;
    if (POSTED_AT.has(messages) || messages % POSTED_EVERY === 0) this.#post(nucleus);
  }

  #post(nucleus: Nucleus): void {
    const isGrown = nucleus.isCampaign || nucleus.messages >= GROWN_FROM;
    (isGrown ? this.#young : this.#grown).remove(nucleus);
    const features = nucleus.profile.features(POSTED_SHARE).map(([feature]) => feature);
    (isGrown ? this.#grown : this.#young).put(nucleus, features);
  }

  #absorb(kept: Nucleus, gone: Nucleus): void {
    kept.absorb(gone);
    this.remove(gone);
    this.#post(kept);
  }

  #likest(
    nucleus: Nucleus,
    least: number,
    isWanted: (other: Nucleus) => boolean = () => true,
  ): Nucleus | undefined {
    const features = nucleus.profile.features(POSTED_SHARE).map(([feature]) => feature);
    const search = this.#searchFor(features);
    return this.#grown
      .of(search.telling, search)
      .find(
        (other) =>
          other !== nucleus &&
          other.mergedInto === null &&
          other.messages >= MERGED_FROM &&
          isWanted(other) &&
          nucleus.profile.sharesSubject(other.profile, this.#weighing) &&
          nucleus.profile.likenessTo(other.profile, this.#weighing) >= least,
      );
  }

  /** The kinds that least came of go. */
  #makeRoom(): void {
    const others = [...this.nuclei].filter(({ isCampaign }) => !isCampaign);
    others.sort((a, b) => worth(a) - worth(b));
    for (const nucleus of others.slice(0, Math.ceil(MAX_NUCLEI / 10))) {
      this.remove(nucleus);
      this.forgotten += 1;
    }
  }
}

/** Ten messages count as much as a quarter of an hour. */
function worth({ lastSeenMs, messages }: Nucleus): number {
  return lastSeenMs + messages * 90_000;
}

/** A campaign takes over what is none, the older one the younger. */
function elderFirst(a: Nucleus, b: Nucleus): readonly [kept: Nucleus, gone: Nucleus] {
  if (a.isCampaign !== b.isCampaign) return a.isCampaign ? [a, b] : [b, a];
  return a.firstSeenMs <= b.firstSeenMs ? [a, b] : [b, a];
}
