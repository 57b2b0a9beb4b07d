/** An audio context that only takes notes, for the player and for pages without a browser. */
export interface FakeNote {
  readonly atS: number;
  readonly endS: number;
  readonly frequencyHz: number;
}

const param = (onSet: (value: number) => void = () => undefined) => ({
  value: 0,
  setValueAtTime: (value: number) => onSet(value),
  linearRampToValueAtTime: () => undefined,
  setTargetAtTime: () => undefined,
});

export class FakeAudio {
  state: AudioContextState = 'suspended';
  currentTime = 0;
  onstatechange: (() => void) | null = null;
  readonly destination = {};
  readonly notes: FakeNote[] = [];
  readonly stops: number[] = [];
  isClosed = false;
  resumes = 0;
  /** Of what is listened to. */
  sample = 0.5;
  /** Whether `resume` is granted. */
  isAllowed: boolean;

  constructor(isAllowed = true) {
    this.isAllowed = isAllowed;
  }
  set(state: AudioContextState): void {
    this.state = state;
    this.onstatechange?.();
  }
  resume(): Promise<void> {
    this.resumes += 1;
    // In Chromium what is refused for want of a gesture never ends.
    if (!this.isAllowed) return new Promise(() => undefined);
    this.set('running');
    return Promise.resolve();
  }
  close(): Promise<void> {
    this.isClosed = true;
    this.state = 'closed';
    return Promise.resolve();
  }
  createPeriodicWave = () => ({});
  createGain = () => this.#node({ gain: param() });
  createAnalyser = () =>
    this.#node({ fftSize: 4, getFloatTimeDomainData: (into: Float32Array) => into.fill(this.sample) });
  createOscillator = () => {
    let frequencyHz = 0;
    let atS = 0;
    let isPlanned = false;
    return this.#node({
      frequency: param((value) => (frequencyHz = value)),
      setPeriodicWave: () => undefined,
      start: (at = this.currentTime) => (atS = at),
      stop: (endS = this.currentTime) => {
        if (!isPlanned) this.notes.push({ atS, endS, frequencyHz });
        else this.stops.push(endS);
        isPlanned = true;
      },
    });
  };
  #node<T extends object>(parts: T): T & { connect<N>(next: N): N; disconnect(): void } {
    return { ...parts, connect: (next) => next, disconnect: () => undefined };
  }
}
