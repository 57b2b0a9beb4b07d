/** A quarter of the pixels of an ordinary screen: the letters are large, and a canvas of all of them is 8 MB. */
const WIDTH_PX = 960;
const HEIGHT_PX = 540;
const STYLE =
  'position:fixed;inset:0;width:100%;height:100%;z-index:2147483647;pointer-events:none;background:none';

/** Lays a clear canvas over the whole page and hands over what a worker draws on it with. */
export function layOverlay(): { element: HTMLCanvasElement; offscreen: OffscreenCanvas } | null {
  const element = document.createElement('canvas');
  if (typeof element.transferControlToOffscreen !== 'function') return null;
  element.width = WIDTH_PX;
  element.height = HEIGHT_PX;
  element.className = 'watchdog';
  element.setAttribute('aria-hidden', 'true');
  element.style.cssText = STYLE;
  const offscreen = element.transferControlToOffscreen();
  document.body.append(element);
  return { element, offscreen };
}

const NOTICE_STYLE =
  'position:fixed;inset:0 0 auto;z-index:2147483646;padding:20px;border:6px solid #de6400;background:#101215;' +
  'color:#fff;font:700 clamp(20px,2.1vw,40px) sans-serif';

/** Says on the page itself that it is frozen, without the page's own machinery, which may be what is broken. */
export function sayFrozen(text: string): void {
  let notice = document.querySelector<HTMLElement>('.frozen-notice');
  if (!notice) {
    notice = document.createElement('div');
    notice.className = 'frozen-notice';
    notice.setAttribute('role', 'alert');
    notice.style.cssText = NOTICE_STYLE;
    document.body.append(notice);
  }
  if (notice.textContent !== text) notice.textContent = text;
}

/** Takes that back: the page paints again. */
export function unsayFrozen(): void {
  document.querySelector('.frozen-notice')?.remove();
}
