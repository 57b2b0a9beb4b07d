/** `/api/v1/screens` over made-up data: who this screen is, codes, and the list of screens in several moods. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  Display,
  DisplayView,
  PairingClaim,
  ScreenIdentity,
  ScreenReport,
  ScreenRequest,
  ScreensAnswer,
  ScreenTell,
} from '../../../shared/screens.ts';

/** `trouble`: dark, silenced, blocked and old ones, and codes that wait. `failing`: the list cannot be had. */
export type ScreensMood = 'empty' | 'calm' | 'trouble' | 'failing';
/** What the page `/pair` is told. */
export type PairMood = 'waiting' | 'slow' | 'denied' | 'approved' | 'refused' | 'away';

export interface FakeScreens {
  answer(request: IncomingMessage, url: URL, response: ServerResponse): boolean;
  connected(ask: (request: ScreenRequest) => void): void;
  /** Asks something of everybody who is connected. */
  askAll(request: ScreenRequest): void;
  setIdentity(identity: ScreenIdentity): void;
}

const BUILD = 'a1b2c3d4';
const told = (change: Partial<ScreenTell> = {}): ScreenTell => ({
  ...{ build: BUILD, page: '/', sound: 'on', silencedUntilMs: null, isVisible: true },
  ...{ widthPx: 1_920, heightPx: 1_080 },
  ...change,
});

/** One paired screen. */
export function fakeDisplay(change: Partial<Display> = {}): Display {
  const nowMs = Date.now();
  return {
    ...{ id: 'd1', name: 'Night wall left', place: 'control room' },
    scope: { cluster: null, tenants: null },
    settings: { diagonalInches: null, distanceM: null, theme: null },
    ...{
      pairedAtMs: nowMs - 20 * 86_400_000,
      pairedBy: 'Kim',
      lastSeenAtMs: nowMs - 900,
      lastAddress: '127.0.0.1',
    },
    revoked: null,
    ...change,
  };
}

function view(change: Partial<DisplayView>): DisplayView {
  const paintedAtMs = Date.now() - 2_400;
  return {
    ...fakeDisplay(),
    ...{ state: 'painting', reason: 'painted 2 s ago', paintedAtMs, isConnected: true, told: told() },
    ...change,
  };
}

function displaysOf(mood: ScreensMood): readonly DisplayView[] {
  const nowMs = Date.now();
  const well = [
    view({ settings: { diagonalInches: 55, distanceM: 5, theme: null } }),
    view({
      ...{ id: 'd2', name: 'Night wall right', place: 'control room' },
      scope: { cluster: 'A', tenants: null },
      told: told({ widthPx: 3_840, heightPx: 2_160 }),
    }),
  ];
  if (mood !== 'trouble') return mood === 'empty' ? [] : well;
  return [
    ...well,
    view({
      ...{ id: 'd3', name: 'Hall', place: 'entrance, above the reception desk' },
      ...{ state: 'dark', reason: 'connected, nothing painted for 41 s', paintedAtMs: nowMs - 41_000 },
      told: told({ sound: 'off', isVisible: false }),
    }),
    view({
      ...{ id: 'd4', name: 'On-call room', place: '2nd floor', isConnected: false },
      ...{ state: 'dark', reason: 'not connected for 3.0 h', paintedAtMs: nowMs - 3 * 3_600_000, told: null },
      scope: { cluster: null, tenants: ['t0', 't1', 't2', 't3', 't4', 't5'] },
      lastAddress: '192.0.2.17',
    }),
    view({
      ...{ id: 'd5', name: 'Bridge', place: 'room 4' },
      told: told({ sound: 'blocked', build: '0099ffee' }),
    }),
    view({
      ...{ id: 'd6', name: 'Desk of the shift lead', place: 'control room' },
      told: told({ sound: 'silenced', silencedUntilMs: nowMs + 22 * 60_000, page: '/desk' }),
    }),
    view({
      ...{ id: 'd7', name: 'Old hall', place: 'entrance', state: 'revoked', isConnected: false, told: null },
      reason: 'revoked by Kim: the panel was given away',
      revoked: { atMs: nowMs - 5 * 86_400_000, by: 'Kim', reason: 'the panel was given away' },
    }),
  ];
}

function othersOf(mood: ScreensMood): readonly ScreenReport[] {
  const nowMs = Date.now();
  const other = (id: string, room: string, page: string | null): ScreenReport => ({
    ...{ id, room, connectedAtMs: nowMs - 7_200_000, paintedSeq: 77, paintedAtMs: nowMs - 6_000 },
    ...{ displayId: null, name: null, place: null },
    told: page === null ? null : told({ page, sound: 'none', widthPx: 1_440, heightPx: 900 }),
  });
  if (mood === 'empty') return [other('Kc81xYaQ', 'wall', '/screens')];
  return [
    other('Kc81xYaQ', 'wall', '/alarms'),
    other('Kc81xYaQ', 'alarms', '/alarms'),
    other('pQ2z77Ab', 'wall', null),
  ];
}

function listOf(mood: ScreensMood): ScreensAnswer {
  const nowMs = Date.now();
  const pairing = (userCode: string, agoMs: number, address: string) => ({
    userCode,
    askedAtMs: nowMs - agoMs,
    expiresAtMs: nowMs - agoMs + 900_000,
    address,
  });
  return {
    atMs: nowMs,
    displays: displaysOf(mood),
    pairings:
      mood === 'trouble'
        ? [pairing('BCDF-2345', 61_000, '127.0.0.1'), pairing('XKRT-7789', 880_000, '192.0.2.44')]
        : [],
    others: othersOf(mood),
    build: BUILD,
    listening:
      'http://127.0.0.1:8025, this machine only: people cannot sign in yet, so nobody else may reach it',
    nextReloadAtMs: mood === 'empty' ? null : nowMs + 7.2 * 3_600_000,
  };
}

/** Makes one; what is sent to it is answered, and forgotten. */
export function createFakeScreens(
  mood: ScreensMood,
  options: { readonly pair?: PairMood; readonly identity?: ScreenIdentity } = {},
): FakeScreens {
  let identity: ScreenIdentity = options.identity ?? { kind: 'local', display: null };
  const asks: ((request: ScreenRequest) => void)[] = [];
  const pair = options.pair ?? 'waiting';

  function claimOf(): PairingClaim {
    if (pair === 'approved') return { state: 'approved', display: fakeDisplay() };
    if (pair === 'denied') return { state: 'denied' };
    return { state: pair === 'slow' ? 'slow-down' : 'pending' };
  }
  function bodyOf(path: string): unknown {
    switch (path) {
      case '/api/v1/screens':
        return listOf(mood);
      case '/api/v1/screens/me':
        return identity;
      case '/api/v1/screens/pairings':
        return {
          ...{ deviceCode: 'secret', userCode: 'BCDF-2345' },
          ...{ expiresInSeconds: 900, intervalSeconds: 1 },
        };
      case '/api/v1/screens/pairings/claim':
        return claimOf();
      default:
        return {};
    }
  }
  function isRefused(path: string): boolean {
    if (path === '/api/v1/screens') return mood === 'failing';
    if (path.endsWith('/claim')) return pair === 'away';
    return path.endsWith('/pairings') && pair === 'refused';
  }
  return {
    answer: (_request, { pathname }, response) => {
      if (!/^\/api\/v1\/screens(\/|$)/.test(pathname)) return false;
      const refused = isRefused(pathname);
      const code = pair === 'refused' ? 'forbidden' : 'unavailable';
      const message =
        pair === 'refused'
          ? 'Too many codes were asked for from this address.'
          : 'The screens cannot be read: database disk image is malformed.';
      response.writeHead(refused ? 503 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(refused ? { error: { code, message } } : bodyOf(pathname)));
      return true;
    },
    connected: (ask) => void asks.push(ask),
    askAll: (request) => asks.forEach((ask) => ask(request)),
    setIdentity: (next) => (identity = next),
  };
}
