import { type AlarmScope, type ShiftKpis, type TransitionRecord } from '../../../shared/alarms.ts';
import { DAY_MS } from './episodes.ts';
import { kpisOf } from './kpis.ts';

/** Lines of the record in memory; a day of the worst flood has fewer. */
const MAX_RECORDS = 50_000;
const PRUNE_MS = 600_000;
/** Figures that only grow older are made anew so often. */
const KPI_MS = 60_000;

/** The last day of the record, and the figures of the shift made of it. */
export class Recent {
  #records: TransitionRecord[];
  #coveredFromMs: number | null;
  #prunedMs = -Infinity;
  #kpis: ShiftKpis | undefined;
  #madeAtMs = -Infinity;
  #hasNews = true;

  /** `lastMs`: end of the run before; null: there was none. */
  constructor(kept: readonly TransitionRecord[], lastMs: number | null) {
    this.#records = [...kept];
    this.#coveredFromMs = kept[0]?.atMs ?? lastMs;
  }

  add(records: readonly TransitionRecord[], nowMs: number): void {
    this.#coveredFromMs ??= nowMs;
    if (records.length > 0) this.#hasNews = true;
    this.#records.push(...records);
    if (Math.abs(nowMs - this.#prunedMs) < PRUNE_MS && this.#records.length <= MAX_RECORDS) return;
    this.#prunedMs = nowMs;
    const fromMs = nowMs - DAY_MS;
    const before = this.#records.length;
    this.#records = this.#records.filter(({ atMs }) => atMs >= fromMs).slice(-MAX_RECORDS * 0.9);
    const oldest = this.#records[0]?.atMs ?? nowMs;
    const isCut = this.#records.length < before && this.#records.length >= MAX_RECORDS * 0.9;
    this.#coveredFromMs = Math.max(this.#coveredFromMs, isCut ? oldest : fromMs);
  }

  kpis(
    fromMs: number,
    nowMs: number,
    now: { standing: number; nameOf: (scope: AlarmScope) => string },
  ): ShiftKpis {
    const age = nowMs - this.#madeAtMs;
    const isSame = this.#kpis?.fromMs === fromMs && !this.#hasNews && age >= 0 && age < KPI_MS;
    if (this.#kpis && isSame) return this.#kpis;
    this.#madeAtMs = nowMs;
    this.#hasNews = false;
    const coveredFromMs = this.#coveredFromMs ?? nowMs;
    this.#kpis = kpisOf({ records: this.#records, fromMs, toMs: nowMs + 1, coveredFromMs, ...now });
    return this.#kpis;
  }
}
