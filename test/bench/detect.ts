import { createDetector, LOOK_SCORE } from '../../server/detect/anomaly/detector.ts';
import { hasNab, readNab, type NabSeries } from '../support/nab-corpus.ts';
import { NAB_PROFILES, nabScore, type NabFile, type NabProfile } from '../support/nab-score.ts';
import { windowedGaussian } from '../support/windowed-gaussian.ts';
import { median, table } from './child.ts';

const PROFILES = Object.keys(NAB_PROFILES) as NabProfile[];
/** Calls timed as one: the clock itself takes as long as a few points. */
const BATCH_POINTS = 100;

/** Normalised benchmark score per file and in total, ours beside windowed Gaussian, both by the same scorer. */
export function benchDetect(): Promise<void> {
  if (!hasNab) {
    console.log('the benchmark files are not there: ../shared/corpus/nab');
    process.exitCode = 1;
    return Promise.resolve();
  }
  const all = readNab();
  const microseconds: number[] = [];
  const ours = all.map((series) => ({ ...series, scores: detect(series, microseconds) }));
  const gaussian = all.map((series) => ({ ...series, scores: windowedGaussian(series.values) }));
  perFile(ours, gaussian);
  totals(ours, gaussian);
  const points = all.reduce((sum, { values }) => sum + values.length, 0);
  console.log(
    `\n${points} points: median ${median(microseconds).toFixed(2)} us a point (goal <= 20), ` +
      `${createDetector().save().length} bytes a series (goal <= 4096)`,
  );
  return Promise.resolve();
}

type Scored = NabSeries & NabFile;

function detect({ values, timesMs }: NabSeries, microseconds: number[]): Float64Array {
  const detector = createDetector();
  const scores = new Float64Array(values.length);
  for (let from = 0; from < values.length; from += BATCH_POINTS) {
    const to = Math.min(values.length, from + BATCH_POINTS);
    const startedMs = performance.now();
    for (let row = from; row < to; row++) scores[row] = detector.next(timesMs[row]!, values[row]!).score;
    microseconds.push((1_000 * (performance.now() - startedMs)) / (to - from));
  }
  return scores;
}

/** Each file by the threshold that serves all; a file without windows can only lose, in points of the total. */
function perFile(ours: readonly Scored[], gaussian: readonly Scored[]): void {
  const thresholds = [ours, gaussian].map((files) => nabScore(files, 'standard').threshold);
  const cell = (file: Scored, threshold: number) =>
    file.windows.length === 0
      ? `${falseAlarms(file, threshold)} false`
      : nabScore([file], 'standard', threshold).score.toFixed(1);
  console.log(
    table([
      ['standard profile, one threshold for all files', 'windows', 'ours', 'windowed Gaussian'],
      ...ours.map((file, i) => [
        file.name,
        String(file.windows.length),
        cell(file, thresholds[0]!),
        cell(gaussian[i]!, thresholds[1]!),
      ]),
    ]),
  );
}

function falseAlarms({ scores }: Scored, threshold: number): number {
  const probation = Math.floor(0.15 * Math.min(scores.length, 5_000));
  return Array.from(scores).filter((score, row) => row >= probation && score >= threshold).length;
}

function totals(ours: readonly Scored[], gaussian: readonly Scored[]): void {
  const row = (name: string, files: readonly Scored[], threshold?: number) => [
    name,
    ...PROFILES.map((profile) => nabScore(files, profile, threshold).score.toFixed(1)),
  ];
  console.log(
    `\n${table([
      ['total', ...PROFILES],
      row('ours', ours),
      row(`ours at the fixed threshold ${LOOK_SCORE}`, ours, LOOK_SCORE),
      ['ours, threshold of each group from the other groups', crossValidated(ours).toFixed(1), '', ''],
      row('windowed Gaussian', gaussian),
      ['published on these files: windowed Gaussian', '36.7', '21.4', '45.2'],
      ['published on these files: Numenta HTM', '71.2', '65.0', '75.9'],
      ['published on these files: contextual (CAD-OSE)', '74.1', '71.7', '76.9'],
    ])}`,
  );
}

/** Score when nothing of a group was known at the choice of its threshold: what a threshold is worth elsewhere. */
function crossValidated(files: readonly Scored[]): number {
  const groups = [...new Set(files.map(({ group }) => group))];
  let gained = 0;
  for (const group of groups) {
    const { threshold } = nabScore(
      files.filter((file) => file.group !== group),
      'standard',
    );
    for (const file of files.filter((each) => each.group === group)) gained += pointsOf(file, threshold);
  }
  const windows = files.reduce((sum, file) => sum + file.windows.length, 0);
  return (100 * gained) / (2 * windows);
}

/** Points above a silent detector; scored with a window that is never met, so that a file without windows has a scale. */
function pointsOf(file: Scored, threshold: number): number {
  const scores = Float64Array.from({ length: file.scores.length + 1 }, (_, row) => file.scores[row] ?? 0);
  const last = file.scores.length;
  const windows = [...file.windows, [last, last] as const];
  return (
    (nabScore([{ name: file.name, scores, windows }], 'standard', threshold).score / 100) * 2 * windows.length
  );
}
