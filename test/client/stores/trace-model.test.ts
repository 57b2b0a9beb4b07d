import { describe, expect, it } from 'vitest';
import { lineParts, linesText, traceSteps } from '../../../client/stores/trace-model.ts';
import type { MessageRecord } from '../../../shared/history.ts';
import { T0 } from '../fixtures.ts';

const record = (id: number, change: Partial<MessageRecord> = {}): MessageRecord => ({
  id,
  atMs: T0 + id * 60_000,
  source: 's',
  host: 'mx1',
  queueId: '3F2A1B7',
  status: 'deferred',
  from: 'shop@x.example',
  to: 'b@y.example',
  relay: 'mx.y.example[192.0.2.7]:25',
  delayMs: id * 60_000,
  delaysMs: [200, id * 60_000 - 1_200, 400, 600],
  dsn: '4.7.0',
  replyCode: 421,
  reason: '421 4.7.0 try again',
  isFinal: false,
  ...change,
});

describe('the life of a message', () => {
  const steps = traceSteps({
    records: [
      record(9, { status: 'sent', isFinal: true, dsn: '2.0.0', replyCode: 250, remoteQueueId: 'XYZ' }),
      record(1),
      record(4),
    ],
  });

  it('is told from acceptance to the end, with the time between (REP-15)', () => {
    expect(steps.map(({ kind }) => kind)).toEqual(['accepted', 'queued', 'attempt', 'attempt', 'final']);
    expect(steps.map(({ sinceMs }) => sinceMs)).toEqual([null, 200, 59_800, 180_000, 300_000]);
    expect(steps[0]?.atMs).toBe(T0);
  });

  it('says where to, through what, with which answer, and where the time went', () => {
    const last = steps.at(-1)!;
    expect(last.details.join('\n')).toContain('to b@y.example through mx.y.example[192.0.2.7]:25');
    expect(last.details.join('\n')).toContain('400 ms connecting');
    expect(last.details.join('\n')).toContain('queue id there: XYZ');
    expect(last.reply).toBe('421 4.7.0 try again');
  });

  it('makes up no acceptance for what was refused at the door', () => {
    const refused: MessageRecord = {
      id: 1,
      atMs: T0,
      source: 's',
      host: 'mx1',
      status: 'rejected',
      from: '',
      to: 'b@y.example',
      reason: 'Relay access denied',
      isFinal: true,
    };
    expect(traceSteps({ records: [refused] }).map(({ kind, title }) => [kind, title])).toEqual([
      ['final', 'Refused at the door'],
    ]);
  });

  it('of nothing is nothing', () => {
    expect(traceSteps({ records: [] })).toEqual([]);
  });
});

describe('the log lines', () => {
  it('show the queue id wherever it stands', () => {
    const parts = lineParts('a 3F2A1B7: b 3F2A1B7', '3F2A1B7');
    expect(parts.filter(({ isId }) => isId)).toHaveLength(2);
    expect(parts.map(({ text }) => text).join('')).toBe('a 3F2A1B7: b 3F2A1B7');
    expect(lineParts('abc', '')).toEqual([{ text: 'abc', isId: false }]);
  });

  it('are copied as they are, one per line', () => {
    const line = (text: string) => ({ source: 's', atMs: T0, text });
    expect(linesText({ lines: [line('a'), line('b')] })).toBe('a\nb\n');
  });
});
