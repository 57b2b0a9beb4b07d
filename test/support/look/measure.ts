/** What a reader of a page sees, measured in the page: every text with its place, and what of it is cut off. */
import type { Page } from 'playwright-core';

export interface SeenText {
  readonly text: string;
  readonly fontPx: number;
  /** Height of capitals of the face that is really drawn. */
  readonly capPx: number;
  /** Of the nearest element with a class, to find it again. */
  readonly where: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Shares of it that nothing hides. */
  readonly seenX: number;
  readonly seenY: number;
  readonly isTabular: boolean;
  readonly isHeadline: boolean;
}

export interface SeenPage {
  readonly texts: readonly SeenText[];
  readonly overflowX: number;
  readonly overflowY: number;
  /** Running animations: length of one round in ms, how long in all, where, and where in its round each is. */
  readonly moving: readonly {
    readonly where: string;
    readonly roundMs: number;
    readonly wholeMs: number;
    readonly atMs: number;
  }[];
}

export interface MeasureWish {
  /** What is not for reading from here: selectors. */
  readonly without: string;
  /** What is read first: selectors. */
  readonly headline: string;
}

/** Measures all text that is painted in the window. */
export function measurePage(page: Page, wish: MeasureWish): Promise<SeenPage> {
  return page.evaluate(({ without, headline }) => {
    const pen = document.createElement('canvas').getContext('2d');
    const caps = new Map<string, number>();
    const capOf = (style: CSSStyleDeclaration): number => {
      const font = `${style.fontWeight} 100px ${style.fontFamily}`;
      const known = caps.get(font);
      if (known !== undefined) return known;
      if (!pen) throw new Error('no canvas');
      pen.font = font;
      const share = pen.measureText('H').actualBoundingBoxAscent / 100;
      caps.set(font, share);
      return share;
    };
    const whereOf = (element: Element): string => {
      const named = element.closest('[class]');
      return named ? `${named.tagName.toLowerCase()}.${[...named.classList].join('.')}` : element.tagName;
    };
    /** What of a box the boxes around it leave to be seen. */
    const seenOf = (element: Element, box: DOMRect) => {
      let [left, right, top, bottom] = [
        Math.max(0, box.left),
        Math.min(innerWidth, box.right),
        Math.max(0, box.top),
        Math.min(innerHeight, box.bottom),
      ];
      for (let at: Element | null = element; at && at !== document.body; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
        if (style.display === 'inline') continue;
        const clip = at.getBoundingClientRect();
        if (style.overflowX !== 'visible') {
          left = Math.max(left, clip.left);
          right = Math.min(right, clip.right);
        }
        if (style.overflowY !== 'visible') {
          top = Math.max(top, clip.top);
          bottom = Math.min(bottom, clip.bottom);
        }
      }
      return {
        x: Math.max(0, right - left) / Math.max(1, box.width),
        y: Math.max(0, bottom - top) / Math.max(1, box.height),
      };
    };
    /** Something else stands on it, such as that the server is gone. */
    const isCovered = (element: Element, { x, y, width, height }: DOMRect): boolean =>
      [y + 1, y + height / 2, y + height - 1].some((at) => {
        const [top] = document.elementsFromPoint(x + width / 2, at);
        const over = top?.closest('[role="alert"], .pin-panel') ?? null;
        return over !== null && !over.contains(element);
      });
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const parent = node.parentElement;
      const text = (node.textContent ?? '').trim();
      if (!parent || text === '' || parent.closest(`script, style, svg, option, ${without}`)) continue;
      if (!parent.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const style = getComputedStyle(parent);
      for (const box of range.getClientRects()) {
        if (box.width < 1 || box.height < 1 || isCovered(parent, box)) continue;
        const seen = seenOf(parent, box);
        const fontPx = parseFloat(style.fontSize);
        texts.push({
          text,
          fontPx,
          capPx: fontPx * capOf(style),
          where: whereOf(parent),
          x: box.x,
          y: box.y,
          width: box.width,
          height: box.height,
          seenX: seen.x,
          seenY: seen.y,
          isTabular: style.fontVariantNumeric.includes('tabular-nums'),
          isHeadline: headline !== '' && parent.closest(headline) !== null,
        });
      }
    }
    const moving = document.getAnimations().flatMap((animation) => {
      const { effect } = animation;
      if (animation.playState !== 'running' || !(effect instanceof KeyframeEffect) || !effect.target)
        return [];
      const timing = effect.getComputedTiming();
      return [
        {
          where: whereOf(effect.target),
          roundMs: Number(timing.duration),
          wholeMs: Number(timing.activeDuration),
          atMs: (timing.progress ?? 0) * Number(timing.duration),
        },
      ];
    });
    return {
      texts,
      // A phone makes room for what is too wide by showing all of it smaller.
      overflowX: document.documentElement.scrollWidth - Math.min(innerWidth, screen.width),
      overflowY: document.documentElement.scrollHeight - innerHeight,
      moving,
    };
  }, wish);
}

/** Half of a text is cut off; none of it has wrapped out of sight, which is right. */
const LEAST_SEEN = 0.03;
/** Letters do not fill their line to its foot. */
const WHOLE_X = 0.985;
const WHOLE_Y = 0.75;

/** Texts that somebody can see. */
export const seenTexts = (page: SeenPage): readonly SeenText[] =>
  page.texts.filter(({ seenX, seenY }) => seenX > LEAST_SEEN && seenY > LEAST_SEEN);

/** Texts of which a part is hidden: half a number is a wrong number. */
export const cutTexts = (page: SeenPage): readonly SeenText[] =>
  seenTexts(page).filter(({ seenX, seenY }) => seenX < WHOLE_X || seenY < WHOLE_Y);

/** Texts one of which stands on another. */
export function overlaps(page: SeenPage): readonly string[] {
  const all = seenTexts(page);
  const found: string[] = [];
  all.forEach((a, i) =>
    all.slice(i + 1).forEach((b) => {
      const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
      const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
      // Lines set tightly share the room of their descenders.
      const isOn = width > 2 && height > 0.45 * Math.min(a.height, b.height);
      if (isOn) found.push(`"${a.text}" (${a.where}) and "${b.text}" (${b.where})`);
    }),
  );
  return found;
}
