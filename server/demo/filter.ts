import type { LineLog } from './line-log.ts';
import type { Random } from './random.ts';
import { scanText } from './rspamd-lines.ts';
import type { FilterAction, Verdict } from './rspamd-lines.ts';
import type { Scheduler } from './scheduler.ts';
import type { Parties, Tally } from './tally.ts';
import { greylisted, judge, timedOut } from './verdicts.ts';
import type { Nature } from './verdicts.ts';

/** Time of one scan when nothing waits. */
const SCAN_MEDIAN_MS = 85;
const GREYLIST_SHARE = 0.008;
const WORKER_PIDS = [2_411, 2_412, 2_413, 2_414] as const;

/** What scenarios change. */
export interface FilterSettings {
  capacityPerSecond: number;
  /**
   * What happens to a scan that would wait longer than `limitMs`: rspamd ends it by its own task time-out
   * (`soft-reject`), or is so stuck that Postfix gives up the milter first (`hang`).
   */
  overload: 'soft-reject' | 'hang';
  limitMs: number;
  hasLearntPharmacy: boolean;
}

/** A message at end of data. */
export interface Scan {
  readonly nature: Nature;
  readonly messageId: string;
  readonly queueId: string;
  readonly ip: string;
  readonly login?: string | undefined;
  readonly from: string;
  readonly rcpts: readonly string[];
  readonly sizeBytes: number;
  /** From outside and seen for the first time: may be greylisted. */
  readonly isStranger: boolean;
  readonly parties: Parties;
}

/** What Postfix hears: the filter's action with its text, or nothing at all. */
export type ScanOutcome = { readonly action: FilterAction | 'timeout'; readonly text: string };

/** The spam filter of one cluster: a server with a capacity, and a queue before it. */
export interface Filter {
  readonly settings: FilterSettings;
  scan(scan: Scan, done: (outcome: ScanOutcome) => void): void;
  /** Forgets what waits: new scans begin at once. */
  restart(): void;
}

/** A filter that writes its verdicts to `log`. */
export function createFilter(deps: {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly log: LineLog;
  readonly tally: Tally;
}): Filter {
  const { scheduler, random, log, tally } = deps;
  const settings: FilterSettings = {
    capacityPerSecond: 80,
    overload: 'soft-reject',
    limitMs: 8_000,
    hasLearntPharmacy: false,
  };
  let freeAtMs = 0;

  function scan(scan: Scan, done: (outcome: ScanOutcome) => void): void {
    const startMs = scheduler.now();
    const waitMs = Math.max(0, freeAtMs - startMs);
    if (waitMs > settings.limitMs) return overloaded(scan, done);
    freeAtMs = startMs + waitMs + 1_000 / settings.capacityPerSecond;
    const tookMs = waitMs + random.lognormal(SCAN_MEDIAN_MS, 0.5);
    scheduler.after(tookMs, () => finish(scan, verdictOf(scan), { tookMs, done }));
  }

  function overloaded(scan: Scan, done: (outcome: ScanOutcome) => void): void {
    const tookMs = settings.limitMs + random.between(2, 60);
    if (settings.overload === 'hang') scheduler.after(tookMs, () => done({ action: 'timeout', text: '' }));
    else scheduler.after(tookMs, () => finish(scan, timedOut(), { tookMs, done }));
  }

  function verdictOf(scan: Scan): Verdict {
    if (scan.isStranger && random.chance(GREYLIST_SHARE)) {
      return greylisted(new Date(scheduler.now() + 30_000).toUTCString(), random);
    }
    return judge(scan, settings.hasLearntPharmacy, random);
  }

  function finish(
    scan: Scan,
    verdict: Verdict,
    { tookMs, done }: { tookMs: number; done: (outcome: ScanOutcome) => void },
  ): void {
    const { messageId, queueId, ip, login, from, rcpts, sizeBytes } = scan;
    const digest = random.hex(32);
    const text = scanText({
      messageId,
      queueId,
      ip,
      login,
      from,
      rcpts,
      sizeBytes,
      timeMs: tookMs,
      digest,
      verdict,
    });
    log.rspamd(random.pick(WORKER_PIDS), digest.slice(0, 6), text);
    note(tally, verdict.action, scan.parties);
    done({ action: verdict.action, text: replyText(verdict) });
  }

  return { settings, scan, restart: () => void (freeAtMs = 0) };
}

/** Enhanced code and text that cleanup logs for the filter's refusal. */
function replyText(verdict: Verdict): string {
  if (verdict.action === 'reject') return '5.7.1 Spam message rejected';
  return verdict.forced?.includes('timeout') ? '4.7.1 timeout processing message' : '4.7.1 Try again later';
}

function note(tally: Tally, action: FilterAction, parties: Parties): void {
  tally.event(`verdict ${action}`);
  tally.count('scanned', parties);
  if (action === 'soft reject') tally.count('softRejected', parties);
  if (action === 'reject' || action === 'add header') tally.count('spam', parties);
}
