import { describe, expect, it } from 'vitest';
import { instancesOf } from '../../../server/attribute/instances.ts';
import { SourceConfig } from '../../../server/base/config.ts';

const TENANTS = ['aurora', 'boreal'].map((id) => ({ id, name: id, domains: [`${id}.example`] }));

const logs = (...instances: readonly Record<string, string>[]) =>
  instances.map((of, i) => SourceConfig.parse({ id: `mx${i}`, type: 'log', paths: ['m'], instances: of }));

describe('Postfix instances of tenants', () => {
  it('are known by name, whichever source tells', () => {
    const known = instancesOf(
      logs({ 'postfix-a': 'aurora' }, { 'postfix-b': 'boreal', 'postfix-a': 'aurora' }),
      TENANTS,
    );
    expect([...known]).toEqual([
      ['postfix-a', 0],
      ['postfix-b', 1],
    ]);
  });

  it('of one name and two tenants are refused, for the mail of one would count as the other’s', () => {
    const two = logs({ 'postfix-out': 'aurora' }, { 'postfix-out': 'boreal' });
    expect(() => instancesOf(two, TENANTS)).toThrow(/mx1.*postfix-out.*another tenant.*syslog_name/);
  });

  it('of a tenant that nobody knows are refused', () => {
    expect(() => instancesOf(logs({ x: 'nobody' }), TENANTS)).toThrow(
      /'nobody', which is not in the tenants file/,
    );
  });
});
