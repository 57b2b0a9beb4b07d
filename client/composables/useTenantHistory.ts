import { computed, shallowRef } from 'vue';
import type { SeriesAnswer, TablesAnswer, WaitingMatrix } from '../../shared/history.ts';
import { fetchMatrix, fetchSeries, fetchTables, type SeriesQuestion, type TenantRange } from '../api.ts';
import type { ChartData } from '../components/tenant/charts.ts';
import { dataFacts, paceMs, pointsFor } from '../stores/data-facts.ts';
import { liveGrid, type Grid } from '../stores/grid.ts';
import { useLinkStore } from '../stores/link.ts';
import type { PageQuery } from '../stores/page-query.ts';
import { ASKED_METRICS } from '../stores/panels.ts';
import { boundsOf, type Bounds } from '../stores/range.ts';
import type { TenantModel } from '../stores/tenant-model.ts';
import { useTenantStore } from '../stores/tenant.ts';
import { useAsk } from './useAsk.ts';

interface HistoryOf {
  readonly id: () => string;
  readonly query: () => PageQuery;
  /** Of one plot, CSS pixels; 0: not known yet. */
  readonly width: () => number;
  readonly timeZone: () => string;
}

const TABLES_MS = 10_000;
const MATRIX_MS = 5_000;

/** Which stretch is shown: fixed, or up to the newest frame of the room, or up to when it was last asked for. */
function useBounds({ query }: HistoryOf) {
  const link = useLinkStore();
  const room = useTenantStore();
  const askedAtMs = shallowRef<number | null>(null);
  const isLive = computed(() => query().range.kind === 'live');
  /** The room has both directions and fifteen minutes, a second after they happened. */
  const isRoomShown = computed(() => {
    const { range, direction } = query();
    return range.kind === 'live' && range.name === '15m' && direction === 'both';
  });
  const isClockKnown = computed(() => link.now !== null);
  const bounds = computed<Bounds | null>(() => {
    const { range } = query();
    if (range.kind === 'fixed') return boundsOf(range, 0);
    const endMs = (isRoomShown.value ? room.model?.atMs : null) ?? askedAtMs.value;
    return endMs === null ? null : boundsOf(range, endMs);
  });
  /** Where the range lies at the moment of asking. */
  function askedBounds(): Bounds {
    const nowMs = link.now?.serverMs ?? 0;
    if (isLive.value) askedAtMs.value = nowMs;
    return boundsOf(query().range, nowMs);
  }
  return { isLive, isRoomShown, isClockKnown, bounds, askedBounds };
}

const rangeKey = ({ range }: PageQuery) =>
  range.kind === 'live' ? range.name : `${range.fromMs}-${range.toMs}`;

/** What there is to draw: of the room first, which is newer. */
function chartDataOf(answer: SeriesAnswer | null, model: TenantModel | null): ChartData {
  const live: readonly Grid[] = model ? [liveGrid(model.series)] : [];
  return {
    grids: answer ? [...live, answer] : live,
    coverage: answer ? { ...answer, values: answer.coverage } : null,
    compare: (answer?.compare ?? []).map(({ kind, metrics }) => ({
      kind,
      grid: { fromMs: answer?.fromMs ?? 0, stepMs: answer?.stepMs ?? 1, metrics },
    })),
    marks: answer?.marks ?? [],
    completeMs: answer ? answer.asOfMs : (model?.atMs ?? null),
  };
}

/** Everything a tenant's page shows of the past and, over fifteen minutes, of now. */
export function useTenantHistory(of: HistoryOf) {
  const link = useLinkStore();
  const room = useTenantStore();
  const shown = useBounds(of);
  const { isLive, isRoomShown, isClockKnown, bounds, askedBounds } = shown;

  function rangeAsked(within: Bounds): TenantRange {
    const { direction } = of.query();
    return { tenantId: of.id(), ...within, ...(direction !== 'both' && { direction }) };
  }
  function seriesAsked(within: Bounds): SeriesQuestion {
    const points = pointsFor(of.width(), within);
    return { ...rangeAsked(within), metrics: ASKED_METRICS, points, compare: of.query().compare };
  }
  const askKey = () =>
    isLive.value && !isClockKnown.value
      ? null
      : [of.id(), rangeKey(of.query()), of.query().direction].join(' ');
  const pointsKey = computed(() =>
    of.width() > 0 ? pointsFor(of.width(), boundsOf(of.query().range, 1e15)) : null,
  );
  const speed = () => link.now?.speed ?? 1;

  const series = useAsk<SeriesAnswer>({
    subject: of.id,
    key: () => {
      const key = askKey();
      if (key === null || pointsKey.value === null) return null;
      return [key, pointsKey.value, of.query().compare.join(',')].join(' ');
    },
    ask: (signal) => fetchSeries(seriesAsked(askedBounds()), signal),
    againMs: (answer) => (isLive.value ? paceMs(answer?.stepMs ?? TABLES_MS, speed()) : null),
  });
  const tables = useAsk<TablesAnswer>({
    subject: of.id,
    key: askKey,
    ask: (signal) => fetchTables(rangeAsked(boundsOf(of.query().range, link.now?.serverMs ?? 0)), signal),
    againMs: () =>
      isLive.value ? Math.max(TABLES_MS, paceMs(series.data.value?.stepMs ?? 0, speed())) : null,
  });
  const matrix = useAsk<WaitingMatrix>({
    subject: of.id,
    key: of.id,
    ask: (signal) => fetchMatrix(of.id(), signal),
    againMs: () => (isLive.value ? MATRIX_MS : null),
  });

  const chartData = computed(() => chartDataOf(series.data.value, isRoomShown.value ? room.model : null));
  const facts = computed(() => {
    const answer = series.data.value;
    if (!answer || !bounds.value) return [];
    return dataFacts({
      answer,
      bounds: bounds.value,
      isLive: isLive.value,
      now: link.now,
      timeZone: of.timeZone(),
    });
  });
  return { isLive, isRoomShown, bounds, series, tables, matrix, chartData, facts, seriesAsked };
}
