/** Nights like that of 2008 to their end: when is it over, asked while the mail that waited goes out. */
import { createDrainPart } from '../../../server/detect/foresight/drain/part.ts';
import { LATE_MS } from '../../../server/detect/foresight/held/census.ts';
import { clusterScope, PLATFORM } from '../../../server/history/store.ts';
import { BACKLOG_SPREAD } from './backlog.ts';
import { Claims, clockOf, liveNight, momentOf, type Night, type NightScore, type Spread } from './night.ts';

const MINUTE_MS = 60_000;
const OFFSET = '+01:00';
const BACK = '2008-10-07T23:20:00+01:00';
/** Until the last that waited has been tried again, and some time after. */
const MINUTES = 330;
const ASKED_EVERY_MS = 5 * MINUTE_MS;
/** A forecast is made once a slot, and counts in whole ones. */
const SLOT_MS = MINUTE_MS;
/** So few that wait are no backlog. */
const FEW = 20;

export const DRAIN_SPREAD: Spread = { ...BACKLOG_SPREAD, volume: [0.08, 0.14] };

const ASKED = { 'the platform': PLATFORM, 'cluster A': clusterScope('A') } as const;

interface Said {
  readonly atMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What was said of one of the two. */
class Watched {
  readonly said: Said[] = [];
  overMs: number | null = null;
  /** Legitimate mail that waited when it was said to be over. */
  left = 0;
}

export function judgeDrainNight(night: Night): NightScore {
  const claims = new Claims();
  const back = momentOf(night, BACK);
  const drain = createDrainPart();
  const watched = new Map(Object.keys(ASKED).map((name) => [name, new Watched()]));
  liveNight(
    { scenario: 'backlog-2008', night, minutes: MINUTES, parts: () => [drain] },
    ({ atMs }, { simulation }) => {
      if (atMs < back) return;
      for (const [name, seen] of watched) {
        const now = drain.view().get(ASKED[name as keyof typeof ASKED])?.now;
        if (now?.state === 'forecast') {
          seen.overMs = null;
          if (atMs % ASKED_EVERY_MS === 0) seen.said.push({ atMs, fromMs: now.fromMs, toMs: now.toMs });
        } else if (now?.state === 'clear' && seen.overMs === null) {
          seen.overMs = atMs;
          seen.left = simulation.heldTruth(LATE_MS).waiting;
        }
      }
    },
  );
  for (const [name, seen] of watched) ask(claims, name, seen);
  return { night, claims: claims.scores() };
}

function ask(claims: Claims, name: string, { said, overMs, left }: Watched): void {
  claims.ask(
    `${name}: an end is said, and comes`,
    said.length >= 3 && overMs !== null,
    () => `${said.length} times`,
  );
  if (overMs === null) return;
  claims.ask(`${name}: when it is said to be over hardly any mail waits`, left <= FEW, () => `${left} wait`);
  for (const { atMs, fromMs, toMs } of said)
    if (atMs < overMs)
      claims.ask(
        `${name}: the end is within what is said`,
        overMs >= fromMs - SLOT_MS && overMs <= toMs + SLOT_MS,
        () => [atMs, fromMs, toMs, overMs].map((ms) => clockOf(ms, OFFSET)).join(', '),
      );
}
