import { writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { readPng } from './png.ts';
import { ROOT } from './source-tree.ts';

/** What the browser puts on the screen: composed outside of the page, so that it comes although the page hangs. */
export interface Screencast {
  /** The newest picture, as PNG. */
  newest(): Buffer | undefined;
  /** The last pictures, oldest first. */
  all(): readonly Buffer[];
  keep(name: string): void;
  stop(): Promise<void>;
}

const MOST_PICTURES = 200;

/** Films a page. */
export async function startScreencast(page: Page): Promise<Screencast> {
  const session = await page.context().newCDPSession(page);
  const pictures: Buffer[] = [];
  session.on('Page.screencastFrame', ({ data, sessionId }) => {
    pictures.push(Buffer.from(data, 'base64'));
    if (pictures.length > MOST_PICTURES) pictures.shift();
    session.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined);
  });
  await session.send('Page.startScreencast', { format: 'png', everyNthFrame: 1 });
  return {
    newest: () => pictures.at(-1),
    all: () => pictures,
    keep(name) {
      const folder = join(ROOT, 'test', 'artefacts');
      mkdirSync(folder, { recursive: true });
      const newest = pictures.at(-1);
      if (newest) writeFileSync(join(folder, `${name}.png`), newest);
    },
    stop: () => session.detach(),
  };
}

/** Colours of some places of a picture, as `#rrggbb`; places as shares of its width and height. */
export function coloursAt(png: Buffer, places: readonly (readonly [number, number])[]): string[] {
  const { width, height, channels, pixels } = readPng(png);
  return places.map(([x, y]) => {
    const at = (Math.floor(y * height) * width + Math.floor(x * width)) * channels;
    return `#${pixels.subarray(at, at + 3).toString('hex')}`;
  });
}
