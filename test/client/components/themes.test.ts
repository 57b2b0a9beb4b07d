import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LEVEL_FORMS } from '../../../client/components/level-forms.ts';
import { LEVEL_WORDS } from '../../../client/stores/tile.ts';
import { LEVELS } from '../../../shared/protocol.ts';

const css = readFileSync('client/style.css', 'utf8');
/** `filter: brightness()` of a page that is old. */
const DIM = Number(/brightness\(([\d.]+)\)/.exec(readFileSync('client/App.vue', 'utf8'))?.[1]);
type Colors = Readonly<Record<string, string>>;

/** The colours that a rule sets. */
function colorsOf(selector: string): Colors {
  const from = css.indexOf(`${selector} {`);
  const body = css.slice(from, css.indexOf('}', from));
  return Object.fromEntries(
    [...body.matchAll(/(--[\w-]+): (#[0-9a-f]{6});/g)].map(([, name, color]) => [name, color]),
  );
}
const night = colorsOf(':root');
const themes: Readonly<Record<'night' | 'day', Colors>> = {
  night,
  day: { ...night, ...colorsOf("[data-theme='day']") },
};

type Rgb = readonly [number, number, number];
const rgbOf = (hex: string): Rgb =>
  [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255) as unknown as Rgb;
const linear = (c: number) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
/** WCAG 2.2, relative luminance of linear light. */
const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
const ratio = (a: number, b: number) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
const lightOfRgb = (rgb: Rgb): Rgb => rgb.map(linear) as unknown as Rgb;
const lightOf = (hex: string): Rgb => lightOfRgb(rgbOf(hex));
const contrast = (a: string, b: string) => ratio(luminance(lightOf(a)), luminance(lightOf(b)));

/** Machado, Oliveira and Fernandes 2009, severity 1.0, for linear light. */
const BLINDNESS: Readonly<Record<string, readonly Rgb[]>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
const seenBy = (matrix: readonly Rgb[], hex: string): Rgb => {
  const [r, g, b] = lightOf(hex);
  return matrix.map((row) =>
    Math.min(1, Math.max(0, row[0] * r + row[1] * g + row[2] * b)),
  ) as unknown as Rgb;
};

const FILLS = { critical: '--vermillion', high: '--orange', medium: '--yellow', low: '--sky' } as const;
const abnormal = Object.keys(FILLS) as (keyof typeof FILLS)[];

describe.each(Object.entries(themes))('the %s theme', (_, colors) => {
  const of = (name: string) => {
    const color = colors[name];
    if (!color) throw new Error(`no colour ${name}`);
    return color;
  };
  const groundOf = (level: string) => of(level === 'critical' ? '--alarm-ground' : '--tile');

  it('has a headline of at least 7:1 on the ground of every level (WAL-51)', () => {
    for (const level of LEVELS)
      expect(contrast(of('--text'), groundOf(level)), level).toBeGreaterThanOrEqual(7);
    expect(contrast(of('--text'), of('--ground'))).toBeGreaterThanOrEqual(7);
    expect(contrast(of('--text'), of('--alarm-pulse'))).toBeGreaterThanOrEqual(7);
  });

  it('has every other text at 4.5:1 or more (WAL-51)', () => {
    for (const text of ['--soft', '--quiet', '--faint'])
      for (const ground of ['--ground', '--tile'])
        expect(contrast(of(text), of(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    for (const level of abnormal) {
      expect(contrast(of(`${FILLS[level]}-text`), groundOf(level)), `${level} text`).toBeGreaterThanOrEqual(
        4.5,
      );
      expect(contrast(of('--ink'), of(FILLS[level])), `ink on ${level}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('has forms and borders of every level at 3:1 or more against what they stand on (WAL-51)', () => {
    for (const name of [...Object.values(FILLS), '--outline', '--quiet'])
      for (const ground of ['--ground', '--tile'])
        expect(contrast(of(name), of(ground)), `${name} on ${ground}`).toBeGreaterThanOrEqual(3);
    expect(contrast(of('--vermillion'), of('--alarm-ground'))).toBeGreaterThanOrEqual(3);
    expect(contrast(of('--focus'), of('--ground'))).toBeGreaterThanOrEqual(3);
  });

  it('can still be read when it is dimmed because it is old (WAL-159)', () => {
    const dimmed = (hex: string) => lightOfRgb(rgbOf(hex).map((c) => c * DIM) as unknown as Rgb);
    for (const [text, least] of [
      ['--text', 4.5],
      ['--soft', 3],
      ['--quiet', 3],
    ] as const)
      for (const ground of ['--ground', '--tile'])
        expect(
          ratio(luminance(dimmed(of(text))), luminance(dimmed(of(ground)))),
          `${text} on ${ground}`,
        ).toBeGreaterThanOrEqual(least);
  });

  it.each(Object.entries(BLINDNESS))('keeps forms at 3:1 for %s (WAL-52)', (_kind, matrix) => {
    for (const level of abnormal)
      for (const ground of ['--ground', '--tile'])
        expect(
          ratio(luminance(seenBy(matrix, of(FILLS[level]))), luminance(seenBy(matrix, of(ground)))),
          `${level} on ${ground}`,
        ).toBeGreaterThanOrEqual(3);
  });

  it.each(Object.entries(BLINDNESS))(
    'tells levels apart for %s by lightness, or else by form and word (WAL-52)',
    (_kind, matrix) => {
      abnormal.forEach((a, i) =>
        abnormal.slice(i + 1).forEach((b) => {
          const light = (level: keyof typeof FILLS) => luminance(seenBy(matrix, of(FILLS[level])));
          const byLightness = ratio(light(a), light(b)) >= 1.25;
          const byForm = LEVEL_FORMS[a].path !== LEVEL_FORMS[b].path && LEVEL_WORDS[a] !== LEVEL_WORDS[b];
          expect(byLightness || byForm, `${a} and ${b}`).toBe(true);
        }),
      );
    },
  );
});

describe('what stands above the wall in both themes', () => {
  it('says that the screen is old at 7:1, and the rest at 4.5:1 (WAL-159)', () => {
    const banner = readFileSync('client/components/LinkBanner.vue', 'utf8');
    const [ground, title, detail] = [
      /background: (#[0-9a-f]{6})/,
      /[^-]color: (#[0-9a-f]{6})/,
      /span \{\s*color: (#[0-9a-f]{6})/,
    ].map((pattern) => pattern.exec(banner)?.[1] ?? '');
    expect(contrast(title!, ground!)).toBeGreaterThanOrEqual(7);
    expect(contrast(detail!, ground!)).toBeGreaterThanOrEqual(4.5);
  });
});

describe('a level', () => {
  it('has a form and a word of its own, whatever its colour (WAL-52)', () => {
    expect(new Set(LEVELS.map((level) => LEVEL_FORMS[level].path)).size).toBe(LEVELS.length);
    expect(new Set(LEVELS.map((level) => LEVEL_WORDS[level])).size).toBe(LEVELS.length);
    for (const level of LEVELS) expect(LEVEL_WORDS[level]).toMatch(/^[A-Z ]+$/);
  });

  it('that is abnormal has a digit by its rank (WAL-52)', () => {
    expect(abnormal.map((level) => LEVEL_FORMS[level].digit)).toEqual(['1', '2', '3', '4']);
  });
});

describe('the style sheet', () => {
  it('sets every number in figures of one width and stops all motion for who asks for it (WAL-54)', () => {
    expect(css).toContain('font-variant-numeric: tabular-nums');
    expect(css).toMatch(
      /prefers-reduced-motion: reduce\) \{\s*\* \{\s*animation: none !important;\s*transition: none/,
    );
  });
});
