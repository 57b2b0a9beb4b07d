/** One run of collecting: sources, the pipeline they feed, and the clock all of it goes by. A demo makes a new one per scenario. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { DemoState, SourceReport } from '../shared/protocol.ts';
import type { Instances } from './attribute/attribute.ts';
import { parseTenantsFile, type Tenant } from './attribute/tenants-file.ts';
import { type Clock, createDemoClock, systemClock } from './base/clock.ts';
import { type Config, DEFAULT_THRESHOLDS, readText, type SourceConfig } from './base/config.ts';
import { AppError } from './base/errors.ts';
import type { Log } from './base/log.ts';
import { type CheckpointStore, createMemoryCheckpoints } from './base/store/checkpoints.ts';
import { createLogSource } from './collect/log-source.ts';
import { createPostqueueSource } from './collect/postqueue/source.ts';
import { createRspamdPush } from './collect/rspamd/exporter.ts';
import type { Source } from './collect/source.ts';
import { createDemoPlatform } from './demo/platform.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';

export interface Runtime {
  readonly clock: Clock;
  readonly pipeline: Pipeline;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Writes how far each source has been read. */
  checkpoint(): Promise<void>;
  acceptRspamd: ((report: Readonly<Record<string, unknown>>) => boolean) | null;
  demo(): DemoState | null;
}

export interface RuntimeDeps {
  readonly log: Log;
  readonly checkpoints: CheckpointStore;
}
