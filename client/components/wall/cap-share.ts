import { CAP_SHARE } from './visual-angle.ts';

const PROBE_PX = 200;
/** What a sans-serif face can be; anything else is a browser that does not measure. */
const POSSIBLE = { least: 0.6, most: 0.85 } as const;

/** Height of capitals of the face that this browser really draws, as a share of the font size: the lower of plain and bold. */
export function capShareOf(element: Element): number {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return CAP_SHARE;
  const { fontFamily } = getComputedStyle(element);
  const shares = ['400', '700'].map((weight) => {
    context.font = `${weight} ${PROBE_PX}px ${fontFamily}`;
    return context.measureText('H').actualBoundingBoxAscent / PROBE_PX;
  });
  const share = Math.min(...shares);
  return share >= POSSIBLE.least && share <= POSSIBLE.most ? share : CAP_SHARE;
}
