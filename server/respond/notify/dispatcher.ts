import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Channel, Outcome } from './channels/channel.ts';
import type { Outbox, Parcel } from './outbox.ts';
import type { Timers } from './timers.ts';

export interface DispatcherDeps {
  readonly channels: ReadonlyMap<string, Channel>;
  readonly outbox: Outbox;
  readonly timers: Timers;
  /** Clock of the rows. */
  readonly nowMs: () => number;
  readonly log: Log;
}

/** Sends what is due, and wakes up when something will be. */
export interface Dispatcher {
  start(): void;
  /** No more is begun; what is being sent may end. */
  stop(): Promise<void>;
  /** Something may be due now. */
  wake(): void;
}

/**
 * A row is done only after the other side has accepted it, so nothing is lost. Between that and the commit of `done` a crash
 * sends it again: at least once there, under the same id, by which the receiver can tell.
 */
export function createDispatcher({ channels, outbox, timers, nowMs, log }: DispatcherDeps): Dispatcher {
  let isOn = false;
  let cancel: (() => void) | undefined;
  const underway = new Set<Promise<void>>();

  async function deliver(parcel: Parcel): Promise<void> {
    const outcome = await attempt(parcel);
    outbox.settle(parcel, outcome, nowMs(), timers.monoMs());
    const { channel, id } = parcel.row;
    if (outcome.kind === 'ok') log.info('message_sent', { source: channel, id, attempts: parcel.attempts });
    else
      log.warn(`message_${outcome.kind}`, {
        source: channel,
        id,
        attempts: parcel.attempts,
        reason: outcome.reason,
      });
  }

  async function attempt({ row, message }: Parcel): Promise<Outcome> {
    try {
      const channel = channels.get(row.channel);
      return (
        (await channel?.send(message)) ?? {
          kind: 'refused',
          reason: 'the channel is not configured any more',
        }
      );
    } catch (error) {
      // A channel never throws; if one does, that is a bug, and the message must not be lost by it.
      log.error('channel_failed', { source: row.channel, error: messageOf(error) });
      return { kind: 'retry', reason: messageOf(error) };
    }
  }

  function wake(): void {
    if (!isOn) return;
    cancel?.();
    cancel = undefined;
    for (const parcel of outbox.startDue(timers.monoMs())) {
      const sending = deliver(parcel).finally(() => {
        underway.delete(sending);
        wake();
      });
      underway.add(sending);
    }
    const nextMs = outbox.nextDueMs();
    if (nextMs !== undefined && nextMs > timers.monoMs())
      cancel = timers.after(Math.ceil(nextMs - timers.monoMs()), wake);
  }

  return {
    start() {
      isOn = true;
      wake();
    },
    async stop() {
      isOn = false;
      cancel?.();
      await Promise.all(underway);
    },
    wake,
  };
}
