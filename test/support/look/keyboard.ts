/** Walks through a page with the Tab key alone, as who has no mouse does. */
import type { Page } from 'playwright-core';

/** More than the longest page has. */
const MOST_STEPS = 400;

export interface KeyWalk {
  readonly steps: number;
  /** The first that is reached. */
  readonly first: string;
  /** Controls that the walk did not come to. */
  readonly missed: readonly string[];
  /** Reached, but nothing shows it. */
  readonly unseen: readonly string[];
  /** Whether it went all the way round: nothing holds it. */
  readonly isThrough: boolean;
}

interface WalkState {
  readonly reached: Set<Element>;
  readonly unseen: string[];
  first: string;
}

/** Presses Tab until the walk leaves the page, and says what it met. */
export async function walkByTab(page: Page): Promise<KeyWalk> {
  await page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
    Object.assign(window, {
      walk: { reached: new Set<Element>(), unseen: [], first: '' } satisfies WalkState,
    });
  });
  let steps = 0;
  let isThrough = false;
  while (steps < MOST_STEPS && !isThrough) {
    await page.keyboard.press('Tab');
    steps += 1;
    isThrough = await page.evaluate(markFocus);
  }
  const { first, missed, unseen } = await page.evaluate(endOfWalk);
  return { steps, first, missed, unseen, isThrough };
}

/** Notes where the focus is; true when it has come round. */
function markFocus(): boolean {
  const { walk } = window as unknown as { walk: WalkState };
  const at = document.activeElement;
  if (!at || at === document.body || walk.reached.has(at)) return walk.reached.size > 0;
  walk.reached.add(at);
  const name = `${at.tagName.toLowerCase()}.${[...at.classList].join('.')} "${(at.textContent ?? '').trim().slice(0, 30)}"`;
  walk.first ||= name;
  const style = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const isRinged = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const [middleX, middleY] = [box.x + box.width / 2, box.y + box.height / 2];
  const isOnScreen = document.elementsFromPoint(middleX, middleY).length > 0;
  const isThere = box.width > 0 && at.checkVisibility({ opacityProperty: true });
  if (!isRinged || !isOnScreen || !isThere)
    walk.unseen.push(`${name} ${JSON.stringify({ isRinged, isOnScreen, isThere })}`);
  return false;
}

/** What can be used with a mouse and was not reached. */
function endOfWalk(): { first: string; missed: string[]; unseen: string[] } {
  const { walk } = window as unknown as { walk: WalkState };
  const controls = 'a[href], button, input, select, textarea, summary, [tabindex="0"], [role="button"]';
  const isUsable = (element: Element): boolean =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    element.getBoundingClientRect().width > 0 &&
    !element.matches(':disabled, [tabindex="-1"], [inert] *');
  /** One of a group has the focus for all of them: arrows lead to the others. */
  const isOfReachedGroup = (element: Element): boolean => {
    const isRadio = element instanceof HTMLInputElement && element.type === 'radio';
    return (
      isRadio &&
      [...walk.reached].some((other) => other instanceof HTMLInputElement && other.name === element.name)
    );
  };
  const missed = [...document.querySelectorAll(controls)].filter(
    (element) => isUsable(element) && !walk.reached.has(element) && !isOfReachedGroup(element),
  );
  return {
    first: walk.first,
    missed: missed.map((element) => element.outerHTML.slice(0, 120)),
    unseen: walk.unseen,
  };
}
