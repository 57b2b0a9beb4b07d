import type { DisplayView, ScreenReport, ScreenRequest, ScreensAnswer } from '../../shared/screens.ts';
import type { Identity } from '../base/identity/types.ts';
import type { LiveHub } from './live-hub.ts';
import type { LivePort } from './port.ts';
import { displayViews } from './screens/display-views.ts';
import type { ScreenCare } from './screens/screen-care.ts';

/** What routes need of screens. */
export interface ScreensPort {
  identity(): Identity;
  answer(): Promise<ScreensAnswer>;
  /** Asks the screens of a display, or one screen that is not paired; how many were there to be asked. */
  ask(id: string, request: ScreenRequest): number;
}

export interface ScreensPortDeps {
  readonly identity: () => Identity;
  readonly hub: () => Pick<LiveHub, 'connected' | 'ask' | 'screens'>;
  readonly live: Pick<LivePort, 'build'>;
  /** Absent: nobody watches how displays do. */
  readonly care?: Pick<ScreenCare, 'nextReloadAtMs'> & {
    readonly watch: Pick<ScreenCare['watch'], 'views' | 'reports' | 'reloading'>;
  };
  readonly listening: () => string;
}

/** Displays as they are kept and as they do, in one answer. */
export function createScreensPort(deps: ScreensPortDeps): ScreensPort {
  const { identity, hub, care, live } = deps;
  return {
    identity,
    async answer() {
      const pairings = await identity().pairings();
      const reports = care ? care.watch.reports() : hub().screens();
      return {
        atMs: Date.now(),
        displays: views(),
        pairings,
        others: reports.filter(isUnpaired),
        build: live.build ?? '',
        listening: deps.listening(),
        nextReloadAtMs: care?.nextReloadAtMs() ?? null,
      };
    },
    ask(id, request) {
      const asked = [...hub().connected()].filter(
        ({ id: screenId, principal: { displayId } }) =>
          displayId === id || (displayId === undefined && screenId === id),
      );
      const reached = asked.filter(({ id: screenId }) => hub().ask(screenId, request));
      const isReload = request.what === 'reload' && reached.length > 0;
      if (isReload && identity().displayOf({ displayId: id })) care?.watch.reloading(id);
      return reached.length;
    },
  };

  function views(): readonly DisplayView[] {
    return care ? care.watch.views() : displayViews(identity().displays(), new Map(), Date.now());
  }
}

function isUnpaired({ displayId }: ScreenReport): boolean {
  return displayId === null;
}
