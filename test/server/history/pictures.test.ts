import { describe, expect, it } from 'vitest';
import { type Pictured, Pictures } from '../../../server/history/pictures.ts';

const AT = Date.parse('2026-11-21T17:30:00Z');
const PICTURED: Pictured = {
  tenants: [],
  rows: [],
  platform: {} as Pictured['platform'],
  coverage: {},
  speed: 60,
};

describe('what is kept of the wall', () => {
  it('HIS-14: is one picture a slot of ten seconds, at the whole second that people ask for', () => {
    const pictures = new Pictures([]);
    for (const afterMs of [-1, 4_000, 9_499, 9_999, 12_000]) pictures.note(AT + afterMs, PICTURED);
    expect(pictures.take().map(({ atMs }) => atMs - AT)).toEqual([0, 10_000]);
  });

  it('HIS-12: has the pace of the clock then, without which its ages would be wrong', () => {
    const pictures = new Pictures([]);
    pictures.note(AT, PICTURED);
    expect(JSON.parse(pictures.take()[0]!.text)).toMatchObject({ speed: 60 });
  });
});
