/** Findings of the last hours, those that go on, and what is to be kept of them. */
import type { AnomalyFinding, AnomalyRecord } from '../../../../shared/foresight.ts';
import type { ForesightRow } from '../../../history/foresight-store.ts';
import { metricInfo } from '../../rules/metrics.ts';
import { keyOf, type ScopeInfo } from '../types.ts';
import type { Found } from './series.ts';
import { textOf } from './words.ts';

/** Rows of this kind: all findings of one scope that began at one time. */
export const ANOMALY_ROW = 'anomaly';
/** Findings that are over are told for so long. */
const TOLD_MS = 6 * 3_600_000;
const MAX_TOLD = 200;
/** Held at all; beyond it the oldest that are over go, and are counted. */
const MAX_HELD = 5_000;
/** How often it is noted of a finding that it goes on: its end is not known better after a stop. */
const NOTE_MS = 10 * 60_000;

interface Held {
  readonly finding: AnomalyFinding;
  /** Scope and beginning: what shares a row. */
  readonly row: string;
  readonly key: string;
}

/** What is told now, and rows of what began, went on and ended. */
export class ToldBook {
  readonly #held = new Map<string, Held>();
  readonly #open = new Map<string, string>();
  readonly #changed = new Set<string>();
  #atMs = 0;
  #notedMs = -Infinity;
  dropped = 0;

  /** Null: the metric of the scope is not strange (any more). */
  tell(scope: ScopeInfo, metric: string, found: Found | null, atMs: number): void {
    this.#atMs = atMs;
    const key = keyOf(scope);
    const series = `${key} ${metric}`;
    const openId = this.#open.get(series);
    const id = found && `${series} ${found.fromMs}`;
    if (openId !== undefined && openId !== id) this.#end(series, openId);
    if (!found || id === null) return;
    const { kind, id: scopeId, name } = scope;
    const info = metricInfo(metric);
    const label = info?.label ?? metric;
    const row = `${key} ${found.fromMs}`;
    if (openId !== id) this.#changed.add(row);
    this.#open.set(series, id);
    const { fromMs, toMs, score, direction } = found;
    const text = textOf(label, info?.unit ?? 'count', found);
    const finding: AnomalyFinding = {
      ...{ id, scope: { kind, id: scopeId, name }, metric, label },
      ...{ fromMs, toMs, score, kind: found.kind, direction, text },
    };
    this.#held.set(id, { finding, row, key });
  }

  /** After each turn: what is long over is forgotten, and what goes on is noted every so often. */
  turn(atMs: number): void {
    this.#atMs = atMs;
    const going = new Set<string>();
    for (const id of this.#open.values()) {
      const held = this.#held.get(id);
      if (held) going.add(held.row);
    }
    if (atMs - this.#notedMs >= NOTE_MS || atMs < this.#notedMs) {
      this.#notedMs = atMs;
      for (const row of going) this.#changed.add(row);
    }
    // What shares a row with one that goes on is written again with it.
    for (const [id, { finding, row }] of this.#held)
      if (finding.toMs !== null && atMs - finding.toMs > TOLD_MS && !going.has(row)) this.#held.delete(id);
    this.#bound();
  }

  /** The strangest first. */
  view(): readonly AnomalyFinding[] {
    return [...this.#held.values()]
      .map(({ finding }) => finding)
      .sort((a, b) => b.score - a.score || b.fromMs - a.fromMs)
      .slice(0, MAX_TOLD);
  }

  /** All that is held, of one scope or of all. */
  records(key?: string): readonly AnomalyRecord[] {
    return [...this.#held.values()]
      .filter((held) => key === undefined || held.key === key)
      .map(({ finding }) => this.#record(finding));
  }

  takeRows(): readonly ForesightRow[] {
    if (this.#changed.size === 0) return [];
    const byRow = new Map<string, { readonly key: string; readonly records: AnomalyRecord[] }>();
    for (const { finding, row, key } of this.#held.values()) {
      if (!this.#changed.has(row)) continue;
      const at = byRow.get(row) ?? { key, records: [] };
      byRow.set(row, at);
      at.records.push(this.#record(finding));
    }
    this.#changed.clear();
    return [...byRow.values()].map(({ key, records }) => ({
      ...{ kind: ANOMALY_ROW, scope: key, atMs: records[0]?.fromMs ?? this.#atMs },
      text: JSON.stringify(records),
    }));
  }

  #record(finding: AnomalyFinding): AnomalyRecord {
    return { ...finding, seenMs: finding.toMs ?? this.#atMs };
  }

  #end(series: string, id: string): void {
    this.#open.delete(series);
    const held = this.#held.get(id);
    if (!held) return;
    this.#held.set(id, { ...held, finding: { ...held.finding, toMs: this.#atMs } });
    this.#changed.add(held.row);
  }

  #bound(): void {
    if (this.#held.size <= MAX_HELD) return;
    for (const [id, { finding }] of this.#held) {
      if (this.#held.size <= MAX_HELD) return;
      if (finding.toMs === null) continue;
      this.#held.delete(id);
      this.dropped += 1;
    }
  }
}
