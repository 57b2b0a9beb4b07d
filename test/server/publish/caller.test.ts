import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { callerOf, displayCookie, noDisplayCookie } from '../../../server/publish/caller.ts';

function caller(remoteAddress: string, headers: Record<string, string> = {}) {
  return callerOf({ headers, socket: { remoteAddress } } as unknown as IncomingMessage);
}

describe('who sends a request', () => {
  it('SCR-4: is whom the proxy on this machine names, the nearest one last', () => {
    const headers = { 'x-forwarded-for': '6.6.6.6, 192.0.2.7', 'x-forwarded-proto': 'https' };
    expect(caller('::ffff:127.0.0.1', headers)).toMatchObject({ address: '192.0.2.7', isHttps: true });
    expect(caller('::1')).toMatchObject({ address: '::1', isHttps: false });
  });

  it('SCR-4: is nobody else because it says so itself', () => {
    const headers = { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https' };
    expect(caller('198.51.100.1', headers)).toMatchObject({ address: '198.51.100.1', isHttps: false });
  });

  it.each([
    ['alone', 'mailvigil_display=a.b.c', 'a.b.c'],
    ['behind others', 'x=1; mailvigil_display=a.b.c; y=2', 'a.b.c'],
    ['empty', 'mailvigil_display=', ''],
    ['not there', 'x_mailvigil_display=a; mailvigil=b', undefined],
  ])('SCR-7: has a cookie that is found %s', (_, cookie, value) => {
    expect(caller('127.0.0.1', { cookie }).displayCookie).toBe(value);
  });
});

describe('the cookie of a display', () => {
  it('SCR-4: is out of reach of scripts and of other sites, and goes over https only where there is https', () => {
    const parts = displayCookie('a.b.c', { isHttps: true }).split('; ');
    expect(parts).toEqual([
      ...['mailvigil_display=a.b.c', 'Path=/', 'Max-Age=31536000', 'HttpOnly', 'SameSite=Strict', 'Secure'],
    ]);
    expect(displayCookie('a.b.c', { isHttps: false })).not.toContain('Secure');
    expect(noDisplayCookie({ isHttps: false })).toContain('Max-Age=0');
  });
});
