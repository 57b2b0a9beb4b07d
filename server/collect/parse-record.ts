import type { Outcome } from './scan/outcome.ts';
import type { Scan } from './scan/scan.ts';
import type { Zone } from './syslog/zone.ts';

export interface ParsedLine {
  readonly line: number;
  readonly unparsed?: true;
}
export interface RecordContext {
  readonly hasHeader: boolean;
  readonly outcome: Outcome;
  readonly lineNumber: number;
  readonly zone: Zone;
}
export function toRecord(_scan: Scan, context: RecordContext): ParsedLine {
  return { line: context.lineNumber };
}
