import type { Component } from 'vue';

/** After a failure it is tried again until it is there: without it the wall cannot go to the trouble. */
const AGAIN_MS = 5_000;

/** Fetches the panel of a pin and hands it over; returns how to stop trying. */
export function loadPanel(
  use: (panel: Component) => void,
  load: () => Promise<{ readonly default: Component }> = () => import('./PinPanel.vue'),
): () => void {
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  async function attempt(): Promise<void> {
    try {
      const { default: panel } = await load();
      if (!isStopped) use(panel);
    } catch {
      // The server is away, or has another build: the link's banner says the one, the page's reload mends the other.
      if (!isStopped) timer = setTimeout(() => void attempt(), AGAIN_MS);
    }
  }
  void attempt();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
