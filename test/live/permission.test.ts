import { describe, expect, it } from 'vitest';
import type { Principal } from '../../server/base/permissions.ts';
import { createHandlers, type Handlers } from '../../server/publish/live-handlers.ts';
import { RoomLeave, PROTOCOL_VERSION } from '../../shared/protocol.ts';
import { rawRequest } from './support/raw-request.ts';
import { metric, startPublisher } from './support/test-publisher.ts';

const stranger: Principal = { id: 'stranger', permissions: [], tenants: 'all' };
const provider: Principal = {
  id: 'provider',
  permissions: ['tenant:view', 'wall:view', 'sources:view', 'demo:control', 'screen:report'],
  tenants: ['t1'],
};
const PRINCIPALS: Readonly<Record<string, Principal>> = { stranger, provider };

function startGuarded() {
  return startPublisher({
    principalOf: ({ headers }) => PRINCIPALS[String(headers['x-test-principal'])] ?? stranger,
  });
}
const as = (name: string) => ({ extraHeaders: { 'x-test-principal': name } });

describe('a screen without permission', () => {
  it('LIV-3: gets an error acknowledgement and no byte of data', async () => {
    const server = await startGuarded();
    const [refused, member] = [await server.connect(as('stranger')), await server.connect(as('provider'))];
    const packets: unknown[] = [];
    refused.socket.io.engine.on('packet', ({ type, data }: { type: string; data?: unknown }) => {
      if (type === 'message') packets.push(data);
    });
    const answers = await Promise.all([
      refused.join('wall'),
      refused.join('sources'),
      refused.join('tenant:t1'),
      refused.send('screen:painted', { room: 'wall', seq: 0 }),
      refused.send('room:leave', { room: 'wall' }),
      refused.send('demo:set', { scenario: 'calm', speed: 1 }),
    ]);
    expect(answers.map((answer) => (answer.ok ? 'ok' : answer.error.code))).toEqual(
      Array(6).fill('forbidden'),
    );
    await member.join('tenant:t1');
    server.tick();
    await member.framesOf('tenant:t1', 1);
    // The echo comes after everything that was sent before it.
    await refused.send('room:leave', { room: 'wall' });
    expect(packets).toHaveLength(7);
    expect(packets.every((packet) => String(packet).startsWith('3'))).toBe(true);
    expect(JSON.stringify(packets)).not.toContain('Tenant');
    expect(
      await metric(server.registry, 'mailvigil_live_joins_refused_total', {
        room: 'wall',
        reason: 'forbidden',
      }),
    ).toBe(1);
  });

  it('sees only the tenants it was granted, and is told nothing of whether others exist', async () => {
    const server = await startGuarded();
    const screen = await server.connect(as('provider'));
    expect(await screen.join('tenant:t1')).toMatchObject({ ok: true });
    const other = await screen.join('tenant:t0');
    const nobody = await screen.join('tenant:nobody');
    expect(other).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(nobody).toEqual(other);
    expect(await screen.join('wall')).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    server.tick();
    await screen.framesOf('tenant:t1', 1);
    expect(screen.frames.map(({ room }) => room)).toEqual(['tenant:t1']);
  });
});

describe('a handler', () => {
  const actions: Parameters<typeof createHandlers>[0] = {
    join: () => undefined,
    leave: () => undefined,
    sparks: () => ({ seq: 0, sparks: [] }),
    painted: () => true,
    tell: () => undefined,
    clock: () => ({ atMs: 0, speed: 1 }),
    setDemo: () => ({ scenario: '', scenarios: [], speed: 1, story: [] }),
  };

  it('LIV-6: does not compile without the permission it needs', () => {
    const handlers = createHandlers(actions);
    // @ts-expect-error what a handler needs must be said
    const careless: Handlers = { ...handlers, 'room:leave': { schema: RoomLeave, handle: () => null } };
    // @ts-expect-error and it must be one of the list
    const sloppy: Handlers['room:leave']['needs'] = () => ({ permission: 'all', scope: 'own' });
    expect([careless, sloppy]).toHaveLength(2);
  });

  it('does not compile without its event in the contract, nor the contract without it', () => {
    const { 'room:join': join, 'room:leave': leave, 'screen:painted': painted } = createHandlers(actions);
    // @ts-expect-error every event has a handler
    const incomplete: Handlers = { 'room:join': join, 'room:leave': leave, 'screen:painted': painted };
    expect(incomplete).not.toHaveProperty('demo:set');
  });
});

describe('a request', () => {
  it('LIV-6: that is not understood is answered with what is wrong', async () => {
    const server = await startPublisher();
    const screen = await server.connect();
    expect(await screen.send('room:join', { room: 'wall; drop', protocol: 'x' })).toMatchObject({
      ok: false,
      error: {
        code: 'bad-request',
        details: [expect.stringMatching(/^room: room is wall/), expect.stringMatching(/^protocol: /)],
      },
    });
    expect(await screen.send('screen:painted')).toMatchObject({ ok: false, error: { code: 'bad-request' } });
  });

  it.each(['room:steal', 'constructor', '__proto__', 'toString'])(
    'named %s is ignored and counted',
    async (event) => {
      const server = await startPublisher();
      const screen = await server.connect();
      expect(await screen.send(event, {})).toMatchObject({ ok: false, error: { code: 'bad-request' } });
      screen.socket.send('without acknowledgement');
      await screen.join('wall');
      expect(await metric(server.registry, 'mailvigil_dropped_total', { reason: 'unknown-event' })).toBe(2);
    },
  );

  it('of a screen of another protocol version tells it to reload', async () => {
    const server = await startPublisher();
    const screen = await server.connect();
    expect(await screen.join('wall', PROTOCOL_VERSION + 1)).toMatchObject({
      ok: false,
      error: { code: 'unsupported', message: expect.stringContaining('reload') },
    });
    server.tick();
    await screen.send('room:leave', { room: 'wall' });
    expect(screen.frames).toEqual([]);
  });

  it('for a fifth room is refused until one is left', async () => {
    const server = await startPublisher();
    const screen = await server.connect();
    for (const room of ['wall', 'sources', 'tenant:t0', 'tenant:t1'] as const) {
      expect(await screen.join(room)).toMatchObject({ ok: true });
    }
    expect(await screen.join('tenant:t2')).toMatchObject({ ok: false, error: { code: 'bad-request' } });
    expect(await screen.join('wall')).toMatchObject({ ok: true });
    await screen.send('room:leave', { room: 'wall' });
    expect(await screen.join('tenant:t2')).toMatchObject({ ok: true });
  });

  it('is refused when a screen asks too often, and other screens do not feel it', async () => {
    const server = await startPublisher();
    const [eager, calm] = [await server.connect(), await server.connect()];
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => eager.send('room:leave', { room: 'wall' })),
    );
    expect(answers.slice(0, 50).every(({ ok }) => ok)).toBe(true);
    expect(answers.slice(50)).toEqual(Array(10).fill(expect.objectContaining({ ok: false })));
    expect(await calm.join('wall')).toMatchObject({ ok: true });
    expect(await metric(server.registry, 'mailvigil_dropped_total', { reason: 'too-many-requests' })).toBe(
      10,
    );
  });

  it('to set the demo is answered by the demo, or by why there is none', async () => {
    const server = await startPublisher();
    const screen = await server.connect();
    const request = { scenario: 'calm', speed: 2 };
    expect(await screen.send('demo:set', request)).toMatchObject({ ok: false, error: { code: 'not-demo' } });
    server.platform.setDemo = async ({ scenario, speed }) => ({ scenario, speed, scenarios: [], story: [] });
    expect(await screen.send('demo:set', request)).toMatchObject({
      ok: true,
      data: { scenario: 'calm', speed: 2 },
    });
  });

  it('that meets a fault of ours learns an id and nothing else', async () => {
    const server = await startPublisher();
    const screen = await server.connect();
    server.platform.setDemo = () => Promise.reject(new Error('/secret/path'));
    const answer = await screen.send('demo:set', { scenario: 'calm', speed: 2 });
    expect(answer).toEqual({
      ok: false,
      error: {
        code: 'internal',
        message: expect.stringMatching(/^internal error, see the log at [0-9a-f]{12}$/),
      },
    });
  });

  it('larger than any screen sends ends the connection', async () => {
    const server = await startPublisher();
    const screen = await server.connect({ reconnection: false });
    const gone = new Promise<string>((resolve) => void screen.socket.once('disconnect', resolve));
    screen.socket.emit('room:leave', { room: 'x'.repeat(100_000) }, () => undefined);
    expect(await gone).toBe('transport close');
  });
});

describe('a connection', () => {
  it.each([
    ['of another origin', { origin: 'https://evil.example' }],
    ['of no origin at all, said aloud', { origin: 'null' }],
    ['to another name of this machine', { host: 'evil.example' }],
  ])('%s is refused', async (_, extraHeaders) => {
    const server = await startPublisher();
    await expect(server.connect({ extraHeaders, reconnection: false })).rejects.toThrow();
    const polling = await rawRequest(`${server.url}/socket.io/?EIO=4&transport=polling`, extraHeaders);
    expect(polling.status).toBe(403);
    expect(polling.text).not.toContain('sid');
  });

  it('of the page that this server serves is accepted', async () => {
    const server = await startPublisher();
    const screen = await server.connect({ extraHeaders: { origin: server.url } });
    expect(await screen.join('wall')).toMatchObject({ ok: true });
  });
});
