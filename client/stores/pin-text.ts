/** What the panel of a pin says. All pure. */
import type { AlarmReading, GroupLead, GroupView, ScopeKind } from '../../shared/alarms.ts';
import { cardOf, type Owner } from './alarm-strip.ts';
import { inUnit, limitText, valueText } from './alarms-text.ts';
import type { Pin } from './pin-model.ts';
import { readingText } from './reading.ts';
import { LEVEL_WORDS, type Tile } from './tile.ts';

/** In one word or two, for letters that are read across the room. What is not here is told by the title of its rule. */
export const METRIC_WORDS: Readonly<Record<string, string>> = {
  lagP50Ms: 'median lag',
  lagP95Ms: 'lag',
  lagP99Ms: 'lag p99',
  lagMaxMs: 'longest lag',
  outboundLagP95Ms: 'outbound lag',
  oldestWaitingMs: 'oldest mail',
  queueDepth: 'queue',
  queueReady: 'ready queue',
  queueDeferred: 'deferred',
  queueHold: 'held',
  spamPercent: 'spam',
  hostilePercent: 'hostile',
  scanCoveragePercent: 'scanned',
  tempRejectPercent: 'refused for now',
  policyRefusedPercent: 'refused',
  accessPercent: 'access',
  deferralPercent: 'deferred',
  bouncePercent: 'bounced',
  unattributedPercent: 'of nobody',
  acceptedPerMinute: 'accepted',
  deliveredPerMinute: 'delivered',
  diskFreePercent: 'disk free',
};

const SCOPES: Readonly<Record<ScopeKind, readonly [one: string, many: string]>> = {
  tenant: ['tenant', 'tenants'],
  cluster: ['cluster', 'clusters'],
  platform: ['platform', 'platforms'],
  source: ['source', 'sources'],
  destination: ['destination', 'destinations'],
  screen: ['screen', 'screens'],
  external: ['alert', 'alerts'],
};

/** What the panel says of what is pinned, in the order in which it is read. */
export interface PinWords {
  /** `Pinned`, `Pinned by hand`. */
  readonly mark: string;
  /** What is read first: `lag ≥ 41.3 min`. */
  readonly head: string;
  /** `on cluster A, 3 tenants`. */
  readonly where: string;
  /** The rule's own name; empty when the head is it. */
  readonly title: string;
  /** All of it in one line: `Pinned: lag ≥ 41.3 min on cluster A, 3 tenants`. */
  readonly line: string;
  readonly limit: string;
  /** `worst so far 55.2 %`: where there is no number now. */
  readonly worst: string;
  /** When it began, server clock; null: it is not told. */
  readonly sinceMs: number | null;
  /** Null: nobody needs to have it (a tenant that is pinned by hand). */
  readonly owner: Owner | null;
  /** What to do first, as short as can be; empty when the rule says nothing. */
  readonly action: string;
  /** Its whole first sentence. */
  readonly actionLong: string;
  /** When the number was last read, server clock. */
  readonly readAtMs: number | null;
}

const lineOf = (mark: string, head: string, where: string) =>
  `${mark}: ${[head, where].filter(Boolean).join(' ')}`;

/** The number in words. Without one, and where it is a state and no size, the rule's title tells more. */
function headOf(title: string, reading: AlarmReading | undefined): string {
  const word = reading && METRIC_WORDS[reading.metric];
  if (!reading || reading.metric === '' || reading.unit === 'state') return title;
  return word ? `${word} ${valueText(reading)}` : `${title}: ${valueText(reading)}`;
}

/** How many of it are in trouble: all that came, or those that still are. */
function countText({ active, members, state, lead }: GroupView): string {
  const all = members.length;
  const [one, many] = SCOPES[lead?.scope.kind ?? 'external'];
  const words = `${all} ${all === 1 ? one : many}`;
  if (active >= all || state === 'returned') return words;
  return active === 0 ? `${words}, over for now` : `${active} of ${words}`;
}

/** Of what has no number to be told: who, and what the alarm itself says. */
function storyOf(group: GroupView): string {
  const lines = cardOf(group).lines.filter((line) => !line.endsWith(' mailboxes'));
  return [group.members.length > 1 ? whereOf(group) : '', ...lines].filter(Boolean).join(', ');
}

function whereOf(group: GroupView): string {
  const { lead, cluster, members } = group;
  // Without more to go by, it is said as the strip says it.
  if (!lead) return cardOf(group).lines.join(', ');
  const { scope, scopeName } = lead;
  if (scope.kind === 'platform') return 'on the whole platform';
  if (members.length > 1)
    return [cluster === null ? '' : `on cluster ${cluster}`, countText(group)].filter(Boolean).join(', ');
  if (scope.kind === 'cluster') return `on cluster ${scopeName}`;
  if (scope.kind === 'tenant' && cluster !== null) return `for ${scopeName}, cluster ${cluster}`;
  return scope.kind === 'tenant' ? `for ${scopeName}` : `at ${scopeName}`;
}

/** The rule's own words up to the end of their first part: what can be done before the rest is read. */
export function firstAction(action: string): string {
  return (/^[^.;:?!]+/.exec(action)?.[0] ?? '').trim();
}

/** The whole sentence. */
export function firstSentence(action: string): string {
  return (/^.*?[.?!](?=\s|$)/s.exec(action)?.[0] ?? action).trim();
}

function worstText({ reading, worst }: GroupLead): string {
  return reading.value === null && worst !== null ? `worst so far ${inUnit(reading.unit, worst)}` : '';
}

const MARKS = { auto: 'Pinned', manual: 'Pinned by hand' } as const;

/** A group of alarms in words. */
export function groupWords(kind: Pin['kind'], group: GroupView): PinWords {
  const { title, sinceMs, lead } = group;
  const [mark, head] = [MARKS[kind], headOf(title, lead?.reading)];
  const where = head === title ? storyOf(group) : whereOf(group);
  const hasLimit = lead !== undefined && head !== title;
  return {
    mark,
    head,
    where,
    title: head.startsWith(title) ? '' : title,
    line: lineOf(mark, head, where),
    limit: hasLimit ? limitText(lead.reading) : '',
    worst: lead && hasLimit ? worstText(lead) : '',
    sinceMs,
    owner: cardOf(group).owner,
    action: firstAction(lead?.action ?? ''),
    actionLong: firstSentence(lead?.action ?? ''),
    readAtMs: hasLimit && lead.reading.value !== null ? lead.reading.atMs : null,
  };
}

/** A tenant that was pinned by hand. Undefined tile: this screen has none of that name. */
export function tenantWords(id: string, tile: Tile | undefined): PinWords {
  const mark = MARKS.manual;
  const base = {
    mark,
    title: '',
    limit: '',
    worst: '',
    owner: null,
    action: '',
    actionLong: '',
    readAtMs: null,
  } as const;
  if (!tile) {
    const [head, where] = ['NOT ON THIS SCREEN', `tenant ${id}`];
    return { ...base, head, where, line: lineOf(mark, head, where), sinceMs: null };
  }
  const isOk = tile.level === 'ok';
  const [word, number] = [tile.word, tile.headline && readingText(tile.headline)];
  const sick = number === null ? word : `${word.toLowerCase()} ${number}`;
  const [head, where] = isOk ? [`${tile.shortName} OK`, ''] : [sick, `for ${tile.name}`];
  const level = isOk ? '' : LEVEL_WORDS[tile.level].toLowerCase();
  const sinceMs = isOk || tile.sinceMs <= 0 ? null : tile.sinceMs;
  return {
    ...base,
    head,
    where,
    line: [lineOf(mark, head, where), level].filter(Boolean).join(', '),
    sinceMs,
  };
}

/** What a critical alarm that waits elsewhere is called: `lag ≥ 41.3 min`, and `on cluster A, 3 tenants` where there is room. */
export function otherWords(group: GroupView): Pick<PinWords, 'head' | 'where'> {
  const { head, where } = groupWords('auto', group);
  return { head, where };
}

/** `+2 critical:` and `Users are locked out (A), Mail arrives late`; null when there is none. */
export function othersWords({
  others,
  areOthersFloor,
}: Pin): { readonly count: string; readonly names: string } | null {
  if (others.length === 0) return null;
  const names = [...new Set(others.map(({ title, cluster }) => (cluster ? `${title} (${cluster})` : title)))];
  return { count: `+${others.length}${areOthersFloor ? ' or more' : ''} critical:`, names: names.join(', ') };
}
