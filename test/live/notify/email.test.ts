import { createServer, type AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAlarmPath, type AlarmPath } from '../../support/alarm-path.ts';
import { NIGHT_MS, notice } from '../../support/notices.ts';
import { startRelay, type Relay } from '../../support/relay.ts';
import { until } from '../../support/until.ts';

/** A relay that answers each address by itself: with the code given for it, or takes it. Keeps the receivers of each mail. */
async function startPickyRelay(codes: Map<string, number>) {
  const taken: string[][] = [];
  const ids: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo({ address }, _session, done) {
      const responseCode = codes.get(address);
      done(responseCode === undefined ? null : Object.assign(new Error(`no <${address}>`), { responseCode }));
    },
    onData(stream, { envelope }, done) {
      let mail = '';
      stream.on('data', (chunk: Buffer) => (mail += chunk.toString()));
      stream.on('end', () => {
        taken.push(envelope.rcptTo.map(({ address }) => address.split('@')[0]!));
        ids.push(/^Message-ID: (.*)$/im.exec(mail)![1]!);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return { port, taken, ids, stop: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

describe('mail through a relay', () => {
  let relay: Relay;
  let path: AlarmPath;
  const begin = (channel: object = {}, deps: Parameters<typeof createAlarmPath>[1] = {}): void => {
    const mail = {
      id: 'mail',
      type: 'email',
      host: '127.0.0.1',
      port: relay.port,
      tls: 'none',
      timeoutMs: 2_000,
    };
    const ends = { from: 'watch@outside.example', to: ['ana@outside.example', 'ben@outside.example'] };
    path = createAlarmPath(
      {
        channels: [{ ...mail, ...ends, ...channel }],
        routes: [{ channels: ['mail'] }],
        link: 'https://watch.example/',
        timezone: 'Europe/London',
      },
      deps,
    );
  };
  const header = (mail: string, name: string) =>
    new RegExp(`^${name}: (.*(?:\\r?\\n[ \\t].*)*)`, 'im').exec(mail)?.[1]?.replace(/\r?\n[ \t]+/g, ' ');
  const report = () => path.responder().report(0);
  const passing = (probe: () => boolean, what: string) =>
    until(
      () => {
        path.timers.advance(1_000);
        return probe();
      },
      { what },
    );

  beforeEach(async () => {
    relay = await startRelay();
  });
  afterEach(async () => {
    await path?.stop();
    await relay.stop();
  });

  it('reads well on a phone: what, for whom, since when, how much, what to do and where, without an address [NTF-26]', async () => {
    begin();
    path.tell(notice('raised', {}, { sinceMs: NIGHT_MS, mailboxes: 120_000 }));
    await until(() => relay.mails.length === 1, { what: 'the mail' });
    const mail = relay.mails[0]!.replace(/=\r\n/g, '')
      .replace(/=E2=89=A5/g, '≥')
      .replace(/=3D/g, '=');
    const text = mail.slice(mail.indexOf('\r\n\r\n')).trim().split('\r\n');
    expect(text).toEqual([
      'Effective lag: Aurora Broadband ≥ 6.2 min',
      'Why: lag ≥ 6.2 min, over 5 min for 3 min',
      'Number: at least 6.2 min; limit over 5 min',
      'For: Aurora Broadband; up to 120,000 mailboxes',
      'Since: 03:12 on Sun 12 Jul (Europe/London), 02:12 UTC',
      'State: unacknowledged',
      'Do: Look at the active queue of the cluster.',
      'How: https://wiki.example/lag',
      'Open: https://watch.example/alarms/g1',
    ]);
    expect(header(mail, 'Auto-Submitted')).toBe('auto-generated');
    expect(header(mail, 'X-Priority')).toContain('1');
  });

  it('threads what is said of one group, and keeps the Message-ID of a mail that is sent again [NTF-26]', async () => {
    begin();
    path.tell(notice('raised'));
    await until(() => relay.mails.length === 1, { what: 'the first mail' });
    await path.restart();
    await until(() => relay.mails.length === 2, { what: 'the same again, as its end was not written' });
    await path.settled();
    path.tell(notice('closed', {}, { state: 'normal', active: 0 }));
    await until(() => relay.mails.length === 3, { what: 'the end' });
    const [first, again, end] = relay.mails.map((mail) => header(mail, 'Message-ID'));
    expect(again).toBe(first);
    expect(end).not.toBe(first);
    expect(header(relay.mails[2]!, 'In-Reply-To')).toBe(first);
    expect(header(relay.mails[2]!, 'References')).toBe(first);
  });

  it('tells every change of state exactly once, in order, through a restart of ours and ten minutes without the relay [NTF-12]', async () => {
    begin();
    path.tell(notice('raised'));
    await until(() => report().channels[0]!.sent === 1, { what: 'the first mail' });
    await path.settled();
    const { port } = relay;
    const before = [...relay.mails];
    await relay.stop();
    path.tell(notice('priority', {}, { priority: 'critical' }));
    await until(() => report().channels[0]!.reason.includes('sending'), { what: 'a mail in vain' });
    for (let minute = 0; minute < 5; minute++) path.timers.advance(60_000);
    await path.restart();
    path.tell(notice('acknowledged', {}, { priority: 'critical', state: 'acknowledged' }));
    for (let minute = 0; minute < 5; minute++) path.timers.advance(60_000);
    relay = await startRelay(port);
    path.tell(notice('closed', {}, { priority: 'critical', state: 'normal', active: 0 }));
    await passing(() => relay.mails.length >= 3, 'the rest');
    await path.settled();
    expect(path.rows.size).toBe(0);
    const subjects = [...before, ...relay.mails].map((mail) => header(mail, 'Subject')!.split(/[:_]/)[0]);
    expect(subjects).toHaveLength(4);
    const ids = [...before, ...relay.mails].map((mail) => header(mail, 'Message-ID'));
    expect(new Set(ids).size).toBe(4);
    expect(relay.mails.map((mail) => /Now|Acknowledged|Over/.exec(header(mail, 'Subject')!)?.[0])).toEqual([
      'Now',
      'Acknowledged',
      'Over',
    ]);
  });

  it('tries again after 4xx, and takes 5xx for the last word of the relay, without repeating an address [NTF-27]', async () => {
    begin();
    relay.refuse(451);
    path.tell(notice('raised'));
    await until(() => report().channels[0]!.reason.includes('not now'), { what: 'the delay' });
    expect(report().channels[0]).toMatchObject({ waiting: 1, dead: 0 });
    relay.refuse(550);
    await passing(() => report().channels[0]!.dead === 1, 'the refusal');
    expect(report().channels[0]!.reason).toContain('[address]');
    expect(report().channels[0]!.reason).not.toContain('ana@');
  });

  it('is tried again for the addresses alone that the relay did not take yet, as the same mail [NTF-27]', async () => {
    const codes = new Map([['ana@outside.example', 450]]);
    const picky = await startPickyRelay(codes);
    begin({ port: picky.port });
    path.tell(notice('raised'));
    await until(() => report().channels[0]!.reason.includes('450'), { what: 'the delay' });
    expect(report().channels[0]).toMatchObject({ waiting: 1, sent: 0, dead: 0 });
    expect(report().channels[0]!.reason).toContain('not taken for 1 of 2 addresses: 450 no <[address]>');
    codes.clear();
    await passing(() => report().channels[0]!.sent === 1, 'the rest');
    expect(picky.taken).toEqual([['ben'], ['ana']]);
    expect(new Set(picky.ids).size).toBe(1);
    await picky.stop();
  });

  it('counts as refused when the relay will not take it for one of its addresses [NTF-27]', async () => {
    const codes = new Map([
      ['ana@outside.example', 550],
      ['ben@outside.example', 451],
    ]);
    const picky = await startPickyRelay(codes);
    begin({ port: picky.port });
    path.tell(notice('raised'));
    await until(() => report().channels[0]!.reason.includes('451'), { what: 'the delay' });
    codes.delete('ben@outside.example');
    await passing(() => report().channels[0]!.dead === 1, 'the refusal');
    expect(picky.taken).toEqual([['ben']]);
    expect(report().channels[0]!.reason).toContain('refused: for 1 of 2 addresses: 550 no <[address]>');
    await picky.stop();
  });

  it('refuses to go on without the TLS that is asked for [NTF-27]', async () => {
    begin({ tls: 'starttls' });
    path.tell(notice('raised'));
    await until(() => report().channels[0]!.reason.includes('sending'), { what: 'the fault' });
    expect(relay.mails).toEqual([]);
  });

  it('may hang anywhere: it is tried again later [NTF-27]', async () => {
    const mute = createServer(() => undefined);
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    begin({ port: (mute.address() as { port: number }).port, timeoutMs: 500 });
    path.tell(notice('raised'));
    await until(() => report().channels[0]!.reason.includes('sending'), { what: 'the fault' });
    expect(report().channels[0]).toMatchObject({ waiting: 1, dead: 0 });
    mute.close();
  });

  it('is proved each minute up to the word of the relay, and nothing is sent by that [NTF-28]', async () => {
    begin();
    await until(() => report().state === 'ok', { what: 'the check' });
    expect(relay.asked).toEqual(['ana@outside.example', 'ben@outside.example']);
    relay.refuse(550);
    await passing(() => report().state === 'failing', 'the next check');
    expect(report().channels[0]!.reason).toContain('the relay said 550');
    expect(report().reason).toContain('No alarm can leave without the watched platform');
    expect(relay.mails).toEqual([]);
  });

  it('is found to be the platform when its name leads to one of its addresses [NTF-28]', async () => {
    const addresses: Readonly<Record<string, string>> = { 'relay.outside.example': '127.0.0.1' };
    const resolve = async (host: string) => [addresses[host] ?? host];
    const platform = { hosts: [], networks: ['127.0.0.0/8'], domains: [] };
    begin({ host: 'relay.outside.example' }, { resolve, platform });
    await until(() => report().state === 'failing', { what: 'the check' });
    expect(report().channels[0]).toMatchObject({
      state: 'ok',
      dependsOnPlatform: 'relay.outside.example leads to 127.0.0.1, which belongs to the watched platform',
    });
  });
});
