/**
 * Whether audio leaves the browser. `held`: it waits for a hand (autoplay policy). `stopped`: it says that it runs, but its time
 * stands still. `missing`: there is none.
 */
export type AudioHealth = 'closed' | 'starting' | 'running' | 'held' | 'stopped' | 'missing';

export interface PlayerDeps {
  /** Throws where the browser has no audio. */
  readonly createContext: () => AudioContext;
  /** A clock that never goes back, ms. */
  readonly monotonicMs: () => number;
  readonly onHealth: (health: AudioHealth) => void;
}

/** A context takes so long to start where it may. */
const STARTING_MS = 2_000;
/** Time that stands still for so long has stopped. */
const STILL_MS = 3_000;
/** Audio that has stopped is made anew so often. */
const REOPEN_EVERY_MS = 60_000;
/** Without a hand the browser refuses as a rule, and writes it to its log each time. */
const RESUME_EVERY_MS = 300_000;
/** Below the hearing, and far below any loudspeaker. */
const PROBE = { volume: 1e-5, frequencyHz: 30, waitMs: 500 } as const;

/** A context, and what was seen of it. */
interface Open {
  readonly context: AudioContext;
  readonly openedAtMs: number;
  triedAtMs: number;
  /** When its time was last seen to have gone on, and what it was. */
  movedAtMs: number;
  timeS: number;
  hasMoved: boolean;
  /** Nothing came out of it when it was listened to. */
  isDeaf: boolean;
}

/** State of a context by what it says and by its time. */
function healthOf(open: Open, nowMs: number): AudioHealth {
  const { context } = open;
  const isRunning = context.state === 'running';
  if (!isRunning || context.currentTime !== open.timeS) {
    open.hasMoved = isRunning;
    open.timeS = context.currentTime;
    open.movedAtMs = nowMs;
  }
  if (!isRunning)
    return nowMs - open.openedAtMs < STARTING_MS && context.state === 'suspended' ? 'starting' : 'held';
  if (nowMs - open.movedAtMs > STILL_MS || open.isDeaf) return 'stopped';
  return open.hasMoved ? 'running' : 'starting';
}

/** Lets an inaudible oscillator run and looks at what comes out of it. */
async function listenTo(context: AudioContext): Promise<boolean> {
  const voice = context.createOscillator();
  const gain = context.createGain();
  const ear = context.createAnalyser();
  voice.frequency.value = PROBE.frequencyHz;
  gain.gain.value = PROBE.volume;
  voice.connect(ear).connect(gain).connect(context.destination);
  voice.start();
  await new Promise((resolve) => setTimeout(resolve, PROBE.waitMs));
  const samples = new Float32Array(ear.fftSize);
  ear.getFloatTimeDomainData(samples);
  voice.stop();
  ear.disconnect();
  gain.disconnect();
  return samples.some((sample) => Math.abs(sample) > 0.001);
}

/** Listens to contexts, one at a time; after a failure none is believed before it was heard. */
function createProof(onHeard: () => void) {
  let isInDoubt = false;
  let isListening = false;
  async function listen(asked: Open): Promise<boolean> {
    if (isListening) return false;
    isListening = true;
    try {
      asked.isDeaf = !(await listenTo(asked.context));
      isInDoubt = asked.isDeaf;
    } finally {
      isListening = false;
    }
    onHeard();
    return !asked.isDeaf;
  }
  return {
    listen,
    setDoubt: (is: boolean) => (isInDoubt = is),
    /** What is to be said of a context that says so. */
    of: (asked: Open, health: AudioHealth): AudioHealth => {
      if (health !== 'running' || !isInDoubt) return health;
      void listen(asked);
      return 'stopped';
    },
  };
}

/** The audio of the browser, opened, watched and opened anew. */
export function createOutput({ createContext, monotonicMs, onHealth }: PlayerDeps) {
  let open: Open | null = null;
  let health: AudioHealth = 'closed';
  let madeAtMs = -Infinity;
  const proof = createProof(() => void look());

  function tell(next: AudioHealth): AudioHealth {
    // A new try is not yet a cure.
    if (next === 'starting' && (health === 'stopped' || health === 'missing')) return health;
    if (next !== health) {
      health = next;
      onHealth(next);
    }
    return next;
  }
  function make(): void {
    madeAtMs = monotonicMs();
    try {
      const context = createContext();
      const times = { openedAtMs: madeAtMs, triedAtMs: madeAtMs, movedAtMs: madeAtMs };
      open = { context, ...times, timeS: 0, hasMoved: false, isDeaf: false };
      context.onstatechange = () => void look();
      resume();
      look();
    } catch {
      // A browser without audio, or without a device for it: said on the screen for as long as it lasts.
      tell('missing');
    }
  }
  function drop(): void {
    if (!open) return;
    open.context.onstatechange = null;
    // What is closed already refuses to be; it is gone either way.
    open.context.close().catch(() => undefined);
    open = null;
  }
  function resume(): void {
    if (!open || open.context.state === 'running') return;
    open.triedAtMs = monotonicMs();
    // It is refused for want of a gesture: `look` says so.
    open.context.resume().then(look, () => undefined);
  }
  function look(): AudioHealth {
    const nowMs = monotonicMs();
    const next = open ? proof.of(open, healthOf(open, nowMs)) : health;
    if ((next === 'stopped' || next === 'missing') && nowMs - madeAtMs > REOPEN_EVERY_MS) {
      tell(next);
      proof.setDoubt(true);
      drop();
      make();
      return health;
    }
    if (open && next === 'held' && nowMs - open.triedAtMs > RESUME_EVERY_MS) resume();
    return tell(next);
  }
  function close(): void {
    proof.setDoubt(false);
    drop();
    tell('closed');
  }
  return { open: () => open ?? make(), close, resume, look, listen: proof.listen, now: () => open };
}
