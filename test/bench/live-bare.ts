/** Worker: the yardstick. A Socket.IO server that does nothing but send everyone an object once a second. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import type { Frame } from '../../shared/protocol.ts';
import { serveParent } from './live-worker.ts';

export interface BareApi {
  /** Sends these frames by turns; resolves with the address. */
  start(frames: readonly Frame[]): Promise<string>;
  stop(): Promise<void>;
}

const EVERY_MS = 1_000;
/** Not when the real server has its own busy moment, just after the full second. */
const OFFSET_MS = 500;

let stopped: () => Promise<void> = () => Promise.resolve();

serveParent<BareApi>({ start, stop: () => stopped() });

async function start(frames: readonly Frame[]): Promise<string> {
  const http = createServer();
  const io = new Server(http, { transports: ['websocket'], serveClient: false, perMessageDeflate: false });
  let sent = 0;
  let timer: NodeJS.Timeout | undefined;
  setTimeout(() => (timer = setInterval(send, EVERY_MS)), EVERY_MS + OFFSET_MS - (Date.now() % EVERY_MS));
  stopped = () => {
    clearInterval(timer);
    return io.close();
  };
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;

  function send(): void {
    if (io.engine.clientsCount > 0)
      io.emit('room:frame', { ...frames[sent % frames.length], seq: (sent += 1) });
  }
}
