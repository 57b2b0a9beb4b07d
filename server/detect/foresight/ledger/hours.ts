/** The hours of one scope: the one that runs, and those of the last day, which late lines may still correct. */
import type { LedgerHour } from '../../../../shared/foresight.ts';
import { type Balance, FATES } from '../../../aggregate/conservation.ts';

export const HOUR_MS = 3_600_000;
/** Hours that have ended and are still looked at. */
const EARLIER_HOURS = 23;

/** What is known of a scope at one moment. `queued`, `held`: by the queue itself. */
export interface Sample {
  readonly atMs: number;
  readonly balance: Readonly<Balance>;
  readonly queued: number;
  readonly held: number;
  /** Every log and queue of the scope was read up to now, and no line is awaited. */
  readonly isCovered: boolean;
  /** Default: SETTLE_MS; longer where the clock runs faster than log and queue can be read. */
  readonly settleMs?: number;
}

/** What outlives the process: the hour that ran, and the earlier ones of a day that did not close. */
export interface KeptHours {
  readonly atMs: number;
  readonly hour: LedgerHour;
  readonly earlier: readonly LedgerHour[];
}

/** What an earlier run knew, and the recipients that were taken up as open. */
export interface KeptAccount {
  readonly hours: KeptHours;
  readonly adopted: number;
}

const FLOWS = ['accepted', ...FATES, 'unseen'] as const satisfies readonly (keyof Balance)[];
type Flow = Readonly<Record<(typeof FLOWS)[number], number>>;

interface Running {
  readonly fromMs: number;
  opening: number;
  /** Of an earlier run, in this hour. */
  readonly before: Flow;
  /** What is counted since: the balance less this. */
  readonly base: Flow;
  unaccounted: number;
  coveredMs: number;
}

/** A row adds up exactly: opening and accepted are all the others together. */
export class HourBook {
  /** Oldest first. */
  #earlier: LedgerHour[];
  #resumed: KeptAccount | null;
  #running: Running | null = null;
  #last: Sample | null = null;
  /** Of all hours since the process began. */
  #missing = 0;

  constructor(kept: KeptAccount | null) {
    this.#resumed = kept;
    this.#earlier = [...(kept?.hours.earlier ?? [])];
  }

  /** Goes on to the sample; the hour that it ends, if it does. */
  move(sample: Sample, maxGapMs: number): readonly LedgerHour[] {
    const fromMs = Math.floor(sample.atMs / HOUR_MS) * HOUR_MS;
    const ended = this.#resumed ? this.#resume(this.#resumed, fromMs) : [];
    this.#running ??= this.#begin(fromMs, sample);
    this.#cover(sample, maxGapMs);
    if (!isAnother(this.#running.fromMs, fromMs)) {
      this.#last = sample;
      return ended;
    }
    const last = this.#last ?? sample;
    const hour = this.#row(this.#running, last, this.#running.fromMs + HOUR_MS);
    this.#close(hour);
    this.#running = this.#begin(fromMs, last);
    this.#cover(sample, maxGapMs);
    this.#last = sample;
    return [...ended, hour];
  }

  /** So many more are missing, or fewer: those of the latest hours are found first. Earlier hours that are corrected by it. */
  shift(by: number): readonly LedgerHour[] {
    if (by === 0 || !this.#running) return [];
    this.#missing += by;
    const found = cancelled(this.#running.unaccounted, by);
    this.#running.unaccounted += found;
    let left = by - found;
    let first = this.#earlier.length;
    for (let i = first - 1; i >= 0 && left !== 0; i--) {
      const taken = cancelled(this.#earlier[i]?.unaccounted ?? 0, left);
      if (taken === 0) continue;
      left -= taken;
      this.#correct(i, taken);
      first = i;
    }
    this.#running.unaccounted += left;
    return this.#earlier.slice(first);
  }

  now(): LedgerHour | null {
    return this.#running && this.#last ? this.#row(this.#running, this.#last, this.#last.atMs) : null;
  }

  kept(sample: Sample): KeptHours | null {
    if (!this.#running) return null;
    const earlier = this.#earlier.filter(({ unaccounted, unseen }) => unaccounted !== 0 || unseen > 0);
    return { atMs: sample.atMs, hour: this.#row(this.#running, sample, sample.atMs), earlier };
  }

  /** Of the hours that have ended, within a day. */
  earlier(of: 'unaccounted' | 'unseen'): number {
    return this.#earlier.reduce((sum, hour) => sum + hour[of], 0);
  }

  /** What was missing in that hour was on its way when it ended, and so when each later hour began. */
  #correct(at: number, by: number): void {
    this.#earlier = this.#earlier.map((hour, i) => {
      if (i < at) return hour;
      const settling = hour.settling - by;
      if (i === at) return { ...hour, settling, unaccounted: hour.unaccounted + by };
      return { ...hour, settling, opening: hour.opening - by };
    });
    if (this.#running) this.#running.opening -= by;
  }

  #begin(fromMs: number, { balance, queued, held }: Sample): Running {
    const opening = queued + held + this.#settling({ balance, queued, held });
    return { ...{ fromMs, opening, before: NONE, base: flowOf(balance) }, unaccounted: 0, coveredMs: 0 };
  }

  /** What was taken up and was not open before has come meanwhile; what was open and was not taken up has an end nobody saw. */
  #resume({ hours: { hour, atMs }, adopted }: KeptAccount, fromMs: number): readonly LedgerHour[] {
    this.#resumed = null;
    const open = hour.queued + hour.held + hour.settling;
    const isSame = hour.fromMs === fromMs;
    const before = isSame ? flowOf(hour) : NONE;
    const coveredMs = (hour.coverage ?? 0) * (Math.min(atMs, hour.fromMs + HOUR_MS) - hour.fromMs);
    this.#running = {
      fromMs,
      opening: isSame ? hour.opening : open,
      before: {
        ...before,
        accepted: before.accepted + Math.max(0, adopted - open),
        unseen: before.unseen + Math.max(0, open - adopted),
      },
      base: { ...NONE, accepted: adopted },
      unaccounted: isSame ? hour.unaccounted : 0,
      coveredMs: isSame ? coveredMs : 0,
    };
    if (isSame) return [];
    const ended = { ...hour, coverage: coveredMs / HOUR_MS };
    this.#close(ended);
    return [ended];
  }

  #close(hour: LedgerHour): void {
    const isOfTheDay = ({ fromMs }: LedgerHour) => hour.fromMs - fromMs < EARLIER_HOURS * HOUR_MS;
    this.#earlier = [...this.#earlier.filter(isOfTheDay), hour].slice(-EARLIER_HOURS);
  }

  /** Adds the time since the last sample, as far as it lies in the running hour. After a longer sleep nothing was heard. */
  #cover({ atMs, isCovered }: Sample, maxGapMs: number): void {
    const [running, last] = [this.#running, this.#last];
    if (!running || !last || !isCovered || atMs - last.atMs > maxGapMs) return;
    const ms = Math.min(atMs, running.fromMs + HOUR_MS) - Math.max(running.fromMs, last.atMs);
    running.coveredMs += Math.max(0, ms);
  }

  #row(running: Running, sample: Sample, untilMs: number): LedgerHour {
    const { fromMs, opening, before, base, unaccounted, coveredMs } = running;
    const { balance, queued, held, isCovered } = sample;
    const flows = FLOWS.map((key) => [key, before[key] + balance[key] - base[key]] as const);
    const elapsedMs = untilMs - fromMs;
    return {
      ...{ fromMs, opening, held, queued, unaccounted },
      ...(Object.fromEntries(flows) as Flow),
      settling: this.#settling(sample),
      coverage: elapsedMs > 0 ? Math.min(1, coveredMs / elapsedMs) : Number(isCovered),
    };
  }

  #settling(sample: Pick<Sample, 'balance' | 'queued' | 'held'>): number {
    return missingOf(sample) - this.#missing;
  }
}

const NONE = Object.fromEntries(FLOWS.map((key) => [key, 0])) as Flow;

function flowOf(flow: Flow): Flow {
  return Object.fromEntries(FLOWS.map((key) => [key, flow[key]])) as Flow;
}

/** A clock that is set back for a moment stays in its hour. */
function isAnother(runningMs: number, fromMs: number): boolean {
  return fromMs > runningMs || fromMs < runningMs - HOUR_MS;
}

/** The part of `by` that takes back what is there. */
function cancelled(there: number, by: number): number {
  if (Math.sign(there) !== -Math.sign(by)) return 0;
  return Math.sign(by) * Math.min(Math.abs(there), Math.abs(by));
}

/** Accepted less everything that has a place. Above zero: missing; below: more has a place than anybody brought. */
export function missingOf({ balance, queued, held }: Pick<Sample, 'balance' | 'queued' | 'held'>): number {
  return (
    FATES.reduce((left, fate) => left - balance[fate], balance.accepted) - balance.unseen - queued - held
  );
}
