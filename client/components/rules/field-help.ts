import type { Unit } from '../../../shared/alarms.ts';

interface Help {
  readonly name: string;
  readonly text: string;
}

/** Fields of a rule in the order in which they are written; defaults are those of the server. */
export const FIELD_HELP: readonly Help[] = [
  {
    name: 'id',
    text: 'Name in the file and in the record: letters, digits, dot, dash, underscore. The id of a stock rule replaces it.',
  },
  {
    name: 'title',
    text: 'What the alarm is called on the wall and in a page at night. No two rules share one.',
  },
  {
    name: 'enabled',
    text: 'false: it raises nothing. A stock rule is switched off by its id and this alone. Default true.',
  },
  {
    name: 'scope',
    text: 'tenant, cluster, platform, source, destination or screen (a paired one): each of them has an alarm of its own.',
  },
  {
    name: 'only, except',
    text: 'ids and clusters that it is for, or not for: only: { ids: [aurora], clusters: [A] }.',
  },
  { name: 'when', text: 'The condition: its kind and its metric.' },
  {
    name: 'guards',
    text: 'Other metrics of the same scope that must hold as well: a least volume, a second symptom. At most 8.',
  },
  {
    name: 'levels',
    text: 'Limits, the least priority first: priority, above or below, holdSeconds (how long it must hold; default 60). One alarm rises through them.',
  },
  {
    name: 'clearRatio',
    text: 'It clears inside this share of the lowest limit, so that it does not flap. Default 0.8.',
  },
  { name: 'clearForSeconds', text: '… and has been for so long. Default 300.' },
  {
    name: 'keepFiringSeconds',
    text: 'It stays up at least so long after the condition last held. Default 300.',
  },
  { name: 'action', text: 'What to do, in a sentence. An alarm without one is not an alarm.' },
  { name: 'runbook', text: 'Where that is written: an address.' },
];

/** What `when.kind` may be. */
export const CONDITION_HELP: readonly Help[] = [
  { name: 'level', text: 'The value itself, in the unit of the metric.' },
  { name: 'rate', text: 'Its change a minute, over overSeconds (10 to 3600). Limits are per minute.' },
  {
    name: 'tails',
    text: 'Times its own median of the last hours (24), both sides; silent until it has seen minimumHours (6), below minimumN (200) it says nothing.',
  },
  {
    name: 'share',
    text: 'A share whose Wilson bound lies beyond the limit: few cannot convince. Needs minimumN.',
  },
  {
    name: 'burn',
    text: 'Bad minutes (badAbove or badBelow) against objectivePercent, in pairs of a long and a short window: longMinutes, shortMinutes, factor, priority. It has no levels.',
  },
  { name: 'no-data', text: 'Nothing is heard of it. It has no metric; its levels have no limits.' },
  {
    name: 'peers',
    text: 'Times the median of the others of its kind: one of six differs. Needs minimumPeers (3 or more) and minimumN.',
  },
];

/** Units as limits are written in them. */
export const UNIT_HELP: Readonly<Record<Unit, string>> = {
  ms: 'milliseconds',
  percent: 'percent, 0 to 100',
  count: 'a number',
  'per-minute': 'a minute',
  times: 'times',
  bytes: 'bytes',
  state: 'state: 1 when it is so',
};

/** A rule to begin with. */
export const NEW_RULE = `- id: my-rule
  title: My rule
  scope: tenant
  when: { kind: level, metric: lagP95Ms }
  levels:
    - { priority: medium, above: 600000, holdSeconds: 300 }
  action: Look at the queue of the tenant and at what defers it.
`;
