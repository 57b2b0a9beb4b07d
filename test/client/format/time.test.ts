import { describe, expect, it } from 'vitest';
import { clockText, dayText, minuteText, sinceText, zoneText } from '../../../client/format/time.ts';
import { T0 } from '../fixtures.ts';

const BERLIN = 'Europe/Berlin';

describe('times of day', () => {
  it('are told in the zone of the viewer', () => {
    expect(clockText(T0, BERLIN)).toBe('21:35:00');
    expect(clockText(T0, 'UTC')).toBe('19:35:00');
    expect(minuteText(T0, BERLIN)).toBe('21:35');
  });

  it('have no hour 24', () => {
    expect(clockText(Date.UTC(2026, 0, 1), 'UTC')).toBe('00:00:00');
  });

  it('come with the name of the zone and what it meant on that day', () => {
    expect(zoneText(T0, BERLIN)).toBe('Europe/Berlin GMT+2');
    expect(zoneText(Date.UTC(2007, 0, 1), BERLIN)).toBe('Europe/Berlin GMT+1');
  });

  it('come with the date', () => {
    expect(dayText(T0, BERLIN)).toBe('Mon 14 May 2007');
  });
});

describe('since when', () => {
  it('is a time and a duration', () => {
    expect(sinceText(T0, T0 + 720_000, BERLIN)).toBe('since 21:35 · 12.0 min');
  });

  it('has the weekday once the time alone could be of today', () => {
    expect(sinceText(T0, T0 + 30 * 3_600_000, BERLIN)).toBe('since Mon 21:35 · 30.0 h');
  });

  it('never lies in the future', () => {
    expect(sinceText(T0 + 5_000, T0, BERLIN)).toBe('since 21:35 · 0 ms');
  });
});
