import { STORE_SERVICE_MS } from '../cluster.ts';
import { refuseListed } from '../hostile.ts';
import type { Message } from '../message.ts';
import { bringSpam } from '../outside.ts';
import type { Mail } from '../session.ts';
import { startStream } from '../stream.ts';
import type { World } from '../world.ts';
import { planDeeds, through, varied } from './scenario.ts';
import type { Scenario } from './scenario.ts';

const at = (time: string) => `2008-10-07T${time}:00+01:00`;

/** Spam for cluster A on top of everything else. */
const flood = through([
  [at('21:20'), 1],
  [at('21:28'), 24],
  [at('22:10'), 24],
  [at('22:40'), 12],
  [at('23:00'), 2],
  [at('23:05'), 0],
]);
/** Scans per second that the filter of cluster A manages while each picture of the flood is analysed. */
const FLOODED_CAPACITY = 12;
/** Time to store one message on disks that drown: 20 at a time make less than what comes in. */
const DROWNING_MS = 6_500;
const RECOVERING_MS = 160;

/** Tucows and Virgin.net, October 2008: spam flood, legitimate mail held, one cluster's mailboxes unreachable. */
export const backlog2008: Scenario = {
  id: 'backlog-2008',
  title: 'Spam flood and backlog, October 2008',
  summary:
    'From 21:20 a spam flood fills cluster A; from 21:35 to 23:20 its mailboxes cannot be reached and legitimate mail waits. Clusters B and C, among them one tenant’s cable service, are not hit.',
  startsAtMs: Date.parse(at('21:10')),
  utcOffsetMinutes: 60,
  plan(world, startMs) {
    const { clusters, directory, random } = world;
    const { filter, store, rules } = clusters.A;
    startStream(world, varied(world, flood), () => {
      const mailbox = directory.exposed(directory.domainOn('A'));
      // The block list knows the bots only once the operators have fed it.
      if (random.chance(rules.blockListShare)) refuseListed(world, mailbox);
      else bringSpam(world, mailbox, 'flood');
    });
    planDeeds(world, startMs, [
      { at: at('21:10'), text: 'Late Tuesday evening. Everything is normal.', run: () => void (rules.blockListShare = 0) },
      { at: at('21:20'), text: 'A spam flood begins, aimed at the tenants of cluster A.' },
      { at: at('21:23'), text: 'The filter of cluster A works at its limit: scans time out, senders are told to try again, good ones too.',
        run: () => void (filter.settings.capacityPerSecond = FLOODED_CAPACITY * world.volume) },
      { at: at('21:27'), text: 'The mailbox store of cluster A slows down: mail piles up in its active queue.', run: () => void (store.serviceMs = DROWNING_MS / world.volume) },
      { at: at('21:35'), text: 'The mailbox store of cluster A does not answer. No delivery, no sign-in, for any of its tenants.', run: () => void (store.state = 'timeout') },
      { at: at('21:38'), run: () => void (store.state = 'refused') },
      { at: at('21:45'), text: 'A rule holds suspected spam on cluster A for review; some legitimate mail is held with it.', run: () => void (rules.hold = suspicious(world)) },
      { at: at('22:10'), text: 'The bots are on the block list: most of the flood is refused at the door.', run: () => void (rules.blockListShare = 0.9) },
      { at: at('22:15'), text: 'Operators put the waiting mail of the flood on hold, so that it does not stand before the rest.', run: () => holdFlood(world) },
      { at: at('22:40'), text: 'The filter of cluster A keeps up again; the hold rule is taken out.', run: () => calmFilter(world) },
      { at: at('23:20'), text: 'The mailbox store of cluster A is back. Sign-ins work; the backlog begins to drain.', run: () => recover(world) },
      { at: at('23:40'), text: 'Held mail is reviewed: spam is deleted, the rest released.', run: () => review(world) },
      { at: at('23:50'), run: () => void (store.serviceMs = STORE_SERVICE_MS) },
      { at: '2008-10-08T00:30:00+01:00', text: 'The last large retries are due about now: waiting mail is tried again up to 67 minutes apart.' },
    ]);
  },
}; // prettier-ignore

/** The rule is blunt: it hits a share of good mail as well. */
function suspicious({ random }: World): (mail: Mail) => string | undefined {
  return (mail) => {
    if (mail.login !== undefined) return undefined;
    const isHeld = random.chance(mail.nature === 'flood' ? 0.35 : 0.04);
    return isHeld ? (mail.nature === 'flood' ? 'Cheap meds overnight' : 'Re: your order') : undefined;
  };
}

function holdFlood(world: World): void {
  const { queue } = world.clusters.A;
  act(
    world,
    'Placed on hold',
    (m) => m.nature === 'flood' && m.state === 'deferred',
    (m) => queue.hold(m),
  );
}

function review(world: World): void {
  const { queue } = world.clusters.A;
  act(
    world,
    'Deleted',
    (m) => m.state === 'hold' && m.nature === 'flood',
    (m) => queue.remove(m),
  );
  act(
    world,
    'Released from hold',
    (m) => m.state === 'hold',
    (m) => queue.release(m),
  );
}

/** One run of postsuper over the queue of cluster A, with its summary line. */
function act(world: World, verb: string, picks: (m: Message) => boolean, run: (m: Message) => void): void {
  const { queue, postsuper } = world.clusters.A;
  const chosen = [...queue.messages()].filter(picks);
  chosen.forEach(run);
  if (chosen.length > 0) postsuper(`${verb}: ${chosen.length} message${chosen.length === 1 ? '' : 's'}`);
}

function calmFilter(world: World): void {
  const { filter, rules } = world.clusters.A;
  filter.settings.capacityPerSecond = 80;
  rules.hold = undefined;
}

function recover(world: World): void {
  const { store } = world.clusters.A;
  store.state = 'up';
  store.serviceMs = RECOVERING_MS;
}
