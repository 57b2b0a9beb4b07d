/** Longest short name: what a wall tile can hold in letters that can be read across the room. */
const MAX_LETTERS = 12;

/** The first `count` words, cut to what a tile can hold. */
function words(name: string, count: number): string {
  // An `&` at the end would promise a word.
  const text = name
    .trim()
    .split(/\s+/)
    .slice(0, count)
    .join(' ')
    .replace(/[\s&,–-]+$/, '');
  return text.length <= MAX_LETTERS ? text : `${text.slice(0, MAX_LETTERS - 1).trimEnd()}…`;
}

/** Names short enough for a tile: as few words as still tell each from all others; the whole name where nothing shorter does. */
export function shortNames(names: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  const candidates = names.map((name) => [1, 2, 3].map((count) => words(name, count)));
  for (const forms of candidates) {
    for (const form of new Set(forms)) seen.set(form, (seen.get(form) ?? 0) + 1);
  }
  return names.map((name, i) => candidates[i]?.find((form) => seen.get(form) === 1) ?? name);
}
