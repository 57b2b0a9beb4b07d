import { existsSync } from 'node:fs';
import { parseTenantsFile, type Tenant } from '../attribute/tenants-file.ts';
import { loadCanaries } from '../base/canary-file.ts';
import { type Config, loadConfig, readText } from '../base/config.ts';
import { AppError } from '../base/errors.ts';
import { parseRules } from '../detect/rules/rule-file.ts';
import { checkAlarmSettings } from '../respond/settings.ts';
import type { CommandIo } from './io.ts';

/** Checks a config file and the files it names: tenants, rules, canaries; 0 when all can be used. */
export function runCheckConfig(path: string, { stdout, stderr }: CommandIo, nowMs = Date.now()): number {
  try {
    const config = loadConfig(path);
    const tenants = config.tenants === undefined ? [] : readTenants(config.tenants);
    const { warnings } = checkAlarmSettings(config, tenants, nowMs);
    checkRules(config);
    if (config.canaries !== undefined) loadCanaries(config.canaries);
    stdout.write(
      `${path} can be used: ${config.sources.length} source(s), ${tenants.length} tenant(s), ${config.notify.channels.length} channel(s) for alarms\n`,
    );
    for (const warning of warnings) stderr.write(`note: ${warning}\n`);
    if (config.notify.channels.length === 0)
      stderr.write('note: nobody is told of alarms; add `notify:` with a channel and a route\n');
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

/** A rules file that is made later is no fault: the stock rules hold until then. */
function checkRules({ alarms: { rules } }: Config): void {
  if (rules === undefined || !existsSync(rules)) return;
  const result = parseRules(readText(rules, 'rules file'), rules);
  if (!result.ok)
    throw new AppError('bad-request', `the rules file has ${result.faults.length} fault(s)`, result.faults);
}

function readTenants(path: string): readonly Tenant[] {
  const result = parseTenantsFile(readText(path, 'tenants file'), path);
  if (result.ok) return result.tenants;
  throw new AppError('bad-request', `the tenants file has ${result.faults.length} fault(s)`, result.faults);
}
