import { isIP } from 'node:net';
import { createLogReader } from '../../../../server/collect/reader.ts';
import type { ParsedLine } from '../../../../server/collect/parse-record.ts';

/** One case of another project's test suite, in the vocabulary of the corpus. */
export interface Case {
  readonly id: string;
  readonly line?: string;
  readonly tier?: 'core' | 'extra';
  readonly expect: Readonly<Record<string, unknown>>;
  readonly header_synthesized?: boolean;
  readonly fragment?: boolean;
  readonly unsupported_upstream?: boolean;
  readonly must_not_parse?: boolean;
}

export interface Score {
  fields: number;
  met: number;
  readonly misses: string[];
}

/** Keys of the corpus that `parse` calls by another name. */
const NAMES: Readonly<Record<string, keyof ParsedLine>> = {
  qid: 'queueId',
  remote_qid: 'remoteQueueId',
  bounce_qid: 'bounceQueueId',
  orig_to: 'origTo',
  size: 'sizeBytes',
  nrcpt: 'recipientCount',
  delay: 'delaySeconds',
  proto: 'protocol',
  response: 'reason',
  client_host: 'clientHost',
  client_ip: 'clientIp',
  client_port: 'clientPort',
  relay_host: 'relayHost',
  relay_ip: 'relayIp',
  relay_port: 'relayPort',
  reply_code: 'replyCode',
  message_id: 'messageId',
  conn_use: 'connUse',
  sasl_method: 'saslMethod',
  sasl_username: 'saslUsername',
  daemon: 'service',
};
const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
/** Not scored: set by whoever collected the case, not by the upstream project. */
const HEADER_KEYS = new Set(['time_text', 'time_parts', 'host', 'pid']);

/** Scores every expected field of a case into the score of its tier. */
export function scoreCase(test: Case, score: Score): void {
  if (test.fragment || test.unsupported_upstream || test.line === undefined) return;
  const reader = createLogReader({ format: 'auto', source: 'cases', timezone: 'UTC', year: 2026 });
  const bytes = Buffer.from(test.line);
  const record = reader.record(bytes, 0, bytes.length);
  if (test.must_not_parse) count(score, `${test.id} unparsed`, true, record.unparsed);
  for (const [key, expected] of Object.entries(test.expect)) {
    if (test.header_synthesized && HEADER_KEYS.has(key)) continue;
    count(score, `${test.id} ${key}`, expected, actual(record, key));
  }
}

function count(score: Score, what: string, expected: unknown, found: unknown): void {
  score.fields += 1;
  if (isSame(expected, found)) score.met += 1;
  else score.misses.push(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(found)}`);
}

function actual(record: ParsedLine, key: string): unknown {
  switch (key) {
    case 'process':
      return record.program?.split('/')[0];
    case 'delays':
      return record.delays?.join('/');
    case 'delays_parts':
      return record.delays;
    case 'to_domain':
      return String(record.to).split('@').at(-1);
    case 'extra_message':
      return `(${record.reason ?? ''})`;
    case 'time_parts':
      return timeParts(record.time ?? '');
    default:
      return record[NAMES[key] ?? (key as keyof ParsedLine)];
  }
}

function timeParts(time: string): Record<string, number> {
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = time.slice(5, 19).split(/[-T:]/).map(Number);
  return { month, day, hour, minute, second };
}

function isSame(expected: unknown, found: unknown): boolean {
  if (found === undefined) return false;
  if (Array.isArray(expected)) return JSON.stringify(expected) === JSON.stringify(found);
  if (typeof expected === 'object' && expected !== null) return isSameObject(expected, found as object);
  const [one, other] = [String(expected), String(found)];
  if (isNumber(one) && isNumber(other)) return Number(one) === Number(other);
  if (isIP(one) === 6 && isIP(other) === 6)
    return new URL(`http://[${one}]`).host === new URL(`http://[${other}]`).host;
  if (SLASHED.test(one)) return one.split('/').map(Number).join('/') === other;
  return one.toLowerCase() === other.toLowerCase();
}

/** Postfix' `delays=a/b/c/d`. */
const SLASHED = /^[\d.]+(?:\/[\d.]+){3}$/;

function isNumber(text: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(text);
}

function isSameObject(expected: object, found: object): boolean {
  return Object.entries(expected).every(([key, value]) => {
    const wanted = key === 'month' && typeof value === 'string' ? MONTHS.indexOf(value) + 1 : value;
    return wanted === (found as Record<string, unknown>)[key];
  });
}
