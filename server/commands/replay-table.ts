import type { Tenant } from '../attribute/tenants-file.ts';
import type { ReplayReport, ScopeReport } from './replay-report.ts';

const COLUMNS = [
  'accepted',
  'delivered',
  'deferred',
  'bounced',
  'expired',
  'rejected',
  'scanned',
  'spam',
] as const;

/** The totals of a replay as a table for people. */
export function replayTable(report: ReplayReport, tenants: readonly Tenant[]): string {
  const head = ['tenant', '', ...COLUMNS, 'lag p50', 'p95', 'p99', 'max'];
  const rows = tenants.flatMap(({ id, name }) => {
    const scopes = report.tenants[id];
    return scopes ? [row(name, 'in', scopes.in), row('', 'out', scopes.out)] : [];
  });
  const all = [
    head,
    ...rows,
    row('unattributed', '', report.unattributed),
    row('platform', '', report.platform),
  ];
  const widths = head.map((_, i) => Math.max(...all.map((cells) => cells[i]?.length ?? 0)));
  const text = all.map((cells) =>
    cells
      .map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return [summary(report), '', ...text, ''].join('\n');
}

function summary({ lines, unparsed, foreign, firstTime, lastTime }: ReplayReport): string {
  const span = firstTime === null ? 'no line with a time' : `${firstTime} to ${lastTime ?? ''}`;
  return `${lines} lines, ${span}; ${unparsed} not understood, ${foreign} of other programs`;
}

function row(name: string, direction: string, { total }: ScopeReport): string[] {
  const lag = total.lag;
  const seconds = (value: number | undefined) =>
    value === undefined ? '-' : `${Number(value.toPrecision(3))} s`;
  return [
    name,
    direction,
    ...COLUMNS.map((column) => String(total[column] ?? 0)),
    seconds(lag?.p50),
    seconds(lag?.p95),
    seconds(lag?.p99),
    seconds(lag?.max),
  ];
}
