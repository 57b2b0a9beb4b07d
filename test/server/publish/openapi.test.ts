import { describe, expect, it } from 'vitest';
import type { Request, Response } from 'express';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { unavailableIdentity } from '../../../server/base/identity/unavailable.ts';
import { silentLog } from '../../../server/base/log.ts';
import { localOperator } from '../../../server/base/permissions.ts';
import { createTelemetry } from '../../../server/base/telemetry.ts';
import { createHttpApp } from '../../../server/publish/http.ts';
import { type OpenApi, describeApi, openApiPath } from '../../../server/publish/openapi.ts';
import { allRoutes } from '../../../server/publish/routes/all-routes.ts';
import { createScreensPort } from '../../../server/publish/screens-port.ts';
import { createFakePlatform } from '../../live/support/fake-platform.ts';
import { type Route, defineRoute, noInput, ok } from '../../../server/publish/route.ts';

const route: Route<{ id: string }, { points: number }, unknown> = {
  ...noInput,
  method: 'get',
  path: '/api/v1/things/:id',
  summary: 'A thing.',
  permission: 'tenant:view',
  scope: ({ id }) => ({ tenantId: id }),
  params: z.object({ id: z.string() }),
  query: z.object({ points: z.coerce.number().int().default(5) }),
  answer: z.object({ value: z.number().nullable() }),
  handle: () => ok({ value: 1 }),
};

describe('a described route', () => {
  it('says what it takes, needs and answers', () => {
    const { paths } = describeApi('1.2.3', [defineRoute(route)]);
    expect(paths['/api/v1/things/{id}']).toMatchObject({
      get: {
        summary: 'A thing.',
        'x-permission': 'tenant:view',
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
          { name: 'points', in: 'query', required: false, schema: { default: 5 } },
        ],
        responses: {
          200: { content: { 'application/json': { schema: { required: ['value'] } } } },
          default: { content: { 'application/json': { schema: { required: ['error'] } } } },
        },
      },
    });
  });

  it('shares its path with one of another method', () => {
    const other = defineRoute({ ...route, method: 'post', body: z.object({ on: z.boolean() }) });
    const { paths } = describeApi('1.2.3', [defineRoute(route), other]);
    expect(paths['/api/v1/things/{id}']).toMatchObject({
      get: {},
      post: { requestBody: { required: true } },
    });
  });

  it('LIV-6: does not compile without the permission it needs', () => {
    // @ts-expect-error a route says what it needs
    const careless: typeof route = { ...route, permission: undefined };
    // @ts-expect-error and it says where that is needed
    const boundless: typeof route = { ...route, scope: undefined };
    expect([careless, boundless].map(defineRoute)).toHaveLength(2);
  });
});

describe('the application', () => {
  it('LIV-7: has no route for programs of others that its description does not name', async () => {
    const platform = createFakePlatform(1);
    const scrape = () => Promise.resolve({ body: '', contentType: 'text/plain' });
    const screens = createScreensPort({
      identity: () => unavailableIdentity('not here'),
      hub: () => ({ connected: () => [], screens: () => [], ask: () => false }),
      live: platform,
      listening: () => '',
    });
    const routes = allRoutes({ ...platform, ingest: {}, scrape, screens });
    const telemetry = createTelemetry(silentLog, new Registry());
    const app = createHttpApp({
      ...{ routes, telemetry, distDir: '/nonexistent' },
      ...{ principalOf: () => localOperator, guard: () => undefined },
    });
    const stack = app.router.stack as { readonly route?: { readonly path: string } }[];
    const registered = stack.flatMap(({ route }) => (route ? [route.path] : []));
    const request = { params: {}, query: {}, headers: {}, socket: {} } as unknown as Request;
    const { body } = await routes
      .find(({ path }) => path === '/api/v1/openapi.json')!
      .respond(request, {} as unknown as Response, localOperator);
    expect(registered).toEqual(
      expect.arrayContaining(['/healthz', '/api/v1/openapi.json', '/ingest/v1/rspamd']),
    );
    const forPrograms = new Set(registered.filter((path) => /^\/(api|ingest)\/v1\//.test(path)));
    expect(Object.keys((body as OpenApi).paths).sort()).toEqual([...forPrograms].map(openApiPath).sort());
  });
});
