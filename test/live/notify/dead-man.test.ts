import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAlarmPath, type AlarmPath } from '../../support/alarm-path.ts';
import { startHookServer, type HookServer } from '../../support/hook-server.ts';
import { until } from '../../support/until.ts';

describe('the outside watch', () => {
  let outside: HookServer;
  let path: AlarmPath;
  let isAlive: boolean;
  beforeEach(async () => {
    outside = await startHookServer();
    isAlive = true;
    path = createAlarmPath(
      { deadMan: { url: outside.url, intervalSeconds: 60 } },
      { isAlive: () => isAlive },
    );
  });
  afterEach(async () => {
    await path.stop();
    await outside.stop();
  });
  const deadMan = () => path.responder().report(0).deadMan!;

  it('is pinged at each interval while alarms are evaluated, and left without its ping when they are not [NTF-28]', async () => {
    await until(() => deadMan().isOk, { what: 'the first ping' });
    path.timers.advance(60_000);
    await until(() => outside.calls.length === 2 && path.timers.pending() === 1, { what: 'the second' });
    const { lastOkMs } = deadMan();
    isAlive = false;
    path.timers.advance(60_000);
    await until(() => !deadMan().isOk && path.timers.pending() === 1, { what: 'the stop' });
    expect(deadMan()).toMatchObject({ lastOkMs, reason: expect.stringContaining('stands still') });
    expect(outside.calls).toHaveLength(2);
    isAlive = true;
    path.timers.advance(60_000);
    await until(() => deadMan().isOk, { what: 'the ping again' });
  });

  it('is not taken for reached when it redirects or refuses [NTF-28]', async () => {
    await until(() => deadMan().isOk && path.timers.pending() === 1, { what: 'the first ping' });
    outside.answer((response) => response.writeHead(302, { location: '/login' }).end());
    path.timers.advance(60_000);
    await until(() => deadMan().reason === 'the outside watch answered 302', { what: 'the fault' });
  });
});
