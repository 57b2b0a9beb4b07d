import type { Display, DisplayView, ScreenReport, ScreensAnswer, ScreenTell } from '../../shared/screens.ts';

export const NOW = Date.UTC(2007, 4, 14, 3, 0, 0);

export const told = (change: Partial<ScreenTell> = {}): ScreenTell => ({
  build: 'b1',
  page: '/',
  sound: 'on',
  silencedUntilMs: null,
  isVisible: true,
  widthPx: 1_920,
  heightPx: 1_080,
  ...change,
});

export const display = (change: Partial<Display> = {}): Display => ({
  id: 'd1',
  name: 'Night wall left',
  place: 'control room',
  scope: { cluster: null, tenants: null },
  settings: { diagonalInches: null, distanceM: null, theme: null },
  pairedAtMs: NOW - 86_400_000,
  pairedBy: 'Kim',
  lastSeenAtMs: NOW - 1_000,
  lastAddress: '127.0.0.1',
  revoked: null,
  ...change,
});

export const displayView = (change: Partial<DisplayView> = {}): DisplayView => ({
  ...display(),
  state: 'painting',
  reason: 'painted 2 s ago',
  paintedAtMs: NOW - 2_000,
  isConnected: true,
  told: told(),
  ...change,
});

export const report = (change: Partial<ScreenReport> = {}): ScreenReport => ({
  id: 's1',
  room: 'wall',
  connectedAtMs: NOW - 60_000,
  paintedSeq: 7,
  paintedAtMs: NOW - 3_000,
  displayId: null,
  name: null,
  place: null,
  told: null,
  ...change,
});

export const screensAnswer = (change: Partial<ScreensAnswer> = {}): ScreensAnswer => ({
  atMs: NOW,
  displays: [],
  pairings: [],
  others: [],
  build: 'b1',
  listening: 'http://127.0.0.1:8025, this machine only',
  nextReloadAtMs: null,
  ...change,
});
