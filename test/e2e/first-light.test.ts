import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepFigures, screenshot, withPage } from '../support/browser.ts';
import { imapLogin } from '../support/imap-client.ts';
import { isRoot } from '../support/is-root.ts';
import { startPlatform, TENANTS, USERS, type Platform } from '../support/platform.ts';
import { SCORE_HEADER } from '../support/real-rspamd.ts';
import { sendMail, sendMails, type Mail } from '../support/smtp-client.ts';
import { until } from '../support/until.ts';
import { openWall, readTile, untilTile, writtenMs } from '../support/wall-page.ts';

const NOTHING = '—';

describe.skipIf(!isRoot)('first light: the wall before a real mail platform', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform();
  });
  afterAll(() => platform?.stop());

  const send = (to: string, mail: Partial<Mail> = {}) =>
    sendMail(platform.postfix.smtpPort, { from: 'someone@elsewhere.example', to, ...mail });
  const sendMany = (count: number, to: string) =>
    sendMails(
      platform.postfix.smtpPort,
      Array.from({ length: count }, () => ({ from: 'someone@elsewhere.example', to })),
    );

  it('ATT-7: shows each delivery within 2 seconds, on the tile of its tenant and on no other', async () => {
    await withPage('first-light-deliveries', async (page) => {
      await openWall(page, platform.server.url);
      const seen: string[] = [];
      const afterMs: number[] = [];
      for (const tenant of TENANTS) {
        const before = platform.sinks[tenant].messages.length;
        await send(`user@${tenant}.example`);
        const { atMs } = await until(() => platform.sinks[tenant].messages[before], {
          what: `mail for ${tenant}`,
        });
        await untilTile(page, tenant, { what: 'a lag', holds: (tile) => tile.lagP95Ms !== NOTHING });
        afterMs.push(Date.now() - atMs);
        seen.push(tenant);
        for (const other of TENANTS.filter((id) => !seen.includes(id)))
          expect(await readTile(page, other)).toMatchObject({ lagP95Ms: NOTHING });
      }
      await screenshot(page, 'first-light-1-delivered');
      keepFigures('first-light', { deliveryToTileMs: afterMs });
      expect(Math.max(...afterMs), `${afterMs.join(', ')} ms`).toBeLessThanOrEqual(2_000);
    });
  });

  it('AGG-15, DET-2: shows a stopped destination as a rising queue, a rising effective lag and a changed state, and its recovery', async () => {
    await withPage('first-light-outage', async (page) => {
      const { aurora } = platform.sinks;
      await openWall(page, platform.server.url);
      await untilTile(page, 'aurora', {
        what: 'calm',
        holds: (tile) => tile.level === 'ok' && tile.queueDepth === '0',
      });
      await aurora.stop();
      await sendMany(5, 'user@aurora.example');
      await untilTile(page, 'aurora', { what: 'a queue of 5', holds: (tile) => tile.queueDepth === '5' });
      await sendMany(7, 'user@aurora.example');
      await untilTile(page, 'aurora', { what: 'a queue of 12', holds: (tile) => tile.queueDepth === '12' });
      const rising = await untilTile(page, 'aurora', {
        what: 'a lag that is a floor, and a changed state',
        holds: (tile) => tile.lagP95Ms.startsWith('≥') && tile.level === 'medium',
      });
      await screenshot(page, 'first-light-2-stopped');
      await untilTile(page, 'aurora', {
        what: `a lag above ${rising.lagP95Ms}`,
        holds: (tile) => writtenMs(tile.lagP95Ms) > writtenMs(rising.lagP95Ms) + 2_000,
      });
      expect(await readTile(page, 'cedar')).toMatchObject({ level: 'ok', queueDepth: '0' });

      await aurora.start();
      await untilTile(page, 'aurora', { what: 'an empty queue', holds: (tile) => tile.queueDepth === '0' });
      await untilTile(page, 'aurora', {
        what: 'a lag of what arrived',
        holds: (tile) => !tile.lagP95Ms.startsWith('≥'),
      });
      // The late mail stays in the five minutes behind the percentile: fresh mail must outnumber it twenty to one.
      await sendMany(300, 'user@aurora.example');
      await untilTile(page, 'aurora', {
        what: 'calm again',
        timeoutMs: 60_000,
        holds: (tile) => tile.level === 'ok',
      });
      await screenshot(page, 'first-light-3-recovered');
    });
  });

  it('AGG-11, AGG-12: counts what a destination defers or refuses as waiting, and what it bounces as gone', async () => {
    await withPage('first-light-refusals', async (page) => {
      await openWall(page, platform.server.url);
      await send('x@busy.cedar.example');
      await send('x@down.cedar.example');
      await send('x@gone.blueridge.example');
      await untilTile(page, 'cedar', {
        what: 'two waiting',
        holds: (tile) => tile.queueDepth === '2' && tile.lagP95Ms.startsWith('≥'),
      });
      await until(() => /to=<x@gone\.blueridge\.example>.*status=bounced/.test(platform.postfix.log()), {
        what: 'the bounce',
      });
      await untilTile(page, 'blueridge', {
        what: 'nothing waiting',
        holds: (tile) => tile.queueDepth === '0',
      });
    });
  });

  it('AGG-14, AGG-17: shows the share of spam and of users who can log in', async () => {
    await withPage('first-light-verdicts', async (page) => {
      await openWall(page, platform.server.url);
      const headers = { [SCORE_HEADER]: '20' };
      const from = 'someone@elsewhere.example';
      await sendMails(platform.postfix.smtpPort, [{ from, to: 'user@blueridge.example', headers }]);
      await untilTile(page, 'blueridge', {
        what: 'some spam',
        holds: (tile) => /^[1-9][\d.]* %$/.test(tile.spamPercent),
      });
      for (const [user, password] of Object.entries(USERS))
        await imapLogin(platform.dovecot.imapPort, { user, password });
      for (const tenant of TENANTS)
        await untilTile(page, tenant, {
          what: 'access',
          holds: (tile) => /^100(\.\d+)? %$/.test(tile.accessPercent),
        });
      await screenshot(page, 'first-light-4-verdicts');
    });
  });
});
