import { describe, expect, it, onTestFinished } from 'vitest';
import type { ScreensAnswer } from '../../shared/screens.ts';
import { startCli, startServer } from '../support/server-process.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { ask, pairOver } from './support/paired.ts';
import { connectScreen } from './support/test-screen.ts';

async function start(data: string) {
  const server = await startServer('--demo', 'calm', '--port', '0', '--data', data);
  onTestFinished(server.kill);
  return server;
}

async function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = startCli('screen', ...args);
  await child.exited;
  return { code: child.exitCode(), stdout: child.stdout(), stderr: child.stderr() };
}

describe('a server in a process of its own', () => {
  it('SCR-9: knows its displays after a power cut', { timeout: 60_000 }, async () => {
    const dir = createTempDir('pairing');
    onTestFinished(dir.remove);
    const first = await start(dir.path);
    const paired = await pairOver(first.url, { scope: { cluster: 'A' } });
    const gone = await pairOver(first.url, { name: 'lost' });
    await ask(first.url, `/api/v1/screens/${gone.display.id}/revoke`, {
      body: { by: 'kim', reason: 'lost' },
    });
    await first.kill();
    const { url } = await start(dir.path);
    const screen = await connectScreen(url, { extraHeaders: { cookie: paired.cookie } });
    onTestFinished(() => void screen.socket.disconnect());
    expect(await screen.join('wall')).toMatchObject({ ok: true });
    const me = await ask(url, '/api/v1/screens/me', { cookie: gone.cookie });
    expect(me.body).toMatchObject({ kind: 'revoked', display: { revoked: { reason: 'lost' } } });
  });

  it('SCR-18: pairs and revokes by commands too', { timeout: 60_000 }, async () => {
    const dir = createTempDir('pairing');
    onTestFinished(dir.remove);
    const { url } = await start(dir.path);
    const at = ['--url', url];
    expect((await run('list', ...at)).stdout).toMatch(/no screen is paired; open .*\/pair/);
    const { body } = await ask<{ userCode: string }>(url, '/api/v1/screens/pairings', { body: {} });
    expect((await run('list', ...at)).stdout).toContain(`${body.userCode}  waits to be approved`);
    const approved = await run(
      'approve',
      body.userCode,
      '--name',
      'Left',
      '--cluster',
      'A',
      '--by',
      'kim',
      ...at,
    );
    expect(approved).toMatchObject({ code: 0, stdout: expect.stringMatching(/Left: approved/) });
    const [id = ''] = approved.stdout.split(' ');
    const again = await run('approve', body.userCode, '--name', 'Right', ...at);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/has been answered already/) });
    expect(await run('revoke', id, '--reason', 'lost', ...at)).toMatchObject({ code: 0 });
    const { body: list } = await ask<ScreensAnswer>(url, '/api/v1/screens');
    expect(list.displays).toMatchObject([{ name: 'Left', pairedBy: 'kim', revoked: { reason: 'lost' } }]);
    const nowhere = await run('list', '--url', 'http://127.0.0.1:9');
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringMatching(/no server answers at/) });
  });
});
