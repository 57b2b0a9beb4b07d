/** Sizes of text by the angle at which they are seen: what is too small from where people stand is not drawn. */

/** The screen as the installer measured it. */
export interface Viewing {
  readonly diagonalInches: number;
  /** The farthest from which it is to be read. */
  readonly distanceM: number;
}

/** Width and height in CSS pixels. */
export interface Extent {
  readonly width: number;
  readonly height: number;
}

/** Font sizes in CSS pixels. */
export interface AngleSizes {
  /** One minute of arc. */
  readonly unit: number;
  /** Below it nothing is drawn: 16 minutes of arc (ISO 9241-3). */
  readonly minimum: number;
  /** 20 minutes: what is critical or changes (FAA HF-STD-001). */
  readonly preferred: number;
  /** 30 minutes: what is read first. */
  readonly headline: number;
}

export const MINIMUM_ARCMIN = 16;
export const PREFERRED_ARCMIN = 20;
export const HEADLINE_ARCMIN = 30;
/** The law is about the height of capitals; where it cannot be measured it is taken to be this share of the font size. */
export const CAP_SHARE = 0.72;
const MM_PER_INCH = 25.4;
const MM_PER_M = 1_000;

/** What can be a screen that is looked at. */
export const DIAGONAL_INCHES = { least: 5, most: 400 } as const;
export const DISTANCE_M = { least: 0.3, most: 100 } as const;

const isWithin = (n: number, { least, most }: { readonly least: number; readonly most: number }) =>
  Number.isFinite(n) && n >= least && n <= most;

/** A viewing out of two numbers, null when they cannot be true. */
export function viewingOf(diagonalInches: number, distanceM: number): Viewing | null {
  return isWithin(diagonalInches, DIAGONAL_INCHES) && isWithin(distanceM, DISTANCE_M)
    ? { diagonalInches, distanceM }
    : null;
}

const radians = (arcMinutes: number) => (arcMinutes / 60) * (Math.PI / 180);

/** CSS pixels that an object of so many minutes of arc covers: h = 2 d tan(a / 2). */
export function pixelsOfAngle(arcMinutes: number, viewing: Viewing, screen: Extent): number {
  const pixelsPerMm = Math.hypot(screen.width, screen.height) / (viewing.diagonalInches * MM_PER_INCH);
  return 2 * viewing.distanceM * MM_PER_M * Math.tan(radians(arcMinutes) / 2) * pixelsPerMm;
}

/** CSS pixels per minute of arc. */
export function pixelsPerArcMinute(viewing: Viewing, screen: Extent): number {
  return pixelsOfAngle(1, viewing, screen);
}

/** Minutes of arc of the capitals of a font size: what a picture of the wall is measured by. */
export function arcMinutesOf(fontPx: number, viewing: Viewing, screen: Extent): number {
  return (fontPx * CAP_SHARE) / pixelsPerArcMinute(viewing, screen);
}

/** The sizes of text that a screen asks for, in a face whose capitals are so high. */
export function angleSizes(viewing: Viewing, screen: Extent, capShare = CAP_SHARE): AngleSizes {
  const font = (arcMinutes: number) => pixelsOfAngle(arcMinutes, viewing, screen) / capShare;
  return {
    unit: pixelsPerArcMinute(viewing, screen),
    minimum: font(MINIMUM_ARCMIN),
    preferred: font(PREFERRED_ARCMIN),
    headline: font(HEADLINE_ARCMIN),
  };
}
