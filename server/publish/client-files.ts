import { join } from 'node:path';
import { Router, static as serveStatic } from 'express';
import type { Response } from 'express';
import { messageOf } from '../base/errors.ts';

/** Paths that the client's router knows; any other path is not there. */
const PAGES = [
  '/',
  '/tenant/*rest',
  '/desk',
  '/foresight',
  '/alarms',
  '/alarms/*rest',
  '/rules',
  '/messages',
  '/messages/*rest',
  '/sources',
  '/screens',
  '/pair',
];

const NOT_BUILT = `<!doctype html><html lang="en"><title>Mailvigil</title>
<p>The client is not built. Run <code>npm run build</code> and load this page again.</p></html>
`;

/** The built client: hashed assets are kept for ever, the page that names them is asked for each time. */
export function clientFiles(distDir: string): Router {
  const router = Router();
  router.use(
    '/assets',
    serveStatic(join(distDir, 'assets'), { immutable: true, maxAge: '1y', index: false }),
  );
  router.get(PAGES, (_request, response) => sendPage(response, distDir));
  router.use(serveStatic(distDir, { index: false, cacheControl: false }));
  return router;
}

function sendPage(response: Response, distDir: string): void {
  response.set('Cache-Control', 'no-cache');
  response.sendFile('index.html', { root: distDir, cacheControl: false }, (error?: Error) => {
    if (!error || response.headersSent) return;
    const isMissing = 'code' in error && error.code === 'ENOENT';
    response
      .status(isMissing ? 503 : 500)
      .type('html')
      .send(isMissing ? NOT_BUILT : messageOf(error));
  });
}
