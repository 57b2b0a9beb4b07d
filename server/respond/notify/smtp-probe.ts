/** Asks a relay whether it would take a message, and takes it back (RFC 5321): nothing is sent. */
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { EmailChannelConfig } from '../../base/config-notify.ts';
import { messageOf } from '../../base/errors.ts';
import { withoutAddresses } from './addresses.ts';
import { openSocket, serverName, within } from './reach.ts';

const MAX_REPLY_BYTES = 16_384;

/** Ends well when the relay takes sender and every receiver; throws with what it said otherwise. */
export async function probeRelay(
  config: EmailChannelConfig,
  address: string,
  timeoutMs: number,
): Promise<void> {
  const { host, port, tls } = config;
  const socket = await openSocket({ address, host, port, isTls: tls === 'implicit', timeoutMs });
  const dialog = { socket: socket as Socket };
  try {
    await within(converse(dialog, config), timeoutMs, 'the dialogue with the relay');
  } finally {
    dialog.socket.destroy();
  }
}

async function converse(dialog: { socket: Socket }, config: EmailChannelConfig): Promise<void> {
  let talk = createTalk(dialog.socket);
  await talk.expect(2);
  let features = await talk.say('EHLO mailvigil.invalid', 2);
  if (config.tls === 'starttls') {
    if (!/^\d{3}[ -]STARTTLS\b/im.test(features)) throw new Error('the relay does not offer STARTTLS');
    await talk.say('STARTTLS', 2);
    dialog.socket = await upgrade(dialog.socket, config.host);
    talk = createTalk(dialog.socket);
    features = await talk.say('EHLO mailvigil.invalid', 2);
  }
  if (config.user !== undefined) await logIn(talk, features, config.user, config.password ?? '');
  await talk.say(`MAIL FROM:<${config.from}>`, 2);
  for (const to of config.to) await talk.say(`RCPT TO:<${to}>`, 2);
  await talk.say('RSET', 2);
  dialog.socket.write('QUIT\r\n');
}

async function logIn(talk: Talk, features: string, user: string, password: string): Promise<void> {
  const offered = /^\d{3}[ -]AUTH[ =](.*)$/im.exec(features)?.[1]?.toUpperCase() ?? '';
  const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
  if (offered.includes('PLAIN')) {
    await talk.say(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`, 2);
  } else if (offered.includes('LOGIN')) {
    await talk.say('AUTH LOGIN', 3);
    await talk.say(base64(user), 3);
    await talk.say(base64(password), 2);
  } else if (offered === '') throw new Error('the relay offers no AUTH, but a user is configured');
  // Others are left to sending itself: without them the relay says here what it thinks of MAIL.
}

function upgrade(socket: Socket, host: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.removeAllListeners('data');
    const secure = connectTls({ socket, host, ...serverName(host) });
    secure.once('error', (error) => reject(new Error(messageOf(error))));
    secure.once('secureConnect', () => resolve(secure));
  });
}

interface Talk {
  /** The reply, when its code begins with this digit; throws with the reply otherwise. */
  expect(digit: number): Promise<string>;
  say(line: string, digit: number): Promise<string>;
}

function createTalk(socket: Socket): Talk {
  let text = '';
  let fault: string | undefined;
  let onChange: () => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    if (text.length > MAX_REPLY_BYTES) fault = 'the relay says too much';
    onChange();
  });
  const end = (): void => {
    fault ??= 'the relay closed the connection';
    onChange();
  };
  socket.on('close', end).on('error', end);

  const nextReply = (): Promise<string> =>
    new Promise((resolve, reject) => {
      onChange = () => {
        const reply = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\r?\n/.exec(text)?.[0];
        if (reply !== undefined) {
          text = text.slice(reply.length);
          resolve(reply);
        } else if (fault !== undefined) reject(new Error(fault));
      };
      onChange();
    });

  const expect = async (digit: number): Promise<string> => {
    const reply = await nextReply();
    if (reply.startsWith(String(digit))) return reply;
    throw new Error(`the relay said ${withoutAddresses(reply).trim().slice(0, 200)}`);
  };
  return {
    expect,
    say(line, digit) {
      socket.write(`${line}\r\n`);
      return expect(digit);
    },
  };
}
