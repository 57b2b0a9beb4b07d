/** When a paired screen goes back to the page that it is there for. Pure. */

/** So long without a hand. */
export const HOME_AFTER_MS = 600_000;
/** ... and with a critical alarm that nobody has. */
export const LOUD_HOME_AFTER_MS = 60_000;

export interface AwayFacts {
  /** Without an identity it is somebody's own browser. */
  readonly isPaired: boolean;
  readonly isHome: boolean;
  readonly untouchedMs: number;
  /** A critical alarm is up that nobody has acknowledged. */
  readonly isLoud: boolean;
}

/** Whether it goes back now, for nobody is there who reads another page. */
export function goesHome({ isPaired, isHome, untouchedMs, isLoud }: AwayFacts): boolean {
  if (!isPaired || isHome) return false;
  return untouchedMs >= (isLoud ? LOUD_HOME_AFTER_MS : HOME_AFTER_MS);
}

/** Pages that a screen is put up for. */
const HOMES: readonly string[] = ['/', '/desk'];

/** The page that a screen was started with, when that is one to stay on; else the wall. */
export function homeOf(firstPath: string): string {
  return HOMES.includes(firstPath) ? firstPath : '/';
}
