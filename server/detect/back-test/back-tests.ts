/** Rules held against what was stored: one run at a time, in slices that leave the rest of the server its time. */
import { DateTime } from 'luxon';
import type { AlarmScope, BackTestReport, BackTestRequest } from '../../../shared/alarms.ts';
import type { TenantEntry } from '../../../shared/protocol.ts';
import { AppError, messageOf } from '../../base/errors.ts';
import type { HistoryQueries } from '../../history/query/port.ts';
import { parseRules } from '../rules/rule-file.ts';
import type { Rule } from '../rules/types.ts';
import { storedScopes, type StoredKind } from './plan.ts';
import { runBackTest } from './run.ts';

export interface BackTestDeps {
  /** Undefined: nothing is stored, or the store cannot be asked. */
  readonly queries: () => HistoryQueries | undefined;
  readonly tenants: () => readonly TenantEntry[];
  /** By whose clocks days begin and times are told; default: this machine's. */
  readonly zone?: string;
  /** Lets others have their turn. */
  readonly pause?: () => Promise<void>;
  /** A clock that only runs forward. */
  readonly elapsedMs?: () => number;
}

export interface BackTests {
  /** Refused with every fault of the text, and while another one runs. */
  start(request: BackTestRequest): BackTestReport;
  report(id: string): BackTestReport | undefined;
  cancel(id: string): BackTestReport | undefined;
  /** Cancels what runs. */
  stop(): void;
}

interface Job {
  report: BackTestReport;
  isCancelled: boolean;
}

/** Reports of the last runs are kept. */
const KEPT = 20;

export function createBackTests(deps: BackTestDeps): BackTests {
  const jobs = new Map<string, Job>();
  const zone = deps.zone ?? DateTime.local().zoneName;
  const pause = deps.pause ?? rest;
  const elapsedMs = deps.elapsedMs ?? (() => performance.now());
  let count = 0;

  function start(request: BackTestRequest): BackTestReport {
    const queries = deps.queries();
    if (!queries) throw new AppError('unavailable', 'nothing is stored here to hold rules against');
    const running = [...jobs.values()].find(({ report }) => report.state === 'running');
    if (running)
      throw new AppError(
        'unavailable',
        `back-test ${running.report.id} is running; cancel it, or wait for it`,
      );
    const tenants = deps.tenants();
    const rules = rulesOf(request, tenants);
    const job: Job = { report: firstReport(`back-test-${(count += 1)}`, request), isCancelled: false };
    jobs.set(job.report.id, job);
    for (const id of [...jobs.keys()].slice(0, -KEPT)) jobs.delete(id);
    const told = (change: Partial<BackTestReport>) => void (job.report = { ...job.report, ...change });
    const isCancelled = () => job.isCancelled;
    runBackTest({ request, rules, tenants, queries, zone, pause, elapsedMs, isCancelled, told }).then(
      () => told(job.isCancelled ? { state: 'cancelled' } : { state: 'done', progress: 1 }),
      (error: unknown) => told({ state: 'failed', reason: messageOf(error) }),
    );
    return job.report;
  }

  function cancel(id: string): BackTestReport | undefined {
    const job = jobs.get(id);
    if (job?.report.state === 'running') {
      job.isCancelled = true;
      job.report = { ...job.report, state: 'cancelled' };
    }
    return job?.report;
  }

  return {
    start,
    report: (id) => jobs.get(id)?.report,
    cancel,
    stop: () => void [...jobs.keys()].forEach(cancel),
  };
}

function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}

function rulesOf({ text, scope }: BackTestRequest, tenants: readonly TenantEntry[]): readonly Rule[] {
  const parsed = parseRules(text);
  if (!parsed.ok)
    throw new AppError('bad-request', `the rules have ${parsed.faults.length} fault(s)`, parsed.faults);
  if (parsed.rules.length === 0) throw new AppError('bad-request', 'text: there is no rule in it');
  if (scope && !isStored(scope, tenants))
    throw new AppError('bad-request', 'the back-test is refused', [
      `scope: nothing is stored of a ${scope.kind} '${scope.id}'; name a tenant, a cluster or the platform`,
    ]);
  return parsed.rules;
}

function isStored({ kind, id }: AlarmScope, tenants: readonly TenantEntry[]): boolean {
  const all: Readonly<Record<string, readonly { readonly id: string }[]>> = storedScopes(tenants);
  return (all[kind as StoredKind] ?? []).some((scope) => scope.id === id);
}

function firstReport(id: string, { fromMs, toMs }: BackTestRequest): BackTestReport {
  return {
    ...{ id, state: 'running', progress: 0, reason: '', fromMs, toMs, stepSeconds: 60 },
    ...{ fires: [], moreFires: 0, perDay: null, worstDay: null, daysLackingData: [], summary: '' },
  };
}
