import { Gauge, type Registry } from 'prom-client';
import type { DisplayView } from '../../../shared/screens.ts';
import type { Screen } from '../screens.ts';

/** Pages by their first part; what a stranger calls his page is not repeated. */
const PAGES: ReadonlySet<string> = new Set([
  ...['wall', 'tenant', 'desk', 'alarms', 'rules', 'messages', 'sources', 'screens', 'pair'],
]);

/** Gauges of screens, read at each scrape. */
export function createScreenMetrics(
  registry: Registry,
  { screens, views }: { screens: () => Iterable<Screen>; views: () => readonly DisplayView[] },
): void {
  const registers = [registry];
  const byPage = new Gauge({
    ...{ name: 'mailvigil_live_screens_by_page', help: 'Connected screens by the page they show' },
    ...{ labelNames: ['page'] as const, registers },
    collect() {
      this.reset();
      for (const { told } of screens()) this.inc({ page: told ? pageOf(told.page) : 'not-told' });
    },
  });
  const ofDisplays = (name: string, help: string, isCounted: (view: DisplayView) => boolean) =>
    new Gauge({
      ...{ name: `mailvigil_displays_${name}`, help, registers },
      collect() {
        this.set(views().filter(isCounted).length);
      },
    });
  return void [
    byPage,
    ofDisplays('paired', 'Paired displays that are not revoked', ({ revoked }) => revoked === null),
    ofDisplays('dark', 'Paired displays that show nothing', ({ state }) => state === 'dark'),
    ofDisplays(
      'blocked',
      'Connected displays whose browser holds sound back',
      ({ isConnected, revoked, told }) => {
        return isConnected && revoked === null && told?.sound === 'blocked';
      },
    ),
  ];
}

function pageOf(path: string): string {
  const first = path.split('/')[1] ?? '';
  const page = first === '' ? 'wall' : first;
  return PAGES.has(page) ? page : 'other';
}
