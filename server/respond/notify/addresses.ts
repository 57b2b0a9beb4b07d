/**
 * An address of mail in foreign text. A run of letters is tried from its beginning only: tried from each of its letters, a long
 * one without an address would take time by the square of its length.
 */
const ADDRESS = /(?<![^\s<>()[\]"',;:=])[^\s<>()[\]"',;:=]+@[^\s<>()[\]"',;:]+/g;

/** Others like to say an address back; nothing of ours repeats it. */
export function withoutAddresses(text: string): string {
  return text.replace(ADDRESS, '[address]');
}
