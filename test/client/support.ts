import { mount, type VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia, type Pinia } from 'pinia';
import { effectScope, type Component } from 'vue';
import { createMemoryHistory, createRouter } from 'vue-router';
import type { RoomName } from '../../shared/protocol.ts';
import { LIVE } from '../../client/composables/live.ts';
import { createAsked } from '../../client/live/asked.ts';
import type { LiveClient } from '../../client/live/client.ts';

/** A live client that only takes notes. */
export function createFakeLive() {
  const notes: string[] = [];
  const asked = createAsked();
  const live: LiveClient = {
    start: () => undefined,
    stop: () => undefined,
    open: (room: RoomName) => {
      notes.push(`open ${room}`);
      return () => void notes.push(`close ${room}`);
    },
    sparks: (tenants) => {
      notes.push(`sparks ${tenants.join(' ')}`);
      return Promise.resolve({ ok: false, error: { code: 'unavailable', message: 'No sparks here.' } });
    },
    painted: (room, seq) => void notes.push(`painted ${room} ${seq}`),
    tell: (told) => void notes.push(`tell ${told.page} ${told.sound} ${told.widthPx}x${told.heightPx}`),
    onAsked: asked.on,
    setDemo: (request) => {
      notes.push(`demo ${request.scenario} ${request.speed}`);
      return Promise.resolve({ ok: false, error: { code: 'not-demo', message: 'This is not a demo.' } });
    },
    wake: () => undefined,
  };
  return { live, notes, ask: asked.feed };
}

/** A router with all paths and no pages. */
export function createTestRouter() {
  const page = { template: '<i />' };
  return createRouter({ history: createMemoryHistory(), routes: [{ path: '/:path(.*)', component: page }] });
}

/** Mounts a component as the app does. */
export function mountInApp<T extends Component>(
  component: T,
  props: Record<string, unknown> = {},
  pinia: Pinia = createPinia(),
): { wrapper: VueWrapper; notes: string[] } {
  const { live, notes } = createFakeLive();
  setActivePinia(pinia);
  const global = { plugins: [pinia, createTestRouter()], provide: { [LIVE as symbol]: live } };
  const wrapper = mount(component as Component, { props, global, attachTo: document.body });
  return { wrapper: wrapper as VueWrapper, notes };
}

/** Runs a composable inside of an app and a scope of its own. */
export function runInScope<T>(setup: () => T): { result: T; stop: () => void; notes: string[] } {
  const scope = effectScope(true);
  let result: T | undefined;
  const { notes } = mountInApp({
    setup: () => {
      result = scope.run(setup);
      return () => null;
    },
  });
  return { result: result as T, stop: () => scope.stop(), notes };
}

/** All elements are as large as this; happy-dom lays nothing out. */
export function stubElementSize(width: number, height: number): { observed: () => number } {
  let observed = 0;
  class Observer {
    readonly #tell: ResizeObserverCallback;
    constructor(tell: ResizeObserverCallback) {
      this.#tell = tell;
    }
    observe(): void {
      observed += 1;
      this.#tell(
        [{ contentRect: { width, height } } as ResizeObserverEntry],
        this as unknown as ResizeObserver,
      );
    }
    unobserve(): void {
      observed -= 1;
    }
    disconnect(): void {
      observed = 0;
    }
  }
  globalThis.ResizeObserver = Observer as unknown as typeof ResizeObserver;
  return { observed: () => observed };
}
