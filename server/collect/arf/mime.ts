/**
 * The little of MIME (RFC 2045, 2046, 5322) that a report of abuse needs: fields of a head, parts of a body, and their transfer
 * encodings. Mail is handled as latin1 text, one character a byte. Whatever is broken gives less, never an error.
 */

/** A head by lower-case names, in the order in which they came, and what follows it. */
export interface Entity {
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}
export interface ContentType {
  /** `multipart/report`, lower case. */
  readonly type: string;
  readonly params: Readonly<Record<string, string>>;
}

const MAX_FIELDS = 300;
const MAX_PARTS = 20;
/** Of a value that is looked into: the search for its parts must not take long. */
export const MAX_VALUE = 1_000;

/** Splits a mail, or a part of one. */
export function entityOf(text: string): Entity {
  const end = /\r?\n\r?\n/.exec(text);
  const head = end ? text.slice(0, end.index) : text;
  const body = end ? text.slice(end.index + end[0].length) : '';
  return { fields: fieldsOf(head), body };
}

/** Fields of a head, long ones put together again. */
export function fieldsOf(head: string): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  const unfolded = head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  for (const line of unfolded.slice(0, MAX_FIELDS)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (colon < 1 || /[^\x21-\x7e]/.test(name)) continue;
    const values = fields.get(name) ?? [];
    fields.set(name, values);
    values.push(line.slice(colon + 1).trim());
  }
  return fields;
}

/** The first of a field; undefined when there is none, or it is empty. */
export function fieldOf({ fields }: Pick<Entity, 'fields'>, name: string): string | undefined {
  return fields.get(name)?.find((value) => value !== '');
}

/** Without a field it is plain text (RFC 2045, 5.2). */
export function contentTypeOf(entity: Pick<Entity, 'fields'>): ContentType {
  const [type = '', ...rest] = (fieldOf(entity, 'content-type') ?? 'text/plain')
    .slice(0, MAX_VALUE)
    .split(/;(?=(?:[^"]*"[^"]*")*[^"]*$)/);
  const params = rest.flatMap((param) => {
    const [, name, quoted, bare] = /^\s*([^=\s]+)\s*=\s*(?:"([^"]*)"|(\S*))/.exec(param) ?? [];
    return name === undefined ? [] : [[name.toLowerCase(), quoted ?? bare ?? ''] as const];
  });
  return { type: type.trim().toLowerCase(), params: Object.fromEntries(params) };
}

/** Parts of a multipart body, at most so many; a last boundary that is missing is forgiven. */
export function partsOf(entity: Entity): readonly Entity[] {
  const { boundary } = contentTypeOf(entity).params;
  if (boundary === undefined || boundary === '') return [];
  const parts: string[][] = [];
  let isInside = false;
  for (const line of entity.body.split('\n')) {
    const bare = line.trimEnd();
    if (bare === `--${boundary}--`) break;
    if (bare === `--${boundary}`) {
      if (parts.length >= MAX_PARTS) break;
      isInside = true;
      parts.push([]);
    } else if (isInside) parts.at(-1)?.push(line);
  }
  return parts.map((lines) => entityOf(lines.join('\n')));
}

/** The body as it was before it was made fit for the way. */
export function decodedBody(entity: Entity): string {
  const encoding = (fieldOf(entity, 'content-transfer-encoding') ?? '7bit').toLowerCase();
  if (encoding === 'base64') return Buffer.from(entity.body, 'base64').toString('latin1');
  if (encoding !== 'quoted-printable') return entity.body;
  return entity.body
    .replaceAll(/=[ \t]*\r?\n/g, '')
    .replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
