import type { AlarmPathReport } from '../../../shared/alarms.ts';
import type { DeadManConfig } from '../../base/config-notify.ts';
import { messageOf } from '../../base/errors.ts';

export interface DeadManDeps {
  readonly config: DeadManConfig;
  /** Whether alarms are being evaluated. */
  readonly isAlive: () => boolean;
  /** Clock of the report. */
  readonly nowMs: () => number;
}

/** Pings an outside watch while all is well here: it raises the alarm when the pings end, whatever has become of us. */
export function createDeadMan({ config, isAlive, nowMs }: DeadManDeps) {
  let isOk = false;
  let lastOkMs: number | null = null;
  let reason = 'not pinged yet';
  const fail = (why: string): void => {
    isOk = false;
    reason = why;
  };
  return {
    report: (): NonNullable<AlarmPathReport['deadMan']> => ({ isOk, lastOkMs, reason }),
    async ping(): Promise<void> {
      if (!isAlive()) return fail('evaluation stands still: the outside watch is left without its ping');
      const { url, timeoutMs } = config;
      if (url === undefined) return fail('it has no url');
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const response = await fetch(url, {
          redirect: 'manual',
          signal,
          headers: { 'user-agent': 'mailvigil' },
        });
        await response.body?.cancel();
        if (!response.ok) return fail(`the outside watch answered ${response.status}`);
        isOk = true;
        lastOkMs = nowMs();
        reason = '';
      } catch (error) {
        fail(
          signal.aborted
            ? `the outside watch gave no answer within ${timeoutMs / 1_000} s`
            : messageOf(error),
        );
      }
    },
  };
}
export type DeadMan = ReturnType<typeof createDeadMan>;
