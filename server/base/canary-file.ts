/** The file of addresses that nobody should write to: which store each lives in, and only hashes of them. */
import { createHash, randomBytes } from 'node:crypto';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { readText } from './config.ts';
import { AppError } from './errors.ts';

/** `planted`: made up and put into one store. `lives-here`: real addresses that are known to one store only. */
export const CANARY_KINDS = ['planted', 'lives-here'] as const;

const Hash = z.string().regex(/^[A-Za-z0-9_-]{22}$/, 'is not a hash: 22 characters of base64url');
const Store = z.strictObject({
  /** `webmail`, `billing`. */
  store: z.string().min(1).max(80),
  kind: z.enum(CANARY_KINDS),
  /** When they were put there, RFC 3339. */
  since: z.iso.datetime({ offset: true }),
  hashes: z.array(Hash).max(2_000_000),
});
export const CanaryFile = z.strictObject({ salt: z.string().min(16), stores: z.array(Store).max(500) });
export type CanaryFile = z.infer<typeof CanaryFile>;

/** Random bytes of a made-up local part: 80 bits cannot be guessed. */
const LOCAL_BYTES = 10;
const HASH_BYTES = 16;

export function emptyCanaryFile(): CanaryFile {
  return { salt: randomBytes(24).toString('base64url'), stores: [] };
}

/** Hash of an address; upper and lower case are one. */
export function canaryHash(salt: string, address: string): string {
  const digest = createHash('sha256').update(`${salt} ${address.toLowerCase()}`).digest();
  return digest.subarray(0, HASH_BYTES).toString('base64url');
}

/** The file as text, or every fault of it. */
export function parseCanaryFile(
  text: string,
):
  | { readonly ok: true; readonly file: CanaryFile }
  | { readonly ok: false; readonly faults: readonly string[] } {
  try {
    const parsed = CanaryFile.safeParse(parse(text));
    if (parsed.success) return { ok: true, file: parsed.data };
    return {
      ok: false,
      faults: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    };
  } catch (error) {
    return { ok: false, faults: [error instanceof Error ? error.message : String(error)] };
  }
}

/** The file at this path; refused with every fault when it cannot be used. */
export function loadCanaries(path: string): CanaryFile {
  const parsed = parseCanaryFile(readText(path, 'file of canaries'));
  if (parsed.ok) return parsed.file;
  throw new AppError('bad-request', `${path}: not a file of canaries`, parsed.faults);
}

export function canaryFileText(file: CanaryFile): string {
  return stringify(file);
}

export interface Planting {
  readonly store: string;
  readonly domain: string;
  readonly count: number;
  readonly nowMs: number;
}

/** Makes addresses that look like people's and cannot be guessed, and notes their hashes. The addresses are told once. */
export function plantCanaries(
  file: CanaryFile,
  { store, domain, count, nowMs }: Planting,
): { readonly file: CanaryFile; readonly addresses: readonly string[] } {
  const addresses = Array.from(
    { length: count },
    () => `${randomBytes(LOCAL_BYTES).toString('hex')}@${domain}`,
  );
  const hashes = addresses.map((address) => canaryHash(file.salt, address));
  const planted = { store, kind: 'planted' as const, since: new Date(nowMs).toISOString(), hashes };
  return { file: { ...file, stores: [...file.stores, planted] }, addresses };
}
