import { createServer, type Server, type Socket } from 'node:net';
import { freePort } from './free-port.ts';

/** How a destination treats mail: takes it, takes it late, refuses it for now or for good, at RCPT or after the text. */
export interface SinkBehaviour {
  /** How long the reply after the text takes. */
  readonly dataDelayMs?: number;
  /** Reply to RCPT in place of `250`. */
  readonly rcptReply?: string;
  /** Reply after the text in place of `250`. */
  readonly dataReply?: string;
}

export const FAST: SinkBehaviour = {};
export const SLOW: SinkBehaviour = { dataDelayMs: 3_000 };
export const TEMPFAIL: SinkBehaviour = { rcptReply: '451 4.3.0 mailbox busy, try again later' };
export const HARDFAIL: SinkBehaviour = { rcptReply: '550 5.1.1 no such user here' };

export interface SinkMessage {
  /** When it was taken, epoch ms. */
  readonly atMs: number;
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

export interface SmtpSink {
  readonly port: number;
  /** What was taken, in order. */
  readonly messages: readonly SinkMessage[];
  setBehaviour(behaviour: SinkBehaviour): void;
  /** Listens on its port, the same one after a stop. */
  start(): Promise<void>;
  /** Closes the port and every connection: from now on connections are refused. */
  stop(): Promise<void>;
}

/** An SMTP destination on loopback. Until `start()` its port refuses connections. */
export async function createSmtpSink(initial: SinkBehaviour = FAST): Promise<SmtpSink> {
  const port = await freePort();
  const messages: SinkMessage[] = [];
  const sockets = new Set<Socket>();
  let behaviour = initial;
  let server: Server | undefined;

  const start = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server = createServer((socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        serve(socket, { behaviour: () => behaviour, taken: (message) => messages.push(message) });
      });
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  const stop = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    if (!closing) return;
    const closed = new Promise((resolve) => closing.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { port, messages, setBehaviour: (next) => (behaviour = next), start, stop };
}

interface Session {
  readonly behaviour: () => SinkBehaviour;
  readonly taken: (message: SinkMessage) => void;
}

/** One SMTP conversation, no pipelining offered: a command comes after the reply to the one before. */
function serve(socket: Socket, { behaviour, taken }: Session): void {
  let pending = '';
  let from = '';
  let to: string[] = [];
  let isText = false;
  const reply = (line: string): void => void (socket.writable && socket.write(`${line}\r\n`));

  const command = (line: string): void => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'MAIL') [from, to] = [addressOf(line), []];
    if (verb === 'RCPT') return rcpt(addressOf(line));
    if (verb === 'DATA') isText = true;
    if (verb === 'QUIT') return void socket.end('221 2.0.0 bye\r\n');
    reply(isText ? '354 go on' : '250 2.0.0 ok');
  };
  const rcpt = (address: string): void => {
    const { rcptReply } = behaviour();
    if (rcptReply === undefined) to.push(address);
    reply(rcptReply ?? '250 2.1.5 ok');
  };
  const text = (body: string): void => {
    const { dataDelayMs = 0, dataReply } = behaviour();
    const envelope = { from, to, text: body };
    setTimeout(() => {
      if (socket.destroyed) return;
      if (dataReply === undefined) taken({ ...envelope, atMs: Date.now() });
      reply(dataReply ?? '250 2.0.0 ok: taken');
    }, dataDelayMs);
  };
  const END = '\r\n.\r\n';
  const read = (chunk: string): void => {
    pending += chunk;
    for (;;) {
      const mark = isText ? END : '\r\n';
      const at = pending.indexOf(mark);
      if (at < 0) return;
      const part = pending.slice(0, at);
      pending = pending.slice(at + mark.length);
      if (!isText) command(part);
      else {
        isText = false;
        text(part);
      }
    }
  };
  socket
    .setEncoding('utf8')
    .on('data', read)
    .on('error', () => socket.destroy());
  reply('220 sink.example ESMTP');
}

function addressOf(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? '';
}
