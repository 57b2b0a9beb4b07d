import { describe, expect, it } from 'vitest';
import {
  buildTold,
  otherScreens,
  paintedText,
  pageText,
  scopeText,
  screensNow,
  settingsText,
  sizeText,
  sortDisplays,
  soundTold,
  userCodeOf,
} from '../../../client/stores/screens-model.ts';
import { displayView, NOW, report, screensAnswer, told } from '../screen-fixtures.ts';

const nameOf = (id: string) => ({ t0: 'Aurora', t1: 'Boreal' })[id] ?? id;

describe('screens in words', () => {
  it('SCR-57: counts ages by the clock of the server, whatever the viewer’s own says', () => {
    const model = { ...screensAnswer(), heardAtMs: 5 };
    expect(screensNow(model, 4_005)).toBe(NOW + 4_000);
    expect(paintedText(NOW - 2_000, screensNow(model, 4_005))).toBe('6s ago');
    expect(paintedText(null, NOW)).toBe('never');
  });

  it.each([
    ['on', null, 'sound on', 'ok'],
    ['off', null, 'sound off', 'ok'],
    ['none', null, 'this page has no sound', 'ok'],
    ['blocked', null, 'SOUND BLOCKED by the browser', 'high'],
    ['silenced', NOW + 600_000, /^SILENCED until \d\d:10$/, 'medium'],
  ] as const)('SCR-58: tells sound that is %s', (sound, silencedUntilMs, text, level) => {
    const said = soundTold(told({ sound, silencedUntilMs }), NOW);
    expect(said.text).toMatch(text);
    expect(said.level).toBe(level);
  });

  it('SCR-58: what was not told is not known, which is not the same as well', () => {
    expect(soundTold(null, NOW)).toEqual({ text: 'sound not known', level: 'no-data' });
    expect(buildTold(null, 'b1').level).toBe('no-data');
    expect(buildTold(told({ build: '' }), 'b1').text).toBe('build not known');
    expect(pageText(null)).toBe('page not known');
  });

  it('SCR-58: tells a page of another build from one of the same', () => {
    expect(buildTold(told(), 'b1')).toEqual({ text: 'same build', level: 'ok' });
    expect(buildTold(told({ build: 'b0' }), 'b1')).toEqual({ text: 'OTHER BUILD', level: 'medium' });
  });

  it('SCR-57: says that nobody can see a page that is not in front', () => {
    expect(sizeText(told())).toBe('1920 × 1080 px');
    expect(sizeText(told({ isVisible: false }))).toContain('NOT IN FRONT');
  });

  it('says which tenants a display shows, a few by name', () => {
    expect(scopeText({ cluster: null, tenants: null }, nameOf)).toBe('all tenants');
    expect(scopeText({ cluster: 'A', tenants: null }, nameOf)).toBe('cluster A');
    expect(scopeText({ cluster: null, tenants: ['t0'] }, nameOf)).toBe('1 tenant: Aurora');
    expect(scopeText({ cluster: null, tenants: ['t0', 't1', 'x', 'y', 'z'] }, nameOf)).toBe(
      '5 tenants: Aurora, Boreal, x, y, …',
    );
  });

  it('says what the desk has set, and what it has left to the screen', () => {
    const none = { diagonalInches: null, distanceM: null, theme: null };
    expect(settingsText(none)).toBe('size and theme as set at the screen');
    expect(settingsText({ diagonalInches: 55, distanceM: 5, theme: 'night' })).toBe(
      '55″ read from 5 m, theme night',
    );
  });

  it('SCR-57: puts what is dark first, then goes by name, and keeps the revoked apart', () => {
    const revoked = { atMs: NOW, by: 'Kim', reason: 'gone' };
    const { living, revoked: gone } = sortDisplays([
      displayView({ id: 'b', name: 'B' }),
      displayView({ id: 'z', name: 'Z', state: 'dark' }),
      displayView({ id: 'r', name: 'A', state: 'revoked', revoked }),
      displayView({ id: 'a', name: 'A' }),
    ]);
    expect(living.map(({ id }) => id)).toEqual(['z', 'a', 'b']);
    expect(gone.map(({ id }) => id)).toEqual(['r']);
  });

  it('SCR-61: tells a connected browser once, however many rooms it is in', () => {
    const screens = otherScreens([
      report({ paintedAtMs: NOW - 9_000 }),
      report({ room: 'alarms', paintedAtMs: NOW - 1_000, told: told({ page: '/alarms' }) }),
      report({ id: 's2', room: '', paintedAtMs: null }),
    ]);
    expect(screens).toMatchObject([
      { id: 's1', rooms: ['wall', 'alarms'], paintedAtMs: NOW - 1_000 },
      { id: 's2', rooms: [], paintedAtMs: null },
    ]);
    expect(pageText(screens[0]!.told)).toBe('/alarms');
  });

  it.each(['bcdf2345', 'BCDF 2345', ' bcdf-2345 ', 'B C D F 2 3 4 5'])('reads the code in “%s”', (typed) => {
    expect(userCodeOf(typed)).toBe('BCDF-2345');
  });
});
