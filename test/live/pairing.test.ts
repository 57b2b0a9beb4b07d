import { describe, expect, it, vi } from 'vitest';
import type { ScreenRequest, ScreensAnswer } from '../../shared/screens.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol.ts';
import { until } from '../support/until.ts';
import { ask, pairOver, startIdentity } from './support/paired.ts';
import { startPublisher, type TestPublisher } from './support/test-publisher.ts';
import type { TestScreen } from './support/test-screen.ts';

const ROOT = '/api/v1/screens';

async function start(): Promise<TestPublisher> {
  const identity = await startIdentity();
  const server = await startPublisher({ identity: () => identity });
  identity.listen(server.displays);
  return server;
}

function asked(screen: TestScreen): ScreenRequest[] {
  const requests: ScreenRequest[] = [];
  screen.socket.on('screen:asked', (request) => void requests.push(request));
  return requests;
}

describe('a fresh screen', () => {
  it('SCR-3: shows a code, is approved, and comes back as the display that was named', async () => {
    const { url } = await start();
    const started = await ask<{ userCode: string; deviceCode: string }>(url, `${ROOT}/pairings`, {
      body: {},
    });
    expect(started).toMatchObject({ status: 200, cookies: [] });
    const { userCode, deviceCode } = started.body;
    const claim = () => ask<{ state: string }>(url, `${ROOT}/pairings/claim`, { body: { deviceCode } });
    expect(await claim()).toMatchObject({ body: { state: 'pending' }, cookies: [] });
    expect(await claim()).toMatchObject({ body: { state: 'slow-down' }, cookies: [] });
    const { body } = await ask<ScreensAnswer>(url, ROOT);
    expect(body.pairings).toMatchObject([{ userCode, address: '127.0.0.1' }]);
    expect(body.listening).toMatch(/from this machine only: nobody signs in yet/);
    expect(JSON.stringify(body)).not.toContain(deviceCode);
  });

  it('SCR-4: gets its identity as a cookie that no script and no other site can use', async () => {
    const { url } = await start();
    const { body } = await ask<{ userCode: string; deviceCode: string }>(url, `${ROOT}/pairings`, {
      body: {},
    });
    await ask(url, `${ROOT}/approve`, { body: { userCode: body.userCode, name: 'W', by: 'kim' } });
    const headers = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '192.0.2.7' };
    const claim = { body: { deviceCode: body.deviceCode }, headers };
    const { cookies, body: claimed } = await ask<object>(url, `${ROOT}/pairings/claim`, claim);
    expect(cookies).toHaveLength(1);
    expect(cookies[0]).toMatch(
      /^mailvigil_display=[\w-]+\.[\w-]+\.[\w-]+; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Strict; Secure$/,
    );
    const [cookie = ''] = cookies[0]!.split(';');
    expect(JSON.stringify(claimed)).not.toContain(cookie.split('.')[1]);
    const me = await ask(url, `${ROOT}/me`, { cookie });
    expect(me.body).toMatchObject({ kind: 'display', display: { name: 'W', lastAddress: '192.0.2.7' } });
    // A second one with the same device code gets nothing.
    expect(await ask(url, `${ROOT}/pairings/claim`, claim)).toMatchObject({ cookies: [] });
  });

  it('SCR-13: that was paired already is one display from now on', async () => {
    const { url } = await start();
    const first = await pairOver(url, { name: 'first' });
    const { body } = await ask<{ userCode: string; deviceCode: string }>(url, `${ROOT}/pairings`, {
      body: {},
    });
    await ask(url, `${ROOT}/approve`, { body: { userCode: body.userCode, name: 'second', by: 'kim' } });
    const claim = { body: { deviceCode: body.deviceCode }, cookie: first.cookie };
    await ask(url, `${ROOT}/pairings/claim`, claim);
    const { body: list } = await ask<ScreensAnswer>(url, ROOT);
    expect(list.displays.map(({ name, state }) => [name, state])).toEqual(
      expect.arrayContaining([
        ['first', 'revoked'],
        ['second', 'waiting'],
      ]),
    );
  });
});

describe('who approves', () => {
  it.each([
    [{ name: ' ' }, /name: give it a name/],
    [{ by: '' }, /by: say who you are/],
    [{ scope: { cluster: 'a', tenants: ['t1'] } }, /scope: give a cluster or tenants, not both/],
    [{ scope: { tenants: [] } }, /scope.tenants: name a tenant/],
    [{ scope: { tenants: ['t1', 'gone'] } }, /there is no tenant gone/],
    [{ scope: { cluster: 'gone' } }, /there is no cluster gone/],
    [{ settings: { diagonalInches: 'big' } }, /settings.diagonalInches/],
    [{ admin: true }, /admin/],
    [{ userCode: 'hello' }, /four letters and four digits/],
    [{ userCode: 'BCDF-2345' }, /no screen waits with BCDF-2345/],
  ])('SCR-16: is told what is wrong with %j', async (wrong, message) => {
    const { url } = await start();
    const { body } = await ask<{ userCode: string }>(url, `${ROOT}/pairings`, { body: {} });
    const form = { userCode: body.userCode, name: 'W', by: 'kim', ...wrong };
    const answer = await ask(url, `${ROOT}/approve`, { body: form });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(answer.body)).toMatch(message);
    expect((await ask<ScreensAnswer>(url, ROOT)).body.displays).toEqual([]);
  });

  it('SCR-2: can send the screen away', async () => {
    const { url } = await start();
    const { body } = await ask<{ userCode: string; deviceCode: string }>(url, `${ROOT}/pairings`, {
      body: {},
    });
    const deny = { body: { userCode: body.userCode, by: 'kim' } };
    expect(await ask(url, `${ROOT}/deny`, deny)).toMatchObject({ status: 200 });
    expect(await ask(url, `${ROOT}/deny`, deny)).toMatchObject({ status: 400 });
    const claim = { body: { deviceCode: body.deviceCode } };
    expect((await ask(url, `${ROOT}/pairings/claim`, claim)).body).toEqual({ state: 'denied' });
  });
});

describe('a display', () => {
  it('SCR-6: looks and reports, and may do nothing else', async () => {
    const { url, connect } = await start();
    const { cookie } = await pairOver(url);
    const allowed = ['/api/v1/tenants', '/api/v1/wall', '/api/v1/openapi.json', '/api/v1/tenants/t1/matrix'];
    for (const path of allowed) expect(await ask(url, path, { cookie })).toMatchObject({ status: 200 });
    for (const path of ['/api/v1/sources', ROOT, '/api/v1/storage', '/api/v1/providers'])
      expect(await ask(url, path, { cookie })).toMatchObject({ status: 403 });
    const body = { by: 'wall', reason: 'x' };
    for (const path of [
      `${ROOT}/approve`,
      `${ROOT}/deny`,
      `${ROOT}/x/revoke`,
      `${ROOT}/x/ask`,
      `${ROOT}/x/change`,
    ])
      expect(await ask(url, path, { cookie, body })).toMatchObject({ status: 403 });
    const screen = await connect({ extraHeaders: { cookie } });
    expect(await screen.join('wall')).toMatchObject({ ok: true });
    expect(await screen.send('screen:painted', { room: 'wall', seq: 0 })).toMatchObject({ ok: true });
    expect(await screen.join('sources')).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    const demo = await screen.send('demo:set', { scenario: 'calm', speed: 1 });
    expect(demo).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  });

  it('SCR-8: that is revoked goes blank and is gone in the same turn, without one more frame; others go on', async () => {
    const server = await start();
    const { display, cookie } = await pairOver(server.url);
    const headers = { extraHeaders: { cookie }, reconnection: false };
    const [wall, twin, local] = [
      await server.connect(headers),
      await server.connect(headers),
      await server.connect(),
    ];
    const requests = [asked(wall), asked(twin), asked(local)];
    for (const screen of [wall, twin, local]) await screen.join('wall');
    server.tick();
    for (const screen of [wall, twin, local]) await screen.framesOf('wall', 1);
    const gone = [wall, twin].map(
      ({ socket }) => new Promise<string>((resolve) => void socket.once('disconnect', resolve)),
    );
    const ticks = setInterval(server.tick, 1);
    await ask(server.url, `${ROOT}/${display.id}/revoke`, { body: { by: 'kim', reason: 'lost' } });
    const seqAtRevoke = server.hub.screens()[0]?.paintedSeq;
    expect(server.hub.screens().map(({ displayId, id }) => [displayId, id])).toEqual([
      [null, local.socket.id],
    ]);
    expect(await Promise.all(gone)).toEqual(['io server disconnect', 'io server disconnect']);
    const counts = [wall.frames.length, twin.frames.length];
    await local.framesOf('wall', local.frames.length + 20);
    clearInterval(ticks);
    expect([wall.frames.length, twin.frames.length]).toEqual(counts);
    expect(seqAtRevoke).toBeNull();
    expect(requests.map((them) => them.map(({ what }) => what))).toEqual([['blank'], ['blank'], []]);
  });

  it.each(['websocket', 'polling'])('SCR-8: is sent nothing after it went blank (%s)', async (transport) => {
    const server = await start();
    const { display, cookie } = await pairOver(server.url);
    const options = { extraHeaders: { cookie }, reconnection: false, transports: [transport] };
    const wall = await server.connect(options);
    await wall.join('wall');
    const packets: string[] = [];
    wall.socket.io.engine.on('packet', ({ type, data }: { type: string; data?: unknown }) => {
      if (type === 'message') packets.push(String(data));
    });
    const gone = new Promise((resolve) => void wall.socket.once('disconnect', resolve));
    const revoking = ask(server.url, `${ROOT}/${display.id}/revoke`, { body: { by: 'kim', reason: 'lost' } });
    const ticks = setInterval(server.tick, 0);
    await gone;
    await revoking;
    clearInterval(ticks);
    const blank = packets.findIndex((packet) => packet.includes('"blank"'));
    expect(blank).toBeGreaterThanOrEqual(0);
    // The end of the namespace, and nothing else.
    expect(packets.slice(blank + 1)).toEqual(['1']);
  });

  it('SCR-7: that is revoked is nobody, over HTTP and on the wire, and is not the local operator', async () => {
    const server = await start();
    const { url } = server;
    const { display, cookie } = await pairOver(url);
    await ask(url, `${ROOT}/${display.id}/revoke`, { body: { by: 'kim', reason: 'lost' } });
    for (const it of [cookie, 'mailvigil_display=a.b.c', 'mailvigil_display=']) {
      for (const path of ['/api/v1/wall', '/api/v1/alarms', '/api/v1/tenants', ROOT, '/api/v1/openapi.json'])
        expect(await ask(url, path, { cookie: it })).toMatchObject({ status: 403 });
      expect((await ask(url, `${ROOT}/me`, { cookie: it })).body).toMatchObject({ kind: 'revoked' });
      expect(await ask(url, `${ROOT}/me/leave`, { cookie: it, body: {} })).toMatchObject({
        status: 400,
        cookies: [],
      });
      const screen = await server.connect({ extraHeaders: { cookie: it } });
      for (const room of ['wall', 'alarms', 'sources', 'tenant:t1'] as const)
        expect(await screen.join(room)).toMatchObject({ ok: false, error: { code: 'forbidden' } });
      const pairing = await ask(url, `${ROOT}/pairings`, { cookie: it, body: {} });
      expect(pairing).toMatchObject({ status: 200 });
    }
    expect((await ask(url, `${ROOT}/me`)).body).toEqual({ kind: 'local', display: null });
  });

  it('SCR-8: does not get the answer that it waited for when it was revoked', async () => {
    const server = await start();
    const { display, cookie } = await pairOver(server.url);
    let answer: () => void = () => undefined;
    const held = new Promise<undefined>((resolve) => (answer = () => resolve(undefined)));
    const wall = server.platform.query.wall(undefined);
    vi.spyOn(server.platform.query, 'wall').mockImplementation(() => held.then(() => wall));
    const waiting = ask(server.url, '/api/v1/wall', { cookie });
    await until(() => vi.mocked(server.platform.query.wall).mock.calls.length > 0, { what: 'the question' });
    await ask(server.url, `${ROOT}/${display.id}/revoke`, { body: { by: 'kim', reason: 'lost' } });
    answer();
    expect(await waiting).toMatchObject({ status: 403 });
  });

  it('SCR-10: goes by what is changed at once, and joins anew', async () => {
    const server = await start();
    const { display, cookie } = await pairOver(server.url);
    const [wall, local] = [await server.connect({ extraHeaders: { cookie } }), await server.connect()];
    const requests = [asked(wall), asked(local)];
    await wall.join('wall');
    await local.join('wall');
    const form = { name: 'Day wall', by: 'lee', settings: { theme: 'day', distanceM: 3 } };
    const changed = await ask(server.url, `${ROOT}/${display.id}/change`, { body: form });
    expect(changed.body).toMatchObject({ name: 'Day wall', place: '' });
    await until(() => wall.resets.length > 0, { what: 'the reset' });
    expect(requests[0]).toMatchObject([
      {
        what: 'identity',
        identity: { kind: 'display', display: { name: 'Day wall', settings: { theme: 'day' } } },
      },
    ]);
    expect(wall.resets).toMatchObject([{ room: 'wall' }]);
    expect([requests[1], local.resets]).toEqual([[], []]);
    expect(await wall.join('wall')).toMatchObject({ ok: true });
  });

  it('SCR-10: that is set to one tenant is out of the rooms of all in that turn', async () => {
    const server = await start();
    const { display, cookie } = await pairOver(server.url);
    const wall = await server.connect({ extraHeaders: { cookie } });
    await wall.join('wall');
    await wall.join('tenant:t0');
    const form = { name: 'One', by: 'lee', scope: { tenants: ['t1'] } };
    await ask(server.url, `${ROOT}/${display.id}/change`, { body: form });
    server.tick();
    expect(await wall.join('tenant:t0')).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(await wall.join('tenant:t1')).toMatchObject({ ok: true });
    expect(wall.frames).toEqual([]);
    expect((await ask(server.url, '/api/v1/tenants', { cookie })).body).toEqual({
      tenants: [{ id: 't1', name: 'Tenant 1' }],
    });
  });

  it('SCR-17: is asked to reload or to sound, when it is there', async () => {
    const server = await start();
    const { display, cookie } = await pairOver(server.url);
    const body = { what: 'reload', by: 'kim' };
    const path = `${ROOT}/${display.id}/ask`;
    const absent = await ask(server.url, path, { body });
    expect(absent).toMatchObject({
      status: 503,
      body: { error: { message: 'Night wall is not connected' } },
    });
    expect(await ask(server.url, `${ROOT}/nobody/ask`, { body })).toMatchObject({ status: 404 });
    const wall = await server.connect({ extraHeaders: { cookie } });
    const requests = asked(wall);
    expect((await ask(server.url, path, { body })).body).toEqual({ asked: 1 });
    await ask(server.url, path, { body: { what: 'test-sound', by: 'kim' } });
    const local = await server.connect();
    const others = asked(local);
    await ask(server.url, `${ROOT}/${local.socket.id}/ask`, { body });
    await until(() => requests.length === 2 && others.length === 1, { what: 'the requests' });
    expect(requests.map(({ what }) => what)).toEqual(['reload', 'test-sound']);
    expect(others).toEqual([{ what: 'reload', reason: 'asked for by kim' }]);
  });

  it('SCR-13: gives up its identity by itself, and its browser is what it was', async () => {
    const server = await start();
    const { url } = server;
    const { cookie } = await pairOver(url);
    const wall = await server.connect({ extraHeaders: { cookie }, reconnection: false });
    const requests = asked(wall);
    const gone = new Promise((resolve) => void wall.socket.once('disconnect', resolve));
    const left = await ask(url, `${ROOT}/me/leave`, { body: {}, cookie });
    expect(left.cookies[0]).toMatch(/^mailvigil_display=; Path=\/; Max-Age=0; HttpOnly/);
    await gone;
    expect(requests).toMatchObject([{ what: 'blank' }]);
    const { body } = await ask<ScreensAnswer>(url, ROOT);
    expect(body.displays).toMatchObject([{ state: 'revoked', revoked: { by: 'the screen itself' } }]);
    expect(await ask(url, `${ROOT}/me/leave`, { body: {} })).toMatchObject({ status: 400 });
  });
});

describe('a server whose identities cannot be read', () => {
  it('SCR-15: is watched all the same, pairs nobody and says why, and lets no display in', async () => {
    const { url, connect } = await startPublisher();
    const local = await connect();
    expect(await local.join('wall', PROTOCOL_VERSION)).toMatchObject({ ok: true });
    const refused = await ask(url, `${ROOT}/pairings`, { body: {} });
    expect(refused).toMatchObject({ status: 503 });
    expect(JSON.stringify(refused.body)).toMatch(/cannot be paired or told apart: /);
    const cookie = 'mailvigil_display=a.b.c';
    expect(await ask(url, '/api/v1/wall', { cookie })).toMatchObject({ status: 403 });
    // Not `revoked`: nobody has said so.
    expect(await ask(url, `${ROOT}/me`, { cookie })).toMatchObject({ status: 503 });
    expect((await ask<ScreensAnswer>(url, ROOT)).body).toMatchObject({ displays: [], pairings: [] });
  });
});
