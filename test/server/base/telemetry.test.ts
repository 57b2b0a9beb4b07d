import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../../server/base/log.ts';
import { createTelemetry } from '../../../server/base/telemetry.ts';

function setUp() {
  const lines: Record<string, unknown>[] = [];
  const registry = new Registry();
  const telemetry = createTelemetry(
    createLog('test', { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) }),
    registry,
  );
  return { lines, registry, telemetry };
}

describe('telemetry', () => {
  it('makes log and metric of one event', async () => {
    const { lines, registry, telemetry } = setUp();
    telemetry.dropped('slow-screen', 'publish', 3);
    telemetry.joinRefused('tenant:aurora', 'forbidden');
    const text = await registry.metrics();
    expect(text).toContain('mailvigil_dropped_total{stage="publish",reason="slow-screen"} 3');
    expect(text).toContain('mailvigil_live_joins_refused_total{room="tenant",reason="forbidden"} 1');
    expect(lines).toMatchObject([
      { component: 'test.publish', event: 'dropped_slow-screen', count: 3 },
      { event: 'join_refused', room: 'tenant:aurora', reason: 'forbidden' },
    ]);
  });

  it('counts what sources read and what screens were sent, without a log line', async () => {
    const { lines, registry, telemetry } = setUp();
    telemetry.sourceRead('mx1', { lines: 10, events: 7, unparsed: 1, foreign: 2, bytes: 900 });
    telemetry.sourceRead('mx1', { lines: 15, events: 12, unparsed: 1, foreign: 2, bytes: 1_300 });
    telemetry.frameSent('tenant:aurora', 100, 4);
    telemetry.frameSent('tenant:borealis', 50, 0);
    telemetry.tickDone(3);
    telemetry.screensConnected(4);
    telemetry.requestAnswered('/api/v1/wall', 200);
    const text = await registry.metrics();
    for (const series of [
      'mailvigil_source_lines_total{source="mx1"} 15',
      'mailvigil_source_unparsed_total{source="mx1"} 1',
      'mailvigil_source_bytes_total{source="mx1"} 1300',
      'mailvigil_live_frames_total{room="tenant"} 2',
      'mailvigil_live_frames_sent_total{room="tenant"} 4',
      'mailvigil_live_frame_bytes_total{room="tenant"} 150',
      'mailvigil_tick_seconds_bucket{le="0.0025"} 0',
      'mailvigil_tick_seconds_bucket{le="0.005"} 1',
      'mailvigil_live_screens 4',
      'mailvigil_http_requests_total{route="/api/v1/wall",status="200"} 1',
    ]) {
      expect(text).toContain(`${series}\n`);
    }
    expect(lines).toEqual([]);
  });

  it('gives the same fault the same id, which is in the log although repetitions are left out of it', () => {
    const { lines, telemetry } = setUp();
    const fault = new Error('no such window');
    const ids = [1, 2, 3].map(() => telemetry.handlerFailed('room:join', fault));
    const other = telemetry.handlerFailed('room:join', new Error('another one'));
    expect(new Set(ids).size).toBe(1);
    expect(lines.map(({ source }) => source)).toEqual([ids[0], other]);
  });

  it('measures how late timers are, and ends with it', async () => {
    const { registry, telemetry } = setUp();
    telemetry.start();
    telemetry.stop();
    expect(telemetry.loopLagMs()).toBe(0);
    expect(await registry.metrics()).toMatch(/^mailvigil_event_loop_lag_seconds 0$/m);
  });
});
