/** What JSON text holds; undefined, which JSON cannot hold, when it is none: empty, cut short or damaged. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The answer says it.
    return undefined;
  }
}

/** The same of text that this program wrote itself, so that its form is known and not looked at again. */
export function ownJsonOf<T>(text: string): T | undefined {
  return jsonOf(text) as T | undefined;
}
