import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../../server/collect/event.ts';
import { decodeExporter } from '../../../../server/collect/rspamd/exporter.ts';
import { createLogReader } from '../../../../server/collect/reader.ts';
import { createRandom, pick } from '../../../support/random.ts';

/** Form of rspamd 3.4: `symbols_scores_params` of its default log_format. */
const line = (symbols: string, rcpts = 'a@one.example') =>
  `2026-11-21 17:20:21 #5025(rspamd_proxy) <522e11>; proxy; rspamd_task_write_log: id: <m1@x.example>, qid: <4jWzVY45YpzBvyk>, ip: 203.0.113.84, from: <b@x.example>, (default: T (reject): [22.65/15.00] [${symbols}]), len: 11827, time: 10.896ms, dns req: 20, digest: <da3829613c98540ff2367f6e064a4f39>, rcpts: <${rcpts}>`;

function verdictOf(
  text: string,
  options: { hasFindings?: boolean; isCounting?: boolean } = { hasFindings: true },
): Verdict {
  const reader = createLogReader({ format: 'rspamd', source: 'f', timezone: 'UTC', ...options });
  const bytes = Buffer.from(text);
  expect(reader.read(bytes, 0, bytes.length)).toBe('event');
  return reader.event as Verdict;
}
const findingsOf = (symbols: string) => verdictOf(line(symbols)).findings;

describe('what the filter found, out of its log', () => {
  it('CMP-1: is the names of its rules, sorted and each once, with parts, listed hosts, fuzzy hashes and digest', () => {
    const symbols =
      'R_SUSPICIOUS_IMAGES(5.00){},DBL_SPAM(6.50){pills.example:url;mx.example:helo;},FUZZY_DENIED(12.00){1:3f2a9c04d1:0.97:img;},MIME_GOOD(-0.10){multipart/related;text/plain;},MIME_TRACE(0.00){0:+;1:~;2:~;},R_SUSPICIOUS_IMAGES(5.00){}';
    expect(findingsOf(symbols)).toEqual({
      symbols: ['DBL_SPAM', 'FUZZY_DENIED', 'MIME_GOOD', 'MIME_TRACE', 'R_SUSPICIOUS_IMAGES'],
      mimeTrace: '+~~',
      mimeType: 'multipart/related',
      urlHosts: ['pills.example'],
      fuzzy: ['3f2a9c04d1'],
      digest: 'da3829613c98540ff2367f6e064a4f39',
    });
  });

  it('CMP-1: keeps its way through options with commas, braces and brackets', () => {
    const symbols =
      'HTTP_TO_IP(1.00){a, b},c;},R_UNDISC_RCPT(3.00){},SUBJ(0.10){x]), len: 5;},RCVD_COUNT_ZERO(0.00){0;},ZERO_FONT(1.00){}';
    expect(findingsOf(symbols)?.symbols).toEqual([
      'HTTP_TO_IP',
      'RCVD_COUNT_ZERO',
      'R_UNDISC_RCPT',
      'SUBJ',
      'ZERO_FONT',
    ]);
  });

  it('CMP-1: understands a log that names rules without scores, and one without any', () => {
    expect(findingsOf('GTUBE,MIME_TRACE{0:+;}')?.symbols).toEqual(['GTUBE', 'MIME_TRACE']);
    expect(findingsOf('')?.symbols).toEqual([]);
  });

  it('CMP-1: is bounded, whatever a mail makes the filter say', () => {
    const many = Array.from({ length: 5_000 }, (_, i) => `RULE_${i}(0.10){${'x'.repeat(20)};}`).join(',');
    expect(findingsOf(many)?.symbols).toHaveLength(64);
    expect(findingsOf(`${'A'.repeat(3_000)}(1.00){}`)?.symbols).toEqual([]);
    const hosts = Array.from({ length: 90 }, (_, i) => `h${i}.example:url`).join(';');
    expect(findingsOf(`URIBL_BLACK(7.50){${hosts};}`)?.urlHosts).toHaveLength(4);
  });

  it('CMP-1: never throws and names nothing that is no name, whatever stands there', () => {
    const random = createRandom(7);
    const bits = ['(', ')', '{', '}', ',', ';', '[', ']', 'AB', 'MIME_TRACE', '0:+', '1.0', ' ', 'ü', '\\'];
    for (let i = 0; i < 3_000; i++) {
      const text = Array.from({ length: 30 }, () => pick(random, bits)).join('');
      for (const name of findingsOf(text)?.symbols ?? []) expect(name).toMatch(/^\w{1,64}$/);
    }
  });

  it('CMP-1: is told to live readers only', () => {
    const text = line('GTUBE(0.00){}');
    expect(verdictOf(text, {})).not.toHaveProperty('findings');
    expect(verdictOf(text, { isCounting: true })).not.toHaveProperty('findings');
  });

  it('CMP-7: recipients that the log leaves out are known to be missing, and the last one that it names is whole', () => {
    const verdict = verdictOf(line('GTUBE(0.00){}', 'a@one.example,b@one.example...'));
    expect(verdict).toMatchObject({ to: ['a@one.example', 'b@one.example'], isToCut: true });
    expect(verdictOf(line('GTUBE(0.00){}'))).not.toHaveProperty('isToCut');
  });
});

describe('what the filter found, as its exporter posts it', () => {
  const report = { action: 'reject', score: 20, subject: 'Cheap meds 4711' };
  const decode = (members: object) =>
    (decodeExporter({ ...report, ...members }, 0, { source: 'push', host: 'mx1' }) as Verdict).findings;

  it('CMP-1: has the subject, and the same rules as the log', () => {
    const symbols = [
      { name: 'MIME_TRACE', score: 0, options: ['0:+', '1:~'] },
      { name: 'DBL_SPAM', score: 6.5, options: ['pills.example:url'] },
      { name: 'ARC_NA', score: 0 },
    ];
    expect(decode({ symbols, fuzzy: ['3f2a9c04d1aa'] })).toEqual({
      symbols: ['ARC_NA', 'DBL_SPAM', 'MIME_TRACE'],
      mimeTrace: '+~',
      urlHosts: ['pills.example'],
      fuzzy: ['3f2a9c04d1aa'],
      subject: 'Cheap meds 4711',
    });
  });

  it('CMP-1: may be flattened', () => {
    const symbols = 'MIME_TRACE(0.00) [0:+, 1:~]\n\tARC_NA(0.00)';
    expect(decode({ symbols })).toMatchObject({ symbols: ['ARC_NA', 'MIME_TRACE'], mimeTrace: '+~' });
  });

  it.each([[null], [7], [{}], [[1, null, { name: 3 }, { name: 'A B' }]], ['']])(
    'CMP-1: is worth having with nonsense for rules: %j',
    (symbols) => {
      expect(decode({ symbols })).toEqual({
        symbols: [],
        urlHosts: [],
        fuzzy: [],
        subject: 'Cheap meds 4711',
      });
    },
  );
});
