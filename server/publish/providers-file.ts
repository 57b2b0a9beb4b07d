/** The list of destinations that belong together: a file that people edit, by hand or on the settings page. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import { AppError } from '../base/errors.ts';
import { DEFAULT_PROVIDERS } from '../history/journal/default-providers.ts';
import { parseProviders } from '../history/journal/providers.ts';
import type { ProvidersPort } from './port.ts';

/** Text of the file, undefined when there is none. */
export async function readProviders(path: string): Promise<string | undefined> {
  return existsSync(path) ? readFile(path, 'utf8') : undefined;
}

/** `use`: told the new text once it is checked and written. */
export function createProvidersPort(path: string, use: (text: string) => Promise<void>): ProvidersPort {
  return {
    read: async () => (await readProviders(path)) ?? stringify({ providers: DEFAULT_PROVIDERS }),
    async write(text) {
      const result = parseProviders(text);
      if (!result.ok)
        throw new AppError('bad-request', `the list has ${result.faults.length} fault(s)`, result.faults);
      await mkdir(dirname(path), { recursive: true });
      // Whole or not at all, whenever the power goes.
      await writeFile(`${path}.new`, text, { flush: true });
      await rename(`${path}.new`, path);
      await use(text);
    },
  };
}
