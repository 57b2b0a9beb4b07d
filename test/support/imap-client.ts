import { connect } from 'node:net';

export interface ImapLogin {
  readonly user: string;
  readonly password: string;
  /** Client address that Dovecot shall believe (it trusts loopback to say so). */
  readonly ip?: string;
}

/** Logs in and out again; whether the server let it in. */
export function imapLogin(port: number, { user, password, ip = '192.0.2.10' }: ImapLogin): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const steps: readonly (readonly [prompt: RegExp, line: string])[] = [
      [/^\* OK /m, `i ID ("x-originating-ip" "${ip}")`],
      [/^i OK /m, `a LOGIN "${user}" "${password}"`],
      [/^a (?:OK|NO) /m, 'z LOGOUT'],
    ];
    let text = '';
    let step = 0;
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (let next; (next = steps[step]) && next[0].test(text); step += 1) socket.write(`${next[1]}\r\n`);
    });
    socket.once('error', reject).once('close', () => resolve(/^a OK /m.test(text)));
  });
}
