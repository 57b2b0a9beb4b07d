import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { LIVE } from './composables/live.ts';
import { createLocalClock } from './live/clock.ts';
import { createLiveClient } from './live/client.ts';
import { createReloader } from './live/reload.ts';
import { createSocketTransport } from './live/socket.ts';
import { createAppRouter } from './router.ts';
import { useLinkStore } from './stores/link.ts';

const app = createApp(App).use(createPinia()).use(createAppRouter());
const link = useLinkStore();
const dateMs = () => Date.now();
const reload = createReloader(sessionStorage, dateMs, () => location.reload());

const live = createLiveClient({
  transport: createSocketTransport(),
  localMs: createLocalClock(),
  dateMs,
  onLink: link.setFacts,
  onClock: link.hear,
  onTick: link.tick,
  reload,
});
app.provide(LIVE, live);

function onNetwork(): void {
  link.setOnline(navigator.onLine);
  live.wake();
}
onNetwork();
addEventListener('online', onNetwork);
addEventListener('offline', onNetwork);
document.addEventListener('visibilitychange', () => live.wake());
// After an update the server no longer has the parts of the page that this one was built with.
addEventListener('vite:preloadError', () => reload('another build'));

live.start();
app.mount('#app');
