import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { AcceptedAnswer } from '../answers.ts';
import type { IngestPort } from '../port.ts';
import { type BoundRoute, defineRoute, noInput, ok } from '../route.ts';

/** What others push to us. */
export function ingestRoutes(ingest: IngestPort): readonly BoundRoute[] {
  return [rspamdRoute(ingest)];
}

/**
 * rspamd's metadata_exporter with the JSON formatter. A report that is not understood is answered 200 as well: the source
 * has counted it, and an error would only fill rspamd's log. (With `defer = true` it would even turn the mail away.)
 */
function rspamdRoute(ingest: IngestPort): BoundRoute {
  return defineRoute({
    ...noInput,
    method: 'post',
    path: '/ingest/v1/rspamd',
    summary: "One scan, as rspamd's metadata_exporter posts it.",
    permission: 'ingest:push',
    scope: () => 'platform',
    body: z.record(z.string(), z.unknown()),
    answer: AcceptedAnswer,
    handle({ body }) {
      if (!ingest.acceptRspamd)
        throw new AppError('unavailable', 'no source of type rspamd-push is configured');
      return ok({ accepted: ingest.acceptRspamd(body) });
    },
  });
}
