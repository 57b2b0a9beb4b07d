import { connect, type Socket } from 'node:net';

export interface Mail {
  readonly from: string;
  readonly to: string | readonly string[];
  readonly subject?: string;
  readonly body?: string;
  /** Further header lines, name → value. */
  readonly headers?: Readonly<Record<string, string>>;
  /** XCLIENT attributes: `ADDR`, `NAME`, `LOGIN` of the client this mail shall seem to come from. */
  readonly xclient?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly code: number;
  readonly text: string;
}

/** Hands mail to an SMTP server on loopback over one connection; the reply that ended each transaction, refusals too. */
export async function sendMails(port: number, mails: readonly Mail[]): Promise<Reply[]> {
  const socket = connect(port, '127.0.0.1');
  const next = replies(socket);
  const ask = (line: string): Promise<Reply> => {
    socket.write(`${line}\r\n`);
    return next();
  };
  try {
    await next();
    await ask('EHLO client.example');
    const ends: Reply[] = [];
    for (const mail of mails) ends.push(await transact(mail, ask));
    await ask('QUIT');
    return ends;
  } finally {
    socket.destroy();
  }
}

/** One mail; anything but acceptance is an error. */
export async function sendMail(port: number, mail: Mail): Promise<Reply> {
  const reply = (await sendMails(port, [mail]))[0]!;
  if (reply.code !== 250) throw new Error(`mail was not taken: ${reply.code} ${reply.text}`);
  return reply;
}

async function transact(mail: Mail, ask: (line: string) => Promise<Reply>): Promise<Reply> {
  if (mail.xclient) {
    const attributes = Object.entries(mail.xclient).map(([name, value]) => `${name}=${value}`);
    await ask(`XCLIENT ${attributes.join(' ')}`);
    await ask('EHLO client.example');
  }
  const from = await ask(`MAIL FROM:<${mail.from}>`);
  if (from.code >= 400) return from;
  const recipients = [mail.to].flat();
  for (const to of recipients) {
    const reply = await ask(`RCPT TO:<${to}>`);
    if (reply.code >= 400 && recipients.length === 1) {
      await ask('RSET');
      return reply;
    }
  }
  const data = await ask('DATA');
  return data.code === 354 ? ask(textOf(mail, recipients)) : data;
}

function textOf(mail: Mail, recipients: readonly string[]): string {
  const headers = {
    From: `<${mail.from}>`,
    To: recipients.join(', '),
    Subject: mail.subject ?? 'test',
    ...mail.headers,
  };
  const lines = [
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    mail.body ?? 'hello',
  ];
  const stuffed = lines.join('\n').replaceAll(/\r?\n/g, '\r\n').replaceAll(/^\./gm, '..');
  return `${stuffed}\r\n.`;
}

/** Reads whole replies; each call gives the next one. */
function replies(socket: Socket): () => Promise<Reply> {
  const ready: Reply[] = [];
  const waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];
  let pending = '';
  let failure: Error | undefined;
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    pending += chunk;
    for (let match; (match = /^(?:\d{3}-.*\r\n)*(\d{3}) (.*)\r\n/.exec(pending));) {
      pending = pending.slice(match[0].length);
      const reply = { code: Number(match[1]), text: match[2]! };
      const first = waiting.shift();
      if (first) first.resolve(reply);
      else ready.push(reply);
    }
  });
  const fail = (error: Error): void => {
    failure ??= error;
    for (const each of waiting.splice(0)) each.reject(failure);
  };
  socket.once('error', fail).once('close', () => fail(new Error('the server closed the connection')));
  return () =>
    new Promise((resolve, reject) => {
      const reply = ready.shift();
      if (reply) resolve(reply);
      else if (failure) reject(failure);
      else waiting.push({ resolve, reject });
    });
}
