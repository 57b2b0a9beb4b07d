import { unknownAt } from './outside.ts';
import { clientText, disconnectText, postscreenRejectText, rcptRejectText } from './postfix-lines.ts';
import type { Refused } from './postfix-lines.ts';
import { anyBot } from './remotes.ts';
import type { Mailbox } from './directory.ts';
import type { Domain } from './tenants.ts';
import type { World } from './world.ts';

/** A client on the block list: refused by postscreen or at RCPT, before any queue id. */
export function refuseListed(world: World, mailbox: Mailbox): void {
  const { random } = world;
  const { from, client } = anyBot(random);
  const refused: Refused = { client, from, to: mailbox.address };
  if (random.chance(0.5)) refuseAtPostscreen(world, mailbox.domain, refused);
  else {
    const blocked = `Service unavailable; Client host [${client.ip}] blocked using zen.dnsbl.example`;
    const reply = `554 5.7.1 ${blocked}; https://www.dnsbl.example/query/ip/${client.ip}`;
    refuseAtRcpt(world, mailbox.domain, [{ refused, reply }]);
  }
}

/** Somebody who guesses addresses. */
export function guessAddresses(world: World, domain: Domain): void {
  const { random } = world;
  const { from, client } = anyBot(random);
  const tries = Array.from({ length: 1 + random.int(3) }, () => {
    const { address } = unknownAt(domain, random.int(9_999));
    const reply = `550 5.1.1 <${address}>: Recipient address rejected: User unknown in relay recipient table`;
    return { refused: { client, from, to: address }, reply };
  });
  refuseAtRcpt(world, domain, tries);
}

function refuseAtPostscreen(world: World, domain: Domain, refused: Refused): void {
  const { log, ip } = world.clusters[domain.cluster];
  const { scheduler, random } = world;
  const port = 20_000 + random.int(40_000);
  const peer = `[${refused.client.ip}]:${port}`;
  const say = (text: string) => log.syslog('postfix/postscreen', 1_490, text);
  say(`CONNECT from ${peer} to [${ip}]:25`);
  scheduler.after(random.between(2_000, 6_000), () => {
    say(`DNSBL rank ${3 + random.int(5)} for ${peer}`);
    say(postscreenRejectText(refused, port));
    say(`DISCONNECT ${peer}`);
    note(world, domain);
  });
}

function refuseAtRcpt(
  world: World,
  domain: Domain,
  tries: readonly { refused: Refused; reply: string }[],
): void {
  const { log } = world.clusters[domain.cluster];
  const { scheduler, random } = world;
  const client = tries[0]?.refused.client;
  if (!client) return;
  const pid = 9_000 + random.int(200);
  const say = (text: string) => log.syslog('postfix/smtpd', pid, text);
  say(`connect from ${clientText(client)}`);
  scheduler.after(random.lognormal(180, 0.5), () => {
    for (const { refused, reply } of tries) {
      say(rcptRejectText(undefined, refused, reply));
      note(world, domain);
    }
    say(disconnectText(client, { isTls: false, rcptOk: 0, rcptFailed: tries.length }));
  });
}

function note({ tally }: World, domain: Domain): void {
  tally.event('rejected');
  tally.count('rejectedPermanent', { to: [domain.tenant] });
}
