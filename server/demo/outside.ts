import type { Mailbox } from './directory.ts';
import type { SpamKind } from './looks.ts';
import type { MailboxTarget } from './message.ts';
import { anyBot, anySender } from './remotes.ts';
import type { Mail } from './session.ts';
import type { Domain } from './tenants.ts';
import type { World } from './world.ts';

/** A server outside tries again after 5 minutes, then waits twice as long each time, up to an hour. */
const FIRST_RETRY_MS = 300_000;
const LAST_RETRY_MS = 3_600_000;
const MAX_TRIES = 24;
/** Bytes of unwanted mail, median and spread: what is sent in bulk is of one size, the rest of any. */
const SPAM_SIZE: Readonly<Record<SpamKind, readonly [median: number, sigma: number]>> = {
  spam: [6_500, 0.9],
  pharmacy: [24_000, 0.3],
  flood: [6_500, 0.3],
};

/** Envelope recipient for a mailbox; few are full. */
export function targetOf({ random }: World, { address, domain }: Mailbox): MailboxTarget {
  const state = random.chance(0.0015) ? 'full' : 'ok';
  const at = address.indexOf('@');
  const alias = random.chance(0.02) ? { origTo: `info${address.slice(at)}` } : {};
  return { kind: 'mailbox', address, ...alias, tenant: domain.tenant, state };
}

/** `1a1ff1f91a8.86dcf0480ff9@domain` */
export function newMessageId({ scheduler, random }: World, domain: string): string {
  return `${Math.floor(scheduler.now()).toString(16)}.${random.hex(12)}@${domain}`;
}

/** One message from a well-behaved server outside, brought again as long as it is refused for a while only. */
export function bringHam(world: World, domain: Domain): void {
  const { random, directory, clusters } = world;
  const { target: sender, client } = anySender(random);
  const count = random.chance(0.08) ? 2 + random.int(3) : 1;
  const targets = Array.from({ length: count }, () => targetOf(world, directory.mailbox(domain)));
  const [first] = targets;
  if (first && random.chance(0.012)) targets[0] = unknownAt(domain, random.int(9_999));
  const mail: Mail = {
    nature: 'ham',
    messageId: newMessageId(world, sender.remote.domain),
    sizeBytes: 600 + Math.round(random.lognormal(9_000, 1.2)),
    from: sender.address,
    returnTo: sender,
    client,
    targets,
    isStranger: true,
  };
  bring(mail, 1);

  function bring(mail: Mail, tries: number): void {
    if (tries > 1) world.retrying(-mail.targets.length);
    clusters[domain.cluster].receive(mail, (reply) => {
      if (reply.isOk || !reply.isTemporary || tries >= MAX_TRIES) return;
      world.retrying(mail.targets.length);
      const waitMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (tries - 1)) * random.between(1, 1.6);
      world.scheduler.after(waitMs, () => bring({ ...mail, isStranger: false }, tries + 1));
    });
  }
}

/** One message of a bot net; bots do not come back. */
export function bringSpam(world: World, mailbox: Mailbox, nature: SpamKind): void {
  const { random, clusters } = world;
  const { from, client } = anyBot(random);
  const mail: Mail = {
    nature,
    messageId: newMessageId(world, client.helo),
    sizeBytes: 600 + Math.round(random.lognormal(...SPAM_SIZE[nature])),
    from,
    client,
    targets: [targetOf(world, mailbox)],
    isStranger: false,
  };
  clusters[mailbox.domain.cluster].receive(mail, () => undefined);
}

/** An address that nobody has. */
export function unknownAt(domain: Domain, number: number): MailboxTarget {
  const { tenant } = domain;
  return { kind: 'mailbox', address: `nobody${number}@${domain.name}`, tenant, state: 'unknown' };
}
