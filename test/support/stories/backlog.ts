/** Nights like that of 2008: what is held, who is hit, and what they share. */
import { createCausesPart } from '../../../server/detect/foresight/causes/part.ts';
import { LATE_MS } from '../../../server/detect/foresight/held/census.ts';
import { createHeldParts } from '../../../server/detect/foresight/held/part.ts';
import type { AffectedMailboxes, Bounds, HeldEstimate, SharedCause } from '../../../shared/foresight.ts';
import type { HeldTruth } from '../../../server/demo/simulate.ts';
import type { ForesightRun } from '../foresight-run.ts';
import { Claims, clockOf, liveNight, momentOf, type Night, type NightScore, type Spread } from './night.ts';

const MINUTE_MS = 60_000;
const OFFSET = '+01:00';
const DOWN = '2008-10-07T21:35:00+01:00';
const BACK = '2008-10-07T23:20:00+01:00';
/** From the start of the story until the mail that waited is on its way. */
const MINUTES = 140;
/** Since the store is down. */
const FROM_MINUTE = 5;

/** At any hour, the flood half to twice as heavy. */
export const BACKLOG_SPREAD: Spread = { hours: [-12, 12], scale: [0.5, 2], volume: [0.04, 0.12] };

interface Moment {
  readonly time: string;
  readonly truth: HeldTruth;
  readonly hosted: number;
  readonly held: HeldEstimate | undefined;
  readonly affected: AffectedMailboxes | undefined;
  readonly causes: readonly SharedCause[];
  /** Tenants that are said to be hit and are not on cluster A. */
  readonly strangers: readonly string[];
}

/** Asked each minute from the fifth on; causes until the store is back, what is held until the end. */
export function judgeBacklogNight(night: Night): NightScore {
  const claims = new Claims();
  const from = momentOf(night, DOWN) + FROM_MINUTE * MINUTE_MS;
  const back = momentOf(night, BACK);
  const made: { look?: (run: ForesightRun, atMs: number) => Moment } = {};
  liveNight(
    {
      ...{ scenario: 'backlog-2008', night, minutes: MINUTES },
      parts: ({ tenants, pipeline }) => {
        const { held, affected } = createHeldParts(() => pipeline.books);
        const causes = createCausesPart(tenants, () => pipeline.books);
        made.look = ({ simulation }, atMs) => ({
          time: clockOf(atMs, OFFSET),
          truth: simulation.heldTruth(LATE_MS),
          hosted: hostedOnA(simulation.tenants),
          held: held.view().get('_platform'),
          affected: affected.view().get('_platform'),
          causes: causes.view(),
          strangers: simulation.tenants
            .filter(({ id, cluster }) => cluster !== 'A' && affected.view().has(id))
            .map(({ id }) => id),
        });
        return [held, affected, causes];
      },
    },
    ({ atMs }, run) => {
      if (atMs < from || atMs % MINUTE_MS !== 0 || !made.look) return;
      const moment = made.look(run, atMs);
      askHeld(claims, moment);
      if (atMs < back) askCause(claims, moment);
    },
  );
  return { night, claims: claims.scores() };
}

function askHeld(claims: Claims, { time, truth, hosted, held, affected, strangers }: Moment): void {
  const { waiting, retrying, mailboxes } = truth;
  const isSaid = held?.state === 'estimate';
  claims.ask(
    'the range of held mail holds the true count',
    isSaid && isWithin(waiting + retrying, held.messages),
    () => `${time}: ${isSaid ? text(held.messages) : held?.state}, were ${waiting} and ${retrying} outside`,
  );
  claims.ask(
    'the range of mailboxes with mail waiting holds the true count',
    isSaid && isWithin(mailboxes, held.mailboxesWaiting),
    () => `${time}: ${isSaid ? text(held.mailboxesWaiting) : held?.state}, were ${mailboxes}`,
  );
  claims.ask(
    'only tenants of cluster A are hit',
    strangers.length === 0,
    () => `${time}: ${strangers.join()}`,
  );
  // Hit are those with mail waiting at the least, and all of cluster A at the most.
  claims.ask(
    'the bounds of affected mailboxes hold those with mail waiting and are of cluster A',
    affected !== undefined &&
      (affected.current.high ?? Infinity) >= mailboxes &&
      affected.current.low <= hosted,
    () =>
      `${time}: ${affected ? text(affected.current) : 'nobody'}, mail waited for ${mailboxes} of ${hosted}`,
  );
}

function askCause(claims: Claims, { time, causes }: Moment): void {
  const waits = causes.find(({ symptom }) => symptom === 'mail waits');
  const [best] = waits?.candidates ?? [];
  claims.ask(
    'cluster A is what they share',
    best?.id === 'cluster:A',
    () => `${time}: ${waits?.verdict ?? 'nothing said'}`,
  );
  const isCable = ({ id }: { readonly id: string }) => id === 'virgo/cable';
  claims.ask(
    'the cable service is never said to be hit',
    !(waits?.hit ?? []).some(isCable),
    () => `${time}: said to be hit`,
  );
  claims.ask(
    'the cable service is told as not hit',
    waits?.notHit.some(isCable) ?? false,
    () => `${time}: ${waits?.unknown.some(isCable) ? 'not known of' : waits ? 'hit' : 'nothing said'}`,
  );
}

function hostedOnA(tenants: ForesightRun['simulation']['tenants']): number {
  return tenants
    .flatMap(({ domains, services }) => [...domains, ...services.flatMap(({ domains: own }) => own)])
    .filter(({ cluster }) => cluster === 'A')
    .reduce((sum, { mailboxes }) => sum + mailboxes, 0);
}

function isWithin(n: number, { low, high }: Bounds): boolean {
  return n >= low && n <= (high ?? Infinity);
}

function text({ low, high }: Bounds): string {
  return `${low} to ${high ?? 'any'}`;
}
