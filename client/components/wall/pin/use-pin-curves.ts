import { computed, shallowRef, watch } from 'vue';
import type { SeriesAnswer } from '../../../../shared/history.ts';
import type { Failure } from '../../../../shared/protocol.ts';
import { fetchAlarmSeries } from '../../../api-alarms.ts';
import type { ApiResult } from '../../../api.ts';
import { useAsk } from '../../../composables/useAsk.ts';
import type { Now } from '../../../live/freshness.ts';
import { curveBounds, type CurveWish } from '../../../stores/pin-curves.ts';

/** What is known of one curve. */
export interface CurveState {
  readonly wish: CurveWish;
  readonly answer: SeriesAnswer | null;
  /** Why it could not be asked for just now; what is drawn is then older. */
  readonly error: Failure | null;
}

interface CurvesOf {
  readonly wishes: () => readonly CurveWish[];
  readonly sinceMs: () => number | null;
  readonly now: () => Now | null;
}

/** Real ms between two questions, and how much of it is spread over the screens that have the same pin. */
const EVERY_MS = 9_000;
const SPREAD_MS = 2_000;
/** A demo's clock runs away from a curve that is asked for as seldom. */
const DEMO_MS = 2_000;
/** Enough for the shape of some hours. */
const POINTS = 240;

type Answers = ReadonlyMap<string, CurveState>;

/** The curves of a pin, asked for again and again as long as its scope lives; never two questions for one curve at once. */
export function usePinCurves({ wishes, sinceMs, now }: CurvesOf) {
  const spreadMs = Math.random() * SPREAD_MS;
  const keys = computed(() =>
    wishes()
      .map(({ key }) => key)
      .join('|'),
  );
  /** The newest answer of each curve: one that fails once keeps what it had. */
  const known = shallowRef<Answers>(new Map());

  async function ask(signal: AbortSignal): Promise<ApiResult<Answers>> {
    const asked = wishes();
    const bounds = curveBounds(sinceMs(), now()?.serverMs ?? 0);
    const answers = await Promise.all(
      asked.map(({ scope, metric }) =>
        fetchAlarmSeries({ scope, metric, ...bounds, points: POINTS }, signal),
      ),
    );
    const states = asked.map((wish, i): readonly [string, CurveState] => {
      const result = answers[i];
      if (result?.ok) return [wish.key, { wish, answer: result.data, error: null }];
      const error = result?.error ?? null;
      // What this screen may see no more is not shown any longer.
      const isRefused = error?.code === 'forbidden' || error?.code === 'not-found';
      const answer = isRefused ? null : (known.value.get(wish.key)?.answer ?? null);
      return [wish.key, { wish, answer, error }];
    });
    if (signal.aborted) return { ok: false, isAborted: true, error: { code: 'unavailable', message: '' } };
    return { ok: true, data: new Map(states) };
  }

  const asked = useAsk<Answers>({
    subject: () => keys.value,
    key: () => (keys.value === '' || now() === null ? null : keys.value),
    ask,
    againMs: () => ((now()?.speed ?? 1) > 1 ? DEMO_MS : EVERY_MS + spreadMs),
  });
  watch(asked.data, (data) => (known.value = data ?? new Map()));

  const curves = computed<readonly CurveState[]>(() =>
    wishes().map((wish) => ({ answer: null, error: null, ...known.value.get(wish.key), wish })),
  );
  return { curves };
}
