import { createPinia, disposePinia } from 'pinia';
import { createApp } from 'vue';
import { fetchIdentity } from './api-screens.ts';
import App from './App.vue';
import { createBlank } from './blank.ts';
import { measureLetters } from './components/wall/letters.ts';
import { LIVE } from './composables/live.ts';
import { PAINT_BEAT } from './composables/usePaintBeat.ts';
import { createHealing } from './healing.ts';
import { createLocalClock } from './live/clock.ts';
import { createLiveClient } from './live/client.ts';
import { createIdentity } from './live/identity.ts';
import { createPace } from './live/pace.ts';
import { createSocketTransport } from './live/socket.ts';
import { createAppRouter } from './router.ts';
import { useIdentityStore } from './stores/identity.ts';
import { useLinkStore } from './stores/link.ts';

const pinia = createPinia();
const app = createApp(App).use(pinia).use(createAppRouter());
const link = useLinkStore();
const dateMs = () => Date.now();
const localMs = createLocalClock();
const pace = createPace();
const transport = createSocketTransport();
const healing = createHealing({
  pinia,
  localMs,
  isPolling: transport.isPolling,
  wake: () => live.wake(),
});

const live = createLiveClient({
  transport,
  localMs,
  dateMs,
  onLink: link.setFacts,
  onClock: link.hear,
  onTick: (atMs) => {
    if (pace(atMs, link.facts.heardAtMs)) link.tick(atMs);
    healing.tick();
  },
  // Another protocol: nothing of this page can be right any more, so that nothing is waited for.
  reload: (serverVersion) => void healing.reload(`version ${serverVersion}`),
  onServerBuild: healing.onServerBuild,
  onStanding: () => identity.check(),
});
app.provide(LIVE, live).provide(PAINT_BEAT, healing.painted);

const ASK_TIMEOUT_MS = 10_000;
const identity = createIdentity({
  ask: () => fetchIdentity(AbortSignal.timeout(ASK_TIMEOUT_MS)),
  localMs,
  onIdentity: useIdentityStore().set,
  onBlank: createBlank({
    element: '#app',
    clear: () => {
      healing.stop();
      live.stop();
      app.unmount();
      disposePinia(pinia);
    },
    again: () => location.assign('/pair'),
  }),
});
live.onAsked('identity', (asked) => identity.heard(asked.identity));
live.onAsked('blank', ({ reason }) => identity.blank(reason));
live.onAsked('reload', ({ reason }) => healing.asked(reason));

// After an update the server no longer has the parts of the page that this one was built with.
addEventListener('vite:preloadError', () => void healing.reload('another build'));

// A fresh screen shows a code and nothing else: it is not even connected.
if (location.pathname === '/pair') {
  void import('./pair.ts').then(({ mountPair }) => mountPair('#app'));
} else {
  healing.start();
  live.start();
  identity.start();
  measureLetters(document);
  app.mount('#app');
}
