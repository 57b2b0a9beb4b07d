import { computed, type ComputedRef } from 'vue';
import type { AnomaliesView, MovedView } from '../../shared/foresight.ts';
import { fetchAnomalies, fetchMoved } from '../api-foresight.ts';
import { useLinkStore } from '../stores/link.ts';
import { lookOf, runText } from '../stores/odd-ribbon.ts';
import type { Look } from '../stores/page-query.ts';
import { boundsOf } from '../stores/range.ts';
import type { Readout } from '../stores/readout.ts';
import { useAsk, type Asked } from './useAsk.ts';
import type { PageQueryHandle } from './usePageQuery.ts';

interface OddOf {
  readonly id: () => string;
  readonly page: PageQueryHandle;
  readonly readout: () => Readout | null;
  readonly timeZone: () => string;
}
export interface TenantOdd {
  readonly odd: Asked<AnomaliesView>;
  readonly moved: Asked<MovedView>;
  /** What was strange at the crosshair, or in the newest whole step, in words. */
  readonly there: ComputedRef<readonly string[]>;
  /** Asks what else moved; without an end, in the minute that begins then. */
  lookAt(metric: string | null, fromMs: number, toMs?: number): void;
  lookAtCrosshair(): void;
}

/** Real ms. Detectors look once a minute. */
const EVERY_MS = 10_000;
const LOOKED_MS = 60_000;

/** What was strange over the range that is shown, and what else moved at the time that is looked at. */
export function useTenantOdd({ id, page, readout, timeZone }: OddOf): TenantOdd {
  const link = useLinkStore();
  const query = () => page.query.value;
  const isLive = () => query().range.kind === 'live';
  const place = () => ({ kind: 'tenant', id: id() }) as const;
  const rangeKey = () => {
    const { range } = query();
    if (range.kind === 'fixed') return `${range.fromMs}-${range.toMs}`;
    return link.now === null ? null : range.name;
  };
  const odd = useAsk<AnomaliesView>({
    subject: id,
    key: () => {
      const key = rangeKey();
      return key === null ? null : `${id()} ${key}`;
    },
    ask: (signal) => fetchAnomalies(place(), boundsOf(query().range, link.now?.serverMs ?? 0), signal),
    againMs: () => (isLive() ? EVERY_MS : null),
  });
  const moved = useAsk<MovedView>({
    subject: () => `${id()} ${keyOf(query().look)}`,
    key: () => (query().look ? `${id()} ${keyOf(query().look)}` : null),
    ask: (signal) => fetchMoved(place(), query().look ?? { metric: null, fromMs: 0, toMs: 1 }, signal),
    againMs: (answer) => (answer && answer.asOfMs < answer.toMs + answer.marginMs ? EVERY_MS : null),
  });
  const there = computed(() => {
    const at = readout();
    const known = odd.data.value;
    if (!at || !known) return [];
    return known.findings
      .filter(({ fromMs, toMs, seenMs }) => fromMs < at.toMs && (toMs ?? seenMs) >= at.fromMs)
      .map((record) =>
        runText({ record, look: lookOf(record) }, { asOfMs: known.asOfMs, timeZone: timeZone() }),
      );
  });
  const lookAt: TenantOdd['lookAt'] = (metric, fromMs, toMs = fromMs + LOOKED_MS) => {
    const look: Look = { metric, fromMs: Math.floor(fromMs), toMs: Math.ceil(Math.max(toMs, fromMs + 1)) };
    page.change({ look });
  };
  const lookAtCrosshair = (): void => {
    const at = readout();
    if (at) lookAt(null, at.fromMs, at.toMs);
  };
  return { odd, moved, there, lookAt, lookAtCrosshair };
}

function keyOf(look: Look | null): string {
  return look ? `${look.metric} ${look.fromMs} ${look.toMs}` : '';
}
