/** What an import has done. */
export interface ImportSummary {
  readonly files: readonly {
    readonly path: string;
    readonly lines: number;
    readonly state: 'imported' | 'resumed' | 'known';
  }[];
  readonly lines: number;
  readonly unparsed: number;
  readonly records: number;
  readonly firstTime: string | null;
  readonly lastTime: string | null;
}

/** The same for people. */
export function summaryText({ files, lines, unparsed, records, firstTime, lastTime }: ImportSummary): string {
  const told = files.map(({ path, lines: n, state }) =>
    state === 'known' ? `${path}: was imported before, nothing to do` : `${path}: ${state}, ${n} lines`,
  );
  const sum = `${lines} lines, ${unparsed} not understood, ${records} journal entries`;
  const range = firstTime === null ? 'no mail in them' : `from ${firstTime} to ${lastTime ?? '?'}`;
  return `${[...told, sum, range].join('\n')}\n`;
}
