import { describe, expect, it } from 'vitest';
import type { GroupView } from '../../../../shared/alarms.ts';
import { readMessage, type Message } from '../../../../server/respond/notify/message.ts';
import { createTimeText, factsOf, oneLine, write } from '../../../../server/respond/notify/wording.ts';
import { alarmView, groupView, NIGHT_MS } from '../../../support/notices.ts';

function written(group: Partial<GroupView> = {}, members = [alarmView()]): Message {
  const view = groupView(group);
  const of = {
    id: 'n1',
    firstId: 'n1',
    kind: 'raised',
    phase: 'firing',
    toldPriority: 'high',
    formerPriority: null,
  } as const;
  const style = { link: null, timeText: createTimeText('Europe/London') };
  return write(
    { ...of, atMs: NIGHT_MS, by: '', notes: [], group: view, facts: factsOf(members, view, '') },
    style,
  );
}

describe('the words of a message', () => {
  it('say local time and UTC, with both days where they differ [NTF-26]', () => {
    const inLondon = createTimeText('Europe/London');
    expect(inLondon(NIGHT_MS)).toBe('03:12 on Sun 12 Jul (Europe/London), 02:12 UTC');
    expect(inLondon(Date.parse('2026-07-11T23:30:00Z'))).toBe(
      '00:30 on Sun 12 Jul (Europe/London), 23:30 UTC on Sat 11 Jul',
    );
  });

  it('never hold an address of mail, wherever it came from [NTF-26]', () => {
    const text = 'from <a.b+c@aurora.example>, to=d@borealis.example: sent';
    const { subject, body, facts } = written({ text }, [
      alarmView({ reason: text, scopeName: text, action: text }),
    ]);
    for (const part of [subject, body, JSON.stringify(facts)]) expect(part).not.toMatch(/@(aurora|borealis)/);
    expect(subject).toContain('from <[address]>, to=[address]: sent');
  });

  it.each([
    ['a@b.example', '[address]'],
    ['a@b.example, <c@d.example>;e=f@g.example=h', '[address], <[address]>;e=[address]'],
    ['a@@b c@', '[address] c@'],
    ['@handle and not@ all', '@handle and not@ all'],
    ['"a b"@c.example', '"a b"@c.example'],
    ['x:user+tag@mail.example.', 'x:[address]'],
  ])('take addresses out: %s becomes %s [NTF-26]', (text, clean) => expect(oneLine(text)).toBe(clean));

  it('take time by the length of a foreign text, not by its square [NTF-26]', () => {
    const msOf = (chars: number): number => {
      const text = `${'a'.repeat(chars)} ${'b@'.repeat(2)} ${'c='.repeat(chars)}`;
      const beganMs = performance.now();
      oneLine(text);
      return performance.now() - beganMs;
    };
    msOf(20_000);
    const best = (chars: number): number => Math.min(...Array.from({ length: 5 }, () => msOf(chars)));
    // Four times the text: four times as long, not sixteen times.
    expect(best(80_000)).toBeLessThan(8 * Math.max(best(20_000), 0.5));
  });

  it('cannot add a header, hide behind control characters or grow without end [NTF-26]', () => {
    const { subject } = written({ text: `x\r\nBcc: y\u0000\u202e${'z'.repeat(5_000)}` });
    expect(subject).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(subject.length).toBeLessThanOrEqual(300);
    expect(oneLine(' a \t b ')).toBe('a b');
  });

  it('name those with the most mailboxes and count the others [NTF-26]', () => {
    const members = Array.from({ length: 14 }, (_, i) =>
      alarmView({ id: `a${i}`, scopeName: `Tenant ${i}`, mailboxes: i * 1_000 }),
    );
    const { body } = written({ members: members.map(({ id }) => id), mailboxes: 91_000 }, members);
    expect(body).toContain('For: Tenant 13, Tenant 12, ');
    expect(body).toContain('Tenant 6 and 6 more; up to 91,000 mailboxes');
    expect(body).toContain('State: unacknowledged, holds at 1 of 14');
  });

  it('say that a number is not known rather than zero [NTF-26]', () => {
    const reading = { ...alarmView().reading, value: null, limit: null };
    const { body } = written({ mailboxes: null }, [alarmView({ mailboxes: null, reading })]);
    expect(body).toContain('Number: no data');
    expect(body).toContain('number of mailboxes not known');
  });

  it('are the same when they come back from the store [NTF-12]', () => {
    const message = written();
    expect(readMessage(JSON.stringify(message))).toEqual(message);
    expect(readMessage('{}')).toBeUndefined();
  });
});
