import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRoot } from '../support/is-root.ts';
import { startPushReceiver, type PushReceiver } from '../support/push-receiver.ts';
import { startPostfix, type RealPostfix } from '../support/real-postfix.ts';
import { GTUBE, SCORE_HEADER, startRspamd, type RealRspamd } from '../support/real-rspamd.ts';
import { sendMail, sendMails } from '../support/smtp-client.ts';
import { createSmtpSink, type SmtpSink } from '../support/smtp-sink.ts';
import { until } from '../support/until.ts';

describe.skipIf(!isRoot)('a real rspamd as the milter of a real Postfix', () => {
  let receiver: PushReceiver;
  let rspamd: RealRspamd;
  let sink: SmtpSink;
  let postfix: RealPostfix;

  beforeAll(async () => {
    receiver = await startPushReceiver();
    rspamd = await startRspamd({ pushUrl: receiver.url });
    sink = await createSmtpSink();
    await sink.start();
    postfix = await startPostfix({ routes: { 'aurora.example': sink.port }, milterPort: rspamd.milterPort });
  });
  afterAll(async () => {
    await postfix?.stop();
    await rspamd?.stop();
    await sink?.stop();
    await receiver?.stop();
  });

  const verdict = (pattern: RegExp): Promise<RegExpExecArray> =>
    until(() => pattern.exec(rspamd.log()), { what: `${pattern} in the log` });
  const pushed = (action: string): Promise<Record<string, unknown>> =>
    until(() => receiver.bodies.find((body) => body['action'] === action), { what: `a pushed "${action}"` });

  it('logs and pushes its verdict on clean mail, which Postfix then delivers', async () => {
    await sendMail(postfix.smtpPort, {
      from: 'a@b.example',
      to: 'c@aurora.example',
      headers: { 'Message-ID': '<1@b.example>' },
    });
    await verdict(
      /id: <1@b\.example>, qid: <\w+>, ip: 127\.0\.0\.1, from: <a@b\.example>, \(default: F \(no action\): \[0\.00\/15\.00\]/,
    );
    expect(await pushed('no action')).toMatchObject({
      from: 'a@b.example',
      rcpt: ['c@aurora.example'],
      score: 0,
    });
    await until(() => sink.messages.length === 1, { what: 'the mail' });
  });

  it('marks mail above the lower threshold and lets it through', async () => {
    const headers = { 'Message-ID': '<2@b.example>', [SCORE_HEADER]: '7' };
    await sendMail(postfix.smtpPort, { from: 'a@b.example', to: 'c@aurora.example', headers });
    await verdict(
      /id: <2@b\.example>.*\(default: T \(add header\): \[7\.00\/15\.00\] \[TEST_SCORE\(7\.00\)\{\}/,
    );
    expect(await pushed('add header')).toMatchObject({ message_id: '2@b.example', score: 7 });
    await until(() => sink.messages.length === 2, { what: 'the mail' });
  });

  it('rejects mail above the higher threshold, which Postfix logs as milter-reject', async () => {
    const headers = { [SCORE_HEADER]: '20' };
    const [reply] = await sendMails(postfix.smtpPort, [
      { from: 'a@b.example', to: 'd@aurora.example', headers },
    ]);
    expect(reply!.code).toBe(554);
    await verdict(/\(default: T \(reject\): \[20\.00\/15\.00\]/);
    expect(await pushed('reject')).toMatchObject({ rcpt: ['d@aurora.example'], score: 20 });
    await until(() => /milter-reject: END-OF-MESSAGE .* to=<d@aurora\.example>/.test(postfix.log()), {
      what: 'the line',
    });
  });

  // rspamd skips all rules for this text, the exporter too: the log is the only witness.
  it('rejects the standard test text, and only the log tells', async () => {
    const [reply] = await sendMails(postfix.smtpPort, [
      { from: 'a@b.example', to: 'e@aurora.example', body: GTUBE },
    ]);
    expect(reply!.code).toBe(554);
    await verdict(/\(default: S \(reject\): .* rcpts: <e@aurora\.example>/);
  });
});
