/** Stock rules about the watch: Mailvigil itself, and the screens on which it is seen. */
import { SCREEN_DARK_AFTER_MS } from '../../../shared/screens.ts';
import type { Rule } from './types.ts';

/** What stock rules share unless they say otherwise. */
export const USUAL = {
  ...{ enabled: true, guards: [], clearRatio: 0.8, clearForSeconds: 300, keepFiringSeconds: 300 },
  runbook: null,
} as const;

/** About Mailvigil itself. */
export const OWN_RULES: readonly Rule[] = [
  {
    ...USUAL,
    id: 'store-full',
    title: 'The disk of the store is nearly full',
    scope: 'platform',
    when: { kind: 'level', metric: 'diskFreePercent' },
    levels: [
      { priority: 'medium', below: 10, holdSeconds: 300 },
      { priority: 'high', below: 5, holdSeconds: 60 },
    ],
    action: 'Make room or keep less (`history` in the config file): at the end nothing is kept any more.',
  },
  {
    ...USUAL,
    id: 'history-failing',
    title: 'History cannot be written',
    scope: 'platform',
    when: { kind: 'level', metric: 'historyFailing' },
    levels: [{ priority: 'high', above: 0, holdSeconds: 60 }],
    action:
      'The wall goes on from memory, but what happens now is lost at a restart: look at the disk and at the log of Mailvigil.',
  },
  {
    ...USUAL,
    id: 'alarm-path-failing',
    title: 'Alarms cannot leave',
    scope: 'platform',
    when: { kind: 'level', metric: 'alarmPathFailing' },
    levels: [{ priority: 'high', above: 0, holdSeconds: 120 }],
    action:
      'Nobody is woken until a channel works again: watch this screen, and mend the channel that the alarm page names.',
  },
  {
    ...USUAL,
    id: 'nobody-on-call',
    title: 'Nobody is on call',
    scope: 'platform',
    when: { kind: 'level', metric: 'nobodyOnCall' },
    levels: [{ priority: 'medium', above: 0, holdSeconds: 60 }],
    action: 'Put somebody in: an override on the alarm page, then mend the schedule.',
  },
];

/** Of paired screens; others come and go as they like. */
export const SCREEN_RULES: readonly Rule[] = [
  {
    ...USUAL,
    id: 'screen-dark',
    title: 'A screen shows nothing',
    scope: 'screen',
    when: { kind: 'level', metric: 'screenDarkMs' },
    levels: [{ priority: 'high', above: SCREEN_DARK_AFTER_MS, holdSeconds: 0 }],
    clearForSeconds: 10,
    keepFiringSeconds: 10,
    action:
      'Whoever looks at this wall sees old numbers or none: watch another one. Look at the screen: has it power and network, does its browser run? The page of screens can reload it; if it is taken away for good, revoke it there.',
  },
  {
    ...USUAL,
    id: 'screen-mute',
    title: 'A screen cannot sound',
    scope: 'screen',
    when: { kind: 'level', metric: 'screenMute' },
    levels: [{ priority: 'low', above: 0, holdSeconds: 60 }],
    clearForSeconds: 10,
    keepFiringSeconds: 10,
    action:
      'An alarm will not be heard there. Touch the screen once, or start its browser with `--autoplay-policy=no-user-gesture-required`; end the silence if nobody needs it any more.',
  },
];
