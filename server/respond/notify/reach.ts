/** Reaching the other side of a channel, without telling it anything. Each step ends within its time. */
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { messageOf } from '../../base/errors.ts';

/** Addresses of a name; throws when there are none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** As everything on this machine resolves names. An address is itself. */
export const resolveHost: Resolve = async (host) => {
  const plain = host.replace(/^\[|\]$/g, '');
  if (isIP(plain) > 0) return [plain];
  return (await lookup(plain, { all: true })).map(({ address }) => address);
};

/** Ends with the promise or, when that takes longer, with an error that says what did. */
export async function within<T>(promise: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${timeoutMs / 1_000} s`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export interface Endpoint {
  /** One of the addresses of `host`, so that what was compared is what is asked. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly timeoutMs: number;
}

/** An open connection; with TLS the certificate has been checked against the name. */
export function openSocket({ address, host, port, isTls, timeoutMs }: Endpoint): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = isTls
      ? connectTls({ host: address, port, ...serverName(host) })
      : connectTcp({ host: address, port });
    // A check keeps nobody from ending.
    socket.unref();
    const fail = (reason: string): void => {
      socket.destroy();
      reject(new Error(reason));
    };
    const timer = setTimeout(() => fail(`no connection within ${timeoutMs / 1_000} s`), timeoutMs);
    socket.once('error', (error) => {
      clearTimeout(timer);
      fail(messageOf(error));
    });
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      socket.on('error', () => socket.destroy());
      resolve(socket);
    });
  });
}

/** Names only: SNI carries no addresses (RFC 6066), whose certificates are checked by the address itself. */
export function serverName(host: string): { servername?: string } {
  const plain = host.replace(/^\[|\]$/g, '');
  return isIP(plain) > 0 ? {} : { servername: plain };
}
