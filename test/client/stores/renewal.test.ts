import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { useOutage } from '../../../client/composables/useOutage.ts';
import { SPREAD_MS } from '../../../client/live/renewal.ts';
import { useLinkStore } from '../../../client/stores/link.ts';
import { useRenewalStore } from '../../../client/stores/renewal.ts';
import { useWallStore } from '../../../client/stores/wall.ts';
import { group, strip } from '../fixtures-alarms.ts';
import { coverage, feed, feeds, joined, T0, wallFrame, wallSnapshot } from '../fixtures.ts';

const NEW = { cause: 'build b2', title: 'New version' };

/** What the server and this screen's clock say `ms` after the beginning. */
function pass(ms: number): void {
  const link = useLinkStore();
  link.setFacts({ isConnected: true, heardAtMs: ms, heardAtDateMs: T0 + ms, isMismatched: false });
  link.hear({ atMs: T0 + ms, localMs: ms, speed: 1 }, false);
  link.tick(ms);
}
const show = (parts: Parameters<typeof wallSnapshot>[0] = {}, atMs = T0) =>
  useWallStore().handlers.snapshot(joined(wallSnapshot(parts), { atMs }));

beforeEach(() => {
  setActivePinia(createPinia());
  pass(0);
});

describe('a page that should be loaded anew', () => {
  it('is, when it has been calm for a moment (WAL-126)', () => {
    show();
    const renewal = useRenewalStore();
    expect(renewal.cause).toBeNull();
    renewal.want(NEW);
    expect(renewal.cause).toBeNull();
    show({}, T0 + SPREAD_MS);
    pass(SPREAD_MS);
    expect(renewal.cause).toBe('build b2');
    renewal.want(null);
    expect(renewal.cause).toBeNull();
  });

  it('waits for a critical alarm that nobody has acknowledged, with a word, and begins to count after it (WAL-126)', () => {
    const critical = group({ priority: 'critical', state: 'unacknowledged' });
    show({ alarms: strip({ groups: [critical] }) });
    const renewal = useRenewalStore();
    renewal.want(NEW);
    show({ alarms: strip({ groups: [critical] }) }, T0 + 60_000);
    pass(60_000);
    expect(renewal.note).toBe('New version waits: a critical alarm is unacknowledged');
    expect(renewal.cause).toBeNull();
    show({ alarms: strip({ groups: [{ ...critical, state: 'acknowledged' }] }) }, T0 + 60_000);
    expect([renewal.note, renewal.cause]).toEqual(['', null]);
    show({ alarms: strip() }, T0 + 60_000 + SPREAD_MS);
    pass(60_000 + SPREAD_MS);
    expect(renewal.cause).toBe('build b2');
  });

  it('is, at once and whatever is the matter, when it has failed (WAL-133)', () => {
    const renewal = useRenewalStore();
    renewal.fail('the page has failed');
    expect(renewal.cause).toBe('the page has failed');
  });
});

describe('what the wall says of itself', () => {
  it('is that all sources are silent, when none that ever reported does (WAL-122)', () => {
    const outage = useOutage();
    show({ coverage: coverage() });
    expect(outage.value).toBeNull();
    const lost = feed({ asOfMs: T0 - 300_000 });
    const never = feed({ asOfMs: null });
    show({ coverage: { '': feeds({ flow: lost, queue: lost, filter: never, access: never }) } });
    expect(outage.value?.title).toBe('ALL SOURCES ARE SILENT');
    show({ coverage: { '': feeds({ flow: lost, queue: lost, filter: never }) } });
    expect(outage.value).toBeNull();
    show({ coverage: { '': feeds({ flow: never, queue: never, filter: never, access: never }) } });
    expect(outage.value).toBeNull();
  });

  it('is that numbers come late while old frames come, and that none come when none do (WAL-123)', () => {
    const outage = useOutage();
    show();
    pass(20_000);
    expect(outage.value?.title).toBe('NO NEW NUMBERS');
    useWallStore().handlers.frame({ ...wallFrame(11), atMs: T0 + 1_000 });
    expect(outage.value?.title).toBe('NUMBERS COME LATE');
    pass(27_000);
    expect(outage.value?.title).toBe('NO NEW NUMBERS');
  });
});
