/** Mail of one kind that goes out together: told from the filter's findings, followed from first to last. */
import type { CampaignView } from '../../../../shared/foresight.ts';
import type { Directory } from '../../../attribute/directory.ts';
import type { MailEvent, Verdict } from '../../../collect/event.ts';
import type { ForesightRow } from '../../../history/foresight-store.ts';
import type { ForesightViews } from '../engine.ts';
import type { ForesightFacts, ForesightPart } from '../types.ts';
import { CampaignBook } from './book.ts';
import { MAX_KEPT, restoreCampaigns, saveCampaigns } from './kept.ts';
import { nextState } from './life.ts';
import { Lookups } from './lookups.ts';
import { isBlank, mailOf, saltedHash } from './mail.ts';
import { MinuteRing } from './minute-ring.ts';
import { type Nucleus, paceOf } from './nucleus.ts';
import { isWorthCalling, isWorthJoining } from './promote.ts';
import { SourceWatch } from './source-watch.ts';
import { campaignView } from './view.ts';
import { Vocabulary } from './vocabulary.ts';
import { titleOf } from './words.ts';

const MINUTE_MS = 60_000;
/** Told and kept for so long after it was last seen; history has it for longer. */
const TOLD_MS = 24 * 3_600_000;
const MAX_TOLD = 50;
/** A row of one that goes on is written anew after so long. */
const ROW_EVERY_MS = 10 * MINUTE_MS;
/** Between two texts for keeping, real time. */
const KEPT_EVERY_MS = 60_000;
/** Rows of this kind: one campaign, at the time it was first seen. */
export const CAMPAIGN_ROW = 'campaign';

export interface CampaignsDeps {
  readonly directory: Directory;
  /** The same at each start, or recipients that were counted before are counted again. */
  readonly salt: string;
  /** What `takeKept` gave. */
  readonly kept?: string | undefined;
}

export type NamedCampaign = Pick<CampaignView, 'id' | 'title'>;

/** Of a single mail, for who watches addresses that should have none. */
export interface CampaignsPart extends ForesightPart<ForesightViews['campaigns']> {
  /**
   * The campaign that a mail of the last 15 minutes belongs to, by queue id or message id; null: none, or none yet: ask again
   * until 15 minutes are over, as it takes some mail to make a campaign, and take the latest answer, as two may turn out to be one.
   */
  campaignOf(id: string, recipient: string): string | null;
  /** Such a mail hit an address that should have none: counts for its campaign, also one that is not known as such yet. False: no such mail is known. */
  noteHit(id: string, recipient: string, kind: 'canary' | 'clean'): boolean;
  /** What this campaign is by now, as two may turn out to be one; null: it is not told of any more. */
  named(id: string): NamedCampaign | null;
}

/** Watches all verdicts that tell what the filter found. */
export function createCampaignsPart(deps: CampaignsDeps): CampaignsPart {
  return new Campaigns(deps);
}

class Campaigns implements CampaignsPart {
  readonly #deps: CampaignsDeps;
  readonly #words = new Vocabulary();
  readonly #book: CampaignBook;
  readonly #lookups = new Lookups();
  readonly #watch = new SourceWatch();
  /** Mail that was called spam. */
  readonly #spam = new MinuteRing();
  readonly #rowAtMs = new Map<string, number>();
  readonly #rows: ForesightRow[] = [];
  readonly #dropped = { campaigns: 0, repeated: 0, blank: 0 };
  #view: ForesightViews['campaigns'] = { list: [], unclustered: { messages: 0, of: 0 } };
  #stepMs = 0;
  #minute = -1;
  #speed = 1;
  #keptAtMs = -Infinity;
  #nowMs = 0;

  constructor(deps: CampaignsDeps) {
    this.#deps = deps;
    this.#book = new CampaignBook(this.#words, saltedHash(deps.salt));
    const places = new Map(deps.directory.tenants.map(({ id }, place) => [id, place]));
    const { campaigns, words } = restoreCampaigns(deps.kept, (id) => places.get(id));
    if (words) this.#words.restore(words);
    for (const nucleus of campaigns) this.#book.adopt(nucleus);
  }

  event(event: MailEvent): void {
    if (event.kind !== 'verdict') return;
    this.#watch.heard(event.source, event.atMs);
    const mail = mailOf(event, this.#deps.directory, this.#words);
    if (!mail && isBlank(event)) this.#dropped.blank += 1;
    if (!mail || this.#isRepeated(event)) return;
    if (mail.call === 'spam') this.#spam.add(mail.atMs);
    const nucleus = this.#book.take(mail);
    if (!nucleus) return;
    const ids = [event.queueId ?? '', event.messageId].filter((id) => id !== '');
    this.#lookups.note(ids, event.to, { nucleus, atMs: mail.atMs });
  }

  advance(facts: ForesightFacts): void {
    const { atMs, speed, live } = facts;
    this.#nowMs = atMs;
    this.#speed = speed;
    const passedMs = this.#stepMs === 0 ? 0 : Math.max(0, Math.min(atMs - this.#stepMs, MINUTE_MS));
    this.#stepMs = atMs;
    this.#lookups.forget(atMs);
    const minute = Math.floor(atMs / MINUTE_MS);
    if (minute !== this.#minute) this.#eachMinute(atMs);
    this.#minute = minute;
    this.#watch.look(live.state.reports, atMs);
    this.#call(atMs);
    for (const nucleus of this.#book.nuclei) if (nucleus.isCampaign) this.#live(nucleus, passedMs);
    this.#view = this.#look();
  }

  view(): ForesightViews['campaigns'] {
    return this.#view;
  }

  campaignOf(id: string, recipient: string): string | null {
    const nucleus = this.#lookups.of(id, recipient);
    return nucleus?.isCampaign ? nucleus.id : null;
  }

  noteHit(id: string, recipient: string, kind: 'canary' | 'clean'): boolean {
    const nucleus = this.#lookups.of(id, recipient);
    if (!nucleus) return false;
    if (kind === 'canary') nucleus.canaryHits += 1;
    else nucleus.cleanHits += 1;
    nucleus.isChanged = true;
    return true;
  }

  named(id: string): NamedCampaign | null {
    const found = this.#campaigns().find((nucleus) => nucleus.id === id || nucleus.merged.includes(id));
    return found ? { id: found.id, title: titleOf(found) } : null;
  }

  takeKept(isLast = false): string | undefined {
    const campaigns = this.#campaigns();
    if (!campaigns.some(({ isChanged }) => isChanged)) return undefined;
    if (!isLast && this.#nowMs - this.#keptAtMs < KEPT_EVERY_MS * this.#speed) return undefined;
    this.#keptAtMs = this.#nowMs;
    for (const nucleus of campaigns) nucleus.isChanged = false;
    return saveCampaigns(campaigns, this.#words.save(), (owner) => this.#deps.directory.tenants[owner]?.id);
  }

  takeRows(): readonly ForesightRow[] {
    return this.#rows.splice(0);
  }

  blind(): readonly string[] {
    const going = this.#campaigns().filter(({ life }) => life.state !== 'stopped');
    const silent = this.#watch.silent().filter((source) => going.some(({ sources }) => sources.has(source)));
    return silent.map((source) => `whether campaigns are over: ${source} tells of no verdicts`);
  }

  dropped(): Readonly<Record<string, number>> {
    const { campaigns, repeated, blank } = this.#dropped;
    return {
      'campaigns beyond the room': campaigns,
      'kinds of mail beyond the room': this.#book.forgotten,
      'mails beyond those that can be asked for': this.#lookups.dropped,
      'rule names beyond the room': this.#words.ignored,
      'scans told twice': repeated,
      'scans without findings': blank,
    };
  }

  /** A mail that was put off and comes again, or that two sources tell of. */
  #isRepeated({ messageId, to: [first] }: Verdict): boolean {
    if (messageId === '' || first === undefined || !this.#lookups.of(messageId, first)) return false;
    this.#dropped.repeated += 1;
    return true;
  }

  /** What has become a campaign; it is first seen whether it is one that is known. */
  #call(atMs: number): void {
    const isNew = (nucleus: Nucleus) =>
      !nucleus.isCampaign && isWorthCalling(nucleus, atMs, () => this.#book.specificity(nucleus));
    const called = [...this.#book.nuclei].filter(isNew);
    if (called.length === 0) return;
    this.#merge(atMs);
    for (const nucleus of called)
      if (!nucleus.mergedInto && !this.#book.joinsCampaign(nucleus)) nucleus.isCampaign = true;
  }

  #eachMinute(atMs: number): void {
    this.#book.forget(atMs);
    this.#merge(atMs);
    this.#joinSlow();
    for (const nucleus of this.#campaigns()) if (atMs - nucleus.lastSeenMs > TOLD_MS) this.#letGo(nucleus);
    for (const nucleus of this.#campaigns().slice(MAX_KEPT)) {
      this.#letGo(nucleus);
      this.#dropped.campaigns += 1;
    }
  }

  #merge(atMs: number): void {
    for (const { kept, gone } of this.#book.merge(atMs)) {
      if (!gone.isCampaign) continue;
      this.#rowAtMs.delete(gone.id);
      this.#note(kept, atMs);
    }
  }

  /** Forms of a campaign that goes on that come too slowly to be one by themselves. */
  #joinSlow(): void {
    const isGoing = ({ life }: Nucleus) => life.state !== 'stopped';
    for (const nucleus of [...this.#book.nuclei])
      if (!nucleus.isCampaign && isWorthJoining(nucleus, () => this.#book.specificity(nucleus)))
        this.#book.joinsCampaign(nucleus, isGoing);
  }

  #live(nucleus: Nucleus, passedMs: number): void {
    const { life } = nucleus;
    const atMs = this.#nowMs;
    const before = life.state;
    const isHeard = this.#watch.isHeard([...nucleus.sources.keys()]);
    life.state = nextState(life, { perMs: paceOf(nucleus), atMs }, isHeard ? passedMs : 0);
    if (life.state === before && atMs - (this.#rowAtMs.get(nucleus.id) ?? -Infinity) < ROW_EVERY_MS) return;
    if (life.state !== before) {
      life.backCount = 0;
      life.quietMs = 0;
      life.longestGapMs = 0;
      nucleus.isChanged = true;
    } else if (before === 'stopped' && this.#rowAtMs.has(nucleus.id)) return;
    this.#note(nucleus, atMs);
  }

  /** A later row of the same campaign takes the place of the one before. */
  #note(nucleus: Nucleus, atMs: number): void {
    this.#rowAtMs.set(nucleus.id, atMs);
    const text = JSON.stringify(this.#viewOf(nucleus));
    this.#rows.push({ kind: CAMPAIGN_ROW, scope: nucleus.id, atMs: nucleus.firstSeenMs, text });
  }

  #letGo(nucleus: Nucleus): void {
    this.#book.remove(nucleus);
    this.#rowAtMs.delete(nucleus.id);
  }

  /** Those that go on first, then the latest. */
  #campaigns(): Nucleus[] {
    return [...this.#book.nuclei]
      .filter(({ isCampaign }) => isCampaign)
      .sort(
        (a, b) =>
          Number(a.life.state === 'stopped') - Number(b.life.state === 'stopped') ||
          b.lastSeenMs - a.lastSeenMs,
      );
  }

  #look(): ForesightViews['campaigns'] {
    const atMs = this.#nowMs;
    const campaigns = this.#campaigns();
    const spam = this.#spam.sum(atMs);
    let own = 0;
    let ownSpam = 0;
    for (const { recent, recentSpam } of campaigns) {
      own += recent.sum(atMs);
      ownSpam += recentSpam.sum(atMs);
    }
    const left = Math.max(0, spam - ownSpam);
    const list = campaigns.slice(0, MAX_TOLD).map((nucleus) => this.#viewOf(nucleus));
    return { list, unclustered: { messages: left, of: left + own } };
  }

  #viewOf(nucleus: Nucleus): CampaignView {
    return campaignView(nucleus, this.#deps.directory.tenants);
  }
}
