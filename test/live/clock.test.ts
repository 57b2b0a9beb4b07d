import { describe, expect, it } from 'vitest';
import { startPublisher } from './support/test-publisher.ts';

describe("the server's clock", () => {
  it('WAL-125: is told to a screen that asks for it, with its speed', async () => {
    const server = await startPublisher();
    const screen = await server.connect();
    const { clock } = server.platform;
    const answer = await screen.send('clock:ask', {});
    expect(answer).toEqual({ ok: true, data: { atMs: clock.now(), speed: clock.speed } });
  });
});
