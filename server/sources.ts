/** Makes the sources of a config, and those of the demo platform. */
import type { SourceReport } from '../shared/protocol.ts';
import type { Clock } from './base/clock.ts';
import { SourceConfig } from './base/config.ts';
import type { Log } from './base/log.ts';
import type { Checkpoint } from './base/store/checkpoints.ts';
import { createLogSource, type LogSource } from './collect/log-source.ts';
import { createPostqueueSource } from './collect/postqueue/source.ts';
import { createRspamdPush } from './collect/rspamd/push.ts';
import type { Sink, Source } from './collect/source.ts';
import type { DemoPlatform, DemoQueue } from './demo/platform.ts';

export interface SourceDeps {
  readonly clock: Clock;
  readonly sink: Sink;
  readonly log: Log;
}

export function createSource(
  config: SourceConfig,
  deps: SourceDeps,
  checkpoints: readonly Checkpoint[],
): Source {
  switch (config.type) {
    case 'log': {
      const checkpoint = checkpoints.find(({ sourceId }) => sourceId === config.id);
      return createLogSource(config, { ...deps, checkpoint });
    }
    case 'postqueue':
      return createPostqueueSource(config, deps);
    case 'rspamd-push':
      return createRspamdPush(config, deps);
  }
}

/** A demo's clock may be fast: its logs are read from their start, its queues listed often. */
export function demoSources(platform: DemoPlatform, deps: SourceDeps): Source[] {
  const logs = platform.logs.map(({ id, path, format, cluster }) => {
    const host = platform.queues.find((queue) => queue.cluster === cluster)?.host;
    const config = SourceConfig.parse({
      type: 'log',
      id,
      cluster,
      format,
      host,
      paths: [path],
      timezone: 'UTC',
      initial: 'start',
    });
    return config.type === 'log' ? createLogSource(config, deps) : [];
  });
  const queues = platform.queues.map((queue) => {
    const config = SourceConfig.parse({
      type: 'postqueue',
      id: queue.id,
      cluster: queue.cluster,
      host: queue.host,
      intervalMs: 1_000,
    });
    return config.type === 'postqueue'
      ? createPostqueueSource(config, { ...deps, run: () => listed(queue) })
      : [];
  });
  return [logs, queues].flat(2);
}

/** What `postqueue -j` would print, without the process. */
function listed(queue: DemoQueue) {
  const stdout = (async function* () {
    yield Buffer.from(queue.list());
  })();
  return { stdout, exit: Promise.resolve({ code: 0, signal: null, stderr: '' }) };
}

/** Sources that tell of the filter's verdicts. */
export function tellers(sources: readonly SourceConfig[]): number {
  const isFilter = (source: SourceConfig) =>
    source.type === 'rspamd-push' || (source.type === 'log' && source.format === 'rspamd');
  // A filter that writes to syslog is told of by a log of all kinds.
  const may = (source: SourceConfig) => isFilter(source) || source.type === 'log';
  return sources.some(isFilter) ? sources.filter(may).length : 0;
}

/** Whether it reads a log, and so can say how far. */
export function isLogSource(source: Source): source is LogSource {
  return 'checkpoint' in source;
}

/** What all of them say of themselves now. */
export function reportsOf(sources: readonly Source[], clock: Clock): SourceReport[] {
  const nowMs = clock.now();
  return sources.map((source) => source.report(nowMs));
}

/** Zones of the stamps of log sources, by id, where they are said. */
export function timezonesOf(sources: readonly SourceConfig[]): Record<string, string> {
  return Object.fromEntries(
    sources.flatMap((source) =>
      source.type === 'log' && source.timezone !== undefined ? [[source.id, source.timezone]] : [],
    ),
  );
}
