import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { shallowRef } from 'vue';
import { useKeys } from '../../../client/composables/useKeys.ts';
import { usePlotPointer } from '../../../client/composables/usePlotPointer.ts';
import { runInScope } from '../support.ts';

describe('a hand on a plot', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function start() {
    const notes: string[] = [];
    const plot = document.createElement('div');
    const element = shallowRef<HTMLElement | null>(plot);
    const { result, stop } = runInScope(() =>
      usePlotPointer(element, {
        hover: (x) => void notes.push(`hover ${x}`),
        select: (a, b) => void notes.push(`select ${a} ${b}`),
        pan: (dx) => void notes.push(`pan ${dx}`),
        zoom: (x, factor) => void notes.push(`zoom ${x} ${factor < 1 ? 'in' : 'out'}`),
        open: (x, y) => void notes.push(`open ${x} ${y}`),
        back: () => void notes.push('back'),
      }),
    );
    const send = (type: string, clientX: number, more: Record<string, unknown> = {}) => {
      const event = new MouseEvent(type, { clientX, clientY: 7, cancelable: true, ...more });
      if ('pointerType' in more) Object.defineProperty(event, 'pointerType', { value: more['pointerType'] });
      plot.dispatchEvent(event);
      return event;
    };
    const done = () => notes.filter((note) => !note.startsWith('hover'));
    return { plot, send, done, notes, drag: result.drag, stop };
  }

  it('zooms into what it drags over, and shows it meanwhile', () => {
    const { send, done, drag } = start();
    send('pointerdown', 10);
    send('pointermove', 90);
    expect(drag.value).toEqual({ kind: 'select', fromX: 10, toX: 90 });
    send('pointerup', 90);
    expect(drag.value).toBeNull();
    expect(done()).toEqual(['select 10 90']);
  });

  it('moves the range when Shift is held', () => {
    const { send, done } = start();
    send('pointerdown', 10, { shiftKey: true });
    send('pointermove', 70);
    send('pointerup', 70);
    expect(done()).toEqual(['pan 60']);
  });

  it('opens the messages on a click, if it is no double one (TEN-5)', () => {
    const { send, done } = start();
    const click = () => {
      send('pointerdown', 40);
      send('pointermove', 42);
      send('pointerup', 42);
    };
    click();
    expect(done()).toEqual([]);
    vi.advanceTimersByTime(300);
    expect(done()).toEqual(['open 42 7']);
    click();
    click();
    send('dblclick', 42);
    vi.advanceTimersByTime(300);
    expect(done()).toEqual(['open 42 7', 'back']);
  });

  it('does not go anywhere when a finger touches: it points', () => {
    const { send, done, notes } = start();
    send('pointerdown', 40);
    send('pointerup', 40, { pointerType: 'touch' });
    vi.advanceTimersByTime(300);
    expect(done()).toEqual([]);
    expect(notes).toContain('hover 40');
  });

  it('zooms with the wheel when Ctrl is held, and lets the page scroll when it is not', () => {
    const { plot, done } = start();
    const wheel = (deltaY: number, ctrlKey: boolean) => {
      const event = new WheelEvent('wheel', { deltaY, cancelable: true });
      Object.defineProperties(event, { ctrlKey: { value: ctrlKey }, clientX: { value: 5 } });
      plot.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect([wheel(-1, true), wheel(1, true), wheel(1, false)]).toEqual([true, true, false]);
    expect(done()).toEqual(['zoom 5 in', 'zoom 5 out']);
  });

  it('takes another button for none of its own, and lets go of the element', () => {
    const { send, done, stop } = start();
    send('pointerdown', 10, { button: 2 });
    send('pointerup', 90);
    stop();
    send('pointerdown', 10);
    send('pointermove', 90);
    send('pointerup', 90);
    expect(done()).toEqual([]);
  });
});

describe('useKeys', () => {
  const press = (key: string, more: KeyboardEventInit = {}, target: EventTarget = window) => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
    target.dispatchEvent(event);
    return event;
  };

  it('runs what belongs to a key, with Shift as a key of its own (TEN-10)', () => {
    const left = vi.fn();
    const pan = vi.fn();
    const help = vi.fn();
    const { stop } = runInScope(() => useKeys({ ArrowLeft: left, 'Shift+ArrowLeft': pan, '?': help }));
    expect(press('ArrowLeft').defaultPrevented).toBe(true);
    press('ArrowLeft', { shiftKey: true });
    press('?', { shiftKey: true });
    expect([left, pan, help].map((run) => run.mock.calls.length)).toEqual([1, 1, 1]);
    stop();
    press('ArrowLeft');
    expect(left).toHaveBeenCalledTimes(1);
  });

  it('leaves keys to fields, to what has keys of its own, and to the browser', () => {
    const run = vi.fn();
    const { stop } = runInScope(() => useKeys({ l: run, '0': run }));
    const own = document.body.appendChild(document.createElement('div'));
    own.dataset['ownKeys'] = '';
    const field = document.body.appendChild(document.createElement('input'));
    press('l', {}, field);
    press('l', {}, own);
    press('0', { ctrlKey: true });
    expect(run).not.toHaveBeenCalled();
    expect(press('x').defaultPrevented).toBe(false);
    stop();
  });
});
