/** Names of the filter's rules, how rare each is among all mail, and which say nothing of what a mail is. */

/** Names remembered; a filter has some 600 rules. What comes beyond is not looked at. */
const MAX_WORDS = 4_096;
/** Mails after which rarity is believed; until then each name weighs the same. */
const SETTLED = 300;
const FIRST_BITS = 2;
const MAX_BITS = 5;
/** Counts are halved after so many mails, so that habits of the last days count. */
const HALVED_AFTER = 400_000;

/**
 * Of the host that sends, of the way a mail took, of whom it is for, or learnt on the way: they differ within one campaign, and
 * stay the same from one to the next.
 */
const VOLATILE = new RegExp(
  `^(?:${[
    'BAYES|NEURAL|GREYLIST|RATELIMIT|REPUTATION|.*_REPUTATION|HISTORY|MISC|LOCAL_|WHITELIST|BLACKLIST_|ALLOW|VIOLATED',
    'RBL_|RECEIVED|RCVD|DNSWL|RWL_|SPAMHAUS|MAILSPIKE|SENDERSCORE|SEM_|SORBS|ABUSIX|BLOCKLISTDE|SPAMCOP|ASN|IP_',
    'R_SPF|SPF_|R_DKIM|DKIM|DMARC|ARC_|BIMI|AUTH_|SIGNED_|HFILTER|RDNS|ONCE_RECEIVED|HELO|MX_|DIRECT_TO_MX|TLS_',
    'FROM_|ENVFROM|PREVIOUSLY|FORGED_SENDER|TAGGED_|TO_|RCPT_|MID_RHS|MID_CONTAINS|MID_MISSING|MISSING_MID|PREVIOUS',
    'SINGLE_SHORT|ASN_FAIL|CLAM|DATE_IN|FREEMAIL_ENV|FREEMAIL_FROM|FREEMAIL_TO|MIME_TRACE|MIME_GOOD',
  ].join('|')})`,
);

const MAX_SAVED = 800;

/** As it is kept over a restart. */
export interface SavedWords {
  readonly mails: number;
  readonly words: [name: string, seen: number][];
}

/** One name, as it is looked up for each mail. */
interface Word {
  readonly hash: number;
  readonly isVolatile: boolean;
  seen: number;
}

/** Weighs names by how rare they are: two mails that share a rare rule are alike, a common one says little. */
export class Vocabulary {
  readonly #words = new Map<string, Word>();
  #mails = 0;
  ignored = 0;

  /** Counts a mail with these names. */
  note(names: readonly string[]): void {
    this.#mails += 1;
    for (const name of names) {
      const word = this.#word(name);
      if (word) word.seen += 1;
    }
    if (this.#mails > HALVED_AFTER) this.#halve();
  }

  /** Whether it tells what a mail is; not of names beyond those that are remembered. */
  tells(name: string): boolean {
    return this.#words.get(name)?.isVolatile === false;
  }

  hash(name: string): number {
    return this.#words.get(name)?.hash ?? hashOf(name);
  }

  /** Bits of surprise: how many mails there are for one that has it, as a power of two. */
  bits(name: string): number {
    if (this.#mails < SETTLED) return FIRST_BITS;
    const seen = this.#words.get(name)?.seen ?? 0;
    return Math.min(MAX_BITS, Math.max(0.05, Math.log2((this.#mails + 1) / (seen + 1))));
  }

  /** The names seen most, and of how many mails. */
  save(): SavedWords {
    const words = [...this.#words].map(([name, { seen }]) => [name, Math.round(seen)] as [string, number]);
    words.sort(([, a], [, b]) => b - a);
    return { mails: Math.round(this.#mails), words: words.slice(0, MAX_SAVED) };
  }

  restore({ mails, words }: SavedWords): void {
    this.#mails = mails;
    for (const [name, seen] of words) {
      const word = this.#word(name);
      if (word) word.seen = seen;
    }
  }

  #word(name: string): Word | undefined {
    const known = this.#words.get(name);
    if (known) return known;
    if (this.#words.size >= MAX_WORDS) this.#forgetRare();
    if (this.#words.size >= MAX_WORDS) {
      this.ignored += 1;
      return undefined;
    }
    const word = { hash: hashOf(name), isVolatile: VOLATILE.test(name), seen: 0 };
    this.#words.set(name, word);
    return word;
  }

  /** Names seen once are hardly rules of a filter, which hit again and again. */
  #forgetRare(): void {
    for (const [name, { seen }] of this.#words) {
      if (seen > 1) continue;
      this.#words.delete(name);
      this.ignored += 1;
    }
  }

  #halve(): void {
    this.#mails /= 2;
    for (const [name, word] of this.#words) {
      word.seen /= 2;
      if (word.seen < 0.5) this.#words.delete(name);
    }
  }
}

/** FNV-1a, 32 bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
