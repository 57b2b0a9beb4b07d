import { describe, expect, it } from 'vitest';
import { orderSiblings } from '../../../../server/collect/follow/siblings.ts';

const order = (base: string, names: readonly string[]): string[] =>
  orderSiblings(
    base,
    names.map((name, i) => ({ name, mtimeMs: i })),
  ).map(({ name }) => name);

describe('rotated files beside a log', () => {
  it.each<[string, string, string[], string[]]>([
    [
      'by generation, the highest is the oldest',
      'mail.log',
      ['mail.log.1', 'mail.log.10.gz', 'mail.log.2.gz', 'mail.log.9.zst'],
      ['mail.log.10.gz', 'mail.log.9.zst', 'mail.log.2.gz', 'mail.log.1'],
    ],
    [
      'by date',
      'mail.log',
      ['mail.log-20261121', 'mail.log-20261119.gz', 'mail.log-20261120'],
      ['mail.log-20261119.gz', 'mail.log-20261120', 'mail.log-20261121'],
    ],
    [
      'by date and time, as postfix logrotate names them',
      'maillog',
      ['maillog.20261121-173200', 'maillog.20261121-093000.gz'],
      ['maillog.20261121-093000.gz', 'maillog.20261121-173200'],
    ],
    [
      'with the mark before the extension',
      'mail.log',
      ['mail-20261121.log', 'mail-20261120.log.gz'],
      ['mail-20261120.log.gz', 'mail-20261121.log'],
    ],
    [
      'the plain one of a file that is just being compressed',
      'mail.log',
      ['mail.log.1.gz', 'mail.log.1'],
      ['mail.log.1'],
    ],
    [
      'by time of last change where names are of several kinds',
      'mail.log',
      ['mail.log-20261119', 'mail.log.3', 'mail.log-20261121-0900', 'mail.log.1'],
      ['mail.log-20261119', 'mail.log.3', 'mail.log-20261121-0900', 'mail.log.1'],
    ],
    [
      'but no other file of the directory',
      'mail.log',
      [
        'mail.log',
        'mail.logs.1',
        'xmail.log.1',
        'mail.1',
        'mail.log.bak',
        'mail.log.1.tmp',
        'mail.err.1',
        'mail.log.swp',
        'mailxlog.1',
      ],
      [],
    ],
    [
      'an old one without a number',
      'mail.log',
      ['mail.log.2', 'mail.log.old'],
      ['mail.log.2', 'mail.log.old'],
    ],
  ])('are ordered %s', (_, base, names, expected) => {
    expect(order(base, names)).toEqual(expected);
    expect(order(base, names.toReversed()).toSorted()).toEqual(expected.toSorted());
  });
});
