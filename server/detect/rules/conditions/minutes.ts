/** What is known of a minute. */
export const UNKNOWN = 0;
export const GOOD = 1;
export const BAD = 2;
export type Flag = typeof UNKNOWN | typeof GOOD | typeof BAD;
const LETTERS = ['u', 'g', 'b'] as const;

/** Flags of the last minutes of one point. The minute at hand may still change; what lies before it is settled. */
export class Minutes {
  readonly #flags: Uint8Array;
  /** Minute since the epoch that the last flag is of; -1: none yet. */
  #last = -1;

  /** `length`: minutes that are looked back on. */
  constructor(length: number) {
    this.#flags = new Uint8Array(length + 1);
  }

  get last(): number {
    return this.#last;
  }

  /** Notes what is so now. Minutes left out are unknown; what lies in the future of a clock that went back is forgotten. */
  note(minute: number, flag: Flag): void {
    const size = this.#flags.length;
    if (this.#last >= 0) {
      const from = Math.min(this.#last, minute);
      const count = Math.min(size, Math.abs(minute - this.#last));
      for (let i = 1; i <= count; i++) this.#flags[(from + i) % size] = UNKNOWN;
    }
    this.#last = minute;
    this.#flags[minute % size] = flag;
  }

  /** Settled minutes among the last `length` before the one at hand. */
  count(length: number): { readonly known: number; readonly bad: number } {
    const size = this.#flags.length;
    let [known, bad] = [0, 0];
    for (let minute = Math.max(0, this.#last - Math.min(length, size - 1)); minute < this.#last; minute++) {
      const flag = this.#flags[minute % size];
      if (flag !== UNKNOWN) known += 1;
      if (flag === BAD) bad += 1;
    }
    return { known, bad };
  }

  /** Runs of equal flags, oldest first: `27345123 u300g50b10`. */
  encode(): string {
    if (this.#last < 0) return '';
    const size = this.#flags.length;
    const first = Math.max(0, this.#last - size + 1);
    let text = '';
    let run = 0;
    for (let minute = first; minute <= this.#last; minute++) {
      const flag = this.#flags[minute % size] ?? UNKNOWN;
      run += 1;
      if (minute < this.#last && this.#flags[(minute + 1) % size] === flag) continue;
      text += `${LETTERS[flag] ?? 'u'}${run}`;
      run = 0;
    }
    return `${first} ${text}`;
  }

  /** Undefined: not what `encode` writes. */
  static decode(text: string, length: number): Minutes | undefined {
    const [start = '', runs = ''] = text.split(' ');
    if (!/^\d{1,9}$/.test(start) || !/^([ugb]\d{1,5})+$/.test(runs)) return undefined;
    const minutes = new Minutes(length);
    let minute = Number(start);
    for (const [, letter = 'u', count = '0'] of runs.matchAll(/([ugb])(\d+)/g)) {
      const flag = LETTERS.indexOf(letter as (typeof LETTERS)[number]) as Flag;
      for (let i = 0; i < Number(count); i++) minutes.note(minute++, flag);
    }
    return minutes;
  }
}
