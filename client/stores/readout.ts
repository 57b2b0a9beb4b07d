/** What stands at one instant of all charts. All pure. */
import type { CompareKind, RecordStatus } from '../../shared/history.ts';
import { coverOf, PARTIAL_BELOW, stepAt, trackOf, type Cover, type Grid, type Track } from './grid.ts';
import { inUnit, PANELS, SIZES, unitText, type LineDef, type PanelDef } from './panels.ts';

/** Everything that was answered, as the readout looks it up. */
export interface ReadoutData {
  readonly grids: readonly Grid[];
  readonly coverage: Track | null;
  readonly compare: readonly { readonly kind: CompareKind; readonly grid: Grid }[];
  readonly completeMs: number | null;
}

export interface ReadoutRow {
  readonly key: string;
  readonly label: string;
  /** `6.2 min`, or why there is no number. */
  readonly text: string;
  readonly isKnown: boolean;
  readonly color: string | null;
  readonly metric: string;
  readonly status?: readonly RecordStatus[];
  /** Values it is compared with, in the order asked for. */
  readonly compared: readonly { readonly kind: CompareKind; readonly text: string }[];
}
export interface ReadoutGroup {
  readonly panel: PanelDef;
  readonly rows: readonly ReadoutRow[];
}
export interface Readout {
  /** The step that the instant lies in. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly share: number | null;
  /** False: the history has not answered, so nobody knows. */
  readonly isShareKnown: boolean;
  readonly cover: Cover;
  readonly isComplete: boolean;
  readonly groups: readonly ReadoutGroup[];
}

/** A value in words; no value is never a zero. */
export function valueText(panel: PanelDef, track: Track | null, atMs: number, share: number | null): string {
  const step = track ? stepAt(track, atMs) : null;
  if (!track || !step) return 'no answer';
  const value = inUnit(panel.unit, step.value, track.stepMs);
  if (value !== null) return unitText(panel.unit, value);
  // "Nothing to measure" can only be said when all that should have reported did.
  return panel.isOfMail && share !== null && share >= PARTIAL_BELOW ? 'none' : 'no data';
}

/** The line that others are compared with, or the first when it is their sum. */
function mainLine(panel: PanelDef): LineDef | undefined {
  return panel.lines.find(({ metric }) => metric === panel.compared) ?? panel.lines[0];
}

function rowOf(
  panel: PanelDef,
  line: LineDef,
  data: ReadoutData,
  at: { ms: number; share: number | null },
): ReadoutRow {
  const track = trackOf(data.grids, line.metric);
  const known = track ? (stepAt(track, at.ms)?.value ?? null) : null;
  const size = SIZES.find(({ of, metric }) => of === panel.id && trackOf(data.grids, metric));
  const sizeTrack = size ? trackOf(data.grids, size.metric) : null;
  const sized = sizeTrack ? (stepAt(sizeTrack, at.ms)?.value ?? null) : null;
  const isMain = line === mainLine(panel);
  const n = isMain && size && sized !== null ? ` of ${unitText('count', sized)} ${size.label}` : '';
  return {
    key: `${panel.id}.${line.metric}`,
    label: line.label,
    text: `${valueText(panel, track, at.ms, at.share)}${known === null ? '' : n}`,
    isKnown: known !== null,
    color: null,
    metric: line.metric,
    ...(line.status && { status: line.status }),
    compared: isMain
      ? data.compare.map(({ kind, grid }) => ({
          kind,
          text: valueText(panel, trackOf([grid], panel.compared), at.ms, at.share),
        }))
      : [],
  };
}

/** All values at an instant; null when it lies outside of what was answered. */
export function readoutAt(data: ReadoutData, atMs: number): Readout | null {
  const main = data.coverage ?? firstTrack(data.grids);
  const step = main ? stepAt(main, atMs) : null;
  if (!step) return null;
  const share = data.coverage ? step.value : null;
  return {
    fromMs: step.fromMs,
    toMs: step.toMs,
    share,
    isShareKnown: data.coverage !== null,
    cover: data.coverage ? coverOf(share) : 'partial',
    isComplete: data.completeMs === null || step.toMs <= data.completeMs,
    groups: PANELS.map((panel) => ({
      panel,
      rows: panel.lines.map((line) => rowOf(panel, line, data, { ms: atMs, share })),
    })),
  };
}

/** Any metric, for the grid that it lies on. */
export function firstTrack(grids: readonly Grid[]): Track | null {
  const [grid] = grids;
  const [values] = Object.values(grid?.metrics ?? {});
  return grid && values ? { fromMs: grid.fromMs, stepMs: grid.stepMs, values } : null;
}

/** The middle of the step that an instant lies in, so that the crosshair stands where the points are. */
export function snapped(track: Track, atMs: number): number {
  const last = track.values.length - 1;
  const index = Math.min(last, Math.max(0, Math.floor((atMs - track.fromMs) / track.stepMs)));
  return track.fromMs + (index + 0.5) * track.stepMs;
}

/** One step on or back. */
export function stepped(track: Track, atMs: number, steps: number): number {
  return snapped(track, snapped(track, atMs) + steps * track.stepMs);
}

/** The newest instant of which all is known: the middle of the last whole step. */
export function latestMs(track: Track, completeMs: number | null): number | null {
  const end = track.fromMs + track.values.length * track.stepMs;
  const whole = Math.floor((Math.min(end, completeMs ?? end) - track.fromMs) / track.stepMs);
  return whole > 0 ? track.fromMs + (whole - 0.5) * track.stepMs : null;
}

/** The line of a panel whose point is nearest in height, of those that have messages behind them. */
export function nearestLine(
  panel: PanelDef,
  heights: readonly { readonly metric: string; readonly height: number | null }[],
  y: number,
): LineDef | null {
  const far = (line: LineDef) => {
    const height = heights.find(({ metric }) => metric === line.metric)?.height ?? null;
    return height === null ? Infinity : Math.abs(height - y);
  };
  const able = panel.lines.filter((line) => line.status && far(line) < Infinity);
  return able.reduce<LineDef | null>((best, line) => (best && far(best) <= far(line) ? best : line), null);
}
