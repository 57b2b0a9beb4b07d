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
    expect(body).toContain('Tenant 6 and 6 more; 91,000 mailboxes');
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
