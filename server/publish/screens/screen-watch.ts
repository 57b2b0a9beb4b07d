import type { Display, DisplayView, ScreenTell } from '../../../shared/screens.ts';
import type { ScreenReport } from '../../../shared/protocol.ts';
import { durationText } from '../../detect/alarms/duration-text.ts';
import type { ScreenFact } from '../../detect/rules/live-facts.ts';
import { type DisplayOf, reportScreens, type Screen } from '../screens.ts';
import { darkOf, displayTitle, displayViews, type DisplaySeen, isDark, muteOf } from './display-views.ts';

/** A look that comes so late says that this process stood still: reports of screens may still wait to be read. */
const STALL_MS = 3_000;
/** Displays that were not dark before a stall get so long to be heard. */
const STALL_EXCUSE_MS = 5_000;
/** A page that was asked to reload gets so long to paint again. */
const RELOAD_EXCUSE_MS = 20_000;

export interface ScreenWatchDeps {
  /** All displays, revoked ones too. */
  readonly displays: () => readonly Display[];
  readonly displayOf: DisplayOf;
  /** Connected now. */
  readonly screens: () => Iterable<Screen>;
  /** Real time, whatever a demo's clock does. */
  readonly monotonicMs?: () => number;
  readonly epochMs?: () => number;
}

/** What the displays of this server do, in real time. It lives as long as the server, whatever demo scenario runs. */
export interface ScreenWatch {
  /** The server can be reached from now on: displays are expected to paint. */
  start(): void;
  /** Each second, before anybody asks. */
  look(): void;
  painted(screen: Screen): void;
  told(screen: Screen): void;
  left(screen: Screen): void;
  /** The page of this display was asked to reload: it is dark for a moment. */
  reloading(displayId: string): void;
  views(): readonly DisplayView[];
  /** Displays that are not revoked, as rules see them. */
  facts(): readonly ScreenFact[];
  /** Of any display there has been, revoked ones too. */
  titleOf(displayId: string): string | undefined;
  /** All connected screens, times epoch ms of real time. */
  reports(): readonly ScreenReport[];
}

/** What is remembered of a display; monotonic times. */
interface Trace {
  knownMs: number;
  paintedMs: number | null;
  leftMs: number | null;
  silencedMs: number | null;
  excuse: { readonly untilMs: number; readonly reason: string } | null;
}

/** One watch over all displays; nothing in it is older than a look. */
export function createScreenWatch(deps: ScreenWatchDeps): ScreenWatch {
  return new Watch(deps);
}

class Watch implements ScreenWatch {
  readonly #deps: ScreenWatchDeps;
  readonly #traces = new Map<string, Trace>();
  #startedMs: number | null = null;
  #lookedMs: number | null = null;

  constructor(deps: ScreenWatchDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#startedMs = this.#now();
    for (const trace of this.#traces.values()) trace.knownMs = this.#startedMs;
    this.look();
  }

  look(): void {
    const nowMs = this.#now();
    const stalledMs = this.#lookedMs === null ? 0 : nowMs - this.#lookedMs;
    if (stalledMs > STALL_MS) this.#excuseStall(nowMs, stalledMs);
    this.#lookedMs = nowMs;
    // One that was approved is expected from when it has come for its identity.
    const taken = this.#deps.displays().filter(({ lastSeenAtMs }) => lastSeenAtMs !== null);
    const known = new Set(taken.map(({ id }) => id));
    for (const id of this.#traces.keys()) if (!known.has(id)) this.#traces.delete(id);
    for (const id of known) this.#trace(id);
  }

  painted(screen: Screen): void {
    const trace = this.#traceOf(screen);
    if (!trace) return;
    trace.paintedMs = this.#now();
    trace.excuse = null;
  }

  told(screen: Screen): void {
    const trace = this.#traceOf(screen);
    if (!trace) return;
    trace.silencedMs = screen.told?.sound === 'silenced' ? (trace.silencedMs ?? this.#now()) : null;
  }

  left(screen: Screen): void {
    const trace = this.#traceOf(screen);
    if (trace) trace.leftMs = this.#now();
  }

  reloading(displayId: string): void {
    const seen = this.#seen().get(displayId);
    if (!seen || isDark(seen, this.#epoch())) return;
    const untilMs = this.#now() + RELOAD_EXCUSE_MS;
    this.#trace(displayId).excuse = { untilMs, reason: 'asked to reload a moment ago' };
  }

  views(): readonly DisplayView[] {
    return displayViews(this.#deps.displays(), this.#seen(), this.#epoch());
  }

  facts(): readonly ScreenFact[] {
    const nowMs = this.#epoch();
    const seen = this.#seen();
    return this.#deps.displays().flatMap((display) => {
      const one = seen.get(display.id);
      if (display.revoked || !one) return [];
      const { ms, isFloor, noData } = darkOf(one, nowMs);
      const mute = muteOf(one, nowMs);
      return {
        ...{ id: display.id, name: displayTitle(display) },
        dark: { value: ms, n: null, ...(isFloor && { isFloor }), ...(noData !== null && { noData }) },
        mute: typeof mute === 'string' ? { value: null, n: null, noData: mute } : { value: mute, n: null },
      };
    });
  }

  titleOf(displayId: string): string | undefined {
    const display = this.#deps.displays().find(({ id }) => id === displayId);
    return display && displayTitle(display);
  }

  reports(): readonly ScreenReport[] {
    const offsetMs = this.#offset();
    return reportScreens(this.#deps.screens(), (at) => Math.round(at + offsetMs), this.#deps.displayOf);
  }

  #seen(): ReadonlyMap<string, DisplaySeen> {
    const offsetMs = this.#offset();
    const at = (monotonicMs: number) => Math.round(monotonicMs + offsetMs);
    const atOrNull = (monotonicMs: number | null) => (monotonicMs === null ? null : at(monotonicMs));
    const connected = this.#connected();
    // Until the server can be reached nobody is late.
    const now = this.#now();
    return new Map(
      [...this.#traces].map(([id, trace]) => [
        id,
        {
          expectedFromMs: at(this.#startedMs === null ? now : trace.knownMs),
          paintedAtMs: atOrNull(trace.paintedMs),
          isConnected: connected.has(id),
          leftAtMs: connected.has(id) ? null : atOrNull(trace.leftMs),
          told: connected.get(id) ?? null,
          silencedSinceMs: atOrNull(trace.silencedMs),
          excuse: trace.excuse && { ...trace.excuse, untilMs: at(trace.excuse.untilMs) },
        },
      ]),
    );
  }

  /** What each connected display last said of itself; of two connections the newer one that has told. */
  #connected(): ReadonlyMap<string, ScreenTell | null> {
    const told = new Map<string, ScreenTell | null>();
    for (const screen of this.#deps.screens()) {
      const id = this.#deps.displayOf(screen)?.id;
      if (id !== undefined) told.set(id, screen.told ?? told.get(id) ?? null);
    }
    return told;
  }

  /** Who was dark already stays so: a stall here has not darkened it. */
  #excuseStall(nowMs: number, stalledMs: number): void {
    const beforeMs = this.#epoch() - stalledMs;
    const excuse = {
      untilMs: nowMs + STALL_EXCUSE_MS,
      reason: `this server stood still for ${durationText(stalledMs)}`,
    };
    const seen = this.#seen();
    for (const [id, trace] of this.#traces) {
      const one = seen.get(id);
      if (!one || !isDark(one, beforeMs)) trace.excuse = excuse;
    }
  }

  #traceOf(screen: Screen): Trace | undefined {
    const id = this.#deps.displayOf(screen)?.id;
    return id === undefined ? undefined : this.#trace(id);
  }

  #trace(id: string): Trace {
    let trace = this.#traces.get(id);
    if (!trace) {
      trace = { knownMs: this.#now(), paintedMs: null, leftMs: null, silencedMs: null, excuse: null };
      this.#traces.set(id, trace);
    }
    return trace;
  }

  #now(): number {
    return (this.#deps.monotonicMs ?? (() => performance.now()))();
  }

  #epoch(): number {
    return (this.#deps.epochMs ?? (() => Date.now()))();
  }

  #offset(): number {
    return this.#epoch() - this.#now();
  }
}
