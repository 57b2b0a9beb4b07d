import type { Request, Response, Router } from 'express';
import express from 'express';
import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { type Permission, type Principal, type Scope, authorise } from '../base/permissions.ts';
import type { Telemetry } from '../base/telemetry.ts';
import { type Caller, callerOf } from './caller.ts';
import { describeIssues } from './issues.ts';
import type { Awaitable, PrincipalOf } from './port.ts';

/** What a handler is given: everything parsed, the caller authorised. */
export interface Call<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly principal: Principal;
  readonly caller: Caller;
}

export interface Reply {
  readonly status: number;
  /** Sent as JSON unless `contentType` says that it is a text. */
  readonly body: unknown;
  readonly contentType?: string;
  /** To be saved under this name rather than shown. */
  readonly fileName?: string;
  /** A whole `Set-Cookie`. */
  readonly cookie?: string;
}

/** One route: what it takes, what it needs, what it answers. The description in OpenAPI is made from the same fields. */
export interface Route<P, Q, B> {
  readonly method: 'get' | 'post' | 'put';
  /** As Express writes it: `/api/v1/tenants/:id/series`. */
  readonly path: string;
  readonly summary: string;
  readonly permission: Permission;
  readonly scope: (params: P) => Scope;
  readonly params: z.ZodType<P>;
  readonly query: z.ZodType<Q>;
  /** Null: takes no body, and none is read. */
  readonly body: z.ZodType<B> | null;
  /** Types of a body that is no JSON: it is handed over as bytes. */
  readonly bodyTypes?: readonly string[];
  readonly answer: z.ZodType;
  /** Of the answer, when it is not JSON. */
  readonly answerType?: string;
  readonly handle: (call: Call<P, Q, B>) => Awaitable<Reply>;
}

type Described =
  | ('method' | 'path' | 'summary' | 'permission')
  | ('params' | 'query' | 'body' | 'bodyTypes' | 'answer' | 'answerType');
/** A route whose types have done their work: its description, and the function that answers. */
export interface BoundRoute extends Readonly<Pick<Route<unknown, unknown, unknown>, Described>> {
  respond(request: Request, response: Response, principal: Principal): Promise<Reply>;
}

/** Binds the order of things for every route: path, permission, query, and only then the body is read. */
export function defineRoute<P, Q, B>(route: Route<P, Q, B>): BoundRoute {
  return {
    ...route,
    async respond(request, response, principal) {
      const params = parse(route.params, request.params, 'path');
      const decision = authorise(principal, route.permission, route.scope(params));
      if (!decision.allowed) throw new AppError('forbidden', `needs ${route.permission}: ${decision.reason}`);
      const query = parse(route.query, request.query, 'query');
      const read = () =>
        route.bodyTypes ? readBytes(request, response, route.bodyTypes) : readJson(request, response);
      const body = (route.body && parse(route.body, await read(), 'body')) as B;
      return route.handle({ params, query, body, principal, caller: callerOf(request) });
    },
  };
}

/** Registers the routes; what they throw goes to the application's error handler. */
export function mountRoutes(
  router: Router,
  routes: readonly BoundRoute[],
  { principalOf, telemetry }: { readonly principalOf: PrincipalOf; readonly telemetry: Telemetry },
): void {
  for (const route of routes) {
    router[route.method](route.path, async (request, response) => {
      response.on('finish', () => telemetry.requestAnswered(route.path, response.statusCode));
      const principal = principalOf(request);
      const reply = await route.respond(request, response, principal);
      const { status, body, contentType, fileName, cookie } = reply;
      // A display that was revoked while it waited for the answer does not get it.
      if (principal.displayId !== undefined && cookie === undefined)
        assertStill(principal, principalOf(request));
      response.status(status).set('Cache-Control', 'no-store');
      if (cookie !== undefined) response.append('Set-Cookie', cookie);
      if (fileName !== undefined) response.attachment(fileName);
      if (contentType === undefined) response.json(body);
      else response.set('Content-Type', contentType).send(body);
    });
  }
}

function assertStill({ displayId }: Principal, now: Principal): void {
  if (now.displayId !== displayId) throw new AppError('forbidden', 'this display has been revoked');
}

/** For routes that take nothing; a query they do not know of does not disturb them. */
export const noInput = { params: z.object({}), query: z.object({}), body: null } as const;

/** The usual answer. */
export function ok(body: unknown): Reply {
  return { status: 200, body };
}

/** A table to be saved. */
export function csv(body: string, fileName: string): Reply {
  return { status: 200, body, contentType: 'text/csv; charset=utf-8', fileName };
}

function parse<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError('bad-request', `${where}: not understood`, describeIssues(parsed.error));
}

/** rspamd's exporter says text/plain unless it is told otherwise. */
const JSON_TYPES = ['application/json', 'text/plain'];
const parseJson = express.json({ type: JSON_TYPES, limit: '1mb', strict: false });

async function readBytes(request: Request, response: Response, types: readonly string[]): Promise<unknown> {
  const allowed = [...types];
  if (!request.is(allowed)) throw new AppError('unsupported', `send ${types.join(' or ')}`);
  const parseBytes = express.raw({ type: allowed, limit: '1mb' });
  await new Promise<void>((resolve, reject) => {
    parseBytes(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  });
  return request.body;
}

async function readJson(request: Request, response: Response): Promise<unknown> {
  if (!request.is(JSON_TYPES)) throw new AppError('unsupported', `send ${JSON_TYPES.join(' or ')}`);
  await new Promise<void>((resolve, reject) => {
    parseJson(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  });
  return request.body;
}
