import { describe, expect, it } from 'vitest';
import { shapeOf } from '../../../../../server/detect/foresight/campaigns/subject-shape.ts';

const text = (subject: string) => shapeOf(subject)?.text;

describe('the shape of a subject', () => {
  it.each([
    ['Re: your order 4711', 'Re: Your  Order 12.345'],
    ['Invoice #INV-2007-05', 'invoice #inv-1999-12'],
    ['Cheap meds qzxvbw', 'Cheap meds wrtkpdh xkcd7q'],
    ['Rechnung 12 vom 13.05.2007', 'Rechnung 9 vom 1.1.2008'],
    ['注文 123 の確認', '注文 9 の確認'],
    ['Ｆｕｌｌ width １２', 'full width 7'],
  ])('CMP-2: is the same for %s and %s', (a, b) => {
    expect(text(a)).toBe(text(b));
  });

  it.each([
    ['Re: your order 4711', 'Re: your invoice 4711'],
    ['Cheap meds', 'Cheap watches'],
    ['注文の確認', 'お知らせ'],
  ])('CMP-2: is another one for %s and %s', (a, b) => {
    expect(text(a)).not.toBe(text(b));
  });

  it('CMP-2: takes words of any language for words, and made-up ones for none', () => {
    expect(shapeOf('Заказ оплата Straße 12 xqzrtp')?.words).toEqual([
      'заказ',
      'оплата',
      'strasse'.replace('ss', 'ß'),
    ]);
  });

  it('CMP-2: is nothing of a subject without anything, and bounded of an endless one', () => {
    expect(shapeOf('')).toBeNull();
    expect(shapeOf('... --- !!!')).toBeNull();
    expect(shapeOf('word '.repeat(10_000))?.text.length).toBeLessThanOrEqual(200);
  });
});
