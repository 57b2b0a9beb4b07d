import { z } from 'zod';
import type { Scope } from '../../base/permissions.ts';
import { HealthAnswer } from '../answers.ts';
import { type OpenApi, describeApi } from '../openapi.ts';
import type { Health, HealthPort } from '../port.ts';
import { type BoundRoute, type Reply, defineRoute, noInput, ok } from '../route.ts';

/** The metrics of this moment, as Prometheus reads them. */
export type Scrape = () => Promise<{ readonly body: string; readonly contentType: string }>;

/** For those who watch this process. */
export function systemRoutes(health: HealthPort, scrape: Scrape): readonly BoundRoute[] {
  const probe = {
    ...noInput,
    method: 'get' as const,
    permission: 'health:read' as const,
    scope: (): Scope => 'own',
    answer: HealthAnswer,
  };
  return [
    defineRoute({
      ...probe,
      path: '/healthz',
      summary: 'Whether this process does its work; 503 means restart it.',
      handle: () => answerHealth(health.health()),
    }),
    defineRoute({
      ...probe,
      path: '/readyz',
      summary: 'Whether this process can be asked; 503 with the reasons.',
      handle: () => answerHealth(health.ready()),
    }),
    defineRoute({
      ...noInput,
      method: 'get',
      path: '/metrics',
      summary: 'Prometheus text.',
      permission: 'metrics:read',
      scope: () => 'platform',
      answer: z.string(),
      handle: async () => ({ status: 200, ...(await scrape()) }),
    }),
  ];
}

/** The description of the given routes, itself one of them. */
export function openApiRoute(version: string, others: readonly BoundRoute[]): BoundRoute {
  const route: BoundRoute = defineRoute({
    ...noInput,
    method: 'get',
    path: '/api/v1/openapi.json',
    summary: 'This description.',
    permission: 'api:describe',
    scope: () => 'own',
    answer: z.record(z.string(), z.unknown()),
    handle: () => ok(describe()),
  });
  const describe = (): OpenApi => describeApi(version, [route, ...others]);
  return route;
}

function answerHealth(health: Health): Reply {
  return { status: health.ok ? 200 : 503, body: health };
}
