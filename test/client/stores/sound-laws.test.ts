/** Random nights: whatever comes, the laws of the sound hold. */
import { describe, expect, it } from 'vitest';
import { memoryOf, textOfMemory } from '../../../client/stores/sound-kept.ts';
import {
  calls,
  decideSound,
  FLOOD_GAP_MS,
  GAP_MS,
  NOTHING_SOUNDED,
  REPEAT_MS,
  type SoundInput,
  type SoundMemory,
} from '../../../client/stores/sound-model.ts';
import {
  SILENCE_MINUTES,
  silenceAt,
  silenceFrom,
  type SoundSilence,
} from '../../../client/stores/sound-silence.ts';
import { PRIORITIES, type GroupView, type Priority } from '../../../shared/alarms.ts';
import { createRandom, pick } from '../../support/random.ts';
import { group } from '../alarm-fixtures.ts';
import { FLOOD, soundInput, stripOf } from '../sound-fixtures.ts';

const SECOND = 1_000;
const T = 1_800_000_000_000;
const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);
const STATES = ['unacknowledged', 'unacknowledged', 'acknowledged', 'returned'] as const;
const rankOf = (priority: Priority) => PRIORITIES.indexOf(priority);

/** A night of a random screen, second by second. */
function nightOf(seed: number) {
  const random = createRandom(seed);
  const chance = (share: number) => random() < share;
  /** What is usual comes back soon. */
  const mostlyYes = (is: boolean) => (is ? !chance(0.003) : chance(0.02));
  const mostlyNo = (is: boolean) => !mostlyYes(!is);
  let groups: GroupView[] = [];
  let silence: SoundSilence | null = null;
  let [isLive, isOn, canPlay, isFlood] = [true, true, true, false];
  let born = 0;

  function change(one: GroupView): GroupView {
    if (!chance(0.02)) return one;
    return {
      ...one,
      state: pick(random, STATES),
      priority: pick(random, PRIORITIES),
      isSilenced: chance(0.1),
      isHidden: chance(0.05),
    };
  }
  return {
    at: (nowMs: number): SoundInput => {
      if (groups.length < 6 && chance(0.03)) {
        born += 1;
        groups.push(group({ id: `g${born}`, priority: pick(random, PRIORITIES) }));
      }
      groups = groups.filter(() => !chance(0.002)).map(change);
      isLive = mostlyYes(isLive);
      isOn = mostlyYes(isOn);
      canPlay = mostlyYes(canPlay);
      isFlood = mostlyNo(isFlood);
      if (chance(0.003)) silence = chance(0.5) ? silenceFrom(nowMs, pick(random, SILENCE_MINUTES)) : null;
      const strip = stripOf(groups, { flood: isFlood ? FLOOD : null });
      return soundInput(nowMs, { strip, isLive, isOn, canPlay, silence });
    },
  };
}

interface Look {
  readonly input: SoundInput;
  readonly decision: ReturnType<typeof decideSound>;
}

/** Every look of two hours. */
function looksOf(seed: number): Look[] {
  const night = nightOf(seed);
  let memory = NOTHING_SOUNDED;
  return Array.from({ length: 7_200 }, (_, i) => {
    const input = night.at(T + i * SECOND);
    const decision = decideSound(memory, input);
    memory = decision.memory;
    return { input, decision };
  });
}

/** The tone that comes by a time when nothing changes; looked at so often that no look is taken for sleep. */
function toneUntil(start: SoundMemory, input: SoundInput, untilMs: number): string | null {
  let memory = start;
  for (let nowMs = input.nowMs; nowMs < untilMs; nowMs = Math.min(untilMs, nowMs + 60 * SECOND)) {
    const next = Math.min(untilMs, nowMs + 60 * SECOND);
    const { tone, memory: after } = decideSound(memory, { ...input, nowMs: next });
    if (tone) return tone;
    memory = after;
  }
  return null;
}

const isQuietByWill = ({ isLive, isOn, canPlay, silence, nowMs }: SoundInput) =>
  !isLive || !isOn || !canPlay || silenceAt(silence, nowMs) !== null;

describe.each(SEEDS)('a random night (seed %i)', (seed) => {
  const looks = looksOf(seed);
  const sounding = looks.filter(({ decision }) => decision.tone !== null);

  it('has tones to judge, no two closer than the gap, in a flood no two closer than its gap (SND-11)', () => {
    expect(sounding.length).toBeGreaterThan(5);
    sounding.slice(1).forEach(({ input }, i) => {
      const apartMs = input.nowMs - sounding[i]!.input.nowMs;
      const isAlarmInFlood =
        input.strip?.flood && looks.find((look) => look.input === input)?.decision.tone !== 'lost';
      expect(apartMs).toBeGreaterThanOrEqual(isAlarmInFlood ? FLOOD_GAP_MS : GAP_MS);
    });
  });

  it('has every tone where it may sound, for groups that call, as urgent as the worst of them (SND-11)', () => {
    for (const { input, decision } of sounding) {
      expect(input.isOn && input.canPlay).toBe(true);
      const kind = silenceAt(input.silence, input.nowMs)?.kind;
      expect(kind).not.toBe('pause');
      if (decision.tone === 'lost') {
        expect(input.isLive || kind === 'silence').toBe(false);
        continue;
      }
      expect(input.isLive).toBe(true);
      const meant = input.strip!.groups.filter(({ id }) => decision.groups.includes(id));
      expect(meant).toHaveLength(decision.groups.length);
      expect(meant.every(calls)).toBe(true);
      const worst = Math.max(...meant.map(({ priority }) => rankOf(priority)));
      expect(PRIORITIES[worst]).toBe(decision.tone);
      if (kind === 'silence') {
        expect(decision.tone).toBe('critical');
        expect(decision.reason).not.toBe('repeated');
      }
      if (decision.tone === 'medium') expect(decision.reason).not.toBe('repeated');
    }
  });

  it('leaves no critical or high group that calls unheard for longer than its time (SND-11)', () => {
    const quietS = new Map<string, number>();
    for (const { input, decision } of looks) {
      const calling = isQuietByWill(input) || input.strip?.flood ? [] : input.strip!.groups.filter(calls);
      const ids = new Set(calling.map(({ id }) => id));
      for (const id of quietS.keys()) if (!ids.has(id) || decision.groups.includes(id)) quietS.delete(id);
      for (const { id, priority } of calling) {
        if (decision.groups.includes(id)) continue;
        const seconds = (quietS.get(id) ?? 0) + 1;
        quietS.set(id, seconds);
        const mostMs = REPEAT_MS[priority];
        // A tone that has just sounded may delay the next one by the gap.
        if (mostMs !== null)
          expect(seconds, `${id} ${priority}`).toBeLessThanOrEqual((mostMs + GAP_MS) / SECOND);
      }
    }
  });

  it('says of each group once that it was raised, and repeats none sooner than its rule (SND-11)', () => {
    const ids = new Set(looks.flatMap(({ input }) => input.strip!.groups.map(({ id }) => id)));
    const raised = sounding.filter(({ decision }) => decision.reason === 'raised');
    expect(raised.length).toBeGreaterThan(0);
    expect(raised.length).toBeLessThanOrEqual(ids.size);
    const soundedAtMs = new Map<string, number>();
    for (const { input, decision } of sounding) {
      const { nowMs, strip } = input;
      const rested = decision.groups.filter((id) => {
        const { priority } = strip!.groups.find((one) => one.id === id)!;
        return nowMs - (soundedAtMs.get(id) ?? -Infinity) >= (REPEAT_MS[priority] ?? Infinity);
      });
      if (decision.reason === 'repeated') expect(rested).not.toEqual([]);
      for (const id of decision.groups) soundedAtMs.set(id, nowMs);
    }
  });

  it('says truly when the next tone comes (SND-11)', () => {
    looks.slice(0, -1).forEach(({ input, decision }, i) => {
      if (i % 13 !== 0 || decision.nextAtMs === null) return;
      const quiet =
        decision.nextAtMs > input.nowMs ? toneUntil(decision.memory, input, decision.nextAtMs - 1) : null;
      expect(quiet).toBeNull();
      expect(toneUntil(decision.memory, input, decision.nextAtMs)).not.toBeNull();
    });
  });

  it('goes on the same after a reload: what it remembers is what it wrote down (SND-12)', () => {
    const night = nightOf(seed);
    let memory = NOTHING_SOUNDED;
    for (const { decision } of looks.slice(0, 2_000)) {
      const lost = memory.lost;
      // How long contact has been lost is counted anew, so it is left out of the comparison.
      memory = { ...memoryOf(textOfMemory(memory)), lost };
      const own = decideSound(
        memory,
        night.at(T + looks.findIndex((look) => look.decision === decision) * SECOND),
      );
      memory = own.memory;
      expect(own.tone).toBe(decision.tone);
    }
  });
});
