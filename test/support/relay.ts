import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface Relay {
  readonly port: number;
  /** Messages as they came, headers and text. */
  readonly mails: readonly string[];
  /** Commands of receivers that were asked for. */
  readonly asked: readonly string[];
  /** Refuses each message with this code from now on; null: takes them. */
  refuse(code: number | null): void;
  stop(): Promise<void>;
}

/** An SMTP relay on loopback that keeps what it accepts. */
export async function startRelay(port = 0, options: SMTPServerOptions = {}): Promise<Relay> {
  const mails: string[] = [];
  const asked: string[] = [];
  let refusal: number | null = null;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    ...options,
    onRcptTo(address, _session, done) {
      asked.push(address.address);
      done(
        refusal === null
          ? null
          : Object.assign(new Error(`not now <${address.address}>`), { responseCode: refusal }),
      );
    },
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString('utf8'));
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    asked,
    refuse: (code) => (refusal = code),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
