import { savedText } from './dovecot-lines.ts';
import type { Delivery, Job, Result, Route } from './lane.ts';
import type { Recipient } from './message.ts';
import { relayOf } from './remotes.ts';
import type { Remote } from './remotes.ts';
import type { Host, World } from './world.ts';

/** Until a connection attempt is given up (`smtp_connect_timeout`, `lmtp_connect_timeout`). */
const CONNECT_TIMEOUT_MS = 30_000;

/** LMTP into the cluster's own mailbox store. */
export function storeRoute(world: World, host: Host): Route {
  const { scheduler, random } = world;
  const { store, log } = host;
  return (job, done) => {
    if (store.state !== 'up') {
      const isTimeout = store.state === 'timeout';
      const setUpMs = isTimeout ? CONNECT_TIMEOUT_MS : random.between(0.4, 3);
      const fault = isTimeout ? 'Connection timed out' : 'Connection refused';
      return scheduler.after(setUpMs, () =>
        done(unreachable(job, setUpMs, `connect to ${store.relay}: ${fault}`)),
      );
    }
    const setUpMs = random.between(0.2, 6);
    const transmitMs = random.lognormal(store.serviceMs, 0.5);
    return scheduler.after(setUpMs + transmitMs, () => done(stored(job, { setUpMs, transmitMs })));
  };

  function stored(job: Job, took: { setUpMs: number; transmitMs: number }): Delivery {
    const results = job.recipients.map((recipient) => storeResult(job, recipient));
    return { relay: store.relay, ...took, results, isDead: false };
  }

  function storeResult(job: Job, recipient: Recipient): Result {
    const server = store.relay.replace(/:\d+$/, '');
    const { target } = recipient;
    if (store.state !== 'up') {
      const reason = `lost connection with ${server} while sending end of data -- message may be sent more than once`;
      return { recipient, status: 'deferred', dsn: '4.4.2', reason };
    }
    if (target.kind === 'mailbox' && target.state === 'full') {
      const reason = `host ${server} said: 552 5.2.2 <${target.address}> Quota exceeded (mailbox for user is full) (in reply to end of DATA command)`;
      return { recipient, status: 'bounced', dsn: '5.2.2', reason };
    }
    const session = `${random.hex(14)}Aa7Xzg`;
    const pid = 4_100 + random.int(60);
    log.dovecot(savedText(target.address, pid, { session, messageId: job.message.messageId }));
    return {
      recipient,
      status: 'sent',
      dsn: '2.0.0',
      reason: `250 2.0.0 <${target.address}> ${session} Saved`,
    };
  }
}

/** SMTP to a remote domain. */
export function remoteRoute(world: World, remote: Remote): Route {
  const { scheduler, random } = world;
  return (job, done) => {
    if (remote.fault) {
      const { afterMs, reason, dsn } = faultOf(remote);
      return scheduler.after(afterMs, () => done(unreachable(job, afterMs, reason, dsn)));
    }
    const setUpMs = random.lognormal(remote.setUpMs, 0.4);
    const transmitMs = random.lognormal(remote.transmitMs, 0.6);
    return scheduler.after(setUpMs + transmitMs, () => {
      const results = job.recipients.map((recipient) => remoteResult(world, remote, recipient));
      done({ relay: relayOf(remote), setUpMs, transmitMs, results, isDead: false });
    });
  };
}

function remoteResult({ random }: World, remote: Remote, recipient: Recipient): Result {
  const said = (text: string) =>
    `host mx1.${remote.domain}[${remote.ip}] said: ${text} (in reply to RCPT TO command)`;
  const dice = random.next();
  const isFirst = recipient.reason === undefined;
  const result = (status: Result['status'], dsn: string, reason: string): Result => ({
    recipient,
    status,
    dsn,
    reason,
  });
  if (dice < remote.refuses) return result('bounced', '5.1.1', said('550 5.1.1 User unknown'));
  if (isFirst && dice < remote.refuses + remote.greylists) {
    return result('deferred', '4.2.0', said('450 4.2.0 Greylisted, please try again in 60 seconds'));
  }
  if (dice > 1 - remote.tempfails) {
    const text = `421 4.7.0 [TSS04] Messages temporarily deferred due to unexpected volume or user complaints - 4.16.55.1; see https://postmaster.${remote.domain}/error-codes`;
    return result('deferred', '4.7.0', said(text));
  }
  return result('sent', '2.0.0', `250 2.0.0 Ok: queued as ${random.hex(12).toUpperCase()}`);
}

function faultOf(remote: Remote): { afterMs: number; reason: string; dsn: string } {
  const host = `mx1.${remote.domain}`;
  if (remote.fault === 'no-host') {
    const reason = `Host or domain name not found. Name service error for name=${remote.domain} type=A: Host not found`;
    return { afterMs: 12, dsn: '5.4.4', reason };
  }
  const isRefused = remote.fault === 'refused';
  const reason = `connect to ${host}[${remote.ip}]:25: ${isRefused ? 'Connection refused' : 'Connection timed out'}`;
  return { afterMs: isRefused ? 40 : CONNECT_TIMEOUT_MS, dsn: '4.4.1', reason };
}

function unreachable(job: Job, setUpMs: number, reason: string, dsn = '4.4.1'): Delivery {
  const isPermanent = dsn.startsWith('5');
  const status = isPermanent ? 'bounced' : 'deferred';
  const results = job.recipients.map((recipient) => ({ recipient, status, dsn, reason }) as const);
  return { relay: 'none', setUpMs, transmitMs: 0, results, isDead: !isPermanent };
}
