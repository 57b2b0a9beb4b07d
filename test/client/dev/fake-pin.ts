/** Made-up series of tenants, as the panel of a pin asks for them. A mood makes them short, empty, refused or failing. */
import type { ServerResponse } from 'node:http';
import type { SeriesAnswer } from '../../../shared/history.ts';

export const PIN_MOODS = ['fine', 'gap', 'none', 'refused', 'failing'] as const;
export type PinMood = (typeof PIN_MOODS)[number];

/** Calm until the trouble began, then what it is like. */
const SHAPES: Readonly<Record<string, (calm: number, troubleMin: number, scale: number) => number>> = {
  lagP95Ms: (calm, min, scale) => (min <= 0 ? 4_000 + calm * 9_000 : 4_000 + min * 200_000 * scale),
  accessPercent: (calm, min) => (min <= 0 ? 99.9 - calm * 0.3 : Math.max(91, 99.5 - min * 5)),
  queueHold: (calm, min, scale) => (min <= 0 ? calm * 40 : calm * 40 + min * 38 * scale),
};
const CALM_SHAPE = (calm: number) => 200 + calm * 40;

const noise = (i: number) => Math.abs(Math.sin(i * 12.9898) * 43758.5453) % 1;

function seriesOf(id: string, params: URLSearchParams, nowMs: number, mood: PinMood): SeriesAnswer {
  const [fromMs, toMs, points] = ['from', 'to', 'points'].map((name) => Number(params.get(name)));
  const stepMs = Math.max(
    10_000,
    Math.ceil(((toMs ?? 0) - (fromMs ?? 0)) / (points ?? 240) / 10_000) * 10_000,
  );
  const steps = Math.floor(((toMs ?? 0) - (fromMs ?? 0)) / stepMs);
  const metric = params.get('metrics') ?? '';
  const scale = 1 - (Number(id.replace(/\D/g, '')) % 5) * 0.17;
  const isGap = (i: number) => mood === 'none' || (mood === 'gap' && i > steps * 0.3 && i < steps * 0.42);
  const values = Array.from({ length: steps }, (_, i) => {
    const troubleMin = ((fromMs ?? 0) + i * stepMs - (nowMs - 12 * 60_000)) / 60_000;
    return isGap(i) ? null : (SHAPES[metric] ?? CALM_SHAPE)(noise(i), troubleMin, scale);
  });
  return {
    fromMs: fromMs ?? 0,
    stepMs,
    metrics: { [metric]: values },
    coverage: values.map((_, i) => (isGap(i) ? 0 : 1)),
    tierSeconds: 10,
    asOfMs: nowMs - 2_000,
    marks: [],
  };
}

const FAULTS = {
  refused: [403, { code: 'forbidden', message: 'This needs the permission tenant:view.' }],
  failing: [503, { code: 'unavailable', message: 'The store cannot be read.' }],
} as const;

/** Answers questions for series of one tenant; says whether it was one. */
export const answerPin =
  (mood: PinMood) =>
  (url: URL, response: ServerResponse, nowMs: number): boolean => {
    const id = /^\/api\/v1\/tenants\/([^/]+)\/series$/.exec(url.pathname)?.[1];
    if (id === undefined) return false;
    const [status, error] = mood === 'refused' || mood === 'failing' ? FAULTS[mood] : [200, null];
    const body = error ? { error } : seriesOf(id, url.searchParams, nowMs, mood);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
    return true;
  };
