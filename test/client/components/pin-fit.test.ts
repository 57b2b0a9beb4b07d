import { describe, expect, it } from 'vitest';
import { pinFit, type PinPart } from '../../../client/components/wall/pin/pin-fit.ts';

const part = (name: string, heights: readonly number[], core = 0, kept = 0): PinPart => ({
  name,
  heights,
  core,
  kept,
});
/** As it stands in a panel: 60 px a line. */
const PARTS = [
  part('', [60], 1, 1),
  part('story', [110, 170], 1, 1),
  part('facts', [60, 120], 1, 0),
  part('also', [60, 120], 1, 0),
  part('foresight', [120, 240, 360]),
  part('', [60], 1, 1),
  part('curves', [230]),
];
/** How high what is not whole is left. */
const heightsOf = (parts: readonly PinPart[], roomPx: number, gapPx: number) =>
  Object.fromEntries(
    Object.entries(pinFit(parts, roomPx, gapPx)).map(([name, { heightPx }]) => [name, heightPx]),
  );
const fitAt = (roomPx: number) => heightsOf(PARTS, roomPx, 0);

describe('what a pin leaves out where it has no room (WAL-109)', () => {
  it('is nothing while there is room for all', () => {
    expect(fitAt(1_120)).toEqual({});
    expect(heightsOf(PARTS, 1_120, 5)).toEqual({ curves: 0 });
  });

  it('is the curves first, then what is foreseen from its last line, then the limit', () => {
    expect(fitAt(1_100)).toEqual({ curves: 0 });
    expect(fitAt(880)).toEqual({ curves: 0, foresight: 240 });
    expect(pinFit(PARTS, 880, 0)['foresight']).toEqual({ lines: 2, heightPx: 240 });
    expect(fitAt(650)).toEqual({ curves: 0, foresight: 120 });
    expect(fitAt(530)).toEqual({ curves: 0, foresight: 0 });
    expect(fitAt(500)).toEqual({ curves: 0, foresight: 0, facts: 60 });
  });

  it('is the names of what else is up before their number, since when before it, and where last', () => {
    const without = { curves: 0, foresight: 0 };
    expect(fitAt(430)).toEqual({ ...without, facts: 60, also: 60 });
    expect(fitAt(380)).toEqual({ ...without, facts: 0, also: 60 });
    expect(fitAt(300)).toEqual({ ...without, facts: 0, also: 0 });
    expect(fitAt(240)).toEqual({ ...without, facts: 0, also: 0, story: 110 });
  });

  it('is never who has it, the number, or what to do first, however small the panel', () => {
    expect(fitAt(10)).toEqual(fitAt(240));
  });

  it('keeps lines that stand beside others of which there is room', () => {
    expect(heightsOf([part('also', [60, 60], 1, 0)], 60, 0)).toEqual({});
  });
});
