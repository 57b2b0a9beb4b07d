import type { SourceConfig } from '../base/config.ts';
import { AppError } from '../base/errors.ts';
import { NOBODY } from './directory.ts';
import type { Tenant } from './tenants-file.ts';

/** Postfix instances whose mail is one tenant's, out of the config of the sources. */
export function instancesOf(
  sources: readonly SourceConfig[],
  tenants: readonly Tenant[],
): ReadonlyMap<string, number> {
  const owners = new Map<string, number>();
  for (const source of sources) {
    if (source.type !== 'log') continue;
    for (const [instance, id] of Object.entries(source.instances ?? {})) {
      const owner = tenants.findIndex((tenant) => tenant.id === id);
      if (owner === NOBODY)
        throw new AppError(
          'bad-request',
          `source '${source.id}': instance '${instance}' belongs to '${id}', which is not in the tenants file`,
        );
      if ((owners.get(instance) ?? owner) !== owner)
        throw new AppError(
          'bad-request',
          `source '${source.id}': instance '${instance}' is another tenant's in another source; give the instances names of their own (syslog_name in main.cf)`,
        );
      owners.set(instance, owner);
    }
  }
  return owners;
}
