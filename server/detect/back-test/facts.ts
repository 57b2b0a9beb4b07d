import type { ScopeKind } from '../../../shared/alarms.ts';
import { NOT_KEPT } from '../../history/query/samples.ts';
import type { SampleColumn, SamplesAnswer } from '../../history/query/types.ts';
import type { Facts, Reading, ScopeFacts } from '../rules/types.ts';
import { type Plan, STORED_KINDS, type StoredKind } from './plan.ts';

const NONE: readonly ScopeFacts[] = [];

/** What was known at the end of one step after the other, out of one slice of samples. */
export class SampleFacts implements Facts {
  atMs = 0;
  readonly #scopes: Plan['scopes'];
  #slice: Readonly<Record<StoredKind, readonly SamplesAnswer[]>> = { tenant: [], cluster: [], platform: [] };
  #step = 0;

  constructor(scopes: Plan['scopes']) {
    this.#scopes = scopes;
  }

  /** The next slice; of each kind in the order of its scopes. */
  use(slice: Readonly<Record<StoredKind, readonly SamplesAnswer[]>>): void {
    this.#slice = slice;
  }

  move(step: number, endMs: number): void {
    this.#step = step;
    this.atMs = endMs;
  }

  scopes(kind: ScopeKind): readonly ScopeFacts[] {
    return isStored(kind) ? this.#scopes[kind] : NONE;
  }

  read(metric: string, kind: ScopeKind, place: number): Reading {
    const samples = this.#of(kind, place);
    const column = samples?.columns[metric];
    if (!samples || !column) return { value: null, n: null, noData: `${metric} was not read` };
    return readingAt(column, this.#step, samples.reasons);
  }

  noData(kind: ScopeKind, place: number): string | null {
    const samples = this.#of(kind, place);
    const code = samples?.whyNot[this.#step] ?? 0;
    const reason = samples?.reasons[code] ?? '';
    // Live, each metric of the platform says for itself when it is not known.
    return reason === '' || (kind === 'platform' && reason !== NOT_KEPT) ? null : reason;
  }

  /** Nobody watched: not even silence is known. */
  isNotKept(kind: ScopeKind, place: number): boolean {
    return this.noData(kind, place) === NOT_KEPT;
  }

  /** Share of the scopes of which all that rules read is known at a step. */
  knownShare(step: number): number {
    let [known, all] = [0, 0];
    for (const kind of STORED_KINDS)
      for (const samples of this.#slice[kind]) {
        all += 1;
        known += isKnown(samples, step) ? 1 : 0;
      }
    return all === 0 ? 0 : known / all;
  }

  #of(kind: ScopeKind, place: number): SamplesAnswer | undefined {
    return isStored(kind) ? this.#slice[kind][place] : undefined;
  }
}

function isStored(kind: ScopeKind): kind is StoredKind {
  return (STORED_KINDS as readonly string[]).includes(kind);
}

function isKnown({ columns, whyNot, reasons }: SamplesAnswer, step: number): boolean {
  const all = Object.values(columns);
  // Rules about silence read nothing else.
  if (all.length === 0) return reasons[whyNot[step] ?? 0] !== NOT_KEPT;
  return whyNot[step] === 0 && all.every((column) => column.whyNot[step] === 0);
}

function readingAt(
  { value, n, part, isFloor, whyNot }: SampleColumn,
  step: number,
  reasons: readonly string[],
): Reading {
  const code = whyNot[step] ?? 0;
  if (code > 0) return { value: null, n: null, noData: reasons[code] ?? 'not known' };
  const [of, p] = [orNull(n[step]), orNull(part[step])];
  return {
    value: orNull(value[step]),
    n: of,
    ...(p !== null && { part: p }),
    ...(isFloor[step] === 1 && { isFloor: true }),
  };
}

function orNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
