import { LEVELS, type Level } from '../../../shared/protocol.ts';

/** Colours of the theme, as the style sheet has them. */
export interface CellPalette {
  readonly ground: string;
  readonly tile: string;
  readonly line: string;
  readonly quiet: string;
  readonly text: string;
  readonly soft: string;
  readonly ink: string;
  readonly stripe: string;
  readonly alarmGround: string;
  readonly level: Readonly<Record<Level, string>>;
  readonly font: string;
}

const VARIABLES: Readonly<Record<Level, string>> = {
  ok: '--outline',
  low: '--sky',
  medium: '--yellow',
  high: '--orange',
  critical: '--vermillion',
  'no-data': '--quiet',
};

/** Reads the colours of the theme that an element stands in. */
export function paletteOf(element: Element): CellPalette {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    ground: of('--ground'),
    tile: of('--tile'),
    line: of('--line'),
    quiet: of('--quiet'),
    text: of('--text'),
    soft: of('--soft'),
    ink: of('--ink'),
    stripe: of('--stripe'),
    alarmGround: of('--alarm-ground'),
    level: Object.fromEntries(LEVELS.map((level) => [level, of(VARIABLES[level])])) as Record<Level, string>,
    font: style.fontFamily,
  };
}
