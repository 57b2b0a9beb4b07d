import type { Mailbox } from '../directory.ts';
import { bringSpam } from '../outside.ts';
import { startStream } from '../stream.ts';
import { CLUSTER_IDS } from '../tenants.ts';
import type { World } from '../world.ts';
import { planDeeds, through, varied } from './scenario.ts';
import type { Scenario } from './scenario.ts';

const at = (time: string) => `2007-05-13T${time}:00+01:00`;

/** How fast the stolen addresses were written to. */
const campaign = through([
  [at('16:30'), 0.4],
  [at('16:45'), 2.2],
  [at('17:40'), 2.6],
  [at('18:40'), 1.6],
  [at('19:00'), 0.5],
]);

/** Customers that report it, per second. */
const complaints = through([
  [at('16:50'), 0.002],
  [at('17:10'), 0.012],
  [at('18:30'), 0.012],
  [at('19:30'), 0.001],
]);

/** PlusNet, 13 May 2007: addresses stolen from a webmail system are spammed for the first time. */
export const leak2007: Scenario = {
  id: 'leak-2007',
  title: 'Address leak, May 2007',
  summary:
    'From 16:30 to 19:00 picture spam for pharmacies hits addresses that never had spam, at six tenants that share one webmail. Most of it passes the filter at first.',
  startsAtMs: Date.parse(at('16:20')),
  utcOffsetMinutes: 60,
  plan(world, startMs) {
    const stolen = [...world.canaries.webmail];
    startStream(world, varied(world, campaign), () => writeToStolen(world, stolen));
    startStream(world, varied(world, complaints), () => complain(world));
    planDeeds(world, startMs, [
      { at: at('16:20'), text: 'Sunday afternoon. Four days ago a hole in the shared webmail was closed; nobody knows what was taken.' },
      { at: at('16:30'), text: 'First picture spam for an online pharmacy, to well protected addresses that have had no spam before.' },
      { at: at('16:52'), text: 'Customers of six tenants begin to report spam to addresses they have never published.' },
      { at: at('17:20'), text: 'A priority 1 problem is raised as a precaution and given to the on-call engineer.' },
      { at: at('17:50'), text: 'The filter has learnt the pictures: most of them are refused from now on.', run: () => learn(world) },
      { at: at('18:10'), text: 'An incident team is brought together: senior platform and network engineers, developers, directors.' },
      { at: at('19:00'), text: 'The last of it arrives. Conference calls go on through the evening; the platform is watched overnight.' },
      { at: at('20:00'), text: 'One hour without a repeat. What all the addresses had in common is the webmail.' },
    ]);
  },
}; // prettier-ignore

/** One in so many stolen addresses is a canary of the webmail. */
const CANARY_SHARE = 1 / 120;

/** Each stolen address is written to once. */
function writeToStolen(world: World, planted: Mailbox[]): void {
  const { directory, random } = world;
  const canary = random.chance(CANARY_SHARE) ? planted.pop() : undefined;
  if (canary) return bringSpam(world, canary, 'pharmacy');
  const victims = directory.tenants.filter((tenant) => tenant.isWebmailUser);
  const domain = random.pick(random.pick(victims).domains);
  bringSpam(world, directory.nextClean(domain), 'pharmacy');
}

/** A ticket of somebody whose address was never published. */
function complain(world: World): void {
  const { directory, random } = world;
  const tenant = random.pick(directory.tenants.filter(({ isWebmailUser }) => isWebmailUser));
  const reporter = `customer-${tenant.id}-${random.int(50_000)}`;
  const text = 'Spam to an address that I have never given to anybody';
  world.happen({ kind: 'ticket', tenant: tenant.id, reporter, text });
}

function learn(world: World): void {
  for (const id of CLUSTER_IDS) world.clusters[id].filter.settings.hasLearntPharmacy = true;
}
