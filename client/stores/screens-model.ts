/** Screens in words: what the list of them says. All pure. */
import type { Level } from '../../shared/protocol.ts';
import type {
  DisplayScope,
  DisplaySettings,
  DisplayState,
  DisplayView,
  ScreenReport,
  ScreensAnswer,
  ScreenTell,
} from '../../shared/screens.ts';
import { ageText } from '../format/number.ts';
import { momentText } from './alarms-text.ts';

/** What the server said, and when it came by this screen's own clock. */
export interface ScreensModel extends ScreensAnswer {
  readonly heardAtMs: number;
}

/** The server's real time now. */
export const screensNow = ({ atMs, heardAtMs }: ScreensModel, localMs: number) =>
  atMs + (localMs - heardAtMs);

export const DISPLAY_WORDS: Readonly<Record<DisplayState, string>> = {
  waiting: 'WAITING FOR THE SCREEN',
  painting: 'PAINTING',
  dark: 'DARK',
  revoked: 'REVOKED',
};
export const DISPLAY_LEVELS: Readonly<Record<DisplayState, Level>> = {
  waiting: 'no-data',
  painting: 'ok',
  /** As its alarm is. */
  dark: 'high',
  revoked: 'no-data',
};

/** A word of something, and how much it matters. */
export interface Told {
  readonly text: string;
  readonly level: Level;
}
const plain = (text: string): Told => ({ text, level: 'ok' });
const unknown = (text: string): Told => ({ text, level: 'no-data' });

/** Whether it can sound. */
export function soundTold(told: ScreenTell | null, nowMs: number): Told {
  switch (told?.sound) {
    case 'on':
      return plain('sound on');
    case 'silenced': {
      const until = told.silencedUntilMs === null ? '' : ` until ${momentText(told.silencedUntilMs, nowMs)}`;
      return { text: `SILENCED${until}`, level: 'medium' };
    }
    case 'blocked':
      return { text: 'SOUND BLOCKED by the browser', level: 'high' };
    case 'off':
      return plain('sound off');
    case 'none':
      return plain('this page has no sound');
    case undefined:
      return unknown('sound not known');
  }
}

/** Whether its page is the one that this server serves. */
export function buildTold(told: ScreenTell | null, build: string): Told {
  if (!told || told.build === '' || build === '') return unknown('build not known');
  return told.build === build ? plain('same build') : { text: 'OTHER BUILD', level: 'medium' };
}

/** Pages by their path. */
export function pageText(told: ScreenTell | null): string {
  if (!told) return 'page not known';
  return told.page === '/' ? 'wall' : told.page;
}

/** `1920 × 1080 px`; a page that nobody can see says so. */
export function sizeText(told: ScreenTell | null): string {
  if (!told) return '';
  return `${told.widthPx} × ${told.heightPx} px${told.isVisible ? '' : ', NOT IN FRONT'}`;
}

/** `painted 4s ago`; never is never. */
export function paintedText(paintedAtMs: number | null, nowMs: number): string {
  return paintedAtMs === null ? 'never' : `${ageText(nowMs - paintedAtMs)} ago`;
}

/** `all tenants`, `cluster A`, `3 tenants: Aurora, Boreal, Cobalt`. */
export function scopeText({ cluster, tenants }: DisplayScope, nameOf: (id: string) => string): string {
  const MOST_NAMED = 4;
  if (tenants) {
    const names = tenants.slice(0, MOST_NAMED).map(nameOf).join(', ');
    const more = tenants.length > MOST_NAMED ? ', …' : '';
    const within = cluster === null ? '' : ` of cluster ${cluster}`;
    return `${tenants.length} ${tenants.length === 1 ? 'tenant' : 'tenants'}${within}: ${names}${more}`;
  }
  return cluster === null ? 'all tenants' : `cluster ${cluster}`;
}

/** `55″ read from 5 m, night`; what is not said is the screen's own. */
export function settingsText({ diagonalInches, distanceM, theme }: DisplaySettings): string {
  const size = [
    diagonalInches === null ? '' : `${diagonalInches}″`,
    distanceM === null ? '' : `read from ${distanceM} m`,
  ];
  const parts = [size.filter(Boolean).join(' '), theme === null ? '' : `theme ${theme}`].filter(Boolean);
  return parts.length === 0 ? 'size and theme as set at the screen' : parts.join(', ');
}

/** Displays as a reader looks for them: what is dark first, then by name; revoked ones apart, the newest first. */
export function sortDisplays(displays: readonly DisplayView[]): {
  readonly living: readonly DisplayView[];
  readonly revoked: readonly DisplayView[];
} {
  const rank = ({ state }: DisplayView) => (state === 'dark' ? 0 : 1);
  return {
    living: displays
      .filter(({ state }) => state !== 'revoked')
      .toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name)),
    revoked: displays
      .filter(({ state }) => state === 'revoked')
      .toSorted((a, b) => (b.revoked?.atMs ?? 0) - (a.revoked?.atMs ?? 0)),
  };
}

/** A connected browser that is not paired. */
export interface OtherScreen {
  readonly id: string;
  readonly rooms: readonly string[];
  readonly connectedAtMs: number;
  /** In any room, the newest. */
  readonly paintedAtMs: number | null;
  readonly told: ScreenTell | null;
}

/** One line for each of them, though it is told once for each of its rooms. */
export function otherScreens(reports: readonly ScreenReport[]): readonly OtherScreen[] {
  const byId = Map.groupBy(reports, ({ id }) => id);
  return [...byId].map(([id, all]) => {
    const painted = all.flatMap(({ paintedAtMs }) => paintedAtMs ?? []);
    return {
      id,
      rooms: all.map(({ room }) => room).filter(Boolean),
      connectedAtMs: Math.min(...all.map(({ connectedAtMs }) => connectedAtMs)),
      paintedAtMs: painted.length === 0 ? null : Math.max(...painted),
      told: all.find(({ told }) => told !== null)?.told ?? null,
    };
  });
}

/** A code as it is shown, whatever way it was typed: letters and digits, in two halves. */
export function userCodeOf(typed: string): string {
  const bare = typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
  const half = Math.ceil(bare.length / 2);
  return bare.length < 6 ? bare : `${bare.slice(0, half)}-${bare.slice(half)}`;
}
