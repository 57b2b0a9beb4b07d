import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { createApp, nextTick, ref } from 'vue';
import { LIVE } from '../../../client/composables/live.ts';
import { useSparks } from '../../../client/composables/useSparks.ts';
import { useWallStore } from '../../../client/stores/wall.ts';
import type { Result, SparksAnswer } from '../../../shared/protocol.ts';
import { joined, tenants, wallFrame, wallSnapshot } from '../fixtures.ts';
import { createFakeLive } from '../support.ts';

const flush = async () => {
  await nextTick();
  await new Promise((resolve) => setTimeout(resolve, 0));
};
const large = () => joined(wallSnapshot({ tenants: tenants(4), sparks: [] }));

/** A screen that draws these; every question it asks waits for its answer. */
function setUp(drawn: readonly string[]) {
  const ids = ref(drawn);
  const asked: { ids: readonly string[]; answer(result: Result<SparksAnswer>): Promise<void> }[] = [];
  const { live } = createFakeLive();
  const sparks = (wanted: readonly string[]) =>
    new Promise<Result<SparksAnswer>>((resolve) => {
      asked.push({ ids: wanted, answer: (result) => (resolve(result), flush()) });
    });
  const app = createApp({ setup: () => useSparks(() => ids.value), template: '<i />' });
  app.provide(LIVE, { ...live, sparks }).mount(document.createElement('div'));
  return { ids, asked, wall: useWallStore() };
}
const answer = (seq: number, ...sparks: (readonly number[])[]): Result<SparksAnswer> => ({
  ok: true,
  data: { seq, sparks },
});

beforeEach(() => setActivePinia(createPinia()));

describe('WAL-141: sparklines of a large wall', () => {
  it('are asked for once, for those alone that are drawn, and grow with the frames', async () => {
    const { asked, wall } = setUp(['t1', 't3']);
    wall.handlers.snapshot(large());
    await flush();
    expect(asked.map(({ ids }) => ids)).toEqual([['t1', 't3']]);
    await asked[0]!.answer(answer(10, [1, 2], [3]));
    wall.handlers.frame(wallFrame(11, { spark: 1 }));
    await flush();
    expect(wall.sparksInPlace).toEqual([[], [1, 2, 120], [], [3, 120]]);
    expect(asked).toHaveLength(1);
  });

  it('are asked for anew when they came too late, were refused, or the room was joined anew', async () => {
    const { asked, wall } = setUp(['t1']);
    wall.handlers.snapshot(large());
    await flush();
    wall.handlers.frame(wallFrame(11));
    await flush();
    expect(asked).toHaveLength(1);
    await asked[0]!.answer(answer(10, [1]));
    wall.handlers.frame(wallFrame(12));
    await flush();
    expect(asked).toHaveLength(2);
    await asked[1]!.answer({ ok: false, error: { code: 'unavailable', message: 'not now' } });
    wall.handlers.frame(wallFrame(13));
    await flush();
    expect(asked).toHaveLength(3);
    await asked[2]!.answer(answer(13, [5]));
    expect(wall.sparksInPlace[1]).toEqual([5]);
    wall.handlers.snapshot(large());
    await flush();
    expect(asked).toHaveLength(4);
  });

  it('are not asked for where none are drawn, or all came with the snapshot', async () => {
    const { ids, asked, wall } = setUp([]);
    wall.handlers.snapshot(large());
    await flush();
    wall.handlers.snapshot(joined(wallSnapshot({ tenants: tenants(4) })));
    ids.value = ['t0', 't1'];
    await flush();
    expect(asked).toHaveLength(0);
  });
});
