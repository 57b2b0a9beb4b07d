import { mount, type VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia, type Pinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineComponent, h, nextTick } from 'vue';
import SoundBanner from '../../../client/components/wall/sound/SoundBanner.vue';
import SoundControl from '../../../client/components/wall/sound/SoundControl.vue';
import SoundMark from '../../../client/components/wall/sound/SoundMark.vue';
import { LIVE } from '../../../client/composables/live.ts';
import { TONES } from '../../../client/sound/tones.ts';
import type { SoundPage } from '../../../client/stores/sound-state.ts';
import { useLinkStore } from '../../../client/stores/link.ts';
import { useSoundStore } from '../../../client/stores/sound.ts';
import { useWallStore } from '../../../client/stores/wall.ts';
import type { AlarmStrip } from '../../../shared/alarms.ts';
import { joined, T0, wallFrame, wallSnapshot } from '../fixtures.ts';
import { stripOf } from '../sound-fixtures.ts';
import { FakeAudio } from '../sound/fake-audio.ts';
import { createFakeLive } from '../support.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const CRITICAL = stripOf([{ priority: 'critical' }]);

let pinia: Pinia;
let made: FakeAudio[];
let isAllowed: boolean;
let sample: number;
let wrapper: VueWrapper;
let seq: number;
let wire: ReturnType<typeof createFakeLive>;

/** Bursts that have begun: notes are set together. */
const played = () => made.flatMap(({ notes }) => notes).filter(({ frequencyHz }) => frequencyHz > 0);
const tones = () =>
  made.flatMap(({ notes }) => {
    const burst = notes.filter(({ frequencyHz }) => frequencyHz === TONES.critical.notes[0]!.frequencyHz);
    return Array.from({ length: burst.length / 10 }, () => 'critical');
  });

function say(alarms: AlarmStrip): void {
  seq += 1;
  useWallStore(pinia).handlers.frame(wallFrame(seq, { alarms }));
}
/** Seconds go by; the server speaks in each, unless it is away. */
async function run(seconds: number, isAway = false): Promise<void> {
  const link = useLinkStore(pinia);
  for (let i = 0; i < seconds; i += 1) {
    await vi.advanceTimersByTimeAsync(SECOND);
    for (const audio of made) if (audio.state === 'running') audio.currentTime += 1;
    if (!isAway) link.hear({ atMs: T0, localMs: 0, speed: 1 }, false);
    link.setFacts({ isConnected: !isAway, heardAtMs: 0, heardAtDateMs: T0, isMismatched: false });
    link.tick(isAway ? 60_000 : 0);
  }
}

async function open(page: SoundPage = 'wall', alarms = stripOf([])): Promise<void> {
  setActivePinia(pinia);
  const link = useLinkStore(pinia);
  link.setFacts({ isConnected: true, heardAtMs: 0, heardAtDateMs: T0, isMismatched: false });
  link.hear({ atMs: T0, localMs: 0, speed: 1 }, false);
  link.tick(0);
  useWallStore(pinia).handlers.snapshot(joined(wallSnapshot({ alarms })));
  wire = createFakeLive();
  const Page = defineComponent({ render: () => [h(SoundControl), h(SoundMark), h(SoundBanner, { page })] });
  wrapper = mount(Page, {
    global: { plugins: [pinia], provide: { [LIVE as symbol]: wire.live } },
    attachTo: document.body,
  });
  await run(3);
}
async function openPanel(): Promise<void> {
  await wrapper.get('.sound-control').trigger('click');
  await vi.dynamicImportSettled();
  await nextTick();
}
const switchedOn = (page: SoundPage = 'wall') =>
  localStorage.setItem(`mailvigil.sound.${page}`, JSON.stringify({ isOn: true }));

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 21, 22, 0, 0) });
  document.body.innerHTML = '';
  localStorage.clear();
  sessionStorage.clear();
  pinia = createPinia();
  made = [];
  isAllowed = true;
  sample = 0.5;
  seq = 10;
  vi.stubGlobal(
    'AudioContext',
    class extends FakeAudio {
      constructor() {
        super(isAllowed);
        this.sample = sample;
        made.push(this);
      }
    },
  );
});
afterEach(() => {
  wrapper.unmount();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('a wall', () => {
  it('that nobody has switched on says so, and opens no audio (SND-13)', async () => {
    await open('wall', CRITICAL);
    expect(useSoundStore(pinia).state).toBe('off');
    expect(wrapper.get('.sound-mark').text()).toBe('sound off');
    expect(made).toHaveLength(0);
  });

  it('that was switched on stays so, and plays the burst of what is raised once (SND-1)', async () => {
    switchedOn();
    await open();
    expect(useSoundStore(pinia).state).toBe('on');
    say(CRITICAL);
    await run(5);
    expect(tones()).toEqual(['critical']);
    say(stripOf([{ priority: 'critical', members: ['a1', 'a2', 'a3'] }]));
    await run(20);
    expect(tones()).toEqual(['critical']);
    await run(10);
    expect(tones()).toEqual(['critical', 'critical']);
  });

  it('cuts the burst off when somebody has it (SND-3)', async () => {
    switchedOn();
    await open();
    say(CRITICAL);
    await run(1);
    expect(made[0]!.stops).toHaveLength(0);
    say(stripOf([{ priority: 'critical', state: 'acknowledged' }]));
    await nextTick();
    expect(made[0]!.stops).toHaveLength(10);
    await run(120);
    expect(tones()).toEqual(['critical']);
  });

  it('says large that the browser holds audio back, sounds nothing, and is mended by a hand (SND-13)', async () => {
    isAllowed = false;
    switchedOn();
    await open('wall', CRITICAL);
    expect(useSoundStore(pinia).state).toBe('blocked');
    expect(wrapper.get('.sound-banner').attributes('role')).toBe('alert');
    expect(wrapper.get('.sound-banner').text()).toContain('SOUND BLOCKED');
    expect(wrapper.find('.sound-mark').exists()).toBe(false);
    expect(played()).toEqual([]);
    made[0]!.isAllowed = true;
    document.body.dispatchEvent(new Event('pointerdown', { bubbles: true }));
    await run(2);
    expect(wrapper.find('.sound-banner').exists()).toBe(false);
    // What could not be played has not sounded.
    expect(tones()).toEqual(['critical']);
  });

  it('is silenced for a while, says for how long, and sounds again by itself (SND-8)', async () => {
    switchedOn();
    await open('wall', CRITICAL);
    await openPanel();
    await wrapper.get('[name="silence-15"]').trigger('click');
    const sound = useSoundStore(pinia);
    expect(sound.state).toBe('silenced');
    expect(sound.silencedUntilMs).toBe(Date.now() + 15 * MINUTE);
    expect(wrapper.get('.sound-mark').text()).toMatch(/SILENCED\s*15 min/);
    const before = tones().length;
    await run(14 * 60);
    expect(wrapper.get('.sound-mark').text()).toContain('60 s');
    expect(tones()).toHaveLength(before);
    await run(62);
    expect(sound.state).toBe('on');
    expect(sound.silencedUntilMs).toBeNull();
    expect(tones().length).toBeGreaterThan(before);
  });

  it('cuts the tone off that a hand silences, and sounds again when the hand says so (SND-8)', async () => {
    switchedOn();
    await open('wall', CRITICAL);
    await openPanel();
    await wrapper.get('[name="silence-2"]').trigger('click');
    expect(made[0]!.stops).toHaveLength(10);
    await wrapper.get('[name="sound-again"]').trigger('click');
    await run(31);
    expect(tones()).toHaveLength(2);
  });

  it('does not sound again after a reload for what has sounded, but for what is new (SND-12)', async () => {
    switchedOn();
    await open('wall', stripOf([{ priority: 'medium' }]));
    await run(3);
    const before = played().length;
    expect(before).toBeGreaterThan(0);
    wrapper.unmount();
    pinia = createPinia();
    made = [];
    await open('wall', stripOf([{ priority: 'medium' }]));
    await run(20);
    expect(played().filter(({ frequencyHz }) => frequencyHz > 100)).toEqual([]);
    say(stripOf([{ priority: 'medium' }, { id: 'g2', priority: 'critical' }]));
    await run(2);
    expect(tones()).toEqual(['critical']);
  });

  it('tells once that the server is lost (SND-9)', async () => {
    switchedOn();
    await open('wall', CRITICAL);
    const before = tones().length;
    await run(120, true);
    expect(tones()).toHaveLength(before);
    expect(
      played().filter(({ frequencyHz }) => frequencyHz === TONES.lost.notes[0]!.frequencyHz),
    ).toHaveLength(2);
  });

  it('listens to its own audio once an hour (SND-17)', async () => {
    switchedOn();
    await open();
    await run(5);
    sample = 0;
    for (const audio of made) audio.sample = sample;
    await run(3_500);
    expect(useSoundStore(pinia).state).toBe('on');
    await run(100);
    expect(useSoundStore(pinia).state).toBe('blocked');
    expect(wrapper.get('.sound-banner').text()).toContain('stands still');
    await run(300);
    expect(useSoundStore(pinia).state).toBe('blocked');
    sample = 0.5;
    await run(70);
    expect(useSoundStore(pinia).state).toBe('on');
  });

  it('is switched on and off, and made louder, in its panel (SND-13)', async () => {
    await open();
    await openPanel();
    await wrapper.get('[name="sound-on"]').setValue(true);
    await wrapper.get('[name="volume"]').setValue('0.5');
    await run(3);
    expect(useSoundStore(pinia).state).toBe('on');
    expect(JSON.parse(localStorage.getItem('mailvigil.sound.wall')!)).toMatchObject({
      isOn: true,
      volume: 0.5,
    });
    await wrapper.get('[name="sound-on"]').setValue(false);
    await run(2);
    expect(useSoundStore(pinia).state).toBe('off');
    expect(made[0]!.isClosed).toBe(true);
  });

  it('is tested: it plays the three tones, asks, and shows when (SND-14)', async () => {
    await open();
    await openPanel();
    await wrapper.get('[name="test"]').trigger('click');
    await vi.dynamicImportSettled();
    await run(2);
    expect(played()).toHaveLength(15);
    expect(wrapper.get('.sound-question').text()).toContain('listen');
    await run(8);
    await wrapper.get('[name="heard"]').trigger('click');
    expect(wrapper.find('.sound-question').exists()).toBe(false);
    expect(wrapper.get('.tested').text()).toMatch(/^tested \d\d:\d\d$/);
    expect(JSON.parse(localStorage.getItem('mailvigil.sound.wall')!).test.isHeard).toBe(true);
  });

  it('is tested when the server asks for it, and says when nobody answers (SND-14)', async () => {
    switchedOn();
    await open();
    wire.ask({ what: 'test-sound', reason: 'shift start' });
    await run(10);
    expect(played().filter(({ frequencyHz }) => frequencyHz > 100)).toHaveLength(15);
    await run(70);
    expect(wrapper.get('.sound-mark').text()).toMatch(/not answered/);
  });

  it('says that a test could not sound (SND-14)', async () => {
    isAllowed = false;
    await open();
    wire.ask({ what: 'test-sound', reason: 'shift start' });
    await vi.dynamicImportSettled();
    await run(5);
    await vi.dynamicImportSettled();
    expect(wrapper.get('.sound-question').text()).toContain('COULD NOT SOUND');
  });

  it('leaves no audio, no timer and no ear behind when it is left (SND-16)', async () => {
    switchedOn();
    await open('wall', CRITICAL);
    wrapper.unmount();
    expect(useSoundStore(pinia).state).toBe('none');
    expect(made[0]!.isClosed).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a desk', () => {
  it('sounds only when it was asked for, apart from a wall in the same browser (SND-13)', async () => {
    switchedOn('wall');
    await open('desk', CRITICAL);
    expect(useSoundStore(pinia).state).toBe('none');
    expect(made).toHaveLength(0);
    await openPanel();
    await wrapper.get('[name="sound-on"]').setValue(true);
    await run(3);
    expect(useSoundStore(pinia).state).toBe('on');
    expect(tones()).toEqual(['critical']);
  });
});
