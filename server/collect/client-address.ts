import { isIP } from 'node:net';

/**
 * How mail and login programs we do not read name the client, the surest form first: a key, brackets behind a name,
 * the word `from`, and at last a bare address.
 */
const FORMS: readonly RegExp[] = [
  /\brip=\[?([0-9A-Fa-f.:]+)/,
  /\bip=\[?([0-9A-Fa-f.:]+)/,
  /\brelay=\[?([0-9A-Fa-f.:]{3,45})(?=[\],\s]|$)/,
  /\b(?:relay|host|H)=[^[\n]{0,255}\[([0-9A-Fa-f.:]{3,45})\]/,
  /\b\w+\([^(),]{0,255},([0-9A-Fa-f.:]{3,45})[,)]/,
  /\[(?:IPv6:|::ffff:)?([0-9A-Fa-f.:]{3,45})\]/,
  // The last one: a user name, which comes before, may say `from` too.
  /.*\bfrom '?([0-9A-Fa-f.:]{3,45})\b/,
  /(?:^|[\s(])([0-9]{1,3}(?:\.[0-9]{1,3}){3})(?=$|[\s),:;-])/,
];

/** Address of the client in a text whose form we do not know; nothing when none can be told. */
export function findClientAddress(text: string): string | undefined {
  const head = text.slice(0, 2_000);
  for (const form of FORMS) {
    const address = form.exec(head)?.[1];
    const plain = address?.replace(/[.:]$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
    if (plain !== undefined && isIP(plain) !== 0) return plain;
  }
  return undefined;
}
