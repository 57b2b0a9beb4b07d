/** What a page keeps in the browser. One whose storage is closed, or full, still works: it forgets. */
export function keptIn(storage: () => Storage) {
  return {
    read: (key: string): string | null => {
      try {
        return storage().getItem(key);
      } catch {
        return null;
      }
    },
    write: (key: string, text: string): void => {
      try {
        storage().setItem(key, text);
      } catch {
        // Private mode, or full: it holds until the page is left.
      }
    },
  };
}
