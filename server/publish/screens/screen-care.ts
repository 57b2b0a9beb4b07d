import type { Registry } from 'prom-client';
import type { DisplaysPort } from '../../base/identity/types.ts';
import type { Log } from '../../base/log.ts';
import type { LiveHub } from '../live-hub.ts';
import type { DisplayOf } from '../screens.ts';
import { calmOf, type CalmFacts, unrestOf } from './calm.ts';
import { createNightlyReload } from './nightly-reload.ts';
import type { Calm } from './reload-plan.ts';
import { createScreenMetrics } from './screen-metrics.ts';
import { createScreenWatch, type ScreenWatch } from './screen-watch.ts';

export interface ScreenCareDeps {
  readonly displays: DisplaysPort;
  readonly hub: () => Pick<LiveHub, 'connected' | 'ask'>;
  readonly calmFacts: () => CalmFacts;
  readonly registry: Registry;
  readonly log: Log;
  /** Real time. */
  readonly monotonicMs?: () => number;
  readonly epochMs?: () => number;
}

/** What the server does about its screens, for as long as it lives: it knows how they are, and reloads them when it is calm. */
export interface ScreenCare {
  readonly watch: ScreenWatch;
  readonly displayOf: DisplayOf;
  /** Each second, before alarms are judged. */
  second(): void;
  nextReloadAtMs(): number;
}

export function createScreenCare(deps: ScreenCareDeps): ScreenCare {
  const { displays, hub, log } = deps;
  const { monotonicMs = () => performance.now(), epochMs = () => Date.now() } = deps;
  const displayOf: DisplayOf = ({ principal }) => displays.displayOf(principal);
  const screens = () => hub().connected();
  const watch = createScreenWatch({
    ...{ displays: () => displays.displays(), displayOf, screens, monotonicMs, epochMs },
  });
  let calm: Calm = { sinceMs: null, reason: 'the server has just started' };
  const nightly = createNightlyReload({
    ...{ screens, displayOf, log },
    ask: (id, request) => hub().ask(id, request),
    reloading: (id) => watch.reloading(id),
    calm: () => calm,
    at: (at) => at + epochMs() - monotonicMs(),
  });
  createScreenMetrics(deps.registry, { screens, views: () => watch.views() });
  return {
    watch,
    displayOf,
    second() {
      watch.look();
      const nowMs = epochMs();
      calm = calmOf(calm, unrestOf(deps.calmFacts()), nowMs);
      nightly.look(nowMs);
    },
    nextReloadAtMs: () => nightly.nextAtMs(epochMs()),
  };
}
