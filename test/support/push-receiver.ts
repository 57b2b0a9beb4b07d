import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PushReceiver {
  readonly url: string;
  /** Bodies of the requests so far, as parsed JSON. */
  readonly bodies: readonly Record<string, unknown>[];
  stop(): Promise<void>;
}

/** An HTTP server that takes what a daemon pushes. */
export async function startPushReceiver(): Promise<PushReceiver> {
  const bodies: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      bodies.push(JSON.parse(text) as Record<string, unknown>);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, bodies, stop };
}
