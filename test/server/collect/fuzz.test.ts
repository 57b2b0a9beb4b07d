import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom, pick } from '../../support/random.ts';
import { createFixtureReader } from './expected-lines.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/lines');
const LINES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.log'))
  .flatMap((name) => readFileSync(join(FOLDER, name), 'latin1').split('\n'))
  .map((line) => Buffer.from(line, 'latin1'));
const TOKENS = [
  '<',
  '>',
  '"',
  '; from=<',
  ' from ',
  '[',
  ']',
  ': ',
  ', ',
  '(',
  ')',
  'status=',
  '=',
  '\\',
  '\0',
  '\xff\xfe',
];
const MUTANTS = 10_000;

/** Cuts, flips bytes, inserts what the grammars look for, repeats a piece, or joins two lines. */
function mutate(random: () => number, line: Buffer): Buffer {
  const at = Math.floor(random() * (line.length + 1));
  const to = Math.min(line.length, at + Math.floor(random() * 40));
  switch (Math.floor(random() * 6)) {
    case 0:
      return line.subarray(0, at);
    case 1:
      return line.subarray(at);
    case 2: {
      const flipped = Buffer.from(line);
      if (at < flipped.length) flipped[at] = Math.floor(random() * 256);
      return flipped;
    }
    case 3:
      return Buffer.concat([
        line.subarray(0, at),
        Buffer.from(pick(random, TOKENS), 'latin1'),
        line.subarray(at),
      ]);
    case 4:
      return Buffer.concat([line.subarray(0, to), line.subarray(at)]);
    default:
      return Buffer.concat([line.subarray(0, at), pick(random, LINES).subarray(at)]);
  }
}

describe('any bytes', () => {
  it.each([1, 7, 2026])('are read without a throw, and both paths agree (seed %d)', (seed) => {
    const random = createRandom(seed);
    const events = createFixtureReader();
    const records = createFixtureReader();
    const disagreements: string[] = [];
    for (let n = 0; n < MUTANTS; n += 1) {
      let line: Buffer = pick(random, LINES);
      for (let times = Math.floor(random() * 3); times >= 0; times -= 1) line = mutate(random, line);
      const found = events.read(line, 0, line.length);
      const record = records.record(line, 0, line.length, 1);
      JSON.stringify(record);
      const isUnread = found === 'unparsed' || found === 'foreign';
      // `last message repeated` repeats an event and has no fields of its own.
      if (record.program !== 'last' && isUnread !== (record.unparsed === true))
        disagreements.push(line.toString('latin1'));
    }
    expect(disagreements).toEqual([]);
  });

  it('behind a line are not read as part of it, whatever is cut off', () => {
    const atEnd = createFixtureReader();
    const inside = createFixtureReader();
    const more = Buffer.from('\nNov 21 17:20:21 mx1 postfix/smtpd[1]: x, status=sent (250 ok) to=<a@b>');
    const differences: string[] = [];
    for (const line of LINES) {
      for (let cut = line.length % 3; cut <= line.length; cut += 3) {
        // A copy of its own length: beyond it there is nothing to read.
        const alone = JSON.stringify(
          atEnd.record(Buffer.from(Uint8Array.from(line.subarray(0, cut)).buffer), 0, cut),
        );
        const followed = JSON.stringify(inside.record(Buffer.concat([line.subarray(0, cut), more]), 0, cut));
        if (alone !== followed) differences.push(`${alone} ${followed}`);
      }
    }
    expect(differences).toEqual([]);
  });

  it('that repeat what the grammars look for cost no more than their length', () => {
    const reader = createFixtureReader();
    const heads = ['NOQUEUE: reject: RCPT from a[1.2.3.4]: ', '0A1B2C: to=<', 'warning: ', ''];
    const timeOf = (times: number): number => {
      const started = performance.now();
      for (const head of heads) {
        for (const token of [...TOKENS, 'from=<a> ', 'queued as x ', ' said: ', 'host=[']) {
          const line = Buffer.from(`Nov 21 17:20:21 mx1 postfix/smtpd[1]: ${head}${token.repeat(times)}`);
          reader.read(line, 0, line.length);
          reader.record(line, 0, line.length);
        }
      }
      return performance.now() - started;
    };
    timeOf(500);
    // Sixteen times the length may cost far more than sixteen times the time only if the work is quadratic (256).
    expect(timeOf(8_000) / Math.max(timeOf(500), 1)).toBeLessThan(120);
  });
});
