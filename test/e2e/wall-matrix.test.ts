import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellPlan, leastCellSide } from '../../client/components/wall/cell-plan.ts';
import { BORDERS } from '../../client/components/wall/draw-cells.ts';
import {
  angleSizes,
  arcMinutesOf,
  HEADLINE_ARCMIN,
  MINIMUM_ARCMIN,
  pixelsPerArcMinute,
  type Viewing,
} from '../../client/components/wall/visual-angle.ts';
import { placesOf, UNATTRIBUTED } from '../../client/stores/tile.ts';
import type { Level } from '../../shared/protocol.ts';
import { tenantsOf } from '../client/dev/fake-platform.ts';
import { writeContactSheet, type SheetPicture } from '../support/look/contact-sheet.ts';
import { checkForms, type LookedForm } from '../support/look/forms.ts';
import {
  cutTexts,
  measurePage,
  overlaps,
  seenTexts,
  type SeenPage,
  type SeenText,
} from '../support/look/measure.ts';
import { readPng } from '../support/look/png.ts';
import {
  PICTURES,
  SCREENS,
  startLooking,
  STATES,
  THEMES,
  type OpenWall,
  type ScreenName,
  type WallCase,
  type WallState,
  type WallTheme,
} from '../support/look/wall-scenes.ts';

const COUNTS = [12, 40, 300, 1_000] as const;
/** Rounding of sizes to a tenth of a pixel. */
const SLACK_ARCMIN = 0.1;
/** What is for who stands at the screen, or for who listens. */
const WITHOUT =
  '.abnormal, .pin-button, .legend, .menu, .replay .home, .scrubber, .skip-link, .unseen, .demo-bar :is(.controls, .story)';
const HEADLINES = '.pin-panel .headline, .replay strong';
/** Letters of a name that must be left where the whole has no room. */
const LEAST_LETTERS = 5;

const STATE_WORDS: Readonly<Record<WallState, readonly RegExp[]>> = {
  calm: [/No limit is crossed/, /No alarms/],
  trouble: [/2 critical/, /NOBODY HAS IT/, /Pinned/],
  stale: [/no data/, /A source is not heard/],
  offline: [/SERVER DOWN since/, /numbers below are old/],
  replay: [/REPLAY/, /NOT NOW/, /live now/],
};

const viewingOf = (screen: ScreenName): Viewing | null => {
  const { diagonalInches, distanceM } = SCREENS[screen];
  return diagonalInches === null ? null : { diagonalInches, distanceM };
};

/** Names may end in `…`; numbers, states, causes and owners never. */
const isName = ({ where, text, seenX, seenY }: SeenText) =>
  /\b(name|screen-name)\b/.test(where) && seenY > 0.7 && seenX * text.length >= LEAST_LETTERS;

/** What a reader would trip over. */
function faultsOf(seen: SeenPage, { screen, state, ...rest }: WallCase): readonly string[] {
  const viewing = viewingOf(screen);
  const isList = screen === 'phone';
  const { height } = SCREENS[screen];
  // A list goes on below the foot of the screen.
  const texts = seenTexts(seen).filter((text) => !isList || text.y + text.height <= height);
  const told = ({ text, where }: SeenText) => `"${text}" (${where})`;
  const small = viewing
    ? texts
        .map((text) => ({ text, arcmin: arcMinutesOf(text.capPx / 0.72, viewing, SCREENS[screen]) }))
        .filter(
          ({ arcmin, text }) => arcmin < (text.isHeadline ? HEADLINE_ARCMIN : MINIMUM_ARCMIN) - SLACK_ARCMIN,
        )
        .map(({ text, arcmin }) => `${told(text)} is seen at ${arcmin.toFixed(1)}′`)
    : [];
  const cut = cutTexts({ ...seen, texts })
    .filter((text) => !isName(text))
    .map((text) => `${told(text)} is cut off`);
  const doubled = overlaps({ ...seen, texts: texts.filter((text) => !isName(text)) });
  const ragged = texts
    .filter((text) => /\d/.test(text.text) && !text.isTabular)
    .map((text) => `${told(text)} is not tabular`);
  return [
    ...small,
    ...cut,
    ...doubled.map((text) => `${text} stand on one another`),
    ...ragged,
    ...(seen.overflowX > 0 ? [`it is ${seen.overflowX} px too wide`] : []),
    ...(seen.overflowY > 0 && !isList ? [`it is ${seen.overflowY} px too high`] : []),
    ...motionFaults(seen, state),
    ...pinFaults(seen, { screen, state, ...rest }),
    ...oldFaults(seen, { screen, state, ...rest }),
  ];
}

/** WCAG 2.3.1, and the law of this wall: one thing moves, slowly, and not for long. */
function motionFaults({ moving }: SeenPage, state: WallState): readonly string[] {
  const places = new Set(moving.map(({ where }) => where));
  return [
    ...(places.size > 1 ? [`more than one thing moves: ${[...places].join(', ')}`] : []),
    ...moving
      .filter(({ roundMs }) => roundMs < 1_000)
      .map(({ where }) => `${where} moves faster than once a second`),
    ...moving
      .filter(({ wholeMs }) => wholeMs > 10_000)
      .map(({ where }) => `${where} moves for more than ten seconds`),
    ...(state === 'calm' && moving.length > 0 ? ['a calm wall moves'] : []),
  ];
}

/** Whatever else has no room, a pin says what to do first; a part of a line is none. */
function pinFaults(seen: SeenPage, { screen, state, strip }: WallCase): readonly string[] {
  const isPinned = state === 'trouble' && strip === undefined && screen !== 'phone';
  const isFirst = ({ where, text, seenY }: SeenText) =>
    where === 'p.action' && text === 'First:' && seenY > 0.9;
  return isPinned && !seenTexts(seen).some(isFirst) ? ['the pin does not say what to do first'] : [];
}

/** While nothing comes, what the clock and the levels were last is still to be seen. */
function oldFaults(seen: SeenPage, { state }: WallCase): readonly string[] {
  const has = (wish: RegExp) => seenTexts(seen).some(({ where, seenY }) => wish.test(where) && seenY > 0.9);
  const hidden = [/\bclock\b|\bface\b|\btime\b/, /\bcounts\b|\bcount\b/].filter((wish) => !has(wish));
  return state === 'offline' ? hidden.map((wish) => `${wish} lies under the banner`) : [];
}

/** Line by line, as it is read. */
function readingOf(seen: SeenPage): string {
  return seenTexts(seen)
    .toSorted((a, b) => a.y + a.height / 2 - (b.y + b.height / 2) || a.x - b.x)
    .map(({ text }) => text)
    .join(' ')
    .replaceAll(/\s+/g, ' ');
}

const pageText = (wall: OpenWall) => wall.page.locator('body').innerText();

describe('the wall in a real browser', () => {
  let looking: Awaited<ReturnType<typeof startLooking>>;
  /** By the sheet they go on. */
  const pictures = new Map<string, SheetPicture[]>();
  const keep = (sheet: string, picture: SheetPicture) =>
    pictures.set(sheet, [...(pictures.get(sheet) ?? []), picture]);
  beforeAll(async () => {
    rmSync(PICTURES, { recursive: true, force: true });
    mkdirSync(PICTURES, { recursive: true });
    looking = await startLooking();
  });
  afterAll(async () => {
    for (const [sheet, own] of pictures)
      await looking.picture(writeContactSheet(PICTURES, sheet, own), join(PICTURES, `${sheet}.png`));
    await looking.stop();
  });

  async function look(
    wall: OpenWall,
    scene: WallCase,
    theme: WallTheme,
    tag = '',
  ): Promise<readonly string[]> {
    await wall.show(theme);
    const name = `${scene.screen}-${scene.count}-${scene.state}${tag}-${theme}`;
    const file = `${name}.png`;
    const [seen] = await Promise.all([
      measurePage(wall.page, { without: WITHOUT, headline: HEADLINES }),
      wall.page.screenshot({ path: join(PICTURES, file) }),
    ]);
    const isMatrix = scene.screen === 'hd' && tag === '';
    const place = { row: `${scene.count} tenants${tag}`, column: isMatrix ? scene.state : scene.screen };
    keep(isMatrix ? `sheet-${theme}` : 'sheet-screens', { file, ...place });
    const text = `${readingOf(seen)} ${await pageText(wall)}`;
    // Where letters are that large the form and who has it go before the word.
    const isTight = scene.screen === 'small';
    const unsaid = STATE_WORDS[scene.state]
      .filter((word) => !word.test(text) && !(isTight && word.test('Pinned')))
      .map((word) => `${word} is not said`);
    const crashes = await wall.page.locator('.crash').allTextContents();
    return [...faultsOf(seen, scene), ...unsaid, ...wall.errors, ...crashes].map(
      (fault) => `${name}: ${fault}`,
    );
  }

  describe.each(COUNTS)('with %d tenants', (count) => {
    it.each(STATES)(
      'can be read from where people stand, night and day, and says what it is: %s (WAL-154, WAL-155, WAL-156)',
      async (state) => {
        const scene: WallCase = { count, state, screen: 'hd' };
        const wall = await looking.open(scene);
        const faults: string[] = [];
        for (const theme of THEMES) faults.push(...(await look(wall, scene, theme)));
        await wall.close();
        expect(faults).toEqual([]);
      },
    );
  });

  it.each([
    ['small', 40],
    ['large', 40],
    ['uhd', 40],
    ['uhd', 1_000],
    ['portrait', 12],
    ['portrait', 300],
    ['portrait', 1_000],
    ['wide', 40],
    ['wide', 300],
    ['phone', 40],
    ['desk', 12],
    ['desk', 40],
    ['desk', 300],
    ['desk', 1_000],
  ] as const)('can be read on another screen: %s, %d tenants in trouble (WAL-157)', async (screen, count) => {
    const scene: WallCase = { count, state: 'trouble', screen };
    const wall = await looking.open(scene);
    const faults = await look(wall, scene, 'night');
    await wall.close();
    expect(faults).toEqual([]);
  });

  it.each([
    ['hd', 12, 'late'],
    ['large', 40, 'hatched'],
    ['desk', 12, 'late'],
    ['desk', 12, 'lost'],
    ['desk', 40, 'late'],
  ] as const)('says in whole words how old its numbers are: %s, %d tenants, %s (WAL-163)', async (...of) => {
    const [screen, count, age] = of;
    // Nothing is pinned: from afar a board that gives half of its room away has no numbers.
    const scene: WallCase = { count, state: 'offline', screen, strip: 'calm' };
    const wall = await looking.open(scene);
    const aged =
      age === 'hatched' ? '.board .tile.old .reading' : `.board .reading[data-state="${age}"] .note`;
    await wall.page.locator(aged).first().waitFor({ timeout: 30_000 });
    const faults = await look(wall, scene, 'night', `-${age}`);
    await wall.close();
    expect(faults).toEqual([]);
  });

  it('says on every part of a wall of several screens which part it is, and that it is a demo (WAL-46, WAL-6)', async () => {
    const scene: WallCase = {
      ...{ count: 1_000, state: 'calm', screen: 'hd' },
      ...{ query: 'cluster=B', isDemo: true },
    };
    const wall = await looking.open(scene);
    const faults = await look(wall, scene, 'night', '-part');
    const text = await pageText(wall);
    await wall.close();
    expect(faults).toEqual([]);
    expect(text).toMatch(/This screen: cluster B/);
    expect(text).toMatch(/DEMO/);
  });

  it('says the titles of cards in whole words on a phone, and what its pin has no room for not at all (WAL-155)', async () => {
    const wall = await looking.open({ count: 40, state: 'trouble', screen: 'phone', strip: 'flood' });
    await wall.page.locator('.pin-panel .action').waitFor();
    await wall.page.screenshot({ path: join(PICTURES, 'phone-cards.png') });
    const words = '.alarm-card :is(.head, .name, .reason)';
    const cut = await wall.page
      .locator(words)
      .evaluateAll((all) =>
        all.filter((word) => word.scrollWidth > word.clientWidth + 1).map((word) => word.textContent),
      );
    const seen = await measurePage(wall.page, { without: WITHOUT, headline: HEADLINES });
    await wall.close();
    expect(cut).toEqual([]);
    expect(cutTexts(seen).filter(({ y, height }) => y + height <= SCREENS.phone.height)).toEqual([]);
  });

  it('lays no button over the words of a card, for who stands at the screen (WAL-155)', async () => {
    const wall = await looking.open({ count: 40, state: 'trouble', screen: 'desk', strip: 'flood' });
    await wall.page.locator('.alarm-card').first().hover();
    await wall.page.locator('.wall.near').waitFor();
    const covered = await wall.page.locator('.card-place').evaluateAll((cards) =>
      cards.flatMap((card) => {
        const button = card.querySelector('.pin-button')?.getBoundingClientRect();
        const words = [...card.querySelectorAll('.name, .reason, .foot > *')];
        const foot = card.querySelector('.foot')?.getBoundingClientRect();
        return words.flatMap((word) => {
          const { right, top, bottom } = word.getBoundingClientRect();
          const isInFoot = word.parentElement?.className === 'foot';
          const isWrapped = isInFoot && foot && top >= foot.bottom - 2;
          // A longer title or number would go on to the end of its line.
          const reaches = !isInFoot || (button && right > button.left + 1);
          const isUnder = reaches && button && bottom > button.top + 3 && top < button.bottom - 3;
          return isUnder && !isWrapped ? [word.textContent] : [];
        });
      }),
    );
    await wall.page.screenshot({ path: join(PICTURES, 'near-pin-button.png') });
    await wall.close();
    expect(covered).toEqual([]);
  });

  it.each(['/tenant/t0', '/foresight', '/alarms', '/desk', '/sources'])(
    'lays no word of a page under what says that the server is gone: %s (WAL-156)',
    async (path) => {
      const wall = await looking.open({ count: 12, state: 'offline', screen: 'desk', path });
      const under = await wall.page.evaluate(() => {
        const foot = document.querySelector('.banner')?.getBoundingClientRect().bottom ?? Infinity;
        const main = document.querySelector('main')?.getBoundingClientRect().top ?? -1;
        return Math.round(foot - main);
      });
      await wall.page.screenshot({ path: join(PICTURES, `offline${path.replaceAll('/', '-')}.png`) });
      await wall.close();
      expect(under).toBeLessThanOrEqual(0);
    },
  );

  it('tells this screen without network from a server that is gone (WAL-156)', async () => {
    const scene: WallCase = { count: 12, state: 'calm', screen: 'hd' };
    const wall = await looking.open(scene);
    await wall.page.context().setOffline(true);
    await wall.page.getByText('THIS SCREEN IS OFFLINE').waitFor({ timeout: 15_000 });
    await wall.page.context().setOffline(false);
    await wall.page.locator('.banner').waitFor({ state: 'detached', timeout: 15_000 });
    await wall.close();
  });

  describe('for who sees colours differently', () => {
    const KINDS = ['none', 'protanopia', 'deuteranopia', 'tritanopia'] as const;
    it.each([
      [40, 'night'],
      [40, 'day'],
      [300, 'night'],
      [300, 'day'],
    ] as const)('%d tenants, %s: forms stand out and are told apart (WAL-158)', async (count, theme) => {
      // No alarm: nothing is pinned, so the board has all of its room.
      const scene: WallCase = { count, state: 'trouble', screen: 'hd', strip: 'calm' };
      const wall = await looking.open(scene);
      await wall.show(theme);
      const forms = await formsOf(wall, count);
      expect(forms.length).toBeGreaterThanOrEqual(6);
      const faults: string[] = [];
      for (const kind of KINDS) {
        await wall.cdp.send('Emulation.setEmulatedVisionDeficiency', { type: kind });
        const file = `sight-${count}-${kind}-${theme}.png`;
        const png = readPng(await wall.page.screenshot({ path: join(PICTURES, file) }));
        keep('sheet-sight', { file, row: `${count} tenants, ${theme}`, column: kind });
        faults.push(...checkForms(png, forms).map((fault) => `${kind}: ${fault}`));
      }
      await wall.close();
      expect(faults).toEqual([]);
    });
  });
});

/** Where the forms are: of tiles in the page, of cells where the plan says. */
async function formsOf(wall: OpenWall, count: number): Promise<readonly LookedForm[]> {
  const inPage = await wall.page.evaluate(() =>
    [...document.querySelectorAll<SVGElement>('.board svg.shape')].flatMap((shape) => {
      const { x, y, width, height } = shape.getBoundingClientRect();
      const level = shape.dataset['level'] ?? '';
      return width > 0 && level !== 'ok' && level !== 'no-data' ? [{ level, x, y, width, height }] : [];
    }),
  );
  if ((await wall.page.locator('.board canvas[aria-hidden]').count()) === 0 || count <= 60) return inPage;
  const board = await wall.page.locator('.board').boundingBox();
  if (!board) throw new Error('no board');
  const capShare = await wall.page.evaluate(() => {
    const least = parseFloat(document.documentElement.style.getPropertyValue('--least'));
    return least;
  });
  const viewing = viewingOf('hd');
  if (!viewing) throw new Error('no viewing');
  const unit = pixelsPerArcMinute(viewing, SCREENS.hd);
  const sizes = angleSizes(viewing, SCREENS.hd, (MINIMUM_ARCMIN * unit) / capShare);
  const places = placesOf(tenantsOf(`trouble-${count}`));
  const tiles = places.map(({ entry }) => ({
    id: entry.id,
    cluster: entry.cluster ?? '',
    mailboxes: entry.mailboxes ?? null,
    isUnattributed: entry.id === UNATTRIBUTED,
  }));
  const plan = cellPlan(tiles, { isByCluster: false, size: board, sizes });
  const levels = await wall.page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.abnormal [data-tenant]')].map(({ dataset }) => ({
      id: dataset['tenant'] ?? '',
      level: dataset['level'] ?? '',
    })),
  );
  return levels.flatMap(({ id, level }) => {
    const rect = plan.rects[tiles.findIndex((tile) => tile.id === id)];
    if (!rect || level === 'no-data') return [];
    if (Math.min(rect.width, rect.height) < leastCellSide(sizes))
      throw new Error(`${id} has too small a cell`);
    const { width, height } = rect;
    const border = width > 60 ? {} : { borderPx: BORDERS[level as Level] + 1 };
    return [{ level, x: board.x + rect.x, y: board.y + rect.y, width, height, ...border }];
  });
}
