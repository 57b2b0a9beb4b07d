import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a display's cookie holds: `<display>.<session token>.<signature>`, all of URL-safe letters. */
export interface CookieParts {
  readonly displayId: string;
  readonly token: string;
}

/** Longer ones are not ours. */
const MAX_LENGTH = 256;
const FORM = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;

/** The value that a display keeps. */
export function signCookie({ displayId, token }: CookieParts, secret: string): string {
  const told = `${displayId}.${token}`;
  return `${told}.${signatureOf(told, secret)}`;
}

/** Undefined: we never made it. */
export function openCookie(value: string, secret: string): CookieParts | undefined {
  const [, displayId, token, signature] = (value.length <= MAX_LENGTH && FORM.exec(value)) || [];
  if (displayId === undefined || token === undefined || signature === undefined) return undefined;
  const [given, right] = [signature, signatureOf(`${displayId}.${token}`, secret)].map((it) =>
    Buffer.from(it),
  );
  const isOurs = given && right && given.length === right.length && timingSafeEqual(given, right);
  return isOurs ? { displayId, token } : undefined;
}

function signatureOf(told: string, secret: string): string {
  return createHmac('sha256', secret).update(`display ${told}`).digest('base64url');
}
