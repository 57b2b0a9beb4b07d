import { flushPromises, mount } from '@vue/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defineComponent, onErrorCaptured, ref } from 'vue';
import { laterComponent } from '../../../client/components/later-component.ts';

afterEach(() => vi.useRealTimers());

describe('a component that comes later', () => {
  it('is asked for again while the server is away, and the page is not said to have failed (WAL-162)', async () => {
    vi.useFakeTimers();
    const panel = defineComponent({ template: '<p>here</p>' });
    const load = vi
      .fn<() => Promise<{ default: typeof panel }>>()
      .mockRejectedValueOnce(new TypeError('Failed to fetch dynamically imported module'))
      .mockResolvedValue({ default: panel });
    const crash = ref('');
    const page = mount({
      components: { Later: laterComponent(load) },
      setup: () => {
        onErrorCaptured((error) => {
          crash.value = error.message;
        });
        return {};
      },
      template: '<main><Later /></main>',
    });
    await flushPromises();
    expect(page.text()).toBe('');
    await vi.advanceTimersByTimeAsync(5_000);
    await flushPromises();
    expect(page.text()).toBe('here');
    expect(load).toHaveBeenCalledTimes(2);
    expect(crash.value).toBe('');
  });
});
