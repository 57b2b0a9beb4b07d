import type { World } from '../world.ts';
import { planDeeds } from './scenario.ts';
import type { Scenario } from './scenario.ts';

const at = (time: string) => `2021-07-08T${time}:00-04:00`;

/** Scans per second while the filter of cluster B chases its own tail. */
const LOOPING_CAPACITY = 1;
const HEALTHY_CAPACITY = 80;
/** `milter_content_timeout` of these hosts: Postfix then answers 451 and the sender has to come again. */
const MILTER_TIMEOUT_MS = 120_000;

/** OpenSRS, 8 July 2021: a change, a processing loop in the filter, resolved too early, back 101 minutes later. */
export const relapse2021: Scenario = {
  id: 'relapse-2021',
  title: 'Change, "resolved", relapse, July 2021',
  summary:
    'A planned change at 06:00 sends the filter of cluster B into a loop: mail is late or told to come again. Called resolved at 06:26, back at 08:07, rolled back at 10:00 (in 2021: the next day).',
  startsAtMs: Date.parse(at('05:50')),
  utcOffsetMinutes: -240,
  plan(world, startMs) {
    planDeeds(world, startMs, [
      { at: at('05:50'), text: 'Early morning. A maintenance window for the filter of cluster B opens in ten minutes.' },
      { at: at('06:00'), text: 'Planned maintenance: new filter rules go live on cluster B. The filter begins to loop; scans take minutes.', run: () => change(world) },
      { at: at('06:08'), text: 'Postfix gives up waiting for the filter: senders are told 451, try again later.' },
      { at: at('06:26'), text: 'The filter has been restarted and the queue looks fine: the incident is marked resolved after 26 minutes. The change stays in.', run: () => restart(world) },
      { at: at('08:07'), text: 'Relapse, 101 minutes after "resolved": the filter loops again, now with the morning’s traffic.', run: () => loop(world) },
      { at: at('10:00'), text: 'The change is rolled back (in 2021 that was on the next day). Scans are fast again.', run: () => restart(world) },
      { at: at('10:30'), text: 'Half an hour without a loop; servers outside still bring what they were refused.' },
    ]);
  },
}; // prettier-ignore

function change(world: World): void {
  world.happen({
    kind: 'change',
    text: 'new filter rules on cluster B',
    components: ['filter:rspamd-b', 'cluster:B'],
  });
  loop(world);
}

function loop({ clusters, volume, variation }: World): void {
  const { settings } = clusters.B.filter;
  settings.capacityPerSecond = (LOOPING_CAPACITY * volume) / variation.scale;
  settings.overload = 'hang';
  settings.limitMs = MILTER_TIMEOUT_MS;
}

function restart({ clusters }: World): void {
  const { settings, restart } = clusters.B.filter;
  settings.capacityPerSecond = HEALTHY_CAPACITY;
  settings.overload = 'soft-reject';
  settings.limitMs = 8_000;
  restart();
}
