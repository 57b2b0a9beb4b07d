import type { Mailbox } from './directory.ts';
import type { Target } from './message.ts';
import { newMessageId, targetOf } from './outside.ts';
import { clientText, disconnectText } from './postfix-lines.ts';
import type { Client } from './postfix-lines.ts';
import { anyCustomerIp, anyRemoteTarget } from './remotes.ts';
import type { Mail } from './session.ts';
import type { Domain } from './tenants.ts';
import type { World } from './world.ts';

/**
 * Share of recipients who are customers of this platform too. They live on the sender's cluster: mail from cluster
 * to cluster would bear two queue ids and stand in the counts of two hosts.
 */
const INTERNAL_SHARE = 0.3;
/** A customer's program tries again after a refusal for a while. */
const RETRY_MS = [60_000, 600_000] as const;
const MAX_TRIES = 6;

/** A customer sends a message. */
export function submit(world: World, domain: Domain): void {
  const { random, directory, clusters, scheduler } = world;
  const sender = directory.mailbox(domain);
  const count = random.chance(0.2) ? 2 + random.int(5) : 1;
  const mail: Mail = {
    nature: 'ham',
    messageId: newMessageId(world, domain.name),
    sizeBytes: 600 + Math.round(random.lognormal(5_000, 1.3)),
    from: sender.address,
    senderTenant: domain.tenant,
    returnTo: { ...targetOf(world, sender), state: 'ok' },
    client: customerAt(world, domain),
    targets: Array.from({ length: count }, () => correspondent(world, domain)),
    isStranger: false,
    login: sender.login,
  };
  send(1);

  function send(tries: number): void {
    clusters[domain.cluster].receive(mail, (reply) => {
      if (reply.isOk || !reply.isTemporary || tries >= MAX_TRIES) return;
      scheduler.after(random.between(...RETRY_MS), () => send(tries + 1));
    });
  }
}

function correspondent(world: World, domain: Domain): Target {
  const { random, directory } = world;
  if (!random.chance(INTERNAL_SHARE)) return anyRemoteTarget(random);
  return targetOf(world, directory.mailbox(directory.domainOn(domain.cluster)));
}

/** A wrong password on the submission port. */
export function failToSubmit(world: World, { domain, login }: Mailbox): void {
  const { random, clusters, scheduler, tally } = world;
  const { log } = clusters[domain.cluster];
  const client = customerAt(world, domain);
  const pid = 9_300 + random.int(60);
  const say = (text: string) => log.syslog('postfix/submission/smtpd', pid, text);
  say(`connect from ${clientText(client)}`);
  scheduler.after(random.between(1_500, 3_000), () => {
    const failure = 'SASL PLAIN authentication failed: (reason unavailable)';
    say(`warning: ${clientText(client)}: ${failure}, sasl_username=${login}`);
    say(disconnectText(client, { isTls: true, auth: 'failed', rcptOk: 0, rcptFailed: 0 }));
    tally.event('login bad-credentials smtp');
    tally.count('loginFailed', { to: [domain.tenant] });
  });
}

function customerAt({ random }: World, domain: Domain): Client {
  const host = `cpe-${random.int(250)}.${domain.name}`;
  return { host, ip: anyCustomerIp(random), helo: host };
}
