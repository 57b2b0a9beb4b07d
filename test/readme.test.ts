import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../server/base/config.ts';
import { parseTenantsFile } from '../server/attribute/tenants-file.ts';
import { ROOT } from './support/source-tree.ts';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text);

describe('the README', () => {
  it('CMD-20: shows configurations and a tenants file that can be used as they stand', () => {
    const faults = blocks.flatMap((text) => {
      const result = text.includes('# tenants.yaml')
        ? parseTenantsFile(text, 'README')
        : parseConfig(text, 'README');
      return result.ok ? [] : result.faults;
    });
    expect(blocks.length).toBeGreaterThanOrEqual(3);
    expect(faults).toEqual([]);
  });
});
