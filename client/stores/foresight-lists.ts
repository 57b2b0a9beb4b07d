/** Causes, campaigns, canaries, reports and oddities in words, the most telling first. All pure. */
import type {
  AnomalyFinding,
  CampaignView,
  CanaryStoreView,
  ForesightScope,
  ReportSurge,
  ScopeForesight,
  SharedCause,
} from '../../shared/foresight.ts';
import { durationOf, quantityText } from '../format/number.ts';
import { estimated, exact } from './foresight-text.ts';

const MOST_NAMES = 5;

/** `Aurora, Bluefin and 3 more`. */
export function namesText(names: readonly string[], most = MOST_NAMES): string {
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}
const scopesText = (scopes: readonly ForesightScope[]) => namesText(scopes.map(({ name }) => name));

/** Nothing of it is a number that could be taken for another one: growing before unknown before an end in sight. */
function severityOf({ drain, held, affected }: ScopeForesight): number {
  if (drain.state === 'growing') return 4;
  if (drain.state === 'no-estimate') return drain.waiting === 0 ? 1 : 3;
  if (drain.state === 'forecast') return 2;
  return held.state === 'estimate' || affected !== null ? 1 : 0;
}
const mostHit = ({ affected }: ScopeForesight) => affected?.current.high ?? affected?.current.low ?? 0;
const mostHeld = ({ held }: ScopeForesight) =>
  held.state === 'estimate' ? (held.messages.high ?? held.messages.low) : 0;
const waits = ({ drain }: ScopeForesight) => ('waiting' in drain ? (drain.waiting ?? 0) : 0);

/** The worst first; what is alike keeps its order. */
export function worstFirst(scopes: readonly ScopeForesight[]): readonly ScopeForesight[] {
  return [...scopes].sort(
    (a, b) =>
      severityOf(b) - severityOf(a) ||
      mostHit(b) - mostHit(a) ||
      mostHeld(b) - mostHeld(a) ||
      waits(b) - waits(a),
  );
}

/** How a card is to look: its words say the same. */
export type Outlook = 'growing' | 'unknown' | 'draining' | 'hit' | 'clear';
export function outlookOf(scope: ScopeForesight): Outlook {
  const outlooks = ['clear', 'hit', 'draining', 'unknown', 'growing'] as const;
  return outlooks[severityOf(scope)] ?? 'unknown';
}

/** Tenants with more to tell than that a number is odd. */
export function troubled(scopes: readonly ScopeForesight[]): readonly ScopeForesight[] {
  return worstFirst(scopes.filter((scope) => severityOf(scope) > 0));
}

/** Who has the trouble and who has not, each by name. */
export function causeText({ hit, notHit, unknown }: SharedCause): readonly string[] {
  return [
    `hit: ${scopesText(hit)}`,
    notHit.length > 0 ? `not hit: ${scopesText(notHit)}` : 'nobody is known not to be hit',
    ...(unknown.length > 0 ? [`nothing is known of ${scopesText(unknown)}`] : []),
  ];
}

/** How large a campaign is, whom it reached, and what became of it. */
export function campaignText(campaign: CampaignView): readonly string[] {
  const { messages, recipients, tenants, verdicts, senderNetworks, canaryHits, cleanHits, merged } = campaign;
  const reached =
    recipients.high === null
      ? `at least ${estimated(recipients.low, 'floor')}`
      : `${estimated(recipients.low, 'floor')} to ${estimated(recipients.high, 'ceil')}`;
  const became = Object.entries(verdicts).map(([verdict, n]) => `${verdict} ${exact(n)}`);
  return [
    `${exact(messages)} messages to ${reached} recipients, from ${exact(senderNetworks)} sender networks`,
    `at ${namesText(tenants.map(({ name, messages: n }) => `${name} (${exact(n)})`))}`,
    ...(became.length > 0 ? [`the filter said: ${became.join(', ')}`] : []),
    ...(canaryHits > 0 ? [`${exact(canaryHits)} to canary addresses`] : []),
    ...(cleanHits > 0 ? [`${exact(cleanHits)} to addresses that never had spam`] : []),
    ...(merged.length > 0 ? [`${merged.length} that were told apart before turned out to be it`] : []),
  ];
}

const CAMPAIGN_RANK = { returned: 0, running: 1, stopped: 2 } as const;
/** Those that go on before those that stopped, the largest first. */
export function campaignsInOrder(list: readonly CampaignView[]): readonly CampaignView[] {
  return [...list].sort((a, b) => CAMPAIGN_RANK[a.state] - CAMPAIGN_RANK[b.state] || b.messages - a.messages);
}

/** Mail of the last hour that belongs to no campaign; null: none could be looked at. */
export function unclusteredText({ messages, of }: { messages: number; of: number }): string | null {
  if (of === 0) return null;
  return `${exact(messages)} of ${exact(of)} messages of the last hour belong to no campaign.`;
}

/** States of canary stores as words. */
export const CANARY_WORDS: Readonly<Record<CanaryStoreView['state'], string>> = {
  leaked: 'LEAKED',
  hit: 'hit, look',
  insufficient: 'too few to say',
  quiet: 'quiet',
};
const CANARY_RANK = ['leaked', 'hit', 'insufficient', 'quiet'];
export function canariesInOrder(list: readonly CanaryStoreView[]): readonly CanaryStoreView[] {
  return [...list].sort((a, b) => CANARY_RANK.indexOf(a.state) - CANARY_RANK.indexOf(b.state));
}

/** States of customers' reports as words. */
export const SURGE_WORDS: Readonly<Record<ReportSurge['state'], string>> = {
  surge: 'SURGE',
  insufficient: 'too few to say',
  usual: 'as usual',
};

/** Who was first to know. Null: we were, or there is no alarm to compare with. */
export function aheadText({ customersAheadMs }: ReportSurge): string | null {
  if (customersAheadMs === null) return null;
  return `customers were ${quantityText(durationOf(customersAheadMs))} before our first alarm`;
}

/** One thing to look at. */
export interface OddLine {
  readonly id: string;
  /** More than one: the same numbers went missing there at the same time. */
  readonly scopes: readonly ForesightScope[];
  readonly text: string;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly score: number;
}

/** Joins lines of one key, in their order. */
function joined(lines: readonly (readonly [key: string, line: OddLine])[], join: Join): readonly OddLine[] {
  const byKey = new Map<string, OddLine>();
  for (const [key, line] of lines) {
    const known = byKey.get(key);
    byKey.set(key, known ? join(known, line) : line);
  }
  return [...byKey.values()];
}
type Join = (a: OddLine, b: OddLine) => OddLine;

const MISSING = 'not known any more: ';
const extent = (a: OddLine, b: OddLine) => ({
  score: Math.max(a.score, b.score),
  toMs: a.toMs === null || b.toMs === null ? null : Math.max(a.toMs, b.toMs),
});

/** What is strange, the strangest first, what goes on before what is over; what went missing together is one line. */
export function oddLines(findings: readonly AnomalyFinding[]): readonly OddLine[] {
  const strange = findings.filter(({ kind }) => kind !== 'missing').map(lineOf);
  const missing = findings.filter(({ kind }) => kind === 'missing').map(lineOf);
  const time = ({ fromMs, toMs }: OddLine) => `${fromMs} ${toMs === null}`;
  const ofScope = joined(
    missing.map((line) => [`${line.scopes[0]?.kind} ${line.scopes[0]?.id} ${time(line)}`, line]),
    (a, b) => ({ ...a, ...extent(a, b), text: `${a.text}, ${b.text.slice(MISSING.length)}` }),
  );
  const together = joined(
    ofScope.map((line) => [`${line.text} ${time(line)}`, line]),
    (a, b) => ({ ...a, ...extent(a, b), scopes: [...a.scopes, ...b.scopes] }),
  );
  const over = ({ toMs }: OddLine) => (toMs === null ? 0 : 1);
  return [...strange, ...together].sort(
    (a, b) => over(a) - over(b) || b.score - a.score || b.fromMs - a.fromMs,
  );
}

function lineOf({ id, scope, kind, label, text, fromMs, toMs, score }: AnomalyFinding): OddLine {
  return { id, scopes: [scope], text: kind === 'missing' ? MISSING + label : text, fromMs, toMs, score };
}
