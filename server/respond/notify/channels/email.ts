import { createHash } from 'node:crypto';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { messageOf } from '../../../base/errors.ts';
import { targetOf, type EmailChannelConfig } from '../../../base/config-notify.ts';
import type { Message } from '../message.ts';
import { OK, type Channel, type Outcome } from './channel.ts';

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
  return {
    id: config.id,
    type: config.type,
    target: targetOf(config),
    async send(message) {
      const signal = AbortSignal.timeout(timeoutMs);
      const mail: SendMailOptions & { readonly signal: AbortSignal } = { ...mailOf(message, config), signal };
      try {
        const { accepted } = await transport.sendMail(mail);
        return accepted.length > 0 ? OK : { kind: 'refused', reason: 'the relay refused every address' };
      } catch (error) {
        return signal.aborted
          ? { kind: 'retry', reason: `the relay did not take it within ${timeoutMs / 1_000} s` }
          : outcomeOf(error);
      }
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

/** 5xx of the relay is its last word, 4xx and everything of the network passes (RFC 5321, 4.2.1). */
function outcomeOf(error: unknown): Outcome {
  const code =
    typeof error === 'object' && error !== null && 'responseCode' in error ? Number(error.responseCode) : 0;
  const reason = withoutAddresses(messageOf(error));
  return code >= 500 ? { kind: 'refused', reason } : { kind: 'retry', reason };
}

/** Relays like to say the address back. */
function withoutAddresses(text: string): string {
  return text
    .replace(/<?[^\s<>]+@[^\s<>]+>?/g, '[address]')
    .replace(/\s+/g, ' ')
    .slice(0, 300);
}
