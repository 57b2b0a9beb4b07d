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
  /** By what they say: a page that lives draws some anew while it is walked through. */
  readonly said: Set<string>;
  readonly unseen: string[];
  first: string;
  last: Element | null;
}

/** Presses Tab until the walk leaves the page, and says what it met. */
export async function walkByTab(page: Page): Promise<KeyWalk> {
  await page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
    const walk: WalkState = { reached: new Set(), said: new Set(), unseen: [], first: '', last: null };
    Object.assign(window, { walk });
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
  if (!at || at === document.body) return walk.reached.size > 0;
  // A field of date and time has several stops of its own.
  if (at === walk.last) return false;
  if (walk.reached.has(at)) return true;
  walk.reached.add(at);
  walk.last = at;
  const text = (at.textContent ?? '').trim();
  walk.said.add(`${at.tagName} ${at.getAttribute('aria-label') ?? text}`);
  const name = `${at.tagName.toLowerCase()}.${[...at.classList].join('.')} "${text.slice(0, 30)}"`;
  walk.first ||= name;
  const style = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const isRinged = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const isOnScreen = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2).length > 0;
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
  const isSaid = (element: Element): boolean =>
    walk.said.has(
      `${element.tagName} ${element.getAttribute('aria-label') ?? (element.textContent ?? '').trim()}`,
    );
  const missed = [...document.querySelectorAll(controls)].filter(
    (element) =>
      isUsable(element) && !walk.reached.has(element) && !isOfReachedGroup(element) && !isSaid(element),
  );
  return {
    first: walk.first,
    missed: missed.map((element) => element.outerHTML.slice(0, 120)),
    unseen: walk.unseen,
  };
}
