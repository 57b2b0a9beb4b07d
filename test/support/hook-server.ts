import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HookCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
export interface HookServer {
  readonly port: number;
  readonly url: string;
  /** What it answered well to, in this order. */
  readonly accepted: readonly HookCall[];
  readonly calls: readonly HookCall[];
  /** How it answers from now on; default: 200. */
  answer(how: (response: ServerResponse, call: HookCall) => void): void;
  stop(): Promise<void>;
}

/** A webhook on loopback that keeps what it gets. */
export async function startHookServer(port = 0): Promise<HookServer> {
  const accepted: HookCall[] = [];
  const calls: HookCall[] = [];
  let how: (response: ServerResponse, call: HookCall) => void = (response) => response.end('ok');
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = {
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      calls.push(call);
      response.once('finish', () => {
        if (response.statusCode < 300) accepted.push(call);
      });
      how(response, call);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: `http://127.0.0.1:${bound}/hook`,
    accepted,
    calls,
    answer: (next) => (how = next),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
