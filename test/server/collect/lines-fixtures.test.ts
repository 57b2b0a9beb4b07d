import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLines } from './expected-lines.ts';

/** A pair of `case.log` and `case.expected.json` is a test; none needs code. */
const FOLDER = join(import.meta.dirname, '../../fixtures/lines');
const cases = readdirSync(FOLDER).filter((name) => name.endsWith('.log'));

describe('lines of real and of awkward logs', () => {
  it('there are cases', () => {
    expect(cases.length).toBeGreaterThan(3);
  });

  describe.each(cases)('%s', (name) => {
    const read = readLines(readFileSync(join(FOLDER, name)));
    const expected = JSON.parse(
      readFileSync(join(FOLDER, name.replace(/log$/, 'expected.json')), 'utf8'),
    ) as unknown[];

    it('every line gives the event and the record that are written beside it', () => {
      expect(JSON.parse(JSON.stringify(read))).toEqual(expected);
    });

    it('what one path understands, the other does too', () => {
      for (const { class: found, record } of read) {
        const isUnparsed = (record as { unparsed?: boolean }).unparsed === true;
        // The one exception: `last message repeated` repeats an event and has no fields of its own.
        if ((record as { program?: string }).program === 'last') continue;
        expect(isUnparsed, JSON.stringify(record)).toBe(found === 'unparsed' || found === 'foreign');
      }
    });
  });
});
