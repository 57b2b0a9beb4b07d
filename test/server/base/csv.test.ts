import { describe, expect, it } from 'vitest';
import { toCsv } from '../../../server/base/csv.ts';

describe('CSV', () => {
  it('API-10: quotes what must be quoted and leaves what is not known empty', () => {
    expect(
      toCsv(
        ['a', 'b,c'],
        [
          ['x "y"', null],
          ['line\r\nbreak', -1.5],
          [undefined, true],
        ],
      ),
    ).toBe('a,"b,c"\r\n"x ""y""",\r\n"line\r\nbreak",-1.5\r\n,true\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('API-10: no spreadsheet runs %j', (text) => {
    const [, line] = toCsv(['a'], [[text]]).split(/\r\n/);
    expect(line?.replace(/^"/, '').startsWith("'")).toBe(true);
  });
});
