/** Lives through alarms as fast as it can, keeps them, goes on from where the last one was, and says what is committed. */
import { createAlarmDesk } from '../../../../server/detect/alarms/desk.ts';
import { createSyncAlarms } from '../../../../server/history/alarms/sql-alarms.ts';
import { openHistoryDatabase } from '../../../../server/history/sql/open.ts';
import { createRandom, pick } from '../../../support/random.ts';
import { deskOptions, QUICK, type Said, SECOND, T, tenant, verdictOf } from '../../detect/alarms/support.ts';

const [path = '', seed = ''] = process.argv.slice(2);
const random = createRandom(Number(seed));
const alarms = createSyncAlarms(await openHistoryDatabase(path, T));
const { points, kept, recent, outbox } = alarms.load(0);
const desk = createAlarmDesk({ ...deskOptions(), kept: { points, kept, recent } });
const scopes = Array.from({ length: 30 }, (_, n) => tenant(`${'abc'.charAt(n % 3)}${n}`));

let nowMs = Math.max(T, Number(kept['desk.clock'] ?? 0));
let records = alarms.record({ limit: 1 }).records[0]?.seq ?? 0;
let oldest = outbox.map(({ id }) => id);
for (;;) {
  nowMs += SECOND;
  const said = () => pick<Said>(random, [0, 1, 'clear', 'clear', 'between', 'no-data']);
  desk.observe(
    scopes.map((scope) => verdictOf(QUICK, scope, said())),
    nowMs,
  );
  const ids = desk.view(nowMs).alarms.map(({ id }) => id);
  if (ids.length > 0)
    desk.act({ kind: 'acknowledge', ids: [pick(random, ids)], by: 'anna', note: '' }, nowMs);
  const changes = desk.take();
  // Each message leaves a second after it was planned.
  const put = changes.notices.map(({ id, text }) => ({ id, channel: 'mail', createdAtMs: nowMs, text }));
  alarms.write({ ...changes, outbox: { put, done: oldest } });
  oldest = put.map(({ id }) => id);
  records += changes.records.length;
  process.stdout.write(`${records} ${nowMs} ${put.length}\n`);
}
