import { expect, it } from 'vitest';
import { internalForm } from '../../../../server/collect/scan/internal-form.ts';

it.each([
  ['u@x.example', 'u@x.example'],
  ['"a b"@x.example', 'a b@x.example'],
  ['"a\\"b, c>"@x.example', 'a"b, c>@x.example'],
  ['"a@b"@x.example', 'a@b@x.example'],
  ['"no end', '"no end'],
  ['""@x.example', '@x.example'],
  ['', ''],
])('%s is %s as Postfix keeps it', (external, internal) => {
  expect(internalForm(external)).toBe(internal);
});
