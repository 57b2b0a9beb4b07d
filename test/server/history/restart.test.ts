import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS } from '../../../server/base/config.ts';
import { type Tenant, TenantsFile } from '../../../server/attribute/tenants-file.ts';
import { createLogReader } from '../../../server/collect/reader.ts';
import { tenantsFile } from '../../../server/demo/tenants.ts';
import { createSimulation } from '../../../server/demo/simulate.ts';
import { createPipeline, type Pipeline } from '../../../server/pipeline.ts';
import { countsOf, Kept } from '../../support/kept.ts';
import { createRandom } from '../../support/random.ts';

const MINUTES = 12;

interface Line {
  readonly bytes: Buffer;
  readonly atMs: number;
}

function simulated(): { tenants: readonly Tenant[]; lines: Line[] } {
  const simulation = createSimulation({ scenario: 'backlog-2008', seed: 5, nowMs: 0, volume: 0.1 });
  const reader = createLogReader({ format: 'syslog', source: 'mx', timezone: 'UTC' });
  const lines: Line[] = [];
  for (let minute = 1; minute <= MINUTES; minute++) {
    simulation.step(simulation.startMs + minute * 60_000);
    const [first] = simulation.take();
    for (const text of (first?.syslog ?? '').split('\n').filter(Boolean)) {
      const bytes = Buffer.from(text);
      reader.read(bytes, 0, bytes.length);
      lines.push({ bytes, atMs: reader.atMs });
    }
  }
  return { tenants: TenantsFile.parse(tenantsFile(simulation.tenants)).tenants, lines };
}

/** Reads the lines, and dies before each of `deaths` (places in `lines`): what was not committed is read again. */
function run(
  { tenants, lines }: ReturnType<typeof simulated>,
  commits: Set<number>,
  deaths: Set<number>,
): Kept {
  const kept = new Kept();
  let nowMs = lines[0]?.atMs ?? 0;
  let pipeline: Pipeline;
  let read: (line: Line) => void;
  const begin = (): void => {
    pipeline = createPipeline({
      tenants,
      limits: DEFAULT_THRESHOLDS,
      clock: { now: () => nowMs, speed: 1 },
      reports: () => [],
      kept: { ledger: [...kept.ledger.values()], state: kept.state },
    });
    const reader = createLogReader({ format: 'syslog', source: 'mx', timezone: 'UTC' });
    read = ({ bytes, atMs }) => {
      nowMs = Math.max(nowMs, atMs);
      if (reader.read(bytes, 0, bytes.length) === 'event')
        pipeline.event(reader.event, { buffer: bytes, start: 0, end: bytes.length });
    };
  };
  begin();
  let committed = 0;
  for (let i = 0; i < lines.length; i++) {
    if (deaths.delete(i)) {
      i = committed;
      nowMs = lines[i]!.atMs;
      begin();
    }
    read!(lines[i]!);
    if (!commits.has(i) && i < lines.length - 1) continue;
    kept.commit(pipeline!.batch([]));
    committed = i + 1;
  }
  return kept;
}

describe('what a dead process leaves', () => {
  const input = simulated();

  it('HIS-1: windows, entries, lines and the ledger are those of a run without a death, wherever it dies', () => {
    const whole = run(input, new Set(), new Set());
    expect(whole.records.length).toBeGreaterThan(300);
    expect(countsOf(whole.windows).length).toBeGreaterThan(100);
    for (let seed = 1; seed <= 6; seed++) {
      const random = createRandom(seed);
      const place = (): number => Math.floor(random() * input.lines.length);
      const commits = new Set(Array.from({ length: 40 }, place));
      const deaths = new Set(Array.from({ length: 12 }, place));
      const broken = run(input, commits, deaths);
      expect(countsOf(broken.windows)).toEqual(countsOf(whole.windows));
      expect(broken.records).toEqual(whole.records);
      expect(broken.lines).toBe(whole.lines);
      expect([...broken.ledger.keys()].sort()).toEqual([...whole.ledger.keys()].sort());
    }
  });

  it('HIS-11: the five-minute numbers of a tile go on where the dead process was', () => {
    const { tenants, lines } = input;
    let nowMs = 0;
    const kept = { ledger: [], state: {} };
    const options = {
      tenants,
      limits: DEFAULT_THRESHOLDS,
      clock: { now: () => nowMs, speed: 1 },
      reports: () => [],
    };
    const before = createPipeline({ ...options, kept });
    const reader = createLogReader({ format: 'syslog', source: 'mx', timezone: 'UTC' });
    for (const { bytes, atMs } of lines) {
      nowMs = Math.max(nowMs, atMs);
      if (reader.read(bytes, 0, bytes.length) === 'event') before.event(reader.event);
      before.advance(nowMs);
    }
    const { windows } = before.batch([]);
    const after = createPipeline({ ...options, kept: { ...kept, recent: windows } });
    const { platform } = before.scopes;
    const sum = ({ recent }: Pipeline) => recent.rolling(platform, 0);
    expect(sum(before).counts.delivered).toBeGreaterThan(50);
    // Slots of ten seconds blur the far end of the five minutes.
    const delivered = sum(after).counts.delivered / sum(before).counts.delivered;
    expect(Math.abs(delivered - 1)).toBeLessThan(0.1);
    const quantile = (pipeline: Pipeline) => sum(pipeline).effectiveLag.quantile(0.95) ?? 0;
    expect(Math.abs(quantile(after) / quantile(before) - 1)).toBeLessThan(0.25);
  });
});
