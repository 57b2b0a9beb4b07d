import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { openApiPath } from '../../server/publish/openapi.ts';
import { startPublisher } from './support/test-publisher.ts';

describe('the server', () => {
  it('CMD-3: names the fault and what mends it when its port is taken', async () => {
    const { url } = await startPublisher();
    const port = Number(new URL(url).port);
    await expect(startPublisher({ port })).rejects.toMatchObject({
      name: 'AppError',
      message: `port ${port} is in use; stop the other process or set --port`,
    });
  });

  it('names the fault when the address is not of this machine', async () => {
    await expect(startPublisher({ host: '192.0.2.1' })).rejects.toMatchObject({
      message: '192.0.2.1 is not an address of this machine; set --host',
    });
  });

  it('prints an address that can be opened when it listens on all of them', async () => {
    const { url } = await startPublisher({ host: '0.0.0.0' });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('stops although somebody holds a connection open and a request half sent', async () => {
    const server = await startPublisher();
    const screen = await server.connect({ reconnection: false });
    const idle = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(idle, 'connect');
    idle.write('POST /ingest/v1/rspamd HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n');
    const closed = once(idle, 'close');
    idle.on('error', () => undefined).resume();
    await server.stop();
    await closed;
    expect(screen.socket.connected).toBe(false);
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });
});

describe('the description', () => {
  interface Described {
    readonly openapi: string;
    readonly paths: Record<
      string,
      Record<string, { parameters: { name: string; required: boolean }[]; requestBody?: object }>
    >;
  }
  const describedBy = async (url: string) =>
    (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as Described;

  it('names every route of the contract with its parameters', async () => {
    const { paths, openapi } = await describedBy((await startPublisher()).url);
    expect(openapi).toBe('3.1.0');
    const names = [
      'openapi.json',
      'sources',
      'tenants',
      'tenants/:id/series',
      'wall',
      'top',
      'storage',
      'messages',
    ];
    for (const name of names) expect(paths).toHaveProperty([openApiPath(`/api/v1/${name}`)]);
    expect(paths).toHaveProperty(['/ingest/v1/rspamd']);
    const series = paths['/api/v1/tenants/{id}/series']!['get']!.parameters;
    expect(series.map(({ name, required }) => `${name}${required ? '' : '?'}`)).toEqual([
      ...['id', 'metrics', 'from', 'to', 'points?', 'direction?', 'compare?'],
    ]);
    expect(paths['/ingest/v1/rspamd']!['post']!.requestBody).toBeDefined();
  });
});
