import { describe, expect, it } from 'vitest';
import { AppError } from '../../../server/base/errors.ts';
import { createLog } from '../../../server/base/log.ts';
import { Keeper } from '../../../server/history/keeper.ts';
import type { Batch, HistoryWriter } from '../../../server/history/store.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const batch = (atMs: number): Batch => ({
  atMs,
  windows: [],
  coverage: [],
  records: [],
  lines: [],
  pictures: [],
  ledger: { alive: [], gone: [] },
  checkpoints: [],
  state: {},
});

function setUp() {
  const written: number[] = [];
  const disk = { fault: '' };
  const cared: number[] = [];
  const clock = { jumpMs: 0 };
  let monotonicMs = 0;
  let made = 0;
  const writer: HistoryWriter = {
    resume: async () => ({ checkpoints: [], ledger: [], state: {}, committedAtMs: null }),
    coverage: async () => [],
    write: async ({ atMs }) => {
      if (disk.fault !== '') throw new AppError('unavailable', disk.fault);
      written.push(atMs);
    },
    care: async (nowMs) => {
      cared.push(nowMs);
      return false;
    },
    rollUp: async () => false,
    report: async () => ({ parts: [], totalBytes: 5 }),
    close: async () => undefined,
  };
  const dir = createTempDir('keeper');
  const dropped = { records: 0 };
  const keeper = new Keeper({
    writer,
    path: `${dir.path}/mailvigil.db`,
    budgetBytes: 100,
    resumedAtMs: 0,
    collect: () => batch((made += 1) + clock.jumpMs),
    dropped: () => dropped,
    log: createLog('test', { level: 'error', write: () => undefined }),
    monotonicMs: () => monotonicMs,
  });
  return { keeper, written, disk, dropped, cared, clock, pass: (ms: number) => (monotonicMs += ms) };
}

describe('keeper', () => {
  it('HIS-4: a batch the disk did not take is tried again as it is, before anything newer', async () => {
    const { keeper, written, disk, pass } = setUp();
    await keeper.commit();
    disk.fault = 'the disk is full';
    await keeper.commit();
    pass(3_000);
    await keeper.commit();
    disk.fault = '';
    pass(3_000);
    await keeper.commit();
    await keeper.commit();
    expect(written).toEqual([1, 2, 3]);
  });

  it('HIS-5: a disk that takes nothing is said with its fault and what was lost; once it takes again, only the loss', async () => {
    const { keeper, disk, dropped, pass } = setUp();
    disk.fault = 'the disk is full: free some space';
    await keeper.commit();
    expect(keeper.report()).toMatchObject({ state: 'failing', waitingBatches: 1 });
    expect(keeper.report().reason).toContain('the disk is full: free some space');
    expect(keeper.report().reason).toContain('kept in memory');
    dropped.records = 7;
    expect(keeper.report().reason).toContain('7 records');
    disk.fault = '';
    pass(3_000);
    await keeper.commit();
    expect(keeper.report()).toMatchObject({
      state: 'ok',
      committedAtMs: 1,
      totalBytes: 5,
      waitingBatches: 0,
    });
    expect(keeper.report().reason).toContain('7 records were lost');
  });

  it('HIS-4: at its end it writes what failed and what came since', async () => {
    const { keeper, written, disk } = setUp();
    disk.fault = 'not now';
    await keeper.commit();
    disk.fault = '';
    await keeper.close();
    expect(written).toEqual([1, 2]);
  });

  it('HIS-15: a clock that jumps far ahead deletes nothing: deletion goes by a clock that cannot run so fast', async () => {
    const { keeper, cared, clock, pass } = setUp();
    pass(1_000);
    await keeper.commit();
    clock.jumpMs = 1e12;
    pass(1_000);
    await keeper.commit();
    expect(cared[0]).toBe(1);
    expect(cared[1]).toBeLessThan(200_000);
  });
});
