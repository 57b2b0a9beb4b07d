import { describe, expect, it } from 'vitest';
import { messagesLink, reasonWords, tenantLink } from '../../client/links.ts';
import { reasonKey } from '../../server/aggregate/attempts.ts';

describe('a link to the messages behind a number', () => {
  it('names tenant, stretch, status and whatever else is known (TEN-5)', () => {
    expect(
      messagesLink({
        tenant: 'aurora',
        fromMs: 1.5,
        toMs: 2.5,
        status: ['bounced', 'expired'],
        toDomain: 'web.example',
        words: 'try later',
      }),
    ).toBe(
      '/messages?tenant=aurora&from=1&to=3&status=bounced%2Cexpired&toDomain=web.example&words=try+later',
    );
  });

  it('leaves out what is not known', () => {
    expect(messagesLink({ tenant: 'aurora', words: '' })).toBe('/messages?tenant=aurora');
    expect(messagesLink({})).toBe('/messages');
  });

  it('takes no sign of a name for one of its own', () => {
    expect(messagesLink({ tenant: 'a&b=c' })).toBe('/messages?tenant=a%26b%3Dc');
    expect(tenantLink('a/b', 1, 2)).toBe('/tenant/a%2Fb?from=1&to=2');
  });
});

describe('the words of a reason', () => {
  it('are those that every message with that reason has', () => {
    const key = reasonKey(
      'host mx.example[192.0.2.7] said: 421 4.7.0 <u7@web.example> Try again later AB12CD34EF56',
    );
    expect(reasonWords(key)).toBe('host example said try again later');
  });

  it('do not end in half a word where the reason was cut', () => {
    const cut = `${'x'.repeat(3)} ${'word '.repeat(31)}`.slice(0, 157) + 'hal';
    expect(cut).toHaveLength(160);
    expect(reasonWords(cut)).not.toContain('hal');
  });

  it('are not parts of longer signs', () => {
    expect(reasonWords('a1bcdef got4you queue')).toBe('queue');
  });
});
