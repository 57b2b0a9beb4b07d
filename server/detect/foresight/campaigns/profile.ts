/** How often each feature occurs in the mail of one kind, and how alike a mail, or another kind, is to it. */

/** Features remembered of one kind. */
const MAX_FEATURES = 128;
/** What counts is halved from here on, so that a kind may change with time. */
const HALVED_FROM = 256;
/** A feature of fewer than this share is none of the kind's own. */
const OWN_SHARE = 0.1;
/** A kind lacks nothing without a feature that only so many of it have. */
const OPTIONAL_SHARE = 0.35;
/** A feature that the kind does not know, and an identity it does not know: who sends changes those. */
const FOREIGN_COST = 0.8;
const FOREIGN_IDENTITY_COST = 0.2;

/** A kind has a subject of its own when so much of its mail has it, with so many bits, of which a mail has to share a part. */
const STABLE_SHARE = 0.5;
const STABLE_BITS = 2;
const SHARED_SUBJECT = 0.35;

/** How features weigh; they are weighed anew each time, as rarity changes. */
export interface Weighing {
  readonly bits: (feature: string) => number;
  readonly isIdentity: (feature: string) => boolean;
  readonly isSubject: (feature: string) => boolean;
}

export class Profile {
  readonly #counts = new Map<string, number>();
  #mails = 0;

  get mails(): number {
    return this.#mails;
  }

  add(features: readonly string[]): void {
    this.#mails += 1;
    for (const feature of features) this.#counts.set(feature, (this.#counts.get(feature) ?? 0) + 1);
    if (this.#counts.size > MAX_FEATURES) this.#trim();
    if (this.#mails >= HALVED_FROM) this.#halve();
  }

  /** Adds what another one has seen. */
  absorb(other: Profile): void {
    this.#mails += other.#mails;
    for (const [feature, n] of other.#counts) this.#counts.set(feature, (this.#counts.get(feature) ?? 0) + n);
    if (this.#counts.size > MAX_FEATURES) this.#trim();
    while (this.#mails >= HALVED_FROM) this.#halve();
  }

  /** Share of the mail that has it, 0 to 1, nearer to a half while little is known. */
  share(feature: string): number {
    const n = this.#counts.get(feature);
    return n === undefined ? 0 : Math.min(1, (n + 0.5) / (this.#mails + 1));
  }

  /** Features that at least this share of the mail has, the most frequent first. */
  features(minShare: number): readonly (readonly [feature: string, share: number])[] {
    const list = [...this.#counts.keys()].map((feature) => [feature, this.share(feature)] as const);
    return list.filter(([, share]) => share >= minShare).sort(([, a], [, b]) => b - a);
  }

  /**
   * 0 to 1: weighted shared features by all that either has. What the kind has only sometimes is not missed; `isKindOnly`: nor
   * are things it names.
   */
  likeness(features: readonly string[], { bits, isIdentity }: Weighing, isKindOnly = false): number {
    let shared = 0;
    let all = 0;
    for (const feature of features) {
      const share = this.share(feature);
      const weight = bits(feature);
      if (share < OWN_SHARE) all += weight * (isIdentity(feature) ? FOREIGN_IDENTITY_COST : FOREIGN_COST);
      else {
        shared += weight * Math.min(1, share / OPTIONAL_SHARE);
        all += weight * Math.min(1, share / OPTIONAL_SHARE);
      }
    }
    for (const [feature, n] of this.#counts) {
      const share = (n + 0.5) / (this.#mails + 1);
      if (share <= OPTIONAL_SHARE || features.includes(feature)) continue;
      if (!isKindOnly || !isIdentity(feature)) all += bits(feature) * missed(share);
    }
    return all === 0 ? 0 : shared / all;
  }

  /** Whether a mail has the subject that this kind has, if it has one; a mail whose subject is not told has any. */
  fitsSubject(features: readonly string[], weighing: Weighing): boolean {
    return (
      !features.some(weighing.isSubject) ||
      this.#subjectPart((feature) => features.includes(feature), weighing) >= SHARED_SUBJECT
    );
  }

  /** Whether two kinds have the same subject, or none of their own both. */
  sharesSubject(other: Profile, weighing: Weighing): boolean {
    const part = (one: Profile, its: Profile) =>
      one.#subjectPart((feature) => its.share(feature) >= STABLE_SHARE, weighing);
    return part(this, other) >= SHARED_SUBJECT && part(other, this) >= SHARED_SUBJECT;
  }

  /** Part of its own subject, 0 to 1; 1 when it has none of its own. */
  #subjectPart(has: (feature: string) => boolean, { bits, isSubject }: Weighing): number {
    let own = 0;
    let shared = 0;
    for (const feature of this.#counts.keys()) {
      if (!isSubject(feature) || this.share(feature) < STABLE_SHARE) continue;
      own += bits(feature);
      if (has(feature)) shared += bits(feature);
    }
    return own < STABLE_BITS ? 1 : shared / own;
  }

  /** 0 to 1, of another kind: what both have always counts, what one has always and the other never counts against it. */
  likenessTo(other: Profile, { bits }: Weighing): number {
    let shared = 0;
    let all = 0;
    for (const feature of new Set([...this.#counts.keys(), ...other.#counts.keys()])) {
      const own = this.share(feature);
      const its = other.share(feature);
      if (Math.max(own, its) < OPTIONAL_SHARE) continue;
      const weight = bits(feature);
      shared += weight * Math.min(own, its);
      all += weight * Math.max(own, its);
    }
    return all === 0 ? 0 : shared / all;
  }

  save(): { readonly mails: number; readonly counts: readonly (readonly [string, number])[] } {
    return {
      mails: this.#mails,
      counts: [...this.#counts].map(([name, n]) => [name, Math.round(n * 10) / 10]),
    };
  }

  restore(saved: ReturnType<Profile['save']>): void {
    this.#mails = saved.mails;
    for (const [feature, n] of saved.counts.slice(0, MAX_FEATURES)) this.#counts.set(feature, n);
  }

  #halve(): void {
    this.#mails /= 2;
    for (const [feature, n] of this.#counts) {
      if (n < 1) this.#counts.delete(feature);
      else this.#counts.set(feature, n / 2);
    }
  }

  /** The rarer half of them goes. */
  #trim(): void {
    const byCount = [...this.#counts].sort(([, a], [, b]) => a - b);
    for (const [feature] of byCount.slice(0, byCount.length - MAX_FEATURES / 2)) this.#counts.delete(feature);
  }
}

function missed(share: number): number {
  return (Math.min(1, share) - OPTIONAL_SHARE) / (1 - OPTIONAL_SHARE);
}
