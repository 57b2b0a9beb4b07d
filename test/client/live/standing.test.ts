import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLiveClient, type LiveClient } from '../../../client/live/client.ts';
import { T0 } from '../fixtures.ts';
import { told } from '../screen-fixtures.ts';
import { createFakeTransport, type FakeTransport } from './fake-transport.ts';

let transport: FakeTransport;
let client: LiveClient;
let standings: string[];
let nowMs: number;

const rooms = { snapshot: () => undefined, frame: () => true, phase: () => undefined };

beforeEach(() => {
  vi.useFakeTimers();
  [standings, nowMs] = [[], 0];
  transport = createFakeTransport();
  client = createLiveClient({
    transport,
    localMs: () => nowMs,
    dateMs: () => T0,
    onLink: () => undefined,
    onClock: () => false,
    onTick: () => undefined,
    reload: () => undefined,
    onStanding: (standing) => void standings.push(standing),
  });
  client.start();
});
afterEach(() => {
  client.stop();
  vi.useRealTimers();
});

describe('a screen and the server that knows it', () => {
  it('SCR-65: says what it is when it connects, whenever it connects anew, and when it changes', () => {
    client.tell(told({ page: '/' }));
    expect(transport.tolds).toEqual([]);
    transport.accept();
    client.tell(told({ page: '/desk' }));
    transport.cut();
    client.tell(told({ page: '/alarms' }));
    transport.accept();
    expect(transport.tolds.map(({ page }) => page)).toEqual(['/', '/desk', '/alarms']);
  });

  it('SCR-64: asks who it is when it has connected, was not let in, or may not have a room any more', () => {
    transport.accept();
    expect(standings).toEqual(['connected']);
    client.open('wall', rooms);
    transport.joins.shift()?.ack({ ok: false, error: { code: 'forbidden', message: 'no' } });
    expect(standings).toEqual(['connected', 'refused']);
    transport.handlers.refused();
    expect(standings).toEqual(['connected', 'refused', 'refused']);
  });

  it('SCR-64: a room that is refused for another reason says nothing of who it is', () => {
    transport.accept();
    client.open('tenant:x', rooms);
    transport.joins.shift()?.ack({ ok: false, error: { code: 'not-found', message: 'no such tenant' } });
    expect(standings).toEqual(['connected']);
  });

  it('SCR-66: does what it is asked', () => {
    const reasons: string[] = [];
    client.onAsked('blank', ({ reason }) => void reasons.push(reason));
    transport.handlers.asked({ what: 'blank', reason: 'revoked by Kim' });
    expect(reasons).toEqual(['revoked by Kim']);
  });

  it('SCR-63: connects no more once it is stopped, even when the machine wakes up', () => {
    transport.accept();
    client.stop();
    const before = transport.attempts.length;
    nowMs += 3_600_000;
    client.wake();
    vi.advanceTimersByTime(60_000);
    expect(transport.attempts).toHaveLength(before);
  });
});
