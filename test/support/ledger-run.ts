/** The demo platform through pipeline and ledger only, in simulated time: days of it, with what may go wrong between log and queue. */
import type { LedgerHour } from '../../shared/foresight.ts';
import { TenantsFile } from '../../server/attribute/tenants-file.ts';
import { saveMessage } from '../../server/aggregate/saved-message.ts';
import { DEFAULT_THRESHOLDS } from '../../server/base/config.ts';
import type { ScenarioId } from '../../server/demo/scenarios/scenario.ts';
import { createSimulation, type Simulation, WARM_UP_MS } from '../../server/demo/simulate.ts';
import { CLUSTER_IDS, type ClusterId, tenantsFile } from '../../server/demo/tenants.ts';
import { createForesightFacts } from '../../server/detect/foresight/facts.ts';
import { createLedgerPart, type LedgerPart } from '../../server/detect/foresight/ledger/part.ts';
import type { ForesightFacts } from '../../server/detect/foresight/types.ts';
import { clusterScope, PLATFORM } from '../../server/history/store.ts';
import { createPipeline, type Pipeline } from '../../server/pipeline.ts';
import { list, queueId, read, type Readers, readersOf, reportsOf } from './alarm-run.ts';
import { NO_SEASON } from './foresight-run.ts';

const LIST_MS = 30_000;

export interface LedgerRunOptions {
  readonly scenario: ScenarioId;
  readonly minutes: number;
  readonly volume: number;
  readonly seed?: number;
  readonly nowMs?: number;
  /** Between two looks of the ledger. */
  readonly stepMs?: number;
  /** The log is read so late, ms; the queue is not. */
  readonly logLagMs?: (nowMs: number) => number;
  /** Sources that tell of nothing at a moment, and say so. */
  readonly isLost?: (source: string, nowMs: number) => boolean;
  /** From then on the first message of one recipient that waits is gone: no listing names it, and no line. */
  readonly loseAtMs?: number;
  /** The watching process is ended then, in peace, and another takes up what it has kept. */
  readonly restartAtMs?: number;
}

export interface LedgerRun {
  readonly simulation: Simulation;
  readonly startMs: number;
  pipeline: Pipeline;
  ledger: LedgerPart;
  /** Rows as they are kept: the last word on each hour, by scope and hour. */
  readonly rows: Map<string, LedgerHour>;
  /** Queue id of the message that was taken away, and the tenants it concerns. */
  lost: { readonly queueId: string; readonly scopes: readonly string[] } | null;
  run(look?: (facts: ForesightFacts) => void): void;
}

interface Chunk {
  readonly atMs: number;
  readonly cluster: ClusterId;
  readonly syslog: string;
  readonly rspamd: string;
}

export function createLedgerRun(options: LedgerRunOptions): LedgerRun {
  return new Run(options);
}

class Run implements LedgerRun {
  readonly simulation: Simulation;
  readonly startMs: number;
  readonly rows = new Map<string, LedgerHour>();
  pipeline: Pipeline;
  ledger = createLedgerPart();
  lost: LedgerRun['lost'] = null;
  readonly #options: LedgerRunOptions;
  readonly #clock: { time: number; now(): number; readonly speed: number };
  #readers: Readers;
  #unread: Chunk[] = [];
  #hasRestarted = false;

  constructor(options: LedgerRunOptions) {
    const { scenario, volume, seed = 7, nowMs = Date.parse('2026-11-16T00:00:00Z') } = options;
    this.#options = options;
    this.simulation = createSimulation({ scenario, seed, nowMs, volume });
    this.startMs = this.simulation.startMs;
    const clock = { time: this.startMs - WARM_UP_MS, now: () => clock.time, speed: 1 };
    this.#clock = clock;
    this.#readers = readersOf(clock.now);
    this.pipeline = this.#pipeline([]);
  }

  run(look: (facts: ForesightFacts) => void = () => undefined): void {
    const { minutes, stepMs = 5_000, loseAtMs = Infinity, restartAtMs = Infinity } = this.#options;
    const untilMs = this.startMs + minutes * 60_000;
    while (this.#clock.time < untilMs) {
      const nowMs = this.#clock.time + stepMs;
      this.simulation.step(nowMs);
      this.#clock.time = nowMs;
      if (nowMs >= loseAtMs) this.lost ??= this.#choose();
      if (nowMs >= restartAtMs && !this.#hasRestarted) this.#restart();
      this.#read(nowMs);
      if (Math.floor(nowMs / LIST_MS) !== Math.floor((nowMs - stepMs) / LIST_MS)) this.#list(nowMs);
      this.pipeline.advance(nowMs);
      look(this.#step(nowMs));
    }
  }

  #step(nowMs: number): ForesightFacts {
    const facts = createForesightFacts({
      ...{ live: this.pipeline, speed: 1, season: NO_SEASON },
      events: () => [],
      alarms: () => [],
    })(nowMs);
    this.ledger.advance(facts);
    for (const { scope, text } of this.ledger.takeRows?.() ?? []) {
      const hour = JSON.parse(text) as LedgerHour;
      this.rows.set(`${scope} ${new Date(hour.fromMs).toISOString()}`, hour);
    }
    return facts;
  }

  #read(nowMs: number): void {
    const lagMs = this.#options.logLagMs?.(nowMs) ?? 0;
    for (const chunk of this.simulation.take()) this.#unread.push({ ...chunk, atMs: nowMs });
    const due = this.#unread.filter(({ atMs }) => atMs <= nowMs - lagMs);
    this.#unread = this.#unread.filter(({ atMs }) => atMs > nowMs - lagMs);
    for (const { cluster, syslog, rspamd } of due) {
      const letter = cluster.toLowerCase();
      if (!this.#isLost(`mail-${letter}`, nowMs))
        read(this.#readers[cluster].mail, this.#without(syslog), this.pipeline);
      if (!this.#isLost(`rspamd-${letter}`, nowMs))
        read(this.#readers[cluster].filter, rspamd, this.pipeline);
    }
  }

  #list(nowMs: number): void {
    const seen = { list: (cluster: ClusterId) => this.#without(this.simulation.list(cluster)) };
    for (const cluster of CLUSTER_IDS)
      if (!this.#isLost(queueId(cluster), nowMs)) list(seen, cluster, nowMs, this.pipeline);
  }

  #isLost(source: string, nowMs: number): boolean {
    return this.#options.isLost?.(source, nowMs) ?? false;
  }

  #without(text: string): string {
    const gone = this.lost?.queueId;
    if (gone === undefined || !text.includes(gone)) return text;
    return text
      .split('\n')
      .filter((line) => !line.includes(gone))
      .join('\n');
  }

  /** One that the product knows to wait, of one recipient. */
  #choose(): LedgerRun['lost'] {
    const { books, entries, scopes } = this.pipeline;
    for (const message of books.ledger.all()) {
      const [only, ...others] = message.recipients;
      if (!message.isDeposited || message.queueName !== 'deferred' || !only || others.length > 0) continue;
      const places = new Set(
        [only.owner, message.sender.owner].filter((owner) => owner >= 0 && owner < scopes.unattributed),
      );
      const owners = [...places].map((place) => entries[place]);
      const clusters = new Set(
        owners.flatMap((entry) => (entry?.cluster === undefined ? [] : [clusterScope(entry.cluster)])),
      );
      return {
        queueId: message.queueId,
        scopes: [...owners.map((entry) => entry?.id ?? ''), ...clusters, PLATFORM],
      };
    }
    return null;
  }

  /** What the store keeps of a process that ends in peace. */
  #restart(): void {
    this.#hasRestarted = true;
    const { books } = this.pipeline;
    const saved = [...books.ledger.all()].map((message) => ({
      ...{ host: message.host, queueId: message.queueId },
      state: saveMessage(message, books.directory),
    }));
    const kept = this.ledger.takeKept?.(true);
    this.#readers = readersOf(this.#clock.now);
    this.pipeline = this.#pipeline(saved);
    this.ledger = createLedgerPart(kept);
  }

  #pipeline(ledger: readonly { host: string; queueId: string; state: string }[]): Pipeline {
    const { tenants } = TenantsFile.parse(tenantsFile(this.simulation.tenants));
    return createPipeline({
      ...{ tenants, clock: this.#clock, limits: DEFAULT_THRESHOLDS, isUnseen: true, slotMs: 60_000 },
      reports: () => reportsOf(this.#clock.time, (source, nowMs) => this.#isLost(source, nowMs)),
      ...(ledger.length > 0 && { kept: { ledger, state: {} } }),
    });
  }
}
