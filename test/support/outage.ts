/** A seeded outage of one destination behind Postfix' retry rules, in lots of ten seconds: the truth that forecasts are held against. */
import {
  type Arrivals,
  type DrainInput,
  type Slot,
  SLOTS_LOOKED_AT,
} from '../../server/detect/foresight/drain/types.ts';
import { nextTrySlots } from '../../server/detect/foresight/drain/fluid.ts';
import { POSTFIX_PACE } from '../../server/detect/foresight/drain/pace.ts';
import { createRandom } from '../../server/demo/random.ts';

const STEP_S = 10;
const MIN_BACKOFF_S = 300;
const MAX_BACKOFF_S = 4_000;
const SCAN_EVERY_S = 300;

export interface OutageOptions {
  readonly seed: number;
  /** Recipients a second that can be delivered when all is well. */
  readonly serviceRate: number;
  /** ... and that come, on average over the day. */
  readonly arrivalRate: number;
  /** Hour of the day at which the outage begins. */
  readonly startHour: number;
  readonly outageHours: number;
  /** Minutes after the end of the outage at which somebody flushes the queue; null: nobody. */
  readonly flushAfterMinutes: number | null;
  /** What is known of usual arrivals: nothing, or the day curve with errors. */
  readonly hasSeason: boolean;
}

type Random = ReturnType<typeof createRandom>;

/** Lots of one arrival and one history. */
interface Lot {
  n: number;
  readonly arrivedS: number;
  triedS: number;
  dueS: number;
}

export interface OutageMoment {
  readonly sinceFixMinutes: number;
  readonly input: DrainInput;
}
export interface Outage {
  /** Everything a forecaster may know, each minute from before the outage on. */
  readonly moments: readonly OutageMoment[];
  /** When no more than usual wait, and go on so for a quarter of an hour; minutes after the fix. */
  readonly clearMinutes: number;
  readonly peak: number;
}

/** Busy by day, quiet by night; mean 1 over the day. */
function dayCurve(hour: number): number {
  return 1 + 0.6 * Math.sin(((hour - 9) / 24) * 2 * Math.PI);
}

/** Lives through it until the queue has been as usual for a quarter of an hour. */
export function simulateOutage(options: OutageOptions): Outage {
  const world = new OutageWorld(options);
  return world.live();
}

/** Hours before the outage, and after it at most. */
const BEFORE_S = 3_600;
const AFTER_S = 40 * 3_600;
const CLEAR_MINUTES = 15;

class OutageWorld {
  readonly #options: OutageOptions;
  readonly #random: Random;
  readonly #hourError: readonly number[];
  readonly #dayError: number;
  readonly #fixS: number;
  readonly #usualWaiting: number;
  readonly #minutes: Slot[] = [];
  readonly #moments: OutageMoment[] = [];
  #ready: Lot[] = [];
  #deferred: Lot[] = [];
  #nextScanS: number;
  #isFlushed = false;
  #flow = { departed: 0, arrived: 0, deferred: 0 };

  constructor(options: OutageOptions) {
    this.#options = options;
    this.#random = createRandom(options.seed);
    this.#hourError = Array.from({ length: 24 }, () => 1 + 0.06 * normal(this.#random));
    this.#dayError = 1 + 0.08 * normal(this.#random);
    this.#fixS = options.outageHours * 3_600;
    // What stands in the queue when nothing is wrong, and some room for chance.
    this.#usualWaiting = options.arrivalRate * 60;
    this.#nextScanS = this.#random.between(0, SCAN_EVERY_S) - BEFORE_S;
  }

  live(): Outage {
    const limitS = this.#fixS + AFTER_S;
    for (let s = -BEFORE_S; s < limitS && !this.#isOver(); s += STEP_S) {
      this.#arrive(s);
      this.#retry(s);
      if (s >= 0 && s < this.#fixS) this.#putOff(s);
      else this.#deliver();
      if ((s + STEP_S) % 60 === 0) this.#note(s + STEP_S);
    }
    const peak = Math.max(...this.#minutes.map(({ waiting }) => waiting ?? 0));
    const endMinutes = this.#moments.at(-1)?.sinceFixMinutes ?? 0;
    return { moments: this.#moments, clearMinutes: endMinutes - CLEAR_MINUTES + 1, peak };
  }

  #isOver(): boolean {
    const last = this.#minutes.slice(-CLEAR_MINUTES);
    const sinceFix = this.#moments.at(-1)?.sinceFixMinutes ?? -1;
    return sinceFix > CLEAR_MINUTES && last.every(({ waiting }) => (waiting ?? 0) <= this.#usualWaiting);
  }

  #arrive(s: number): void {
    const { arrivalRate, startHour } = this.#options;
    const rate = arrivalRate * this.#dayError * dayCurve(startHour + s / 3_600);
    const n = poisson(rate * STEP_S, this.#random);
    this.#flow.arrived += n;
    if (n > 0) this.#ready.push({ n, arrivedS: s, triedS: s, dueS: s });
  }

  #retry(s: number): void {
    const { flushAfterMinutes } = this.#options;
    const isFlush =
      !this.#isFlushed && flushAfterMinutes !== null && s >= this.#fixS + flushAfterMinutes * 60;
    if (isFlush) this.#isFlushed = true;
    else if (s < this.#nextScanS) return;
    else this.#nextScanS += SCAN_EVERY_S;
    const isDue = ({ dueS }: Lot) => isFlush || dueS <= s;
    this.#ready.push(...this.#deferred.filter(isDue));
    this.#deferred = this.#deferred.filter((lot) => !isDue(lot));
  }

  /** A dead destination answers fast: everything that is tried is put off. */
  #putOff(s: number): void {
    for (const lot of this.#ready) {
      this.#flow.deferred += lot.n;
      lot.triedS = s;
      lot.dueS = s + Math.min(MAX_BACKOFF_S, Math.max(MIN_BACKOFF_S, s - lot.arrivedS));
    }
    this.#deferred.push(...this.#ready);
    this.#ready = [];
  }

  #deliver(): void {
    let room = poisson(this.#options.serviceRate * STEP_S, this.#random);
    for (const lot of this.#ready) {
      if (room === 0) break;
      const take = Math.min(lot.n, room);
      lot.n -= take;
      room -= take;
      this.#flow.departed += take;
    }
    this.#ready = this.#ready.filter(({ n }) => n > 0);
  }

  #note(s: number): void {
    const ready = count(this.#ready);
    this.#minutes.push({ ...this.#flow, ready, waiting: ready + count(this.#deferred) });
    this.#flow = { departed: 0, arrived: 0, deferred: 0 };
    this.#moments.push({
      sinceFixMinutes: (s - this.#fixS) / 60,
      input: {
        atMs: s * 1_000,
        slots: this.#minutes.slice(-SLOTS_LOOKED_AT),
        pace: POSTFIX_PACE,
        due: dueOf(this.#deferred, s),
        dueUnknown: 0,
        usualWaiting: this.#usualWaiting,
        arrivals: (atMs) => (this.#options.hasSeason ? this.#usual(atMs / 1_000) : null),
        widen: 1,
      },
    });
  }

  /** What a history of weeks would say: right but for the error of each hour. */
  #usual(s: number): Arrivals {
    const { arrivalRate, startHour } = this.#options;
    const hour = ((Math.floor(startHour + s / 3_600) % 24) + 24) % 24;
    const perMinute = 60 * arrivalRate * dayCurve(hour + 0.5) * (this.#hourError[hour] ?? 1);
    return { median: perMinute, mad: (perMinute * 0.06) / 1.4826 };
  }
}

function dueOf(deferred: readonly Lot[], atS: number): Float64Array {
  const due = new Float64Array(70);
  for (const { n, arrivedS, triedS } of deferred) {
    const minute = nextTrySlots((atS - arrivedS) * 1_000, (atS - triedS) * 1_000, POSTFIX_PACE);
    const place = Math.min(69, Math.floor(minute));
    due[place] = (due[place] ?? 0) + n;
  }
  return due;
}

function count(lots: readonly Lot[]): number {
  return lots.reduce((sum, { n }) => sum + n, 0);
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

function poisson(mean: number, random: Random): number {
  if (mean > 40) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let n = 0;
  for (let product = random.next(); product > limit; product *= random.next()) n += 1;
  return n;
}
