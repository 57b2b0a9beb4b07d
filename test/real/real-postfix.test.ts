import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRoot } from '../support/is-root.ts';
import { isListening } from '../support/is-listening.ts';
import { startPostfix, type RealPostfix } from '../support/real-postfix.ts';
import { sendMail, sendMails } from '../support/smtp-client.ts';
import { createSmtpSink, FAST, HARDFAIL, SLOW, TEMPFAIL, type SmtpSink } from '../support/smtp-sink.ts';
import { until } from '../support/until.ts';

describe.skipIf(!isRoot)('a real Postfix with sinks for destinations', () => {
  let sinks: Record<'fast' | 'slow' | 'tempfail' | 'hardfail' | 'refusing', SmtpSink>;
  let postfix: RealPostfix;

  beforeAll(async () => {
    const [fast, slow, tempfail, hardfail, refusing] = await Promise.all(
      [FAST, SLOW, TEMPFAIL, HARDFAIL, FAST].map((behaviour) => createSmtpSink(behaviour)),
    );
    sinks = { fast: fast!, slow: slow!, tempfail: tempfail!, hardfail: hardfail!, refusing: refusing! };
    for (const sink of [fast, slow, tempfail, hardfail]) await sink!.start();
    const routes = Object.entries(sinks).map(([name, sink]) => [`${name}.example`, sink.port] as const);
    postfix = await startPostfix({ routes: Object.fromEntries(routes) });
  });
  afterAll(async () => {
    await postfix?.stop();
    await Promise.all(Object.values(sinks).map((sink) => sink.stop()));
  });

  const logged = (pattern: RegExp): Promise<true> =>
    until(() => pattern.test(postfix.log()) || undefined, { what: `${pattern} in the log` }) as Promise<true>;

  it('delivers mail to the destination of its domain and logs it in the syslog form', async () => {
    await sendMail(postfix.smtpPort, { from: 'a@fast.example', to: 'b@fast.example', subject: 'first' });
    await until(() => sinks.fast.messages.find((message) => message.to[0] === 'b@fast.example'), {
      what: 'the mail',
    });
    await logged(
      /^\w{3} [ \d]\d \d\d:\d\d:\d\d \S+ postfix\/smtp\[\d+\]: \w+: to=<b@fast\.example>, .* status=sent/m,
    );
    expect(sinks.slow.messages).toHaveLength(0);
  });

  it('names the client and the login that a test gives it', async () => {
    const xclient = { ADDR: '192.0.2.7', NAME: 'mail.client.example', LOGIN: 'kim@fast.example' };
    await sendMails(postfix.smtpPort, [{ from: 'kim@fast.example', to: 'c@fast.example', xclient }]);
    await logged(/client=mail\.client\.example\[192\.0\.2\.7\].*sasl_username=kim@fast\.example/);
  });

  it('defers at a destination that says 4xx or refuses the connection, and bounces at one that says 5xx', async () => {
    for (const name of ['tempfail', 'refusing', 'hardfail'])
      await sendMail(postfix.smtpPort, { from: 'a@fast.example', to: `x@${name}.example` });
    await logged(/to=<x@tempfail\.example>.* status=deferred \(host .* said: 451 /);
    await logged(/to=<x@refusing\.example>.* status=deferred \(connect to .* Connection refused\)/);
    await logged(/to=<x@hardfail\.example>.* status=bounced \(host .* said: 550 /);
    const waiting = postfix.queue().flatMap((file) => file.recipients.map((recipient) => recipient.address));
    expect(waiting).toEqual(expect.arrayContaining(['x@tempfail.example', 'x@refusing.example']));
  });

  it('keeps mail for a stopped destination in its queue and delivers it when the destination is back', async () => {
    await sinks.fast.stop();
    await sendMail(postfix.smtpPort, { from: 'a@slow.example', to: 'late@fast.example' });
    const isWaiting = () =>
      postfix.queue().some((file) => file.recipients.some(({ address }) => address === 'late@fast.example'));
    await until(isWaiting, { what: 'the mail in the queue' });
    await logged(/to=<late@fast\.example>.* status=deferred/);
    await sinks.fast.start();
    await until(() => sinks.fast.messages.some((message) => message.to[0] === 'late@fast.example'), {
      what: 'the mail',
    });
    await until(() => !isWaiting(), { what: 'an empty queue' });
  });

  it('logs the wait of a slow destination as delay', async () => {
    await sendMail(postfix.smtpPort, { from: 'a@fast.example', to: 'b@slow.example' });
    await logged(/to=<b@slow\.example>.* delay=3[.\d]*, .* status=sent/);
  });

  it('leaves nothing behind when it is stopped', async () => {
    const other = await startPostfix({ routes: {} });
    await other.stop();
    expect(await isListening(other.smtpPort)).toBe(false);
    expect(() => other.log()).toThrow(/ENOENT/);
  });
});
