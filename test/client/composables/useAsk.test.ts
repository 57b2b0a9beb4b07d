import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick, ref } from 'vue';
import type { ApiResult } from '../../../client/api.ts';
import { useAsk } from '../../../client/composables/useAsk.ts';
import { runInScope } from '../support.ts';

interface Call {
  readonly key: string;
  readonly signal: AbortSignal;
  readonly answer: (result: ApiResult<string>) => Promise<void>;
}
const fine = (data: string): ApiResult<string> => ({ ok: true, data });
const bad = (message: string): ApiResult<string> => ({
  ok: false,
  isAborted: false,
  error: { code: 'unavailable', message },
});

describe('useAsk', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function start(againMs: number | null = null) {
    const calls: Call[] = [];
    const subject = ref('a');
    const range = ref<string | null>('15m');
    const key = () => (range.value === null ? null : `${subject.value} ${range.value}`);
    const { result, stop } = runInScope(() =>
      useAsk<string>({
        subject: () => subject.value,
        key,
        ask: (signal) =>
          new Promise((resolve) => {
            const answer = async (given: ApiResult<string>) => {
              resolve(given);
              await nextTick();
            };
            calls.push({ key: key() ?? '', signal, answer });
          }),
        againMs: () => againMs,
      }),
    );
    return { calls, subject, range, asked: result, stop };
  }

  it('asks at once, and tells that it waits', async () => {
    const { calls, asked } = start();
    expect(asked.isLoading.value).toBe(true);
    await calls[0]!.answer(fine('one'));
    expect([asked.data.value, asked.isLoading.value, asked.isOld.value]).toEqual(['one', false, false]);
  });

  it('keeps the old answer while it asks for another range, and marks it (TEN-7)', async () => {
    const { calls, range, asked } = start();
    await calls[0]!.answer(fine('one'));
    range.value = '24h';
    await nextTick();
    expect([asked.data.value, asked.isOld.value, asked.isLoading.value]).toEqual(['one', true, true]);
    await calls[1]!.answer(fine('two'));
    expect([asked.data.value, asked.isOld.value]).toEqual(['two', false]);
  });

  it('forgets at once what it knew of another tenant (TEN-7)', async () => {
    const { calls, subject, asked } = start();
    await calls[0]!.answer(fine('one'));
    subject.value = 'b';
    expect(asked.data.value).toBeNull();
  });

  it('aborts a question that nobody asks any more, and never takes its answer', async () => {
    const { calls, range, asked } = start();
    range.value = '24h';
    await nextTick();
    expect(calls[0]!.signal.aborted).toBe(true);
    await calls[1]!.answer(fine('two'));
    await calls[0]!.answer(fine('one'));
    expect(asked.data.value).toBe('two');
  });

  it('keeps a failure to be told, beside what it knew, until an answer comes (TEN-7)', async () => {
    const { calls, asked } = start(5_000);
    await calls[0]!.answer(fine('one'));
    await vi.advanceTimersByTimeAsync(5_000);
    await calls[1]!.answer(bad('the disk is full'));
    expect([asked.error.value?.message, asked.data.value]).toEqual(['the disk is full', 'one']);
    asked.retry();
    await calls[2]!.answer(fine('two'));
    expect([asked.error.value, asked.data.value]).toEqual([null, 'two']);
  });

  it('asks again at its pace, slower after a failure, and not at all for what does not move', async () => {
    const { calls } = start(2_000);
    await calls[0]!.answer(bad('down'));
    await vi.advanceTimersByTimeAsync(9_000);
    expect(calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(calls).toHaveLength(2);
    const fixed = start(null);
    await fixed.calls[0]!.answer(fine('one'));
    await vi.advanceTimersByTimeAsync(600_000);
    expect(fixed.calls).toHaveLength(1);
  });

  it('waits with its question until there is one', async () => {
    const { calls, range, asked } = start();
    await calls[0]!.answer(fine('one'));
    range.value = null;
    await nextTick();
    expect([calls.length, asked.isLoading.value]).toEqual([1, false]);
  });

  it('asks no more when its scope stops', async () => {
    const { calls, stop } = start(1_000);
    await calls[0]!.answer(fine('one'));
    stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toHaveLength(1);
  });
});
