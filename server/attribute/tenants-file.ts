import { isIP } from 'node:net';
import { domainToUnicode } from 'node:url';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { readText } from '../base/config.ts';
import { AppError } from '../base/errors.ts';

/** `.example.net` takes the domain and everything below it, `example.net` only itself. */
const Domain = z.string().regex(/^\.?[^\s@.]+(\.[^\s@.]+)*\.?$/u, 'is not a domain name');
const LoginPattern = z
  .string()
  .min(1)
  .regex(/^[^\s]+$/, 'is not a login pattern: no spaces, `*` for anything');
const Network = z
  .string()
  .refine(isNetwork, 'is not a network: write 192.0.2.0/24, 2001:db8::/32 or one address');
const Id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'is not an id: letters, digits, `_`, `.`, `-`, at most 64');

const Service = z.strictObject({
  id: Id,
  name: z.string().min(1),
  domains: z.array(Domain).optional(),
  cluster: z.string().optional(),
});

export const Tenant = z.strictObject({
  id: Id,
  name: z.string().min(1),
  domains: z.array(Domain).min(1),
  logins: z.array(LoginPattern).optional(),
  relays: z.array(Network).optional(),
  mailboxes: z.number().int().nonnegative().optional(),
  services: z.array(Service).optional(),
  cluster: z.string().optional(),
});
export type Tenant = z.infer<typeof Tenant>;

export const TenantsFile = z.strictObject({ tenants: z.array(Tenant) });
export type TenantsFile = z.infer<typeof TenantsFile>;

export type TenantsResult =
  | { readonly ok: true; readonly tenants: readonly Tenant[] }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Reads a tenants file (YAML or JSON, which is YAML). Refused with every fault and its line. */
export function parseTenantsFile(text: string, name = 'tenants file'): TenantsResult {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number | undefined) =>
    `${name}${offset === undefined ? '' : `:${lines.linePos(offset).line}`}`;
  if (document.errors.length > 0) {
    return {
      ok: false,
      faults: document.errors.map((error) => `${at(error.pos[0])}: ${error.message.split('\n')[0] ?? ''}`),
    };
  }
  const parsed = TenantsFile.safeParse(document.toJS());
  const lineOf = (path: readonly PropertyKey[]) => at(offsetOf(document, path));
  if (!parsed.success)
    return { ok: false, faults: parsed.error.issues.map((issue) => describe(issue, lineOf)) };
  const faults = doubleClaims(parsed.data.tenants, lineOf);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, tenants: parsed.data.tenants };
}

function describe(issue: z.core.$ZodIssue, lineOf: (path: readonly PropertyKey[]) => string): string {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .map((key) => `${lineOf([...issue.path, key])}: unknown key '${key}' in ${pathName(issue.path)}`)
      .join('; ');
  }
  return `${lineOf(issue.path)}: ${pathName(issue.path)}: ${issue.message}`;
}

function pathName(path: readonly PropertyKey[]): string {
  return path.map(String).join('.') || 'the file';
}

/** Where a value stands; the nearest parent's place when it does not stand there itself. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const found = keyOffset(document, path.slice(0, length));
    if (found !== undefined) return found;
  }
  return undefined;
}

function keyOffset(document: Document, path: readonly PropertyKey[]): number | undefined {
  const last = path.at(-1);
  const parent = path.length > 0 ? document.getIn(path.slice(0, -1), true) : undefined;
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === last);
    if (pair && isScalar(pair.key)) return pair.key.range?.[0];
  }
  const node = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

function doubleClaims(
  tenants: readonly Tenant[],
  lineOf: (path: readonly PropertyKey[]) => string,
): string[] {
  const faults: string[] = [];
  const owners = new Map<string, string>();
  const claim = (what: string, key: string, owner: string, path: readonly PropertyKey[]) => {
    const first = owners.get(`${what} ${key}`);
    if (first === undefined) owners.set(`${what} ${key}`, owner);
    else if (first !== owner || what === 'tenant id') {
      faults.push(
        `${lineOf(path)}: ${what} '${key}' of tenant '${owner}' is claimed by tenant '${first}' already`,
      );
    }
  };
  tenants.forEach((tenant, t) => {
    claim('tenant id', tenant.id, tenant.id, ['tenants', t, 'id']);
    tenant.domains.forEach((domain, d) =>
      claim('domain', normaliseDomain(domain), tenant.id, ['tenants', t, 'domains', d]),
    );
    tenant.logins?.forEach((login, l) =>
      claim('login pattern', login.toLowerCase(), tenant.id, ['tenants', t, 'logins', l]),
    );
    tenant.relays?.forEach((relay, r) =>
      claim('relay', relay.toLowerCase(), tenant.id, ['tenants', t, 'relays', r]),
    );
    tenant.services?.forEach((service, s) =>
      service.domains?.forEach((domain, d) =>
        claim('domain', normaliseDomain(domain), tenant.id, ['tenants', t, 'services', s, 'domains', d]),
      ),
    );
  });
  return faults;
}

/** Lower case, U-labels, no trailing dot; a leading dot (sub-domains too) stays. */
export function normaliseDomain(domain: string): string {
  const folded = domain.toLowerCase().replace(/\.$/, '');
  if (!folded.includes('xn--')) return folded.normalize('NFC');
  return (
    (folded.startsWith('.') ? `.${domainToUnicode(folded.slice(1))}` : domainToUnicode(folded)) || folded
  );
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

/** Reads and checks the file at `path`; throws an AppError that lists every fault. */
export function loadTenants(path: string): readonly Tenant[] {
  const result = parseTenantsFile(readText(path, 'tenants file'), path);
  if (result.ok) return result.tenants;
  const fault = `the tenants file ${path} has ${result.faults.length} fault(s)`;
  throw new AppError('bad-request', fault, result.faults);
}
