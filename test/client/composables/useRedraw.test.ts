import { afterEach, describe, expect, it } from 'vitest';
import { effectScope, nextTick, shallowRef, type EffectScope } from 'vue';
import { useRedraw } from '../../../client/composables/useRedraw.ts';

let scope: EffectScope;
afterEach(() => scope.stop());

async function begin() {
  const canvas = shallowRef<HTMLCanvasElement | null>(null);
  let draws = 0;
  scope = effectScope();
  scope.run(() => useRedraw(canvas, () => (draws += 1)));
  const element = document.createElement('canvas');
  canvas.value = element;
  await nextTick();
  return { canvas, element, draws: () => draws };
}
const restore = (element: HTMLCanvasElement) => element.dispatchEvent(new Event('contextrestored'));

describe('a canvas', () => {
  it('is drawn anew when its context is back, and when the page is shown again (WAL-132)', async () => {
    const { element, draws } = await begin();
    expect(draws()).toBe(0);
    restore(element);
    expect(draws()).toBe(1);
    document.dispatchEvent(new Event('visibilitychange'));
    window.dispatchEvent(new Event('pageshow'));
    expect(draws()).toBe(3);
  });

  it('that was put in the place of another one is the one that is listened to', async () => {
    const { canvas, element, draws } = await begin();
    canvas.value = document.createElement('canvas');
    await nextTick();
    restore(element);
    expect(draws()).toBe(0);
    restore(canvas.value);
    expect(draws()).toBe(1);
  });

  it('is left alone when its scope has ended', async () => {
    const { element, draws } = await begin();
    scope.stop();
    restore(element);
    document.dispatchEvent(new Event('visibilitychange'));
    expect(draws()).toBe(0);
  });
});
