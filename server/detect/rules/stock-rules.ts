/** The rules that are on from the first start. Limits that the wall has too are the wall's (`thresholds`). */
import { burnLevels } from './burn-levels.ts';
import { OWN_RULES, SCREEN_RULES, USUAL } from './own-rules.ts';
import type { Rule } from './types.ts';

const BURN_PAIRS = [
  { priority: 'low', longMinutes: 360, shortMinutes: 30, factor: 6 },
  { priority: 'medium', longMinutes: 60, shortMinutes: 5, factor: 14.4 },
] as const;

/** What each tenant is watched by: at most twelve. */
const TENANT_RULES: readonly Rule[] = [
  {
    ...USUAL,
    id: 'inbound-lag',
    title: 'Mail arrives late',
    scope: 'tenant',
    when: { kind: 'level', metric: 'lagP95Ms' },
    guards: [{ metric: 'messagesBeyond', above: 2 }],
    levels: [
      { priority: 'high', above: 300_000, holdSeconds: 180 },
      { priority: 'critical', above: 900_000, holdSeconds: 60 },
    ],
    action:
      'Open the tenant: does mail wait in active (the mailbox store is slow), in deferred (it refuses), or in incoming (queue manager or disk)? Are others of the same cluster late as well?',
  },
  {
    ...USUAL,
    id: 'access',
    title: 'Users are locked out',
    scope: 'tenant',
    when: { kind: 'level', metric: 'accessPercent' },
    guards: [{ metric: 'accessUsers', above: 29 }],
    levels: [
      { priority: 'high', below: 99, holdSeconds: 180 },
      { priority: 'critical', below: 95, holdSeconds: 60 },
    ],
    action:
      'Try a sign-in of your own. Look at the mailbox servers and the user data base of this cluster; tell the tenant what works (sending, receiving) and what does not.',
  },
  {
    ...USUAL,
    id: 'access-few-users',
    title: 'Users of a small tenant are locked out',
    scope: 'tenant',
    when: { kind: 'level', metric: 'accessPercent' },
    guards: [
      { metric: 'accessUsers', below: 30 },
      { metric: 'accessFailing', above: 2 },
    ],
    levels: [{ priority: 'medium', below: 90, holdSeconds: 300 }],
    // Few try in five minutes: it takes longer to know that they can get in again.
    clearForSeconds: 900,
    action: 'As with many users: try a sign-in, look at the mailbox servers of this cluster.',
  },
  {
    ...USUAL,
    id: 'told-to-come-again',
    title: 'Mail is refused for now',
    scope: 'tenant',
    when: { kind: 'share', metric: 'tempRejectPercent', minimumN: 20 },
    levels: [{ priority: 'high', above: 25, holdSeconds: 180 }],
    action:
      'Look at the spam filter of this cluster first: does it answer, how long does a scan take? Senders keep the mail for now, but they try again ever later. Where greylisting is wanted, raise this limit.',
  },
  {
    ...USUAL,
    id: 'scan-coverage',
    title: 'Mail goes past the spam filter',
    scope: 'tenant',
    when: { kind: 'share', metric: 'scanCoveragePercent', minimumN: 50 },
    // What is released from hold was scanned before it was held.
    guards: [{ metric: 'released', below: 1 }],
    levels: [{ priority: 'high', below: 95, holdSeconds: 600 }],
    action:
      'Mail is delivered that was not scanned. Does Postfix still ask the filter (milter settings), and does the filter log what it scans?',
  },
  {
    ...USUAL,
    id: 'spam-share',
    title: 'Share of spam is unusual',
    scope: 'tenant',
    when: { kind: 'tails', metric: 'spamPercent', hours: 24, minimumHours: 6, minimumN: 50 },
    levels: [{ priority: 'medium', above: 3, below: 0.2, holdSeconds: 600 }],
    action:
      'Much more: look at what comes in and to whom; addresses may have leaked. Much less: the filter may have lost its rules or its data.',
  },
  {
    ...USUAL,
    id: 'ready-queue',
    title: 'Ready mail piles up',
    scope: 'tenant',
    when: { kind: 'level', metric: 'readyMinutes' },
    guards: [{ metric: 'queueReady', above: 99 }],
    levels: [
      { priority: 'medium', above: 5, holdSeconds: 300 },
      { priority: 'high', above: 15, holdSeconds: 300 },
    ],
    action:
      'Postfix could deliver this mail and is too slow: look at the disks of the mailbox store, at its number of connections, and at one sender who fills the queue.',
  },
  {
    ...USUAL,
    id: 'held-mail',
    title: 'Mail is held',
    scope: 'tenant',
    when: { kind: 'level', metric: 'queueHold' },
    levels: [
      { priority: 'low', above: 49, holdSeconds: 300 },
      { priority: 'medium', above: 499, holdSeconds: 300 },
    ],
    action: 'Find the rule or the person that holds it; review it: legitimate mail waits among it.',
  },
  {
    ...USUAL,
    id: 'bounce-share',
    title: 'Much mail bounces',
    scope: 'tenant',
    when: { kind: 'share', metric: 'bouncePercent', minimumN: 50 },
    levels: [{ priority: 'medium', above: 20, holdSeconds: 600 }],
    action:
      'Look at the reasons: unknown users (a list sent to old addresses, or a lost user data base), or refusals by policy.',
  },
  {
    ...USUAL,
    id: 'lag-objective',
    title: 'The objective of lag is being used up',
    scope: 'tenant',
    when: {
      ...{ kind: 'burn', metric: 'lagP95Ms', badAbove: 60_000, minimumN: 20, objectivePercent: 99 },
      pairs: BURN_PAIRS,
    },
    // Beyond this the alarm of lag itself stands: one thing is told once.
    guards: [{ metric: 'lagP95Ms', below: 300_000 }],
    levels: burnLevels(BURN_PAIRS.map(({ priority }) => priority)),
    action:
      'Mail has been slower than a minute for too long, if not by much: find what has changed since it began.',
  },
];

const ELSEWHERE: readonly Rule[] = [
  {
    ...USUAL,
    id: 'destination-deferral',
    title: 'A destination defers our mail',
    scope: 'destination',
    when: { kind: 'share', metric: 'deferralPercent', minimumN: 200 },
    levels: [{ priority: 'medium', above: 25, holdSeconds: 900 }],
    action:
      'Read the reasons of this destination: rate limits (send slower), reputation (who sends what?), or its own outage (wait, tell tenants).',
  },
  {
    ...USUAL,
    id: 'destination-policy',
    title: 'A destination refuses our mail by policy',
    scope: 'destination',
    when: { kind: 'share', metric: 'policyRefusedPercent', minimumN: 50 },
    levels: [{ priority: 'high', above: 10, holdSeconds: 300 }],
    action:
      'Find the sender behind it and stop him; look whether an address of ours is on a block list, and ask for removal once the cause is gone.',
  },
  {
    ...USUAL,
    id: 'source-differs',
    title: 'One host differs from the others',
    scope: 'source',
    when: { kind: 'peers', metric: 'deferralPercent', minimumPeers: 3, minimumN: 200 },
    levels: [{ priority: 'low', above: 8, holdSeconds: 900 }],
    action:
      'Compare this host with the others: its address (block lists), its resolver, its disk, its last change.',
  },
  {
    ...USUAL,
    id: 'telemetry-lost',
    title: 'A source is not heard',
    scope: 'source',
    when: { kind: 'no-data' },
    levels: [{ priority: 'high', holdSeconds: 60 }],
    clearForSeconds: 60,
    keepFiringSeconds: 60,
    action:
      'What this source covers is not watched until it is back. The page of sources says what is wrong with it: host, file, rights, command.',
  },
  {
    ...USUAL,
    id: 'source-quiet',
    title: 'A source tells of nothing',
    scope: 'source',
    when: { kind: 'level', metric: 'sourceQuiet' },
    levels: [{ priority: 'low', above: 0, holdSeconds: 600 }],
    action:
      'It can be read but nothing comes: does the mail host still log here? A platform without any mail looks the same.',
  },
  {
    ...USUAL,
    id: 'unattributed',
    title: 'Mail of no known tenant',
    scope: 'platform',
    when: { kind: 'share', metric: 'unattributedPercent', minimumN: 200 },
    levels: [{ priority: 'low', above: 20, holdSeconds: 1_800 }],
    action: 'Add the missing domains, networks or logins to the tenants file: this mail is on no tile.',
  },
];

/** In the order in which they are listed. */
export const STOCK_RULES: readonly Rule[] = [...TENANT_RULES, ...ELSEWHERE, ...SCREEN_RULES, ...OWN_RULES];
