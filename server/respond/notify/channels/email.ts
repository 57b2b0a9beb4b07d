import { createHash } from 'node:crypto';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { messageOf } from '../../../base/errors.ts';
import { targetOf, type EmailChannelConfig } from '../../../base/config-notify.ts';
import { withoutAddresses } from '../addresses.ts';
import type { Message } from '../message.ts';
import type { Channel, Outcome } from './channel.ts';
import { restOf, type Fault, type MailRest } from './mail-rest.ts';

/** Mails of which some addresses are left; beyond this the oldest is sent to all of its addresses again. */
const MAX_RESTS = 1_000;

/** Mail through a relay. What the relay accepts and then loses cannot be seen: reminders take another channel as well. */
export function createEmail(config: EmailChannelConfig): Channel {
  const { host, port, tls, user, password, timeoutMs } = config;
  const transport = createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    ...{
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      dnsTimeout: timeoutMs,
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // Of this run only: after a restart the same mail goes to all of its addresses again.
  const rests = new Map<string, MailRest>();

  async function attempt(message: Message): Promise<Outcome> {
    const signal = AbortSignal.timeout(timeoutMs);
    const before = rests.get(message.id);
    const envelope = before && { envelope: { from: config.from, to: [...before.to] } };
    const settle = (faults: readonly Fault[]): Outcome => {
      const { outcome, ...rest } = restOf(config.to.length, before, faults);
      rests.set(message.id, rest);
      return outcome;
    };
    const mail: SendMailOptions & { readonly signal: AbortSignal } = {
      ...mailOf(message, config),
      ...envelope,
      signal,
    };
    try {
      return settle(faultsOf(await transport.sendMail(mail)));
    } catch (error) {
      if (signal.aborted)
        return { kind: 'retry', reason: `the relay did not take it within ${timeoutMs / 1_000} s` };
      const faults = faultsOf(error);
      return faults.length > 0 ? settle(faults) : outcomeOf(error);
    }
  }

  return {
    id: config.id,
    type: config.type,
    target: targetOf(config),
    async send(message) {
      const outcome = await attempt(message);
      if (outcome.kind !== 'retry') rests.delete(message.id);
      const [oldest] = rests.keys();
      if (rests.size > MAX_RESTS && oldest !== undefined) rests.delete(oldest);
      return outcome;
    },
  };
}

/**
 * The same message is the same mail: it keeps its Message-ID, and those of one group are one thread. It answers nobody and
 * nobody's machine should answer it (RFC 3834).
 */
export function mailOf(
  message: Message,
  { from, to }: Pick<EmailChannelConfig, 'from' | 'to'>,
): SendMailOptions {
  const { id, firstId, subject, body, atMs, isPage, priority } = message;
  const first = messageIdOf(firstId, from);
  const isUrgent = isPage && (priority === 'high' || priority === 'critical');
  return {
    from: { name: 'Mailvigil', address: from },
    to: [...to],
    subject,
    text: `${body}\n`,
    date: new Date(atMs),
    messageId: messageIdOf(id, from),
    ...(id === firstId ? {} : { inReplyTo: first, references: first }),
    ...(isUrgent ? { priority: 'high' as const } : {}),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  };
}

/** Ids are ours, and may hold what a Message-ID must not: their hash is one. */
export function messageIdOf(id: string, from: string): string {
  const local = createHash('sha256').update(id).digest('hex').slice(0, 32);
  return `<${local}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}

/** Of the addresses that the relay did not take, each by itself; it is said with a mail that was taken and with one that was not. */
function faultsOf(said: unknown): Fault[] {
  const errors = field(said, 'rejectedErrors');
  if (!Array.isArray(errors)) return [];
  return errors.map((error) => ({
    address: String(field(error, 'recipient')),
    code: codeOf(error),
    reason: lineOf(String(field(error, 'response') ?? messageOf(error))),
  }));
}

function codeOf(error: unknown): number {
  return Number(field(error, 'responseCode') ?? 0);
}

function field(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;
}

/** 5xx of the relay is its last word, 4xx and everything of the network passes (RFC 5321, 4.2.1). */
function outcomeOf(error: unknown): Outcome {
  const reason = lineOf(messageOf(error));
  return codeOf(error) >= 500 ? { kind: 'refused', reason } : { kind: 'retry', reason };
}

function lineOf(text: string): string {
  return withoutAddresses(text).replace(/\s+/g, ' ').slice(0, 300);
}
