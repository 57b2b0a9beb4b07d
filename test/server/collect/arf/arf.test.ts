import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventsOfArf } from '../../../../server/collect/arf/events.ts';
import { type ArfReport, parseArf } from '../../../../server/collect/arf/parse.ts';
import { createRandom } from '../../../../server/demo/random.ts';

const CASES = join(import.meta.dirname, 'cases');
const NAMES = readdirSync(CASES).flatMap((name) => (name.endsWith('.eml') ? [name.slice(0, -4)] : []));
const bytesOf = (name: string) => new Uint8Array(readFileSync(join(CASES, `${name}.eml`)));
const T = Date.parse('2008-10-07T20:41:00Z');

describe('reports of abuse as mail', () => {
  it.each(NAMES)('CAN-30: %s is read as it says, or refused with a reason', (name) => {
    const expected = JSON.parse(readFileSync(join(CASES, `${name}.expected.json`), 'utf8')) as unknown;
    const got = parseArf(bytesOf(name));
    if (typeof got === 'string') return expect(got).toEqual(expected);
    const { id, ...rest } = got;
    expect(rest).toEqual(expected);
    expect(id).toMatch(/^arf:[\w-]{22}$/);
  });

  it('CAN-31: the same report twice has one id, another one another', () => {
    const ids = NAMES.flatMap((name) => {
      const report = parseArf(bytesOf(name));
      return typeof report === 'string' ? [] : [report.id];
    });
    expect(new Set(ids).size).toBe(ids.length);
    const again = parseArf(bytesOf('rfc5965-full'));
    expect(ids).toContain(typeof again === 'string' ? again : again.id);
  });

  it('CAN-30: whatever comes gives a report or a reason: cut anywhere, and with bytes changed', () => {
    const random = createRandom(5);
    for (const name of NAMES) {
      const whole = bytesOf(name);
      for (let i = 0; i < 40; i++) {
        const cut = whole.slice(0, Math.floor(random.next() * whole.length));
        for (let n = 0; n < 5 && cut.length > 0; n++)
          cut[Math.floor(random.next() * cut.length)] = Math.floor(random.next() * 256);
        const got = parseArf(cut);
        expect(typeof got === 'string' ? got.length : got.recipients.length).toBeGreaterThan(0);
      }
    }
  });

  it('CAN-30: a mail of many parts and many boundaries takes no more than its share of time', () => {
    const part = '--b\nContent-Type: multipart/mixed; boundary=b\n\n';
    const bomb = `Content-Type: multipart/mixed; boundary=b\n\n${part.repeat(15_000)}`;
    expect(parseArf(new TextEncoder().encode(bomb))).toBe('no report in it');
    const head = 'Content-Type: message/feedback-report\n';
    for (const hard of [
      `Content-Type: a${';'.repeat(900_000)}\n\n`,
      `${head}\nFeedback-Type: abuse\nOriginal-Rcpt-To: ${'a'.repeat(900_000)}\n`,
      `${head}Content-Transfer-Encoding: quoted-printable\n\n${' '.repeat(900_000)}=`,
      `${head}\n${'\r\n '.repeat(300_000)}`,
    ])
      expect(typeof parseArf(new TextEncoder().encode(hard))).toBe('string');
  });
});

describe('complaints out of reports', () => {
  const report = (change: Partial<ArfReport> = {}): ArfReport => ({
    ...{ id: 'arf:1', type: 'abuse', recipients: ['ann@virgo.example'], writtenMs: T - 60_000 },
    ...change,
  });
  const deps = {
    nowMs: T,
    tenantOf: (address: string) => (address.endsWith('@virgo.example') ? 'virgo' : null),
  };

  it('CAN-32: are of the tenant of who got the mail, at the time when they were written', () => {
    expect(eventsOfArf(report(), deps)).toEqual({
      events: [
        {
          ...{ id: 'arf:1', kind: 'abuse-report', atMs: T - 60_000, text: 'complaint (abuse)' },
          ...{ tenant: 'virgo', reporter: 'ann@virgo.example' },
        },
      ],
      refused: [],
    });
  });

  it('CAN-32: are of now where the time in the mail cannot be', () => {
    for (const writtenMs of [null, T + 3_600_000, T - 2 * 86_400_000])
      expect(eventsOfArf(report({ writtenMs }), deps).events[0]?.atMs).toBe(T);
  });

  it('CAN-32: strangers, and reports that complain of nothing, are refused with a reason', () => {
    const mixed = eventsOfArf(report({ recipients: ['ann@virgo.example', 'x@else.example'] }), deps);
    expect(mixed.events.map(({ id }) => id)).toEqual(['arf:1.0']);
    expect(mixed.refused).toEqual([{ id: 'arf:1.1', reason: 'its recipient is of none of the tenants' }]);
    expect(eventsOfArf(report({ type: 'not-spam' }), deps)).toEqual({
      events: [],
      refused: [{ id: 'arf:1', reason: 'a report of “not-spam” is no complaint' }],
    });
  });
});
