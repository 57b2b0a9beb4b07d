/** What somebody typed and has not saved yet: kept by the browser tab until it is saved or thrown away. All but storage pure. */

/** The whole file as it is typed, and the version that it was made from. */
export interface RulesDraft {
  readonly text: string;
  readonly baseVersion: number;
  /** The text it was made from: to see what was changed, also when another version is in force by now. */
  readonly baseText: string;
  readonly note: string;
}

const KEY = 'mailvigil.rules-draft';

/** A draft out of its kept form; undefined: there is none, or it is not one. */
export function parseDraft(kept: string | null): RulesDraft | undefined {
  if (kept === null) return undefined;
  try {
    const draft = JSON.parse(kept) as Partial<RulesDraft> | null;
    const { text, baseVersion, baseText, note } = draft ?? {};
    const isWhole = typeof text === 'string' && typeof baseText === 'string' && typeof note === 'string';
    return isWhole && typeof baseVersion === 'number' ? { text, baseVersion, baseText, note } : undefined;
  } catch {
    // Something else wrote there: it is no draft of ours.
    return undefined;
  }
}

/** Where drafts are kept; false from `keep`: they are not, and closing the page loses what was typed. */
export interface DraftBox {
  read(): RulesDraft | undefined;
  keep(draft: RulesDraft | null): boolean;
}

/** A place for one draft in a storage of the browser. */
export function createDraftBox(storage: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): DraftBox {
  return {
    read() {
      try {
        return parseDraft(storage().getItem(KEY));
      } catch {
        // A browser that keeps nothing has nothing.
        return undefined;
      }
    },
    keep(draft) {
      try {
        if (draft) storage().setItem(KEY, JSON.stringify(draft));
        else storage().removeItem(KEY);
        return true;
      } catch {
        // The page says that it is not kept.
        return false;
      }
    },
  };
}

/** Why it cannot be saved yet, one sentence each. */
export function saveFaults(asked: {
  readonly isChanged: boolean;
  readonly by: string;
  readonly note: string;
  readonly faults: readonly string[] | null;
}): readonly string[] {
  const { isChanged, by, note, faults } = asked;
  return [
    isChanged ? '' : 'Nothing is changed.',
    faults !== null && faults.length > 0
      ? `The file has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}.`
      : '',
    by.trim() === '' ? 'Say who you are.' : '',
    note.trim() === '' ? 'Say why: the next shift must know.' : '',
  ].filter(Boolean);
}
