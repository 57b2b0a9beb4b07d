import { describe, expect, it } from 'vitest';
import { checkNotify, type KnownToNotify } from '../../../server/base/config-notify-check.ts';
import { NO_NOTIFY, NotifyConfig, resolveNotify, targetOf } from '../../../server/base/config-notify.ts';

const KNOWN: KnownToNotify = {
  hosts: ['mx1.platform.example'],
  networks: ['192.0.2.0/24', '2001:db8::/32'],
  domains: ['aurora.example', '.borealis.example'],
  people: [
    { id: 'ana', channels: ['hook'] },
    { id: 'ben', channels: ['mail'] },
  ],
  schedules: [{ id: 'night', people: ['ana', 'ben'] }],
};
const HOOK = { id: 'hook', type: 'webhook', url: 'https://hooks.outside.example/x', secret: 's' };
const MAIL = {
  ...{ id: 'mail', type: 'email', host: 'relay.outside.example' },
  ...{ from: 'watch@outside.example', to: ['ana@outside.example'] },
};
const ALL = [{ channels: ['hook'] }];

function faults(config: unknown, severity?: 'refused' | 'warning', known = KNOWN): string[] {
  return checkNotify(NotifyConfig.parse(config), known)
    .filter((fault) => severity === undefined || fault.severity === severity)
    .map(({ reason }) => reason);
}

describe('the configuration of notifications', () => {
  it('has nothing unless the operator gives it, and nothing is at fault with that [NTF-17]', () => {
    expect(NO_NOTIFY.channels).toEqual([]);
    expect(checkNotify(NO_NOTIFY, { ...KNOWN, people: [] })).toEqual([]);
  });

  it('has no faults when alarms leave by an independent way [NTF-17]', () => {
    expect(faults({ channels: [HOOK, MAIL], routes: [{ channels: ['hook', 'mail'] }] })).toEqual([]);
  });

  it.each([
    ['an unknown key', { channels: [{ ...HOOK, secert: 'x' }] }],
    ['a URL of another kind', { channels: [{ ...HOOK, url: 'file:///etc/passwd' }] }],
    ['two addresses in one', { channels: [{ ...MAIL, to: ['a@x.example, b@x.example'] }] }],
    ['a line end in an address', { channels: [{ ...MAIL, from: 'a@x.example\nBcc: b@x.example' }] }],
    ['a network that is none', { platform: { networks: ['192.0.2.0/33'] } }],
    ['a zone that is none', { timezone: 'Mars/Olympus' }],
  ])('refuses %s [NTF-17]', (_what, config) => {
    expect(NotifyConfig.safeParse(config).success).toBe(false);
  });

  it.each([
    ['two channels of one id', { channels: [HOOK, HOOK], routes: ALL }, "two channels have the id 'hook'"],
    [
      'a route to an unknown channel',
      { channels: [HOOK], routes: [{ channels: ['x'] }, ...ALL] },
      "route 1 leads to the channel 'x'",
    ],
    [
      'a step to an unknown schedule',
      { channels: [HOOK], routes: ALL, escalation: { steps: [{ afterMinutes: 5, schedule: 'x' }] } },
      "escalation step 1 leads to the schedule 'x'",
    ],
    ['a route that leads nowhere', { channels: [HOOK], routes: [{}, ...ALL] }, 'route 1 leads nowhere'],
    ['channels without routes', { channels: [HOOK] }, 'no routes lead to them'],
    ['a webhook without a URL', { channels: [{ ...HOOK, url: undefined }], routes: ALL }, 'has no url'],
    [
      'PagerDuty without a key',
      { channels: [HOOK, { id: 'pd', type: 'pagerduty' }], routes: ALL },
      'has no routingKey',
    ],
    [
      'a user without a password',
      { channels: [HOOK, { ...MAIL, user: 'u' }], routes: ALL },
      'both a user and a password',
    ],
    [
      'a password in clear',
      { channels: [HOOK, { ...MAIL, user: 'u', password: 'p', tls: 'none' }], routes: ALL },
      'password in clear',
    ],
  ])('refuses %s [NTF-18]', (_what, config, reason) => {
    const known = { ...KNOWN, people: [], schedules: [] };
    expect(faults(config, 'refused', known).join('\n')).toContain(reason);
  });

  it.each([
    [
      'mail to a tenant',
      { ...MAIL, to: ['noc@aurora.example'] },
      'aurora.example, which the watched platform hosts',
    ],
    [
      'mail below a domain of a tenant',
      { ...MAIL, to: ['noc@mail.borealis.example'] },
      'borealis.example, which',
    ],
    [
      'a relay that is a host of it',
      { ...MAIL, host: 'MX1.platform.example.' },
      'relay MX1.platform.example. is the watched platform',
    ],
    ['a relay in its networks', { ...MAIL, host: '192.0.2.7' }, 'relay 192.0.2.7 is the watched platform'],
    ['a relay in its networks of IPv6', { ...MAIL, host: '2001:db8::7' }, 'is the watched platform'],
    ['a relay of a tenant', { ...MAIL, host: 'smtp.aurora.example' }, 'is the watched platform'],
    [
      'a webhook on it',
      { ...HOOK, id: 'mail', url: 'https://mx1.platform.example/x' },
      'belongs to the watched platform',
    ],
    [
      'a webhook in its networks',
      { ...HOOK, id: 'mail', url: 'https://[2001:db8::9]/x' },
      'belongs to the watched platform',
    ],
  ])('refuses %s as the only way out, and warns when there is another [NTF-19]', (_what, channel, reason) => {
    const alone = { channels: [channel], routes: [{ channels: ['mail'] }] };
    const known = { ...KNOWN, people: [], schedules: [] };
    expect(faults(alone, 'refused', known).join('\n')).toMatch(
      /high alarms of route 1 leave only through the watched platform \(mail\)/,
    );
    expect(faults(alone, 'warning', known).join('\n')).toContain(reason);
    const both = { channels: [channel, HOOK], routes: [{ channels: ['mail', 'hook'] }] };
    expect(faults(both, 'refused', known)).toEqual([]);
    expect(faults(both, 'warning', known).join('\n')).toContain(reason);
  });

  it('takes the relay on this machine for the platform when the platform runs here [NTF-19]', () => {
    const config = {
      channels: [{ ...MAIL, host: '127.0.0.1', tls: 'none' }],
      routes: [{ channels: ['mail'] }],
    };
    const known = { ...KNOWN, people: [], schedules: [] };
    expect(faults(config, 'refused', known)).toEqual([]);
    expect(faults(config, 'refused', { ...known, hosts: ['localhost'] })).not.toEqual([]);
  });

  it('refuses when one route of urgent alarms needs the platform though the others do not [NTF-19]', () => {
    const hosted = { ...MAIL, to: ['noc@aurora.example'] };
    const routes = [{ match: { tenants: ['aurora'] }, channels: ['mail'] }, { channels: ['hook'] }];
    expect(faults({ channels: [HOOK, hosted], routes }, 'refused')).toEqual([
      expect.stringContaining('high alarms of route 1 leave only'),
      expect.stringContaining('critical alarms of route 1 leave only'),
    ]);
    const low = [
      { match: { tenants: ['aurora'] }, channels: ['mail'], continue: true },
      { channels: ['hook'] },
    ];
    expect(faults({ channels: [HOOK, hosted], routes: low }, 'refused')).toEqual([]);
  });

  it('warns when only escalation makes it independent [NTF-19]', () => {
    const config = {
      channels: [HOOK, { ...MAIL, to: ['noc@aurora.example'] }],
      routes: [{ channels: ['mail'] }],
      escalation: { steps: [{ afterMinutes: 10, channels: ['hook'] }] },
    };
    expect(faults(config, 'refused')).toEqual([]);
    expect(faults(config, 'warning').join('\n')).toContain('only when they are escalated');
  });

  it('holds a schedule for independent only when everybody in it is reached without the platform [NTF-19]', () => {
    const config = {
      channels: [HOOK, { ...MAIL, to: ['ben@aurora.example'] }],
      routes: [{ schedule: 'night' }],
    };
    expect(faults(config, 'refused')).not.toEqual([]);
    const known = { ...KNOWN, schedules: [{ id: 'night', people: ['ana'] }] };
    expect(faults(config, 'refused', known)).toEqual([]);
  });

  it('warns of what goes in clear, but on this machine [NTF-20]', () => {
    const at = (url: string) => faults({ channels: [{ ...HOOK, url }], routes: ALL }, 'warning').join();
    expect(at('http://hooks.outside.example/x')).toContain('in clear');
    expect(at('http://127.0.0.1:9/x')).toBe('');
    expect(at('http://[::1]:9/x')).toBe('');
  });

  it('warns when no route takes every urgent alarm [NTF-20]', () => {
    const routes = [{ match: { rules: ['lag'] }, channels: ['hook'] }];
    expect(faults({ channels: [HOOK], routes }, 'warning').join()).toContain(
      'no route takes every critical alarm',
    );
  });
});

describe('secrets of the configuration', () => {
  const places = {
    env: { HOOK_URL: 'https://hooks.outside.example/T0K3N', KEY: ' k3y \n' },
    readFile: (path: string) => {
      if (path !== '/etc/watch/secret') throw new Error('ENOENT');
      return 's3cret\n';
    },
    folder: '/etc/watch',
  };
  const config = (channel: object) =>
    NotifyConfig.parse({ channels: [{ id: 'hook', type: 'webhook', ...channel }] });

  it('come from the environment or from files, relative to the config file [NTF-21]', () => {
    const resolved = resolveNotify(config({ urlEnv: 'HOOK_URL', secretFile: 'secret' }), places);
    expect(resolved.faults).toEqual([]);
    expect(resolved.config.channels[0]).toMatchObject({ url: places.env.HOOK_URL, secret: 's3cret' });
    expect(resolved.config.channels[0]).not.toHaveProperty('urlEnv');
  });

  it('are missed by the name of their place, never by what was found there [NTF-21]', () => {
    const resolved = resolveNotify(config({ urlEnv: 'KEY', secretFile: 'nothing' }), places);
    expect(resolved.faults).toHaveLength(2);
    expect(resolved.faults.join()).toContain('/etc/watch/nothing');
    expect(resolved.faults.join()).not.toContain('k3y');
  });

  it('are not in what is shown of a channel [NTF-21]', () => {
    const slack = {
      id: 's',
      type: 'slack',
      url: 'https://hooks.slack.com/services/T0/B0/s3cret?x=s3cret',
    } as const;
    const [shown] = NotifyConfig.parse({ channels: [slack] }).channels.map(targetOf);
    expect(shown).toBe('https://hooks.slack.com');
    const [mail] = NotifyConfig.parse({
      channels: [{ ...MAIL, user: 'u', password: 's3cret' }],
    }).channels.map(targetOf);
    expect(mail).toBe('1 at outside.example by relay.outside.example:587');
  });
});
