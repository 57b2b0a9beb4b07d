import { describe, expect, it } from 'vitest';
import {
  decideSound,
  isStillCalled,
  markSounded,
  NOTHING_SOUNDED,
  type SoundDecision,
  type SoundInput,
  type SoundMemory,
} from '../../../client/stores/sound-model.ts';
import { silenceFrom } from '../../../client/stores/sound-silence.ts';
import type { AlarmStrip, GroupView } from '../../../shared/alarms.ts';
import { group } from '../alarm-fixtures.ts';
import { FLOOD, soundInput, stripOf } from '../sound-fixtures.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const T = 1_800_000_000_000;

/** A screen that is looked at every second. */
function screenOf(start: SoundMemory = NOTHING_SOUNDED) {
  let memory = start;
  let nowMs = T;
  const heard: { readonly atS: number; readonly decision: SoundDecision }[] = [];
  function look(change: Partial<SoundInput>): SoundDecision {
    const decision = decideSound(memory, soundInput(nowMs, change));
    memory = decision.memory;
    if (decision.tone) heard.push({ atS: (nowMs - T) / SECOND, decision });
    return decision;
  }
  return {
    heard: () => heard.map(({ atS, decision }) => `${atS} ${decision.tone} ${decision.reason}`),
    memory: () => memory,
    set: (next: SoundMemory) => (memory = next),
    nowMs: () => nowMs,
    look,
    /** Goes on for so long with all as it is; looks at the beginning of each second. */
    run: (
      seconds: number,
      groups: readonly Partial<GroupView>[] | AlarmStrip,
      change: Partial<SoundInput> = {},
    ) => {
      const strip = 'groups' in groups ? groups : stripOf(groups);
      for (let i = 0; i < seconds; i += 1) {
        look({ strip, ...change });
        nowMs += SECOND;
      }
    },
  };
}

describe('a tone', () => {
  it.each([
    [
      'critical',
      100,
      ['0 critical raised', '30 critical repeated', '60 critical repeated', '90 critical repeated'],
    ],
    ['high', 250, ['0 high raised', '120 high repeated', '240 high repeated']],
    ['medium', 3_600, ['0 medium raised']],
    ['low', 600, []],
  ] as const)(
    'of a group that is %s comes when it is raised and as its rule says (SND-1)',
    (priority, seconds, heard) => {
      const screen = screenOf();
      screen.run(seconds, [{ priority }]);
      expect(screen.heard()).toEqual(heard);
    },
  );

  it('comes once for a group, however many alarms join it (SND-1)', () => {
    const screen = screenOf();
    for (let n = 1; n <= 20; n += 1)
      screen.run(1, [{ priority: 'high', members: Array.from({ length: n }, (_, i) => `a${i}`) }]);
    expect(screen.heard()).toEqual(['0 high raised']);
  });

  it('comes again when the priority rises, not when it falls and rises to what has sounded (SND-2)', () => {
    const screen = screenOf();
    screen.run(10, [{ priority: 'medium' }]);
    screen.run(10, [{ priority: 'high' }]);
    screen.run(10, [{ priority: 'critical' }]);
    screen.run(5, [{ priority: 'high' }]);
    screen.run(5, [{ priority: 'critical' }]);
    expect(screen.heard()).toEqual(['0 medium raised', '10 high risen', '20 critical risen']);
  });

  it('stops when somebody has it, and comes back at once when it is nobody’s again (SND-3)', () => {
    const screen = screenOf();
    screen.run(40, [{ priority: 'critical' }]);
    screen.run(300, [{ priority: 'critical', state: 'acknowledged' }]);
    screen.run(10, [{ priority: 'critical' }]);
    expect(screen.heard()).toEqual([
      '0 critical raised',
      '30 critical repeated',
      '340 critical raised-again',
    ]);
  });

  it('that plays is over when its groups are taken, hidden, silenced, over or gone (SND-3)', () => {
    const calling = [group({ priority: 'critical' })];
    expect(isStillCalled(['g1'], stripOf(calling))).toBe(true);
    for (const change of [
      { state: 'acknowledged' },
      { state: 'returned' },
      { isHidden: true },
      { isSilenced: true },
      { id: 'other' },
    ] as const)
      expect(isStillCalled(['g1'], stripOf([{ ...calling[0], ...change }])), JSON.stringify(change)).toBe(
        false,
      );
    expect(isStillCalled(['g1', 'g2'], stripOf([{ id: 'g2', priority: 'high' }]))).toBe(true);
  });

  it('of what was over and is back comes no sooner than its repetition would (SND-3)', () => {
    const screen = screenOf();
    screen.run(10, [{ priority: 'high' }]);
    screen.run(10, [{ priority: 'high', state: 'returned' }]);
    screen.run(60, [{ priority: 'high' }]);
    screen.run(10, []);
    screen.run(60, [{ priority: 'high' }]);
    expect(screen.heard()).toEqual(['0 high raised', '120 high raised-again']);
  });

  it('stands for all groups that are no more urgent (SND-4)', () => {
    const screen = screenOf();
    const groups = [
      { id: 'a', priority: 'critical' },
      { id: 'b', priority: 'high' },
      { id: 'c', priority: 'medium' },
    ] as const;
    screen.run(65, groups);
    expect(screen.heard()).toEqual(['0 critical raised', '30 critical repeated', '60 critical repeated']);
    expect(decideSound(NOTHING_SOUNDED, soundInput(T, { strip: stripOf(groups) })).groups).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it('does not cover the one before it: what is less urgent and new waits five seconds (SND-4)', () => {
    const screen = screenOf();
    screen.run(2, [{ id: 'a', priority: 'critical' }]);
    screen.run(10, [
      { id: 'a', priority: 'critical' },
      { id: 'b', priority: 'medium' },
    ]);
    expect(screen.heard()).toEqual(['0 critical raised', '5 medium raised']);
  });

  it('is kept quiet by what hides a group, and by a silence of its notifications, and comes at their end (SND-5)', () => {
    for (const held of [{ isHidden: true }, { isSilenced: true }]) {
      const screen = screenOf();
      screen.run(60, [{ priority: 'critical', ...held }]);
      expect(screen.heard()).toEqual([]);
      screen.run(5, [{ priority: 'critical' }]);
      expect(screen.heard()).toEqual(['60 critical raised']);
    }
  });

  it('asks nobody for what does not hold any more, and goes on as before when it holds again (SND-5)', () => {
    const screen = screenOf();
    screen.run(20, [{ priority: 'critical', active: 0 }]);
    screen.run(31, [{ priority: 'critical', active: 1 }]);
    screen.run(60, [{ priority: 'critical', active: 0 }]);
    screen.run(5, [{ priority: 'critical', active: 1 }]);
    expect(screen.heard()).toEqual(['20 critical raised', '50 critical repeated', '111 critical repeated']);
  });

  it('comes once in 30 s during a flood, for all that came (SND-6)', () => {
    const screen = screenOf();
    const groups: Partial<GroupView>[] = [];
    for (let n = 0; n < 90; n += 3) {
      groups.push({ id: `g${n}`, priority: n % 2 === 0 ? 'high' : 'medium' });
      screen.run(3, stripOf(groups.slice(-6), { flood: FLOOD, more: Math.max(0, groups.length - 6) }));
    }
    expect(screen.heard()).toEqual(['0 high flood', '30 high flood', '60 high flood']);
  });

  it('of a group that six more urgent ones push off the strip does not come again (SND-1)', () => {
    const screen = screenOf();
    screen.run(10, [{ id: 'm', priority: 'medium' }]);
    const six = Array.from({ length: 6 }, (_, i) => ({ id: `c${i}`, priority: 'high' as const }));
    screen.run(100, stripOf(six, { more: 1 }));
    screen.run(100, [{ id: 'm', priority: 'medium' }]);
    expect(screen.heard()).toEqual(['0 medium raised', '10 high raised']);
  });
});

describe('no tone comes', () => {
  it.each([
    ['off', { isOn: false }],
    ['blocked', { canPlay: false }],
    ['testing', { isTesting: true }],
    ['no-contact', { isLive: false }],
  ] as const)('while it is "%s"; what was due comes afterwards (SND-7)', (reason, change) => {
    const screen = screenOf();
    const strip = stripOf([{ priority: 'critical' }]);
    expect(screen.look({ strip, ...change })).toMatchObject({ tone: null, reason, groups: [] });
    screen.run(20, strip, change);
    expect(screen.heard()).toEqual([]);
    screen.run(1, strip);
    expect(screen.heard()).toEqual(['20 critical raised']);
  });

  it('where nothing is told of alarms, and where there are none (SND-7)', () => {
    expect(decideSound(NOTHING_SOUNDED, soundInput(T, { strip: null })).reason).toBe('nothing-due');
    expect(decideSound(NOTHING_SOUNDED, soundInput(T)).reason).toBe('nothing-due');
  });
});

describe('a screen silenced by hand', () => {
  it('for two minutes says nothing at all, and then what came meanwhile (SND-8)', () => {
    const screen = screenOf();
    screen.run(10, [{ id: 'a', priority: 'critical' }]);
    const silence = silenceFrom(screen.nowMs(), 2);
    expect(silence).toEqual({ kind: 'pause', untilMs: T + 10 * SECOND + 2 * MINUTE });
    const both = [
      { id: 'a', priority: 'critical', state: 'acknowledged' },
      { id: 'b', priority: 'medium' },
    ] as const;
    screen.run(130, both, { silence });
    expect(screen.heard()).toEqual(['0 critical raised', '130 medium raised']);
  });

  it.each([15, 60] as const)(
    'for %i minutes still sounds once for a new critical alarm (SND-8)',
    (minutes) => {
      const screen = screenOf();
      const old = { id: 'old', priority: 'critical' } as const;
      screen.run(10, [old]);
      screen.set(markSounded(screen.memory(), [group(old)], screen.nowMs()));
      const silence = silenceFrom(screen.nowMs(), minutes);
      screen.run(60, [old, { id: 'high', priority: 'high' }], { silence });
      expect(screen.heard()).toEqual(['0 critical raised']);
      screen.run(120, [old, { id: 'new', priority: 'critical' }], { silence });
      expect(screen.heard()).toEqual(['0 critical raised', '70 critical raised']);
    },
  );

  it('sounds again by itself when the time is over (SND-8)', () => {
    const screen = screenOf();
    const strip = stripOf([{ priority: 'critical' }]);
    screen.run(1, strip);
    const silence = silenceFrom(screen.nowMs(), 15);
    expect(screen.look({ strip, silence }).nextAtMs).toBe(silence.untilMs);
    screen.run(16 * 60, strip, { silence });
    expect(screen.heard().slice(0, 3)).toEqual([
      '0 critical raised',
      '901 critical repeated',
      '931 critical repeated',
    ]);
  });
});

describe('a screen that has lost the server', () => {
  const away = { isLive: false } as const;

  it('says so after 30 s, again every five minutes while it lasts, and plays nothing by old numbers (SND-9)', () => {
    const screen = screenOf();
    screen.run(10, [{ priority: 'critical' }]);
    screen.run(1_000, [{ priority: 'critical' }], away);
    const lost = [40, 340, 640, 940].map((second) => `${second} lost lost-contact`);
    expect(screen.heard()).toEqual(['0 critical raised', ...lost]);
  });

  it('says nothing of an outage that is shorter (SND-9)', () => {
    const screen = screenOf();
    for (let n = 0; n < 10; n += 1) {
      screen.run(25, [], away);
      screen.run(5, []);
    }
    expect(screen.heard()).toEqual([]);
  });

  it('says it no more than once in five minutes when the link comes and goes (SND-9)', () => {
    const screen = screenOf();
    for (let n = 0; n < 10; n += 1) {
      screen.run(40, [], away);
      screen.run(20, []);
    }
    expect(screen.heard()).toEqual(['30 lost lost-contact', '330 lost lost-contact']);
  });

  it('takes a sleep of the machine for no outage (SND-9)', () => {
    const screen = screenOf();
    screen.run(3, [], away);
    const late = {
      ...screen.memory(),
      lost: { ...screen.memory().lost, lookedAtMs: T - 3_600_000, sinceMs: T - 3_600_000 },
    };
    expect(decideSound(late, soundInput(T, away)).tone).toBeNull();
  });

  it('waits with it while it is silenced (SND-9)', () => {
    const screen = screenOf();
    const silence = silenceFrom(T, 2);
    screen.run(130, [], { ...away, silence });
    expect(screen.heard()).toEqual(['120 lost lost-contact']);
  });
});

describe('a clock that was set back', () => {
  it('keeps nothing quiet (SND-10)', () => {
    const screen = screenOf();
    screen.run(40, [{ priority: 'critical' }]);
    const earlier = T - 3_600_000;
    const strip = stripOf([{ priority: 'critical' }]);
    const first = decideSound(screen.memory(), soundInput(earlier, { strip }));
    expect(first.nextAtMs).toBe(earlier + 30 * SECOND);
    expect(decideSound(first.memory, soundInput(earlier + 30 * SECOND, { strip })).tone).toBe('critical');
  });
});
