import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../errors.ts';

const SECRET_BYTES = 32;
const OWNER_ONLY = 0o600;

/** The key that signs cookies, made at the first start; whoever only has the database cannot make a cookie without it. */
export function readSecret(path: string): string {
  keepPrivate(path);
  const secret = readFileSync(path, 'utf8').trim();
  if (secret !== '') return checked(secret, path);
  const made = randomBytes(SECRET_BYTES).toString('base64url');
  const file = openSync(path, 'w', OWNER_ONLY);
  try {
    writeSync(file, `${made}\n`);
  } finally {
    closeSync(file);
  }
  return made;
}

/** Makes the file if there is none, and shuts others of this machine out of it. */
export function keepPrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  closeSync(openSync(path, 'a', OWNER_ONLY));
  chmodSync(path, OWNER_ONLY);
}

function checked(secret: string, path: string): string {
  if (Buffer.from(secret, 'base64url').length >= SECRET_BYTES) return secret;
  throw new AppError(
    'unavailable',
    `${path} is not a key of ours; move it away, and pair every screen anew with the one that is made`,
  );
}
