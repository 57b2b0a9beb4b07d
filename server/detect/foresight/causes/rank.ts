/** What those who are hit have in common and the others have not: ranked by hits explained less those that it does not explain. */
import type { CauseCandidate } from '../../../../shared/foresight.ts';

/** One unit of the platform: a tenant, or one service of a tenant, with everything its mail went through. */
export interface Unit {
  readonly name: string;
  readonly state: 'hit' | 'spared' | 'unknown';
  /** Keys of what it depends on: `cluster:A`, `node:mx-a`, `filter:rspamd-a`, `route:store-a`, `service:dsl`. */
  readonly parts: readonly string[];
}

/** A change that was made before the trouble, and what it touched. */
export interface Change {
  readonly id: string;
  readonly text: string;
  readonly components: readonly string[];
  /** Before the trouble began, ms. */
  readonly leadMs: number;
}

type Kind = CauseCandidate['kind'];

/** Of equals the one that says more about what to do comes first. */
const ORDER: Readonly<Record<Kind, number>> = {
  change: 6,
  filter: 5,
  cluster: 4,
  node: 3,
  route: 2,
  service: 1,
};
/** A change explains less the longer it had no effect. */
const FADES_MS = 48 * 3_600_000;
/** Worth a word; the others are chance. */
const LEAST_SCORE = 0.1;
/** From here on it may be called the cause that explains it. */
export const EXPLAINS = 0.6;
const MAX_CANDIDATES = 8;

export interface RankInput {
  readonly units: readonly Unit[];
  readonly changes: readonly Change[];
  /** Kinds that this symptom points to, the likeliest first: of equals they come before the others. */
  readonly points: readonly Kind[];
}

/** The best first. */
export function rankCauses({ units, changes, points }: RankInput): readonly CauseCandidate[] {
  const keys = new Set(units.filter(({ state }) => state === 'hit').flatMap(({ parts }) => parts));
  const parts = [...keys].map((key) => candidate(units, (unit) => unit.parts.includes(key), partOf(key)));
  const made = changes.map((change) => {
    const touches = ({ parts: own }: Unit) => change.components.some((component) => own.includes(component));
    const found = candidate(units, touches, { kind: 'change', id: change.id, name: changeName(change) });
    return { ...found, score: found.score * Math.exp(-change.leadMs / FADES_MS) };
  });
  const rank = ({ kind }: CauseCandidate) =>
    points.includes(kind) ? 100 - points.indexOf(kind) : ORDER[kind];
  return [...made, ...parts]
    .filter(({ score, explained }) => score >= LEAST_SCORE && explained > 0)
    .sort((a, b) => rounded(b) - rounded(a) || rank(b) - rank(a) || (a.id < b.id ? -1 : 1))
    .slice(0, MAX_CANDIDATES);
}

/** In words: the best one, or that there is none. */
export function verdictOf(candidates: readonly CauseCandidate[], hit: number): string {
  const [best] = candidates;
  if (hit < 2) return 'Only one is hit: there is nothing shared to look for.';
  if (!best || best.score < EXPLAINS) return 'No single cause explains this.';
  const { name, explained, unexplained, spared } = best;
  const rest = unexplained === 0 ? '' : `, ${unexplained} are hit without it`;
  const not = spared === 0 ? 'nobody else has it' : `${spared} have it and are not hit`;
  return `${name}: explains ${explained} of ${explained + unexplained} hit${rest}; ${not}.`;
}

function candidate(
  units: readonly Unit[],
  has: (unit: Unit) => boolean,
  who: Pick<CauseCandidate, 'kind' | 'id' | 'name'>,
): CauseCandidate {
  const count = (state: Unit['state'], belongs: boolean) =>
    units.filter((unit) => unit.state === state && has(unit) === belongs).length;
  const explained = count('hit', true);
  const unexplained = count('hit', false);
  const spared = count('spared', true);
  const all = explained + unexplained;
  // Hits explained, less hits and spared ones that speak against it, of all that are known to have it or to be hit.
  const score = all + spared === 0 ? 0 : Math.max(0, (explained - unexplained - spared) / (all + spared));
  const text = `${explained} of ${all} hit have it; ${spared} have it and are not hit`;
  return { ...who, explained, unexplained, spared, score, text };
}

/** Two that differ by less than a unit in ten or so are equals: then what can be mended decides. */
function rounded({ score }: CauseCandidate): number {
  return Math.round(score * 10);
}

const NAMES: Readonly<Record<string, (id: string) => Pick<CauseCandidate, 'kind' | 'name'>>> = {
  cluster: (id) => ({ kind: 'cluster', name: `cluster ${id}` }),
  node: (id) => ({ kind: 'node', name: `host ${id}` }),
  filter: (id) => ({ kind: 'filter', name: `filter ${id}` }),
  route: (id) => ({ kind: 'route', name: `route ${id}` }),
  service: (id) => ({ kind: 'service', name: `service ${id}` }),
};

function partOf(key: string): Pick<CauseCandidate, 'kind' | 'id' | 'name'> {
  const at = key.indexOf(':');
  const id = key.slice(at + 1);
  const named = NAMES[key.slice(0, at)]?.(id) ?? { kind: 'node' as const, name: key };
  return { ...named, id: key };
}

function changeName({ text, leadMs }: Change): string {
  const minutes = Math.round(leadMs / 60_000);
  return `change “${text}”, ${minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`} before`;
}
