/** A part of its own with one filter, driven by hand. */
import { createDirectory } from '../../../../../server/attribute/directory.ts';
import type { Tenant } from '../../../../../server/attribute/tenants-file.ts';
import type { Verdict } from '../../../../../server/collect/event.ts';
import {
  type CampaignsPart,
  createCampaignsPart,
} from '../../../../../server/detect/foresight/campaigns/part.ts';
import { FORESIGHT_STEP_MS, type ForesightFacts } from '../../../../../server/detect/foresight/types.ts';

export const START_MS = Date.UTC(2026, 10, 21, 12);
export const MINUTE_MS = 60_000;
const TENANTS = [{ id: 'one', name: 'One', domains: ['one.example'] }] as unknown as readonly Tenant[];

export interface Driven {
  readonly part: CampaignsPart;
  /** Hears these, stepping through the time between them. */
  hear(verdicts: readonly Verdict[]): void;
  /** Goes on to this time. */
  until(atMs: number): void;
}

export interface DrivenOptions {
  readonly kept?: string | undefined;
  readonly startMs?: number;
  /** State of the only source at a moment. */
  readonly stateAt?: (atMs: number) => 'ok' | 'lost';
}

export function driven({ kept, startMs = START_MS, stateAt = () => 'ok' }: DrivenOptions = {}): Driven {
  const part = createCampaignsPart({ directory: createDirectory(TENANTS), salt: 'salt', kept });
  let nextMs = startMs;
  const until = (atMs: number) => {
    for (; nextMs <= atMs; nextMs += FORESIGHT_STEP_MS) part.advance(factsAt(nextMs));
  };
  const factsAt = (atMs: number) => {
    const reports = [{ id: 'filter', feeds: ['filter'], state: stateAt(atMs) }];
    return { atMs, speed: 1, live: { state: { reports } } } as unknown as ForesightFacts;
  };
  return {
    part,
    until,
    hear: (verdicts) => {
      for (const verdict of verdicts) {
        until(verdict.atMs);
        part.event?.(verdict, verdict.atMs);
      }
    },
  };
}

export interface BatchOptions {
  readonly count: number;
  readonly fromMs: number;
  readonly everyMs: number;
  readonly symbols?: readonly string[];
  readonly subject?: string;
  readonly action?: Verdict['action'];
  readonly score?: number;
  /** Put before the numbers of ids and recipients. */
  readonly name?: string;
  readonly isToCut?: boolean;
  /** Parts of the mail, as the filter writes them. */
  readonly mimeTrace?: string;
}

export const PICTURES = ['R_SUSPICIOUS_IMAGES', 'HTML_SHORT_LINK_IMG_1', 'HAS_ATTACHMENT', 'MANY_INVISIBLE_PARTS', 'FAKE_REPLY', 'HAS_X_PRIO_ONE'] as const; // prettier-ignore

/** Mails of one kind, one after the other. */
export function batch(options: BatchOptions): readonly Verdict[] {
  const {
    count,
    fromMs,
    everyMs,
    symbols = PICTURES,
    subject,
    action = 'reject',
    score = 16,
    name = 'm',
    mimeTrace = '+~~',
  } = options;
  return Array.from({ length: count }, (_, i) => ({
    ...{ kind: 'verdict', atMs: fromMs + i * everyMs, host: 'mx1', source: 'filter', instance: 'rspamd' },
    ...{ queueId: `${name}Q${i}`, messageId: `${name}${i}@out.example`, action, score },
    from: `sender${i}@out.example`,
    to: [`${name}user${i}@one.example`],
    clientIp: `198.18.${i % 256}.7`,
    sizeBytes: 20_000 + (i % 7) * 1_000,
    findings: {
      symbols: [...symbols].sort(),
      mimeTrace,
      urlHosts: [],
      fuzzy: [],
      ...(subject === undefined ? {} : { subject }),
    },
    ...(options.isToCut ? { isToCut: true } : {}),
  }));
}

/** Mail of all kinds, so that the filter is seen to work and rarity is known: no two alike. */
export function others(count: number, fromMs: number, everyMs: number): readonly Verdict[] {
  return Array.from({ length: count }, (_, i) => ({
    ...{ kind: 'verdict', atMs: fromMs + i * everyMs, host: 'mx1', source: 'filter', instance: 'rspamd' },
    ...{ messageId: `o${fromMs}-${i}@out.example`, action: 'no action', score: 0, from: `f${i}@out.example` },
    ...{ to: [`friend${i}@one.example`], clientIp: '198.51.100.4', sizeBytes: 2_000 },
    findings: { symbols: ['MIME_GOOD', `HABIT_${i % 40}`], mimeTrace: '+', urlHosts: [], fuzzy: [] },
  }));
}

/** By time. */
export function merged(...lists: readonly (readonly Verdict[])[]): readonly Verdict[] {
  return lists.flat().sort((a, b) => a.atMs - b.atMs);
}
