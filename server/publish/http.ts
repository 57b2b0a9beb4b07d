import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import express, { type Express, type ErrorRequestHandler, type RequestHandler } from 'express';
import type { ErrorCode } from '../../shared/protocol.ts';
import { START_GUARD } from '../../shared/start-guard.ts';
import { AppError, toFailure } from '../base/errors.ts';
import type { Telemetry } from '../base/telemetry.ts';
import { clientFiles } from './client-files.ts';
import type { PrincipalOf } from './port.ts';
import type { Refusal } from './request-guard.ts';
import { type BoundRoute, mountRoutes } from './route.ts';

/** Why a request with these headers is not served, if so. */
export type Guard = (headers: IncomingHttpHeaders) => Refusal | undefined;

export interface HttpDeps {
  readonly routes: readonly BoundRoute[];
  readonly distDir: string;
  readonly principalOf: PrincipalOf;
  readonly telemetry: Telemetry;
  readonly guard: Guard;
}

const STATUS: Readonly<Record<ErrorCode, number>> = {
  'bad-request': 400,
  forbidden: 403,
  'not-found': 404,
  'not-demo': 409,
  'too-large': 413,
  unsupported: 415,
  internal: 500,
  unavailable: 503,
};

/** The client draws with scripts and styles of its own only; `ws:` because older browsers do not count it as self. */
const POLICY = [
  "default-src 'self'",
  // The page's own few lines that ask for its code again.
  `script-src 'self' 'sha256-${createHash('sha256').update(START_GUARD).digest('base64')}'`,
  "connect-src 'self' ws: wss:",
  "img-src 'self' data:",
  // The second watchdog of a screen.
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ');

/** The application: guard, headers, routes, client, and one place where errors become answers. */
export function createHttpApp(deps: HttpDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(secureHeaders, refuseForeign(deps.guard));
  mountRoutes(app, deps.routes, deps);
  app.use(['/api', '/ingest'], notFound);
  app.use(clientFiles(deps.distDir));
  app.use(noPage, notFound);
  app.use(answerError(deps.telemetry));
  return app;
}

const secureHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy': POLICY,
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  });
  next();
};

function refuseForeign(guard: Guard): RequestHandler {
  return ({ headers }, _response, next) => {
    const refusal = guard(headers);
    next(refusal && new AppError('forbidden', `${refusal}: this server answers to its own address only`));
  };
}

/** For people: an address that was mistyped, or of another version. */
const noPage: RequestHandler = (request, response, next) => {
  if (request.method !== 'GET' || request.accepts(['json', 'html']) !== 'html') return next();
  const page = '<!doctype html><html lang="en"><title>Mailvigil: no such page</title>';
  response
    .status(404)
    .set('Cache-Control', 'no-store')
    .type('html')
    .send(`${page}<p>There is no page at this address. <a href="/">To the wall</a></p></html>`);
};

const notFound: RequestHandler = ({ method, path }, _response, next) => {
  next(new AppError('not-found', `there is no ${method} ${path}`));
};

function answerError(telemetry: Telemetry): ErrorRequestHandler {
  return (thrown: unknown, request, response, next) => {
    if (response.headersSent) return next(thrown);
    const error = toAppError(thrown);
    const id =
      error instanceof AppError
        ? ''
        : telemetry.handlerFailed(`${request.method} ${request.route?.path}`, error);
    const failure = toFailure(error, id);
    response.status(STATUS[failure.code]).set('Cache-Control', 'no-store').json({ error: failure });
  };
}

/** Express and its body parser throw errors with a status; below 500 it is the caller's fault and may be told. */
function toAppError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof AppError || !('status' in thrown)) return thrown;
  const { status, message } = thrown;
  if (status === 413) return new AppError('too-large', message);
  if (status === 415) return new AppError('unsupported', message);
  if (status === 404) return new AppError('not-found', message);
  return Number(status) < 500 ? new AppError('bad-request', message) : thrown;
}
