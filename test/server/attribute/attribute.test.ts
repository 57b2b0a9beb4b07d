import { describe, expect, it } from 'vitest';
import { attributeSender, unwrapRewritten } from '../../../server/attribute/attribute.ts';
import { createDirectory, NOBODY } from '../../../server/attribute/directory.ts';
import type { Tenant } from '../../../server/attribute/tenants-file.ts';

const TENANTS: Tenant[] = [
  { id: 'a', name: 'A', domains: ['a.example', '.wide.example'], logins: ['*@login-a.example', 'bare?'] },
  {
    id: 'b',
    name: 'B',
    domains: ['b.example', 'own.wide.example'],
    relays: ['192.0.2.0/24', '2001:db8::/32'],
  },
  {
    id: 'c',
    name: 'C',
    domains: ['c.example'],
    services: [{ id: 'dsl', name: 'DSL', domains: ['dsl-c.example'] }],
  },
];
const directory = createDirectory(TENANTS);
const [A, B, C] = [0, 1, 2];
const sender = (traits: Parameters<typeof attributeSender>[2], instances = new Map<string, number>()) =>
  attributeSender(directory, instances, traits);

describe('directory', () => {
  it('ATT-3: a domain with a leading dot takes itself and everything below, an exact claim goes first', () => {
    expect(directory.ownerOfAddress('u@deep.below.wide.example')).toBe(A);
    expect(directory.ownerOfAddress('u@wide.example')).toBe(A);
    expect(directory.ownerOfAddress('u@own.wide.example')).toBe(B);
    expect(directory.ownerOfAddress('u@sub.b.example')).toBe(NOBODY);
    expect(directory.ownerOfAddress('u@A.EXAMPLE.')).toBe(A);
    expect(directory.ownerOfAddress('u@dsl-c.example')).toBe(C);
  });

  it('ATT-3: bare names, the null sender and strangers belong to nobody', () => {
    for (const address of ['', 'root', 'u@', 'u@elsewhere.example', '@'])
      expect(directory.ownerOfAddress(address)).toBe(NOBODY);
  });

  it('ATT-4: a login goes by its patterns, else by its domain', () => {
    expect(directory.ownerOfLogin('joe@LOGIN-A.example')).toBe(A);
    expect(directory.ownerOfLogin('bare7')).toBe(A);
    expect(directory.ownerOfLogin('barefoot')).toBe(NOBODY);
    expect(directory.ownerOfLogin('joe@b.example')).toBe(B);
  });
});

describe('order of trust', () => {
  it('ATT-5: instance, then login, then relay, then the domain of the sender; the rule is kept', () => {
    const all = {
      instance: 'postfix-c',
      login: 'x@login-a.example',
      clientIp: '192.0.2.9',
      from: 'x@c.example',
    };
    expect(sender(all, new Map([['postfix-c', C]]))).toEqual({ owner: C, rule: 'instance' });
    expect(sender(all)).toEqual({ owner: A, rule: 'login' });
    expect(sender({ ...all, login: 'stranger@elsewhere.example' })).toEqual({ owner: B, rule: 'relay' });
    expect(sender({ clientIp: '2001:db8::5' })).toEqual({ owner: B, rule: 'relay' });
    expect(sender({ clientIp: '198.51.100.1', from: 'x@c.example' })).toEqual({
      owner: C,
      rule: 'sender-domain',
    });
    expect(sender({ from: '' })).toEqual({ owner: NOBODY, rule: null });
  });

  it('ATT-6: a sender rewritten by SRS is seen through', () => {
    expect(unwrapRewritten('SRS0=HHH=TT=c.example=joe@forwarder.example')).toBe('joe@c.example');
    expect(sender({ from: 'SRS0=HHH=TT=c.example=joe@forwarder.example' })).toEqual({
      owner: C,
      rule: 'sender-domain',
    });
    expect(unwrapRewritten('SRS0=HH=TT=c.example=news+joe=far.example@f.example')).toBe(
      'news+joe=far.example@c.example',
    );
    expect(unwrapRewritten('SRS0+HH=TT=c.example=joe@f.example')).toBe('joe@c.example');
    expect(unwrapRewritten('SRS1=HH=f.example==HHH=TT=c.example=joe@g.example')).toBe('joe@c.example');
    expect(unwrapRewritten('SRS1=HH=f.example==HHH=TT=c.example=a=b.example@g.example')).toBe(
      'a=b.example@c.example',
    );
    expect(unwrapRewritten('SRS0=HH=TT@f.example')).toBe('SRS0=HH=TT@f.example');
    expect(unwrapRewritten('srs@plain.example')).toBe('srs@plain.example');
  });
});
