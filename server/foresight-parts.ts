/** The parts of foresight of one run, put together. */
import { DateTime } from 'luxon';
import type { AlarmView } from '../shared/alarms.ts';
import type { PlatformEvent } from '../shared/foresight.ts';
import type { Tenant } from './attribute/tenants-file.ts';
import type { RetryConfig } from './base/config-limits.ts';
import { type CanaryFile, loadCanaries } from './base/canary-file.ts';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { createAnomaliesPart } from './detect/foresight/anomalies/part.ts';
import { createCampaignsPart } from './detect/foresight/campaigns/part.ts';
import { createCanariesPart } from './detect/foresight/canaries/part.ts';
import { createCleanPart } from './detect/foresight/clean/part.ts';
import { createCausesPart } from './detect/foresight/causes/part.ts';
import type { RetryTimes } from './detect/foresight/drain/pace.ts';
import { createDrainPart } from './detect/foresight/drain/part.ts';
import { createHeldParts } from './detect/foresight/held/part.ts';
import { createLedgerPart } from './detect/foresight/ledger/part.ts';
import { createReportsPart } from './detect/foresight/reports/part.ts';
import type { HourOfWeek } from './detect/foresight/season.ts';
import { createForesightRun, type Foresight } from './foresight.ts';
import type { History } from './history/thread/open.ts';
import type { Pipeline } from './pipeline.ts';

export type { Foresight } from './foresight.ts';

export interface ForesightOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly history: History;
  readonly pipeline: Pipeline;
  readonly tenants: readonly Tenant[];
  /** Of hours of the week; this machine's when absent. */
  readonly zone: string | undefined;
  readonly alarms: () => readonly AlarmView[];
  readonly takeEvents?: () => readonly PlatformEvent[];
  /** The file, or its path. Absent: nothing is planted. */
  readonly canaries?: CanaryFile | string | undefined;
  /** What Postfix is set to; as it comes when absent. */
  readonly retries?: RetryConfig | undefined;
}

export function createForesightOf(options: ForesightOptions): Promise<Foresight> {
  const { pipeline, tenants, zone, alarms, canaries, retries, ...rest } = options;
  const hourOfWeek = hourOfWeekIn(zone);
  const file = typeof canaries === 'string' ? loadCanaries(canaries) : canaries;
  const books = () => pipeline.books;
  return createForesightRun({
    ...{ ...rest, pipeline },
    hourOfWeek,
    alarms: () => alarms().filter(({ raisedAtMs, isActive }) => raisedAtMs !== null && isActive !== false),
    parts: (kept, salt) => {
      const { directory } = pipeline.books;
      const campaigns = createCampaignsPart({ directory, salt, kept: kept('campaigns') });
      return {
        drain: createDrainPart(kept('drain'), retries && retryTimesOf(retries)),
        ...createHeldParts(books),
        ledger: createLedgerPart(kept('ledger')),
        causes: createCausesPart(tenants, books),
        anomalies: createAnomaliesPart(hourOfWeek, kept('anomalies')),
        surges: createReportsPart(hourOfWeek, kept('surges')),
        campaigns,
        cohorts: createCleanPart({ directory, salt }, kept('cohorts')),
        ...(file && { canaries: createCanariesPart({ file, books, campaigns }, kept('canaries')) }),
      };
    },
  });
}

function retryTimesOf(retries: RetryConfig): RetryTimes {
  return {
    minimalBackoffMs: retries.minimalBackoffSeconds * 1_000,
    maximalBackoffMs: retries.maximalBackoffSeconds * 1_000,
    queueRunDelayMs: retries.queueRunDelaySeconds * 1_000,
  };
}

/** Hour of the local week, Monday 00 is 0; through days on which the clocks change. */
function hourOfWeekIn(zone: string | undefined): HourOfWeek {
  return (atMs) => {
    const { weekday, hour } = DateTime.fromMillis(atMs, zone === undefined ? {} : { zone });
    return (weekday - 1) * 24 + hour;
  };
}
