import { LIST_WIDTH } from '../layout.ts';
import type { Extent } from '../visual-angle.ts';

/** Where the panel stands: beside the board, under it, or (on a phone) at the foot of the screen while the list runs. */
export type PinPlace = 'side' | 'foot' | 'float';

/** Narrower than this against its height, two side by side would be two slips. */
const LEAST_ASPECT = 1.1;

/** The place in a room so large. */
export function pinPlace({ width, height }: Extent, windowWidth: number): PinPlace {
  if (windowWidth < LIST_WIDTH) return 'float';
  return width >= LEAST_ASPECT * height ? 'side' : 'foot';
}
