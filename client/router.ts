import { createRouter, createWebHistory, START_LOCATION, type Router } from 'vue-router';
import WallView from './views/wall/WallView.vue';

/** The pages; the wall comes with the first load, the others when they are opened. */
export function createAppRouter(): Router {
  return createRouter({
    history: createWebHistory(),
    routes: [
      { path: '/', component: WallView },
      { path: '/tenant/:id', component: () => import('./views/tenant/TenantView.vue'), props: true },
      { path: '/messages', component: () => import('./views/messages/MessagesView.vue') },
      {
        path: '/messages/:host/:queueId',
        component: () => import('./views/messages/TraceView.vue'),
        props: true,
      },
      { path: '/sources', component: () => import('./views/sources/SourcesView.vue') },
      {
        path: '/alarms/:id?',
        component: () => import('./views/alarms/AlarmsView.vue'),
        props: true,
      },
      { path: '/desk', component: () => import('./views/desk/DeskView.vue') },
      { path: '/foresight', component: () => import('./views/foresight/ForesightView.vue') },
      { path: '/screens', component: () => import('./views/screens/ScreensView.vue') },
      {
        // A page of its own, without a connection: see main.ts.
        path: '/pair',
        component: { render: () => null },
        beforeEnter: (to, from) => {
          if (from !== START_LOCATION) location.assign(to.fullPath);
          return from === START_LOCATION;
        },
      },
      { path: '/rules', component: () => import('./views/rules/RulesView.vue') },
      { path: '/:path(.*)', redirect: '/' },
    ],
  });
}
