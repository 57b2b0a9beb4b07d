import { describe, expect, it } from 'vitest';
import { createLogReader, type ReaderOptions } from '../../../../server/collect/reader.ts';

type Options = Partial<ReaderOptions>;

/** Instants of lines with these stamps, as ISO text. */
function read(stamps: readonly string[], options: Options): (string | undefined)[] {
  const reader = createLogReader({ format: 'auto', source: 'x', timezone: 'UTC', ...options });
  return stamps.map((stamp) => {
    const line = Buffer.from(`${stamp} mx1 postfix/smtpd[1]: connect from x[192.0.2.1]`);
    return reader.read(line, 0, line.length) === 'unparsed' ? undefined : new Date(reader.atMs).toISOString();
  });
}

const at = (iso: string) => ({ now: () => Date.parse(iso) });

describe('COL-4: the year of a stamp without one', () => {
  it.each<[rule: string, options: Options, stamps: string[], expected: string[]]>([
    [
      'of a live line puts it nearest to its receive time, over New Year',
      at('2027-01-01T00:00:30Z'),
      ['Dec 31 23:59:59', 'Jan  1 00:00:10'],
      ['2026-12-31T23:59:59.000Z', '2027-01-01T00:00:10.000Z'],
    ],
    [
      'of a live line of a clock that is ahead is the next one',
      at('2026-12-31T23:59:50Z'),
      ['Jan  1 00:00:05'],
      ['2027-01-01T00:00:05.000Z'],
    ],
    [
      'of 29 February is a leap year',
      at('2025-06-01T12:00:00Z'),
      ['Feb 29 10:00:00'],
      ['2024-02-29T10:00:00.000Z'],
    ],
    [
      'of an archive is the given one for its first line, and rolls at New Year in both directions',
      { year: 2026 },
      ['Dec 31 23:59:58', 'Jan  1 00:00:01', 'Dec 31 23:59:59', 'Jan  1 00:00:02', 'Mar  1 00:00:00'],
      [
        '2026-12-31T23:59:58.000Z',
        '2027-01-01T00:00:01.000Z',
        '2026-12-31T23:59:59.000Z',
        '2027-01-01T00:00:02.000Z',
        '2027-03-01T00:00:00.000Z',
      ],
    ],
    [
      'of an archive does not go back where months without mail lie between two lines',
      { year: 2026 },
      ['Jan  5 10:00:00', 'Nov 21 10:00:00'],
      ['2026-01-05T10:00:00.000Z', '2026-11-21T10:00:00.000Z'],
    ],
    [
      'of a file is the last one that does not put it behind the time the file was written',
      { notAfterMs: Date.parse('2026-11-21T19:00:00Z') },
      ['Dec 25 02:00:00', 'Dec 31 23:59:59', 'Jan  1 00:00:01'],
      ['2025-12-25T02:00:00.000Z', '2025-12-31T23:59:59.000Z', '2026-01-01T00:00:01.000Z'],
    ],
  ])('%s', (_rule, options, stamps, expected) => {
    expect(read(stamps, options)).toEqual(expected);
  });
});

describe('COL-5: a stamp without a zone', () => {
  it.each<[rule: string, options: Options, stamps: string[], expected: string[]]>([
    [
      'is read in the zone of the source',
      { year: 2026, timezone: 'America/New_York' },
      ['Nov 21 17:20:21'],
      ['2026-11-21T22:20:21.000Z'],
    ],
    [
      'takes an offset for a zone',
      { year: 2026, timezone: '+05:30' },
      ['Nov 21 17:20:21'],
      ['2026-11-21T11:50:21.000Z'],
    ],
    [
      'of an hour that comes twice is the one nearest to the line before',
      { year: 2026, timezone: 'Europe/Berlin' },
      ['Oct 25 01:59:59', 'Oct 25 02:59:59', 'Oct 25 02:00:00', 'Oct 25 02:30:00', 'Oct 25 03:00:00'],
      [
        '2026-10-24T23:59:59.000Z',
        '2026-10-25T00:59:59.000Z',
        '2026-10-25T01:00:00.000Z',
        '2026-10-25T01:30:00.000Z',
        '2026-10-25T02:00:00.000Z',
      ],
    ],
    [
      'of an hour that comes twice is the one nearest to its receive time when it is live',
      { timezone: 'Europe/Berlin', ...at('2026-10-25T01:30:01Z') },
      ['Oct 25 02:30:00'],
      ['2026-10-25T01:30:00.000Z'],
    ],
    [
      'of an hour that comes twice goes on from the line before when a live log catches up',
      { timezone: 'Europe/Berlin', ...at('2026-10-25T01:59:00Z') },
      ['Oct 25 01:59:59', 'Oct 25 02:03:00', 'Oct 25 02:59:59', 'Oct 25 02:00:01', 'Oct 25 02:04:00'],
      [
        '2026-10-24T23:59:59.000Z',
        '2026-10-25T00:03:00.000Z',
        // Nothing for an hour: it may be either, and it is live.
        '2026-10-25T01:59:59.000Z',
        '2026-10-25T01:00:01.000Z',
        '2026-10-25T01:04:00.000Z',
      ],
    ],
    [
      'of an hour that comes twice is the first one where an archive begins in it',
      { year: 2026, timezone: 'Europe/Berlin' },
      ['Oct 25 02:30:00', 'Oct 25 02:59:59', 'Oct 25 02:00:00'],
      ['2026-10-25T00:30:00.000Z', '2026-10-25T00:59:59.000Z', '2026-10-25T01:00:00.000Z'],
    ],
    [
      'of an hour that never came is shifted by what was skipped',
      { year: 2026, timezone: 'Europe/Berlin' },
      ['Mar 29 01:59:59', 'Mar 29 02:30:00', 'Mar 29 03:30:00'],
      ['2026-03-29T00:59:59.000Z', '2026-03-29T01:30:00.000Z', '2026-03-29T01:30:00.000Z'],
    ],
    [
      'knows zones that change by half an hour',
      { year: 2026, timezone: 'Australia/Lord_Howe' },
      ['Apr  5 01:20:00', 'Apr  5 01:50:00', 'Apr  5 01:40:00', 'Apr  5 02:10:00'],
      [
        '2026-04-04T14:20:00.000Z',
        '2026-04-04T14:50:00.000Z',
        '2026-04-04T15:10:00.000Z',
        '2026-04-04T15:40:00.000Z',
      ],
    ],
  ])('%s', (_rule, options, stamps, expected) => {
    expect(read(stamps, options)).toEqual(expected);
  });
});

describe('a stamp', () => {
  it.each([
    ['Nov  1 07:00:01', '2026-11-01T07:00:01.000Z'],
    ['Nov 1 07:00:01', '2026-11-01T07:00:01.000Z'],
    ['Nov 21 17:20:21.250', '2026-11-21T17:20:21.250Z'],
    ['2026-11-21T17:20:17.819506+00:00', '2026-11-21T17:20:17.819Z'],
    ['2026-11-21T17:20:17.8-05:30', '2026-11-21T22:50:17.800Z'],
    ['2026-11-21T17:20:17+0100', '2026-11-21T16:20:17.000Z'],
    ['2026-11-21T17:20:17+01', '2026-11-21T16:20:17.000Z'],
    ['2026-11-21T17:20:17Z', '2026-11-21T17:20:17.000Z'],
    ['2026-11-21 17:20:17,5', '2026-11-21T17:20:17.500Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('%s is %s', (stamp, expected) => {
    expect(read([stamp], { year: 2026 })).toEqual([expected]);
  });

  it.each([
    'Foo 21 17:20:21',
    'Nov 32 17:20:21',
    'Nov 21 24:20:21',
    'Nov 21 17:60:21',
    'Nov 21 17.20.21',
    '2026-13-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-11-21T25:00:00Z',
    '2026-11-21',
  ])('%s is none', (stamp) => {
    expect(read([stamp], { year: 2026 })).toEqual([undefined]);
  });

  it('that shares its second with the one before is the same instant, but for its fraction and its zone', () => {
    const stamps = [
      '2026-11-21T17:20:17.1+00:00',
      '2026-11-21T17:20:17.25+00:00',
      '2026-11-21T17:20:17.25+01:00',
      '2026-11-21T17:20:18+01:00',
    ];
    expect(read(stamps, {})).toEqual([
      '2026-11-21T17:20:17.100Z',
      '2026-11-21T17:20:17.250Z',
      '2026-11-21T16:20:17.250Z',
      '2026-11-21T16:20:18.000Z',
    ]);
    expect(
      read(['Nov 21 17:20:21', 'Nov 21 17:20:21', 'Nov 21 17:20:22', 'Nov 11 17:20:22'], { year: 2026 }),
    ).toEqual([
      '2026-11-21T17:20:21.000Z',
      '2026-11-21T17:20:21.000Z',
      '2026-11-21T17:20:22.000Z',
      '2026-11-11T17:20:22.000Z',
    ]);
  });
});

describe('a time zone', () => {
  it('that nobody knows is refused with what to name instead', () => {
    expect(() => read([], { timezone: 'Europe/Nowhere' })).toThrow(/Europe\/Nowhere.*IANA/);
  });
});
