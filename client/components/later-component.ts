import { defineAsyncComponent, type Component } from 'vue';

const AGAIN_MS = 5_000;

/** A component that comes when it is first needed. While the server is away it is asked for again: that is no fault of the page. */
export function laterComponent<T extends Component>(load: () => Promise<{ default: T }>): T {
  return defineAsyncComponent({
    loader: async () => (await load()).default,
    onError: (_error, retry) => void setTimeout(retry, AGAIN_MS),
  }) as unknown as T;
}
