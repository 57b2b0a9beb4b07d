import type { Archive } from './archive.ts';
import type { Imports } from './imports.ts';

/** What an import has done. */
export interface ImportSummary {
  readonly files: readonly {
    readonly path: string;
    readonly lines: number;
    readonly state: 'imported' | 'resumed' | 'known';
  }[];
  readonly lines: number;
  readonly unparsed: number;
  /** Lines whose time strays from that of the lines around them. */
  readonly strays: number;
  readonly records: number;
  readonly firstTime: string | null;
  readonly lastTime: string | null;
}

/** `archives`: of the files that were not known. */
export function summaryOf(
  files: readonly { readonly path: string; readonly before: Imports[string] | undefined }[],
  archives: readonly Archive[],
  {
    records,
    firstMs,
    lastMs,
  }: { readonly records: number; readonly firstMs: number; readonly lastMs: number },
): ImportSummary {
  const sum = (of: (archive: Archive) => number) =>
    archives.reduce((total, archive) => total + of(archive), 0);
  const isEmpty = firstMs === Infinity;
  return {
    files: files.map(({ path, before }) => ({
      path,
      lines: archives.find((archive) => archive.path === path)?.lines ?? before?.lines ?? 0,
      state: before?.isDone ? 'known' : before ? 'resumed' : 'imported',
    })),
    lines: sum(({ lines }) => lines),
    unparsed: sum(({ unparsed }) => unparsed),
    strays: sum(({ clock }) => clock.strays),
    records,
    firstTime: isEmpty ? null : new Date(firstMs).toISOString(),
    lastTime: isEmpty ? null : new Date(lastMs).toISOString(),
  };
}

/** The same for people. */
export function summaryText(summary: ImportSummary): string {
  const { files, lines, unparsed, strays, records, firstTime, lastTime } = summary;
  const told = files.map(({ path, lines: n, state }) =>
    state === 'known' ? `${path}: was imported before, nothing to do` : `${path}: ${state}, ${n} lines`,
  );
  const sum = `${lines} lines, ${unparsed} not understood, ${records} journal entries`;
  const strayed =
    strays === 0 ? [] : [`${strays} with another time than those around them, counted at their own`];
  const range = firstTime === null ? 'no mail in them' : `from ${firstTime} to ${lastTime ?? '?'}`;
  return `${[...told, sum, ...strayed, range].join('\n')}\n`;
}
