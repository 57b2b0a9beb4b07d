import { expect, it } from 'vitest';
import { runNight } from '../support/alarm-night.ts';

const HOUR_MS = 3_600_000;
const DAYS = 7;
/** A tenth of the platform: a share of few is the easier to mistake, so it is the harder test. */
const VOLUME = 0.1;

it('RUL-30: seven calm days raise at most one page a night', () => {
  const startMs = Date.parse('2026-11-16T12:00:00Z');
  const night = runNight({
    ...{ scenario: 'calm', nowMs: startMs, minutes: DAYS * 24 * 60, volume: VOLUME, stepMs: 10_000 },
  });
  const told = night.notices.filter(({ kind }) => kind === 'raised' || kind === 'priority');
  for (const { atMs, priority, text } of told)
    process.stdout.write(`  ${new Date(atMs).toISOString()} ${priority}: ${text}\n`);
  const pages = told.filter(({ priority }) => priority === 'high' || priority === 'critical');
  const nights = Array.from({ length: DAYS }, (_, n) => startMs + (7 + 24 * n) * HOUR_MS);
  const pagesOf = (fromMs: number) =>
    pages.filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + 12 * HOUR_MS).length;
  process.stdout.write(`  pages by night: ${nights.map(pagesOf).join(', ')}; of all days ${pages.length}\n`);
  expect(Math.max(...nights.map(pagesOf))).toBeLessThanOrEqual(1);
  expect(night.records.length).toBeGreaterThanOrEqual(pages.length);
}, 1_800_000);
