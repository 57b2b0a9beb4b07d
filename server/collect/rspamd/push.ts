import { hostname } from 'node:os';
import type { SourceReport, SourceState } from '../../../shared/protocol.ts';
import type { Clock } from '../../base/clock.ts';
import type { RspamdPushSourceConfig } from '../../base/config.ts';
import type { Log } from '../../base/log.ts';
import type { Sink, Source } from '../source.ts';
import { decodeExporter } from './exporter.ts';

/** Where metadata_exporter posts to. */
const TARGET = '/ingest/v1/rspamd';

export interface RspamdPushDeps {
  readonly clock: Clock;
  readonly sink: Sink;
  readonly log: Log;
}

export interface RspamdPush extends Source {
  /** Takes in one report; false when it was not understood. */
  accept(body: Readonly<Record<string, unknown>>): boolean;
}

/** Listens for the scans that rspamd's metadata_exporter posts. */
export function createRspamdPush(config: RspamdPushSourceConfig, deps: RspamdPushDeps): RspamdPush {
  const { id, cluster, quietAfterMs, host = hostname() } = config;
  const { clock, sink, log } = deps;
  const counts = { accepted: 0, refused: 0 };
  let lastAtMs: number | undefined;
  /** Why the last report was not understood; none when it was. */
  let fault: string | undefined;

  function accept(body: Readonly<Record<string, unknown>>): boolean {
    const nowMs = clock.now();
    const decoded = decodeExporter(body, nowMs, { source: id, host });
    if ('fault' in decoded) {
      counts.refused += 1;
      fault = decoded.fault;
      log.warn('report_not_understood', { source: id, reason: fault });
      return false;
    }
    counts.accepted += 1;
    fault = undefined;
    lastAtMs = nowMs;
    sink.event(decoded);
    return true;
  }

  function judge(nowMs: number): { state: SourceState; reason?: string } {
    const quietMs = lastAtMs === undefined ? Infinity : (nowMs - lastAtMs) / clock.speed;
    if (quietMs <= quietAfterMs) return { state: 'ok' };
    if (fault !== undefined) {
      return {
        state: 'failing',
        reason: `reports come but are not understood, ${fault}: set formatter = "json" in metadata_exporter`,
      };
    }
    if (lastAtMs === undefined) {
      return { state: 'starting', reason: `no report yet: let rspamd's metadata_exporter post to ${TARGET}` };
    }
    const quiet = `no report for ${Math.round(quietMs / 60_000)} min: see whether mail is scanned and rspamd reaches ${TARGET}`;
    return { state: 'quiet', reason: quiet };
  }

  function report(nowMs: number): SourceReport {
    const { accepted: events, refused } = counts;
    const dropped: Record<string, number> = refused > 0 ? { 'not-understood': refused } : {};
    return {
      id,
      type: 'rspamd-push',
      feeds: ['filter'],
      ...(cluster === undefined ? {} : { cluster }),
      target: TARGET,
      ...judge(nowMs),
      ...(lastAtMs === undefined ? {} : { asOfMs: lastAtMs }),
      intervalMs: quietAfterMs,
      counters: { lines: events + refused, events, unparsed: 0, foreign: 0, bytes: 0, dropped },
    };
  }

  return { id, start: async () => undefined, stop: async () => undefined, report, accept };
}
