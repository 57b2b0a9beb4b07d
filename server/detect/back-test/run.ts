import type { BackTestReport, BackTestRequest } from '../../../shared/alarms.ts';
import type { ScopeRef } from '../../../shared/history.ts';
import type { TenantEntry } from '../../../shared/protocol.ts';
import { AppError } from '../../base/errors.ts';
import type { HistoryQueries } from '../../history/query/port.ts';
import type { SamplesAnswer } from '../../history/query/types.ts';
import type { Rule, ScopeFacts } from '../rules/types.ts';
import { Days } from './days.ts';
import { SampleFacts } from './facts.ts';
import { type Plan, planOf, STORED_KINDS, type StoredKind } from './plan.ts';
import { findingsOf } from './report.ts';
import { Runner } from './runner.ts';

export interface BackTestRun {
  readonly request: BackTestRequest;
  readonly rules: readonly Rule[];
  readonly tenants: readonly TenantEntry[];
  readonly queries: HistoryQueries;
  readonly zone: string;
  readonly pause: () => Promise<void>;
  readonly elapsedMs: () => number;
  readonly isCancelled: () => boolean;
  readonly told: (change: Partial<BackTestReport>) => void;
}

/** The main thread is held no longer than this at a time. */
const TURN_MS = 12;
/** Numbers of one slice: what is in memory at a time. */
const SLICE_VALUES = 1_000_000;
const LEAST_STEPS = 30;
const MOST_STEPS = 1_440;

/** From the oldest step to the newest, slice by slice; tells what it found as it goes. */
export async function runBackTest(run: BackTestRun): Promise<void> {
  const { request, tenants, queries, told } = run;
  const plan = planOf(run.rules, request, { tenants, extents: await queries.extents() });
  told({ stepSeconds: plan.stepMs / 1000, reason: plan.notes.join('; ') });
  if (plan.rules.length === 0) throw new AppError('bad-request', plan.notes.join('; '));
  const facts = new SampleFacts(plan.scopes);
  const runner = new Runner(plan, facts, { countFromMs: request.fromMs, only: request.scope });
  const days = new Days(run.zone);
  const beginMs = Math.floor((request.fromMs - plan.warmUpMs) / plan.stepMs) * plan.stepMs;
  const sliceMs = sliceSteps(plan) * plan.stepMs;
  const turn = createTurn(run);
  for (let fromMs = beginMs; fromMs < request.toMs && !run.isCancelled(); fromMs += sliceMs) {
    const toMs = Math.min(fromMs + sliceMs, request.toMs);
    facts.use(await readSlice(run, plan, { fromMs, toMs }));
    await judgeSlice({ run, plan, facts, runner, days, turn }, { fromMs, toMs });
    const faults = [...runner.faults].map(([rule, why]) => `rule '${rule}': ${why}`);
    told({
      ...findingsOf(runner.fires, days, { fromMs: request.fromMs, toMs: request.toMs, zone: run.zone }),
      progress: Math.min(1, (toMs - beginMs) / (request.toMs - beginMs)),
      reason: [...plan.notes, ...faults].join('; '),
    });
  }
}

interface Slice {
  readonly fromMs: number;
  readonly toMs: number;
}
interface Work {
  readonly run: BackTestRun;
  readonly plan: Plan;
  readonly facts: SampleFacts;
  readonly runner: Runner;
  readonly days: Days;
  readonly turn: () => Promise<void>;
}

async function judgeSlice(
  { run, plan, facts, runner, days, turn }: Work,
  { fromMs, toMs }: Slice,
): Promise<void> {
  const steps = Math.ceil((toMs - fromMs) / plan.stepMs);
  for (let i = 0; i < steps && !run.isCancelled(); i++) {
    const endMs = fromMs + (i + 1) * plan.stepMs;
    facts.move(i, endMs);
    for (let rule = 0; rule < plan.rules.length; rule++) {
      runner.advance(rule, endMs);
      await turn();
    }
    if (endMs > run.request.fromMs) days.add(endMs, plan.stepMs, facts.knownShare(i));
  }
}

async function readSlice(
  run: BackTestRun,
  plan: Plan,
  slice: Slice,
): Promise<Record<StoredKind, readonly SamplesAnswer[]>> {
  const read: Record<StoredKind, SamplesAnswer[]> = { tenant: [], cluster: [], platform: [] };
  for (const kind of STORED_KINDS)
    for (const scope of plan.scopes[kind]) {
      if (run.isCancelled()) return read;
      const asked = { scope: refOf(scope), metrics: plan.metrics[kind], stepMs: plan.stepMs, ...slice };
      read[kind].push(await run.queries.samples(asked));
    }
  return read;
}

function refOf({ kind, id }: ScopeFacts): ScopeRef {
  if (kind === 'platform') return { kind };
  return { kind: kind === 'cluster' ? 'cluster' : 'tenant', id };
}

function sliceSteps({ scopes, metrics }: Plan): number {
  const perStep = STORED_KINDS.reduce(
    (sum, kind) => sum + scopes[kind].length * (metrics[kind].length + 1),
    0,
  );
  return Math.min(MOST_STEPS, Math.max(LEAST_STEPS, Math.floor(SLICE_VALUES / Math.max(1, perStep))));
}

/** To be awaited after each piece of work: gives way when its time is up. */
function createTurn({ pause, elapsedMs }: BackTestRun): () => Promise<void> {
  let beganMs = elapsedMs();
  return async () => {
    if (elapsedMs() - beganMs < TURN_MS) return;
    await pause();
    beganMs = elapsedMs();
  };
}
