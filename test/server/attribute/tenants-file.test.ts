import { describe, expect, it } from 'vitest';
import { normaliseDomain, parseTenantsFile } from '../../../server/attribute/tenants-file.ts';

function faultsOf(text: string): readonly string[] {
  const result = parseTenantsFile(text, 'tenants.yaml');
  return result.ok ? [] : result.faults;
}

describe('tenants file', () => {
  it('ATT-1: YAML and JSON are read alike', () => {
    const json = '{"tenants":[{"id":"a","name":"A","domains":["a.example"],"mailboxes":3}]}';
    const yaml = 'tenants:\n  - id: a\n    name: A\n    domains: [a.example]\n    mailboxes: 3\n';
    expect(parseTenantsFile(yaml)).toEqual(parseTenantsFile(json));
    expect(parseTenantsFile(json)).toMatchObject({ ok: true });
  });

  it('ATT-2: two tenants that claim one domain are refused with the line of the second claim', () => {
    const text = `tenants:
  - id: aurora
    name: Aurora
    domains: [shared.example, a.example]
  - id: boreal
    name: Boreal
    domains:
      - b.example
      - SHARED.example.
`;
    expect(faultsOf(text)).toEqual([
      "tenants.yaml:9: domain 'shared.example' of tenant 'boreal' is claimed by tenant 'aurora' already",
    ]);
  });

  it('ATT-2: every fault is named with its line, not only the first', () => {
    const text = `tenants:
  - id: aurora
    name: Aurora
    domains: [a.example]
    relays: [192.0.2.0/99]
    colour: blue
  - id: "no spaces here"
    name: B
    domains: [b..example]
    logins: ["bad pattern"]
`;
    const faults = faultsOf(text).join('\n');
    expect(faults).toContain('tenants.yaml:5: tenants.0.relays.0: is not a network');
    expect(faults).toContain("tenants.yaml:6: unknown key 'colour'");
    expect(faults).toContain('tenants.yaml:7: tenants.1.id: is not an id');
    expect(faults).toContain('tenants.yaml:9: tenants.1.domains.0: is not a domain name');
    expect(faults).toContain('tenants.yaml:10: tenants.1.logins.0: is not a login pattern');
  });

  it('ATT-2: a file that is no YAML is refused with the line', () => {
    expect(faultsOf('tenants:\n  - id: [a\n')[0]).toMatch(/^tenants\.yaml:\d+: /);
    expect(faultsOf('')[0]).toMatch(/^tenants\.yaml/);
  });

  it('ATT-3: domains are compared without case, trailing dot and punycode', () => {
    expect(normaliseDomain('MAIL.Example.')).toBe('mail.example');
    expect(normaliseDomain('xn--bcher-kva.example')).toBe('bücher.example');
    expect(normaliseDomain('.XN--BCHER-KVA.example')).toBe('.bücher.example');
  });
});
