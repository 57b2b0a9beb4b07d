import { systemClock } from '../../server/base/clock.ts';
import { NotifyConfig } from '../../server/base/config-notify.ts';
import { silentLog } from '../../server/base/log.ts';
import type { Notice } from '../../server/detect/alarms/types.ts';
import type { OutboxRow } from '../../server/history/alarm-store.ts';
import {
  createResponder,
  type NotifyResponder,
  type ResponderDeps,
} from '../../server/respond/notify/responder.ts';
import { createFakeTimers, type FakeTimers } from './fake-timers.ts';
import { until } from './until.ts';

/** A responder with a store as the product has one: rows, texts, and what is taken is written before it is released. */
export interface AlarmPath {
  readonly timers: FakeTimers;
  readonly rows: ReadonlyMap<string, OutboxRow>;
  responder(): NotifyResponder;
  /** Plans the notices and lets them leave. The groups open are those of the notices. */
  tell(...notices: Notice[]): void;
  /** Waits until nothing is on its way any more, and writes that. */
  settled(): Promise<void>;
  /** As after `kill -9`: nothing more is written, and another one begins with what is in the store. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export function createAlarmPath(config: unknown, deps: Partial<ResponderDeps> = {}): AlarmPath {
  const timers = createFakeTimers(Date.now());
  const rows = new Map<string, OutboxRow>();
  const kept: Record<string, string> = {};
  const open = new Map<string, Notice['group']>();
  const make = (): NotifyResponder =>
    createResponder({
      config: NotifyConfig.parse(config),
      platform: { hosts: [], networks: [], domains: [] },
      onCall: { at: () => [], personAt: () => null },
      clock: { now: () => timers.wallMs(), speed: systemClock.speed },
      log: silentLog,
      kept: { outbox: [...rows.values()], kept: { ...kept } },
      isAlive: () => true,
      timers,
      random: () => 0.5,
      resolve: async (host) => [host],
      ...deps,
    });
  let responder = make();
  responder.start();
  const write = (): void => {
    Object.assign(kept, responder.takeKept());
    const { put, done } = responder.take();
    for (const row of put) rows.set(row.id, row);
    for (const id of done) rows.delete(id);
  };
  return {
    timers,
    rows,
    responder: () => responder,
    tell(...notices) {
      for (const { kind, group } of notices) {
        if (kind === 'closed') open.delete(group.id);
        else open.set(group.id, group);
      }
      responder.plan(notices, [...open.values()], timers.wallMs());
      write();
      responder.release();
    },
    async settled() {
      const waiting = () => responder.report(0).channels.reduce((sum, channel) => sum + channel.waiting, 0);
      await until(() => waiting() === 0, { what: 'every message to be settled' });
      write();
    },
    async restart() {
      await responder.stop();
      responder = make();
      responder.start();
    },
    stop: () => responder.stop(),
  };
}
