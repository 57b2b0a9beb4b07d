/** Pictures side by side, for a person to look at. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SheetPicture {
  /** File beside the sheet. */
  readonly file: string;
  readonly row: string;
  readonly column: string;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Writes one page that shows pictures by row and column, and returns its path. */
export function writeContactSheet(dir: string, title: string, pictures: readonly SheetPicture[]): string {
  const columns = [...new Set(pictures.map(({ column }) => column))];
  const rows = [...new Set(pictures.map(({ row }) => row))];
  const cell = (row: string, column: string) => {
    const found = pictures.find((each) => each.row === row && each.column === column);
    return found
      ? `<a href="${found.file}"><img src="${found.file}" alt="${escaped(`${row}, ${column}`)}"></a>`
      : '';
  };
  const body = rows
    .map(
      (row) =>
        `<tr><th>${escaped(row)}</th>${columns.map((column) => `<td>${cell(row, column)}</td>`).join('')}</tr>`,
    )
    .join('\n');
  const path = join(dir, `${title}.html`);
  writeFileSync(
    path,
    `<!doctype html><meta charset="utf-8"><title>${escaped(title)}</title>
<style>body{margin:8px;background:#777;font:16px sans-serif}img{display:block;max-width:560px;max-height:420px}th{text-align:left}</style>
<h1>${escaped(title)}</h1><table><tr><th></th>${columns.map((column) => `<th>${escaped(column)}</th>`).join('')}</tr>
${body}</table>\n`,
  );
  return path;
}
