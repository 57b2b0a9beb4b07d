/** Opens the wall in one of its states over a made-up platform, in a real browser and a real build. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type CDPSession, type Page } from 'playwright-core';
import { answerForesight } from '../../client/dev/fake-foresight.ts';
import { answerPin } from '../../client/dev/fake-pin.ts';
import { startFakeServer } from '../../client/dev/fake-server.ts';
import type { StripMood } from '../../client/dev/fake-strip.ts';
import { ROOT } from '../source-tree.ts';

export const STATES = ['calm', 'trouble', 'stale', 'offline', 'replay'] as const;
export type WallState = (typeof STATES)[number];
export const THEMES = ['night', 'day'] as const;
export type WallTheme = (typeof THEMES)[number];

/** Screens as they hang: CSS pixels, and what the installer measured. */
export const SCREENS = {
  hd: { width: 1_920, height: 1_080, diagonalInches: 55, distanceM: 5 },
  /** The same wall on a smaller screen, and on a larger one. */
  small: { width: 1_920, height: 1_080, diagonalInches: 43, distanceM: 5 },
  large: { width: 1_920, height: 1_080, diagonalInches: 75, distanceM: 5 },
  uhd: { width: 3_840, height: 2_160, diagonalInches: 75, distanceM: 5 },
  portrait: { width: 1_080, height: 1_920, diagonalInches: 55, distanceM: 5 },
  wide: { width: 3_440, height: 1_440, diagonalInches: 49, distanceM: 3 },
  /** Nobody said how far people stand. */
  desk: { width: 1_920, height: 1_080, diagonalInches: null, distanceM: null },
  phone: { width: 390, height: 844, diagonalInches: null, distanceM: null },
} as const;
export type ScreenName = keyof typeof SCREENS;

export interface WallCase {
  readonly count: number;
  readonly state: WallState;
  readonly screen: ScreenName;
  /** What the wall is told of alarms; absent: by the state. */
  readonly strip?: StripMood;
  readonly isDemo?: boolean;
  /** More of the address: a part of the wall. */
  readonly query?: string;
  /** Another page than the wall. */
  readonly path?: string;
}

export interface OpenWall {
  readonly page: Page;
  readonly cdp: CDPSession;
  readonly errors: readonly string[];
  show(theme: WallTheme): Promise<void>;
  close(): Promise<void>;
}

/** Pictures lie here; the folder is not kept in the repository. */
export const PICTURES = join(ROOT, 'test', 'artefacts', 'wall-matrix');
const DIST = process.env['WALL_MATRIX_DIST'] ?? join(ROOT, 'dist');
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const STRIPS: Readonly<Record<WallState, StripMood>> = {
  calm: 'calm',
  trouble: 'two',
  stale: 'source',
  offline: 'few',
  replay: 'few',
};
const SCENE = {
  calm: 'calm',
  stale: 'stale',
  trouble: 'trouble',
  offline: 'trouble',
  replay: 'trouble',
} as const;
const REPLAY_AGO_MS = 10 * 60_000;
const SOON = { timeout: 15_000 };

/** One browser for all pictures. */
export async function startLooking() {
  mkdirSync(PICTURES, { recursive: true });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS.split(' ') });
  const contexts = new Map<ScreenName, Promise<BrowserContext>>();
  const contextOf = (name: ScreenName): Promise<BrowserContext> => {
    const known = contexts.get(name) ?? openContext(browser, name);
    contexts.set(name, known);
    return known;
  };
  return {
    open: async (wall: WallCase): Promise<OpenWall> => openWall(await contextOf(wall.screen), wall),
    /** A picture of a page of ours, such as a contact sheet. */
    picture: async (from: string, to: string): Promise<void> => {
      const page = await browser.newPage({ viewport: { width: 2_400, height: 1_200 } });
      await page.goto(`file://${from}`);
      await page.screenshot({ path: to, fullPage: true });
      await page.close();
    },
    stop: () => browser.close(),
  };
}

function openContext(browser: Browser, name: ScreenName): Promise<BrowserContext> {
  const { width, height } = SCREENS[name];
  return browser.newContext({
    viewport: { width, height },
    screen: { width, height },
    ...(name === 'phone' && { hasTouch: true, isMobile: true, deviceScaleFactor: 2 }),
  });
}

function queryOf({ screen, state, query = '' }: WallCase, theme: WallTheme): string {
  const { diagonalInches, distanceM } = SCREENS[screen];
  const params = new URLSearchParams(query);
  params.set('theme', theme);
  if (diagonalInches !== null) {
    params.set('diagonal', String(diagonalInches));
    params.set('distance', String(distanceM));
  }
  if (state === 'replay') params.set('at', new Date(Date.now() - REPLAY_AGO_MS).toISOString());
  return params.toString();
}

/** What a pin asks for: its curves, and what is foreseen of a trouble. */
function answerOf(state: WallState): ReturnType<typeof answerPin> {
  const foreseen = answerForesight(state === 'calm' ? 'calm' : 'trouble');
  const pinned = answerPin('fine');
  return (...asked) => foreseen(...asked) || pinned(...asked);
}

async function openWall(context: BrowserContext, wall: WallCase): Promise<OpenWall> {
  const server = await startFakeServer({
    port: 0,
    scene: `${SCENE[wall.state]}-${wall.count}`,
    dist: DIST,
    strip: wall.strip ?? STRIPS[wall.state],
    isDemo: wall.isDemo ?? false,
    answer: answerOf(wall.state),
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`${server.url}${wall.path ?? '/'}?${queryOf(wall, 'night')}`);
  await page
    .locator(wall.path ? 'main h1' : '.board[data-layout]')
    .first()
    .waitFor(SOON);
  const mood = wall.strip ?? STRIPS[wall.state];
  // A server that goes before the pin has come leaves a wall without it: one and the same wall in each run.
  const isTold = wall.state === 'trouble' ? mood === 'two' : wall.state === 'offline' && mood === 'few';
  const isPinned = isTold && wall.screen !== 'phone' && !wall.path;
  // What is foreseen of a trouble comes after its pin.
  const part = wall.state === 'trouble' ? '.pin-panel [data-foresight]' : '.pin-panel';
  if (isPinned)
    await page
      .locator(part)
      .first()
      .waitFor({ ...SOON, state: 'attached' });
  if (wall.state === 'replay') await page.locator('main[data-phase="replay"]').waitFor(SOON);
  if (wall.state === 'offline') {
    await server.stop();
    await page.locator('.banner').waitFor(SOON);
  }
  const show = async (theme: WallTheme): Promise<void> => {
    await page.evaluate(
      (query) => {
        history.pushState({ ...history.state }, '', `/?${query}`);
        dispatchEvent(new PopStateEvent('popstate', { state: history.state }));
      },
      queryOf(wall, theme),
    );
    // A past wall has a ground of its own, whatever the theme.
    const wished = wall.state === 'replay' ? 'night' : theme;
    await page.locator(`html[data-theme="${wished}"]`).waitFor(SOON);
    await settle(page);
  };
  await settle(page);
  return {
    page,
    cdp: await context.newCDPSession(page),
    errors,
    show,
    close: async () => {
      await page.close();
      if (wall.state !== 'offline') await server.stop();
    },
  };
}

/** Two frames: what was changed is placed, and what is drawn by its place is drawn. */
export function settle(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((done) => {
        requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => done())));
      }),
  );
}
