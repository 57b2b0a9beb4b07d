import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick, ref, shallowRef } from 'vue';
import { useElementSize } from '../../../client/composables/useElementSize.ts';
import { useKey } from '../../../client/composables/useKey.ts';
import { usePainted } from '../../../client/composables/usePainted.ts';
import { useRoom } from '../../../client/composables/useRoom.ts';
import type { RoomName } from '../../../shared/protocol.ts';
import { runInScope, stubElementSize } from '../support.ts';

const handlers = { snapshot: () => undefined, frame: () => true, phase: () => undefined };

describe('useRoom', () => {
  it('joins at once and leaves when its scope stops', () => {
    const { notes, stop } = runInScope(() => useRoom('wall', handlers));
    expect(notes).toEqual(['open wall']);
    stop();
    expect(notes).toEqual(['open wall', 'close wall']);
  });

  it('leaves the one room before it joins another', async () => {
    const room = ref<RoomName>('tenant:a');
    const { notes, stop } = runInScope(() => useRoom(room, handlers));
    room.value = 'tenant:b';
    await nextTick();
    expect(notes).toEqual(['open tenant:a', 'close tenant:a', 'open tenant:b']);
    stop();
  });
});

describe('usePainted', () => {
  let frames: FrameRequestCallback[];
  const paint = () => frames.splice(0).forEach((run) => run(0));
  beforeEach(() => {
    frames = [];
    vi.stubGlobal('requestAnimationFrame', (run: FrameRequestCallback) => frames.push(run));
    vi.stubGlobal('cancelAnimationFrame', () => frames.splice(0));
  });
  afterEach(() => vi.unstubAllGlobals());

  it('reports the newest frame after it was painted, not when it came (LIV-5)', async () => {
    const seq = ref<number | null>(4);
    const { notes, stop } = runInScope(() => usePainted('wall', seq));
    paint();
    expect(notes).toEqual([]);
    seq.value = 5;
    await nextTick();
    paint();
    expect(notes).toEqual(['painted wall 5']);
    stop();
  });

  it('says nothing of what is not there', () => {
    const { notes, stop } = runInScope(() => usePainted('wall', null));
    paint();
    paint();
    expect(notes).toEqual([]);
    stop();
  });

  it('stops when its scope stops', async () => {
    const seq = ref(4);
    const { notes, stop } = runInScope(() => usePainted('wall', seq));
    stop();
    seq.value = 5;
    await nextTick();
    paint();
    paint();
    expect(notes).toEqual([]);
  });
});

describe('useElementSize', () => {
  it('tells the size and stops watching when its scope stops', async () => {
    const watched = stubElementSize(640, 480);
    const element = shallowRef<HTMLElement | null>(null);
    const { result, stop } = runInScope(() => useElementSize(element));
    element.value = document.createElement('div');
    await nextTick();
    expect(result.value).toEqual({ width: 640, height: 480 });
    expect(watched.observed()).toBe(1);
    stop();
    expect(watched.observed()).toBe(0);
  });
});

describe('useKey', () => {
  const press = (key: string, target: EventTarget = window) =>
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));

  it('runs on its key until its scope stops', () => {
    const run = vi.fn();
    const { stop } = runInScope(() => useKey('Escape', run));
    press('a');
    press('Escape');
    stop();
    press('Escape');
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('leaves keys alone that are meant for a field', () => {
    const run = vi.fn();
    const { stop } = runInScope(() => useKey('Escape', run));
    const select = document.body.appendChild(document.createElement('select'));
    press('Escape', select);
    expect(run).not.toHaveBeenCalled();
    stop();
  });
});
