import { createApp } from 'vue';
import { createLocalClock } from './live/clock.ts';
import PairView from './views/screens/PairView.vue';

/** Shows what a fresh screen opens: a code, and nothing of anybody's mail. */
export function mountPair(element: string): void {
  const props = { localMs: createLocalClock(), leave: () => location.replace('/') };
  createApp(PairView, props).mount(element);
}
