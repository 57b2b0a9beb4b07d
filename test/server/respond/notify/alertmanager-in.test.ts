import { describe, expect, it } from 'vitest';
import { parseAlertmanager, toVerdict } from '../../../../server/respond/notify/alertmanager-in.ts';
import { NIGHT_MS } from '../../../support/notices.ts';

const ALERT = {
  status: 'firing',
  labels: { alertname: 'Disk full', severity: 'warning', instance: 'mx3' },
  annotations: { summary: 'Disk of mx3 is full', runbook_url: 'https://wiki.example/disk' },
  startsAt: '2026-07-12T02:00:00.123456789Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus.example/graph',
  fingerprint: '6a3f51c2d4e5b678',
};
const webhook = (...alerts: unknown[]) => ({
  version: '4',
  groupKey: '{}',
  status: 'firing',
  receiver: 'x',
  alerts,
});

describe('the webhook of an Alertmanager', () => {
  it('becomes alarms under the fingerprints of its alerts [NTF-29]', () => {
    expect(parseAlertmanager(webhook(ALERT), NIGHT_MS)).toEqual([
      {
        fingerprint: ALERT.fingerprint,
        name: 'Disk full',
        isFiring: true,
        startsAtMs: Date.parse('2026-07-12T02:00:00.123Z'),
        priority: 'medium',
        labels: ALERT.labels,
        summary: 'Disk of mx3 is full',
        runbook: 'https://wiki.example/disk',
      },
    ]);
  });

  it.each([
    ['critical', 'critical'],
    ['Page', 'critical'],
    ['error', 'high'],
    ['warning', 'medium'],
    ['info', 'low'],
    ['purple', 'medium'],
    [undefined, 'medium'],
  ])('maps the severity %s to %s [NTF-29]', (severity, priority) => {
    const labels = { alertname: 'x', ...(severity === undefined ? {} : { severity }) };
    expect(parseAlertmanager(webhook({ ...ALERT, labels }), NIGHT_MS)[0]!.priority).toBe(priority);
  });

  it('leaves out what we have pushed ourselves, which would raise itself for ever [NTF-29]', () => {
    const own = { ...ALERT, labels: { ...ALERT.labels, mailvigil_group: 'g1' } };
    expect(parseAlertmanager(webhook(own, ALERT), NIGHT_MS)).toHaveLength(1);
  });

  it.each([
    ['another version', { ...webhook(ALERT), version: '3' }],
    ['no alerts', { version: '4', status: 'firing' }],
    ['an alert without a fingerprint', webhook({ ...ALERT, fingerprint: undefined })],
    ['labels that are no texts', webhook({ ...ALERT, labels: { alertname: 7 } })],
    ['a time that is none', webhook({ ...ALERT, startsAt: 'yesterday' })],
    ['more than it may be', webhook(...Array.from({ length: 2_001 }, () => ALERT))],
    ['nothing', null],
  ])('is refused with its faults when it has %s [NTF-29]', (_what, body) => {
    expect(() => parseAlertmanager(body, NIGHT_MS)).toThrow('not the webhook of an Alertmanager');
  });

  it('takes no link but to the web, no address, and no beginning in the future [NTF-29]', () => {
    const annotations = { summary: 'mail of a@aurora.example\nstuck', runbook_url: 'javascript:alert(1)' };
    const [alarm] = parseAlertmanager(
      webhook({ ...ALERT, annotations, startsAt: '2030-01-01T00:00:00Z' }),
      NIGHT_MS,
    );
    expect(alarm).toMatchObject({ runbook: null, summary: 'mail of [address] stuck', startsAtMs: NIGHT_MS });
  });

  it('speaks as our own rules do, and has been held already [NTF-29]', () => {
    const [alarm] = parseAlertmanager(webhook(ALERT), NIGHT_MS);
    const firing = toVerdict(alarm!, NIGHT_MS);
    expect(firing).toMatchObject({
      key: `alertmanager:Disk_full external ${ALERT.fingerprint}`,
      scope: { kind: 'external', id: ALERT.fingerprint },
      ...{ level: 0, isClear: false, noData: null, reason: 'Disk of mx3 is full' },
      rule: { title: 'Disk full', levels: [{ priority: 'medium', holdSeconds: 0 }] },
    });
    expect(toVerdict({ ...alarm!, isFiring: false }, NIGHT_MS)).toMatchObject({ level: -1, isClear: true });
  });
});
