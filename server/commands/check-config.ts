import { loadConfig, readText } from '../base/config.ts';
import { parseTenantsFile } from '../attribute/tenants-file.ts';
import { AppError } from '../base/errors.ts';
import type { CommandIo } from './io.ts';

/** Checks a config file and the tenants file it names; 0 when both can be used. */
export function runCheckConfig(path: string, { stdout, stderr }: CommandIo): number {
  try {
    const config = loadConfig(path);
    const tenants = config.tenants === undefined ? 0 : countTenants(config.tenants);
    stdout.write(`${path} can be used: ${config.sources.length} source(s), ${tenants} tenant(s)\n`);
    if (config.sources.length === 0)
      stderr.write('note: there are no sources, so nothing will be collected; add `sources:`\n');
    if (config.tenants === undefined)
      stderr.write(
        'note: there is no tenants file, so all mail will be unattributed; add `tenants: tenants.yaml`\n',
      );
    return 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    stderr.write(
      [`${path} can't be used: ${error.message}`, ...error.details.map((detail) => `  ${detail}`)].join(
        '\n',
      ) + '\n',
    );
    return 1;
  }
}

function countTenants(path: string): number {
  const result = parseTenantsFile(readText(path, 'tenants file'), path);
  if (result.ok) return result.tenants.length;
  throw new AppError('bad-request', `the tenants file has ${result.faults.length} fault(s)`, result.faults);
}
