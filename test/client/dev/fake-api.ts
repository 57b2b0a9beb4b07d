/** `/api/v1` of the past over made-up data. A mood makes answers masked, short, empty, failing or never coming. */
import type { ServerResponse } from 'node:http';
import { messagesPage, pastSeries, pastWall, storageAt, traceAt, type FakeMood } from './fake-history.ts';
import type { Scene } from './fake-platform.ts';

export interface FakeApi {
  readonly scene: Scene;
  readonly mood: FakeMood;
  readonly nowMs: number;
  readonly bootMs: number;
}

const momentIn = (params: URLSearchParams, name: string) => {
  const text = params.get(name) ?? '';
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text);
};

/** Undefined: this path is not of the past. */
function answerOf(url: URL, { scene, mood, nowMs, bootMs }: FakeApi): unknown {
  const params = url.searchParams;
  const trace = /^\/api\/v1\/messages\/[^/]+\/([^/]+)$/.exec(url.pathname);
  if (trace) return traceAt(trace[1] ?? '', mood, nowMs);
  switch (url.pathname) {
    case '/api/v1/wall':
      return pastWall(scene, momentIn(params, 'at'), bootMs);
    case '/api/v1/platform/series':
      return pastSeries(momentIn(params, 'from'), momentIn(params, 'to'), Number(params.get('points')));
    case '/api/v1/storage':
      return storageAt(nowMs, mood);
    case '/api/v1/messages':
      return messagesPage(params, mood, nowMs);
    default:
      return undefined;
  }
}

/** Answers if the question is about the past; says whether it was. */
export function answerPast(url: URL, api: FakeApi, response: ServerResponse): boolean {
  const body = answerOf(url, api);
  if (body === undefined) return false;
  if (api.mood === 'never') return true;
  const isFault = api.mood === 'error';
  const error = {
    code: 'unavailable',
    message: 'The store cannot be read: database disk image is malformed.',
  };
  response.writeHead(isFault ? 503 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(isFault ? { error } : body));
  return true;
}
