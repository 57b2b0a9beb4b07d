import {
  authFailureText,
  internalFailureText,
  loginFailedText,
  loginText,
  logoutText,
  temporaryFailureText,
} from './dovecot-lines.ts';
import type { LoginText } from './dovecot-lines.ts';
import type { Mailbox } from './directory.ts';
import { anyBot, anyCustomerIp } from './remotes.ts';
import type { Host, World } from './world.ts';

const WRONG_PASSWORD_SHARE = 0.008;
/** A mail program whose user could not get in tries again, so that failures come thicker than sessions. */
const RETRY_MS = [20_000, 180_000] as const;
const MAX_TRIES = 4;

/** A customer's mail program fetches mail. */
export function signIn(world: World, mailbox: Mailbox, tries = 1): void {
  const { random, scheduler } = world;
  const host = world.clusters[mailbox.domain.cluster];
  const l = connection(world, mailbox, host, anyCustomerIp(random));
  if (random.chance(WRONG_PASSWORD_SHARE)) return refuse(world, mailbox, { host, l });
  if (host.store.state === 'up') return letIn(world, mailbox, { host, l });
  fail(world, mailbox, { host, l });
  if (tries < MAX_TRIES && random.chance(0.5)) {
    scheduler.after(random.between(...RETRY_MS), () => signIn(world, mailbox, tries + 1));
  }
}

/** Somebody who tries passwords of users that mostly do not exist. */
export function guessPasswords(world: World, mailbox: Mailbox): void {
  const { random, scheduler } = world;
  const host = world.clusters[mailbox.domain.cluster];
  const { ip } = anyBot(random).client;
  const rounds = 3 + random.int(6);
  for (let i = 0; i < rounds; i++) {
    scheduler.after(i * random.between(1_000, 4_000), () => {
      const user = `admin${random.int(400)}@${mailbox.domain.name}`;
      const l = connection(world, { ...mailbox, login: user }, host, ip);
      host.log.dovecot(authFailureText(l, 'unknown user'));
      host.log.dovecot(loginFailedText(l, 1, 2));
      noteFailed(world, mailbox, 'bad-credentials');
    });
  }
}

interface Session {
  readonly host: Host;
  readonly l: LoginText;
}

function connection({ random }: World, { login }: Mailbox, host: Host, remoteIp: string): LoginText {
  const protocol = random.chance(0.8) ? 'imap' : 'pop3';
  const session = `${random.hex(12)}7LAHH${random.hex(1)}`;
  return { protocol, user: login, remoteIp, localIp: host.ip, session, pid: 12_000 + random.int(9_000) };
}

function letIn(world: World, { domain }: Mailbox, { host, l }: Session): void {
  const { random, scheduler, tally } = world;
  host.log.dovecot(loginText(l));
  tally.event('login ok');
  tally.count('loginOk', { to: [domain.tenant] });
  const bytesOut = Math.round(random.lognormal(1_800, 0.9));
  scheduler.after(random.lognormal(9_000, 1), () => host.log.dovecot(logoutText(l, bytesOut)));
}

function refuse(world: World, mailbox: Mailbox, { host, l }: Session): void {
  host.log.dovecot(authFailureText(l, 'Password mismatch'));
  world.scheduler.after(2_000, () => {
    host.log.dovecot(loginFailedText(l, 1, 2));
    noteFailed(world, mailbox, 'bad-credentials');
  });
}

/** The store does not answer: the mail process cannot open the mailbox, or the user data base on it does not answer. */
function fail(world: World, mailbox: Mailbox, { host, l }: Session): void {
  const { random, scheduler } = world;
  const text = random.chance(0.6) ? internalFailureText(l, 1 + random.int(900)) : temporaryFailureText(l);
  scheduler.after(random.between(3_000, 30_000), () => {
    host.log.dovecot(text);
    noteFailed(world, mailbox, 'server-fault');
  });
}

function noteFailed(
  { tally }: World,
  { domain }: Mailbox,
  outcome: 'bad-credentials' | 'server-fault',
): void {
  tally.event(`login ${outcome}`);
  tally.count(outcome === 'server-fault' ? 'loginFault' : 'loginFailed', { to: [domain.tenant] });
}
