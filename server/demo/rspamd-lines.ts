/** The one line per scan that rspamd 3.4 writes at its end. */

/** How rspamd ends a scan. */
export type FilterAction = 'no action' | 'add header' | 'reject' | 'soft reject';

/** A verdict and what explains it. */
export interface Verdict {
  readonly action: FilterAction;
  readonly score: number;
  readonly symbols: string;
  readonly forced?: string;
}

/** One scan for the log. */
export interface ScanText {
  readonly messageId: string;
  readonly queueId: string;
  readonly ip: string;
  readonly login?: string | undefined;
  /** Empty for the null sender: rspamd then leaves `from:` out. */
  readonly from: string;
  readonly rcpts: readonly string[];
  readonly sizeBytes: number;
  readonly timeMs: number;
  readonly digest: string;
  readonly verdict: Verdict;
}

/** `rspamd_task_write_log: id: <...>, qid: <...>, ip: ..., (default: F (no action): [0.10/15.00] [...]), len: ...` */
export function scanText(s: ScanText): string {
  const user = s.login === undefined ? '' : `user: ${s.login}, `;
  const from = s.from === '' ? '' : `from: <${s.from}>, `;
  const { action, score, symbols, forced } = s.verdict;
  const flag = action === 'no action' || action === 'soft reject' ? 'F' : 'T';
  const rcpts = s.rcpts.join(',');
  return `rspamd_task_write_log: id: <${s.messageId}>, qid: <${s.queueId}>, ip: ${s.ip}, ${user}${from}(default: ${flag} (${action}): [${score.toFixed(2)}/15.00] [${symbols}]), len: ${s.sizeBytes}, time: ${s.timeMs.toFixed(3)}ms, dns req: ${s.login === undefined ? 17 : 3}, digest: <${s.digest}>, rcpts: <${rcpts}>, mime_rcpts: <${s.rcpts[0] ?? ''}>${forced === undefined ? '' : `, forced: ${forced}`}`;
}
